//! The ledger on a real SQLite file: complete, in the same transaction, never changed, and redacted only by destroying
//! keys.

use super::forget::{forget_page_keys, forget_pupil_keys};
use super::*;
use crate::events::{About, record};
use crate::{Catalogue, CatalogueError};
use rusqlite::Connection;
use scantrail_core::ids::{BatchId, CaptureId, PageId, PupilId};
use scantrail_core::jiff::Timestamp;
use scantrail_ledger::{Fields, Frontier, Leaf, proof};
use serde_json::json;
use tempfile::TempDir;

const AT: Timestamp = Timestamp::UNIX_EPOCH;

fn page(n: u64) -> PageId {
    PageId::from_random(n)
}

fn about(n: u64) -> About {
    About { batch: Some(BatchId::from_random(1)), page: Some(page(n)), pupil: Some(PupilId::from_random(n)) }
}

/// A batch of two pages, written as a stranger would, up to a step of the schema.
fn rows(connection: &Connection) {
    let batch = BatchId::from_random(1).to_string();
    connection
        .execute(
            "INSERT INTO batch (id, source_kind, source, flow, sides, state, opened_at, class, subject, title, work_date)
             VALUES (?1, 'feeder', 't', 'stack', 'one', 'understood', '1970-01-01T00:00:00Z', '', '', '', '2026-11-21')",
            [&batch],
        )
        .unwrap();
    for n in [1, 2] {
        let capture = CaptureId::from_random(n).to_string();
        let digest = format!("{n:02}").repeat(32);
        connection
            .execute(
                "INSERT INTO capture (id, batch, sequence, side, media, digest, bytes, received_at, location)
                 VALUES (?1, ?2, ?3, 'single', 'png', ?4, 1, '1970-01-01T00:00:00Z', ?1)",
                rusqlite::params![capture, batch, n as i64, digest],
            )
            .unwrap();
        connection
            .execute(
                "INSERT INTO page (number, id, capture, batch, state) VALUES (?1, ?2, ?3, ?4, 'received')",
                rusqlite::params![n as i64, page(n).to_string(), capture, batch],
            )
            .unwrap();
    }
}

fn raw(folder: &TempDir) -> Connection {
    Connection::open(folder.path().join("catalogue.db")).unwrap()
}

/// A catalogue with two pages and `count` events about them, pupils, batches and nothing, in turn.
fn kept(count: u64) -> (Catalogue, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let catalogue = Catalogue::open(&folder.path().join("catalogue.db")).unwrap();
    rows(&raw(&folder));
    catalogue
        .write(|tx| {
            (0..count).try_for_each(|n| {
                let about = match n % 5 {
                    0 | 1 => about(1 + n % 2),
                    2 => About { pupil: Some(PupilId::from_random(7)), ..About::default() },
                    3 => About { batch: Some(BatchId::from_random(1)), ..About::default() },
                    _ => About::default(),
                };
                record(tx, AT, "something", about, &json!({"n": n}))
            })
        })
        .unwrap();
    (catalogue, folder)
}

/// Computes every leaf anew and compares; gives how many there are.
fn sound(catalogue: &Catalogue) -> u64 {
    let check = |view: &LedgerView<'_>| {
        let mut tree = Frontier::default();
        view.leaves(&mut |row| {
            let event = row.event.clone().unwrap();
            let fields =
                Fields { seq: row.seq, pupil: event.pupil.as_deref(), original: row.original, data: &event.data };
            let commitment = row.commitment.unwrap();
            assert_eq!(fields.commit(&row.key.unwrap()), Ok(commitment), "{event:?}");
            let (batch, page) = (event.batch.as_deref(), event.page.as_deref());
            let leaf = Leaf { seq: row.seq, at: &event.at, kind: &event.kind, batch, page, commitment };
            assert_eq!(leaf.hash().ok(), row.hash, "{event:?}");
            assert_eq!(row.number, tree.size());
            for node in tree.append(row.hash.unwrap()) {
                assert_eq!(view.node(node.level, node.index).unwrap(), Some(node.hash), "{node:?}");
            }
        })?;
        assert_eq!(view.size()?, tree.size());
        let stored = &mut |level, place| Ok(view.node(level, place)?.unwrap());
        assert_eq!(proof::root::<CatalogueError>(stored, tree.size())?, tree.root());
        Ok(tree.size())
    };
    catalogue.look_at_ledger(check).unwrap()
}

#[test]
fn every_event_is_a_leaf_under_the_key_of_what_it_is_about() {
    let (catalogue, _folder) = kept(300);
    assert_eq!(sound(&catalogue), 300);
    let keys = catalogue.read(|c| {
        let mut statement = c.prepare("SELECT of FROM ledger_key ORDER BY number").unwrap();
        let rows = statement.query_map([], |row| row.get::<_, String>(0)).unwrap();
        Ok(rows.map(Result::unwrap).collect::<Vec<_>>())
    });
    let (one, two, pupil) = (page(1), page(2), PupilId::from_random(7));
    let batch = BatchId::from_random(1);
    let expected = [
        format!("page {one}"),
        format!("page {two}"),
        format!("pupil {pupil}"),
        format!("batch {batch}"),
        "school".into(),
    ];
    assert_eq!(keys.unwrap(), expected);
    let originals = |view: &LedgerView<'_>| Ok(view.leaves_of_page(one)?.iter().all(|leaf| leaf.original.is_some()));
    assert!(catalogue.look_at_ledger(originals).unwrap(), "the digest of the original is committed to");
}

#[test]
fn an_event_and_its_leaf_come_and_go_together() {
    let (catalogue, _folder) = kept(7);
    let failed: Result<(), _> = catalogue.write(|tx| {
        record(tx, AT, "something", about(1), &json!({}))?;
        Err(CatalogueError::NotFound { what: "test", id: String::new() })
    });
    assert!(failed.is_err());
    assert_eq!(sound(&catalogue), 7);
    catalogue.write(|tx| record(tx, AT, "something", about(1), &json!({}))).unwrap();
    assert_eq!(sound(&catalogue), 8);
    let refused = catalogue.write(|tx| record(tx, AT, "two words", about(1), &json!({})));
    assert!(matches!(refused, Err(CatalogueError::Corrupt { .. })), "{refused:?}");
    assert_eq!(sound(&catalogue), 8);
}

#[test]
fn events_of_before_the_ledger_are_brought_in_by_the_migration() {
    let folder = tempfile::tempdir().unwrap();
    let old = raw(&folder);
    old.execute_batch("PRAGMA journal_mode = WAL;").unwrap();
    for step in &crate::migrations::STEPS[..5] {
        old.execute_batch(step).unwrap();
    }
    old.execute_batch("PRAGMA user_version = 5;").unwrap();
    rows(&old);
    for n in 1..=300 {
        // A gap in the numbers is none in the tree.
        let seq = if n > 100 { n + 5 } else { n };
        old.execute(
            "INSERT INTO event (seq, at, kind, batch, page, pupil, data)
             VALUES (?1, '2026-11-21T10:00:00Z', 'captured', NULL, ?2, NULL, '{\"n\":1}')",
            rusqlite::params![seq as i64, page(1 + n % 2).to_string()],
        )
        .unwrap();
    }
    drop(old);
    let catalogue = Catalogue::open(&folder.path().join("catalogue.db")).unwrap();
    assert_eq!(sound(&catalogue), 300);
    drop(catalogue);
    let again = Catalogue::open(&folder.path().join("catalogue.db")).unwrap();
    assert_eq!(sound(&again), 300, "once");
}

#[test]
fn leaves_and_events_are_never_changed_but_for_what_has_lost_its_key() {
    let (catalogue, folder) = kept(20);
    let raw = raw(&folder);
    for change in [
        "UPDATE event SET kind = 'x' WHERE seq = 1",
        "UPDATE event SET pupil = NULL, data = '{}' WHERE seq = 1",
        "DELETE FROM event WHERE seq = 1",
        "UPDATE leaf SET commitment = x'00' WHERE number = 0",
        "DELETE FROM leaf WHERE number = 0",
        "UPDATE tree SET hash = x'00' WHERE level = 0",
        "DELETE FROM tree WHERE level = 0",
    ] {
        let refused = raw.execute(change, []).unwrap_err().to_string();
        assert!(refused.contains("never"), "{change}: {refused}");
    }
    let before = catalogue.look_at_ledger(|view| view.node(4, 0)).unwrap();
    let before_events = catalogue.events_of_page(page(2)).unwrap();
    catalogue.write(|tx| record(tx, AT, "deleted", about(1), &json!({"rule": "r1"}))).unwrap();
    for _ in ["once", "again"] {
        catalogue.write(|tx| forget_page_keys(tx, page(1))).unwrap();
        for event in catalogue.events_of_page(page(1)).unwrap() {
            assert_eq!((event.pupil, event.data.as_str()), (None, "{}"));
        }
    }
    assert_eq!(catalogue.events_of_page(page(2)).unwrap(), before_events, "no other page is touched");
    assert_eq!(catalogue.look_at_ledger(|view| view.node(4, 0)).unwrap(), before, "the tree stays");
    let leaves = catalogue.look_at_ledger(|view| view.leaves_of_page(page(1))).unwrap();
    assert!(!leaves.is_empty() && leaves.iter().all(|leaf| leaf.key.is_none() && leaf.hash.is_some()));
    let refused = raw.execute("UPDATE event SET at = 'x' WHERE page = ?1", [page(1).to_string()]);
    assert!(refused.is_err(), "even of a page that is forgotten, when and what stay");
    // The number of the destroyed key is not given again.
    let gone = leaves[0].key_number;
    catalogue
        .write(|tx| record(tx, AT, "something", About { page: Some(page(9)), ..About::default() }, &json!({})))
        .unwrap();
    let new = catalogue.look_at_ledger(|view| view.leaves_of_page(page(9))).unwrap();
    assert!(new[0].key_number > gone);
}

#[test]
fn a_pupil_who_is_forgotten_takes_their_own_events_and_no_pages() {
    let (catalogue, _folder) = kept(20);
    let pupil = PupilId::from_random(7);
    let told = |id: PupilId| {
        catalogue.recent_events(100).unwrap().into_iter().filter(move |e| e.pupil == Some(id.to_string()))
    };
    assert_eq!(told(pupil).count(), 4);
    catalogue.write(|tx| forget_pupil_keys(tx, pupil)).unwrap();
    assert_eq!(told(pupil).count(), 0);
    assert_eq!(told(PupilId::from_random(1)).count(), 4, "events about pages have the keys of their pages");
}

#[test]
fn a_page_that_says_other_things_than_its_events_is_doubted() {
    let (catalogue, folder) = kept(0);
    let say = |kind, about| catalogue.write(|tx| record(tx, AT, kind, about, &json!({}))).unwrap();
    let nobody = |n| About { pupil: None, ..about(n) };
    for n in [1, 2] {
        say("captured", nobody(n));
    }
    let doubts = || {
        catalogue
            .look_at_ledger(|view| {
                let found = view.doubts()?;
                Ok(found)
            })
            .unwrap()
    };
    assert_eq!(doubts(), []);
    let raw = raw(&folder);
    let one = page(1).to_string();
    raw.execute("UPDATE page SET state = 'held' WHERE id = ?1", [&one]).unwrap();
    let state = Doubt::State { page: one.clone(), says: "held".into(), log: "received".into() };
    assert_eq!(doubts(), [state]);
    raw.execute("UPDATE page SET state = 'filed' WHERE id = ?1", [&one]).unwrap();
    say("filed", about(1));
    assert_eq!(doubts(), [Doubt::Owners { page: one.clone() }, Doubt::NoOriginal { page: one.clone() }]);
    say("something", about(8));
    let vanished = Doubt::Vanished { page: page(8).to_string() };
    assert!(doubts().contains(&vanished));
    say("deleted", about(8));
    assert!(!doubts().contains(&vanished), "a page that was deleted may be gone altogether");
}

#[test]
fn checkpoints_are_kept_once_and_their_leaving_is_noted() {
    let (catalogue, _folder) = kept(3);
    assert_eq!(catalogue.last_checkpoint().unwrap(), None);
    catalogue.keep_checkpoint(2, "two", AT).unwrap();
    catalogue.keep_checkpoint(3, "three", AT).unwrap();
    catalogue.keep_checkpoint(3, "other", AT).unwrap();
    assert_eq!(catalogue.last_checkpoint().unwrap().unwrap().note, "three");
    assert_eq!(catalogue.last_handed_on().unwrap(), None);
    catalogue.checkpoint_troubled(3, "no mail").unwrap();
    assert_eq!(catalogue.last_checkpoint().unwrap().unwrap().trouble.as_deref(), Some("no mail"));
    catalogue.checkpoint_handed_on(2, HandedOn::Copied, AT).unwrap();
    assert_eq!(catalogue.last_handed_on().unwrap().unwrap().size, 2);
    catalogue.checkpoint_handed_on(3, HandedOn::Hooked, AT).unwrap();
    let last = catalogue.last_handed_on().unwrap().unwrap();
    assert_eq!((last.size, last.trouble), (3, None));
    assert_eq!((catalogue.ledger_size().unwrap(), catalogue.tiles_written().unwrap()), (3, 0));
    catalogue.note_tiles(3).unwrap();
    assert_eq!(catalogue.tiles_written().unwrap(), 3);
}
