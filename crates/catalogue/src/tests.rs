//! The catalogue on a real SQLite file: what it refuses matters as much as what it keeps.

use crate::*;
use scantrail_core::evidence::{BatchEnd, Look};
use scantrail_core::ids::{BatchId, CaptureId, PageId, PieceId, PupilId};
use scantrail_core::jiff::Timestamp;
use scantrail_core::roster::{Pupil, PupilDetails, Standing};
use scantrail_core::state::{PageEvent, PageState};
use scantrail_core::units::{Digest, Turn};
use scantrail_core::vocabulary::{Content, Flow, Media, Role, Side, SourceKind};
use tempfile::TempDir;

struct Kept {
    catalogue: Catalogue,
    folder: TempDir,
}

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

fn batch_id() -> BatchId {
    BatchId::from_random(1)
}

fn page_id(n: u64) -> PageId {
    PageId::from_random(n)
}

fn pupil_id() -> PupilId {
    PupilId::from_random(7)
}

fn kept() -> Kept {
    let folder = tempfile::tempdir().unwrap();
    let catalogue = Catalogue::open(&folder.path().join("catalogue.db")).unwrap();
    let details = PupilDetails { surname: "Okafor".into(), class: "4B".into(), ..PupilDetails::default() };
    let pupil = Pupil { id: pupil_id(), details, standing: Standing::Current };
    catalogue.put_pupils(&[(pupil, "Okafor (000007)".into())], &[], NOW).unwrap();
    let batch = NewBatch {
        id: batch_id(),
        source_kind: SourceKind::Feeder,
        source: "test".into(),
        flow: Flow::Stack,
        sides: Sides::One,
        context: BatchContext { work_date: "2026-11-21".into(), ..BatchContext::default() },
    };
    catalogue.open_batch(&batch, NOW).unwrap();
    Kept { catalogue, folder }
}

fn capture(n: u32, byte: u8) -> NewCapture {
    NewCapture {
        id: CaptureId::from_random(u64::from(n) + 100),
        page: page_id(u64::from(n)),
        batch: batch_id(),
        sequence: n,
        side: Side::Single,
        media: Media::Png,
        digest: Digest([byte; 32]),
        bytes: 9,
        resolution: None,
        suspicion: None,
        turn: None,
        settings: "{}".into(),
        location: format!(".trail/spool/{n}"),
    }
}

fn findings() -> Findings {
    Findings {
        codes: vec![],
        look: Look::Page,
        content: Content::Text,
        turn: Turn::None,
        skew: None,
        suspicion: None,
        derivative: Digest([9; 32]),
        warnings: vec![],
    }
}

fn read_page(catalogue: &Catalogue, n: u32, text: &str) {
    catalogue.record_capture(&capture(n, n as u8), NOW).unwrap();
    catalogue.page_prepared(page_id(u64::from(n)), &findings(), NOW).unwrap();
    catalogue.page_read(page_id(u64::from(n)), Digest([8; 32]), None, text, NOW).unwrap();
}

fn place(name: &str) -> Place {
    let bag = ("Pupils/Okafor (000007)/2026-27".to_owned(), pupil_id(), "2026-27".to_owned());
    let file = |role, path: String| PlannedFile { path, role, bag: Some(bag.clone()) };
    Place {
        files: vec![
            file(FileRole::Original, format!("{}/data/_originals/{name}.png", bag.0)),
            file(FileRole::Sidecar, format!("{}/audit/pages/{name}.json", bag.0)),
        ],
    }
}

fn fate(n: u64, event: PageEvent, place: Place) -> Ownership {
    Ownership {
        page: page_id(n),
        run: 0,
        role: Role::Work,
        event: Some(event),
        pupil: Some(pupil_id()),
        piece: None,
        identified: Some("person".into()),
        reason: None,
        place: Some(place),
    }
}

fn settle(catalogue: &Catalogue, n: u64) {
    let planned = catalogue.files_of(page_id(n)).unwrap();
    let placed: Vec<Placed> = planned
        .iter()
        .filter(|file| file.state == FileState::Planned)
        .map(|file| Placed { path: file.path.clone(), digest: Digest([3; 32]), bytes: 4 })
        .collect();
    catalogue.page_settled(page_id(n), &placed, NOW).unwrap();
    catalogue.files_left(page_id(n)).unwrap();
}

#[test]
fn a_capture_is_recorded_once_whatever_its_bytes() {
    let Kept { catalogue, .. } = &kept();
    let first = catalogue.record_capture(&capture(0, 1), NOW).unwrap();
    let again = NewCapture { id: CaptureId::from_random(999), page: page_id(999), ..capture(0, 1) };
    assert_eq!(catalogue.record_capture(&again, NOW).unwrap(), first, "the same capture again is the same capture");
    let other = NewCapture { digest: Digest([2; 32]), ..again };
    assert!(matches!(catalogue.record_capture(&other, NOW), Err(CatalogueError::Refused { .. })));
    catalogue.record_capture(&capture(1, 1), NOW).unwrap();
    assert_eq!(catalogue.captures_in(batch_id()).unwrap(), 2, "equal bytes are two captures");
    assert_eq!(catalogue.same_bytes(page_id(0)).unwrap(), [page_id(1)], "and a possible duplicate");
}

#[test]
fn a_page_moves_only_along_the_arrows() {
    let Kept { catalogue, .. } = &kept();
    catalogue.record_capture(&capture(0, 1), NOW).unwrap();
    let early = catalogue.page_read(page_id(0), Digest([8; 32]), None, "", NOW);
    assert!(matches!(early, Err(CatalogueError::Transition { .. })), "{early:?}");
    assert_eq!(catalogue.page(page_id(0)).unwrap().state, PageState::Received, "a refused step leaves nothing behind");
    assert_eq!(catalogue.events_of_page(page_id(0)).unwrap().len(), 1);
}

#[test]
fn a_place_is_planned_settled_and_left_again() {
    let Kept { catalogue, .. } = &kept();
    read_page(catalogue, 0, "");
    let filing = fate(0, PageEvent::Place, place("a"));
    catalogue.decide(Action::Assign, std::slice::from_ref(&filing), None, "", NOW).unwrap();
    assert_eq!(catalogue.unsettled_pages().unwrap(), [page_id(0)]);
    assert!(catalogue.dirty_bags().unwrap().is_empty(), "a bag is not sealed while a page is on its way into it");
    settle(catalogue, 0);
    let page = catalogue.page(page_id(0)).unwrap();
    assert_eq!(page.state, PageState::Filed);
    assert!(page.location.ends_with("_originals/a.png"), "{}", page.location);
    assert_eq!(catalogue.dirty_bags().unwrap().len(), 1);
    let tag = TagFile { path: "Pupils/x.json".into(), bag: None, digest: Digest([1; 32]), bytes: 1 };
    catalogue.bag_sealed("Pupils/Okafor (000007)/2026-27", std::slice::from_ref(&tag)).unwrap();
    catalogue.bag_sealed("Pupils/Okafor (000007)/2026-27", &[tag]).unwrap();
    assert!(catalogue.dirty_bags().unwrap().is_empty());
    assert_eq!(catalogue.all_files().unwrap().len(), 3);
}

#[test]
fn a_page_on_its_way_takes_no_second_decision() {
    let Kept { catalogue, .. } = &kept();
    read_page(catalogue, 0, "");
    let filing = fate(0, PageEvent::Place, place("a"));
    catalogue.decide(Action::Assign, std::slice::from_ref(&filing), None, "", NOW).unwrap();
    let recall = fate(0, PageEvent::Recall, place("b"));
    assert!(catalogue.decide(Action::Assign, &[recall], None, "", NOW).is_err());
    assert_eq!(catalogue.page(page_id(0)).unwrap().state, PageState::Filing);
}

#[test]
fn a_decision_is_undone_once() {
    let Kept { catalogue, .. } = &kept();
    read_page(catalogue, 0, "");
    let id = catalogue.decide(Action::Assign, &[fate(0, PageEvent::Place, place("a"))], None, "", NOW).unwrap();
    settle(catalogue, 0);
    let back = Ownership { pupil: None, reason: Some("no-cover".into()), ..fate(0, PageEvent::Recall, place("b")) };
    catalogue.undo(id, std::slice::from_ref(&back), NOW).unwrap();
    assert!(catalogue.undo(id, &[back], NOW).is_err());
    let page = catalogue.page(page_id(0)).unwrap();
    assert_eq!((page.state, page.pupil, page.reason.as_deref()), (PageState::Held, None, Some("no-cover")));
}

#[test]
fn events_are_never_changed() {
    let kept = kept();
    let raw = rusqlite::Connection::open(kept.folder.path().join("catalogue.db")).unwrap();
    for tampering in ["UPDATE event SET kind = 'x'", "DELETE FROM event"] {
        assert!(raw.execute(tampering, []).is_err(), "{tampering}");
    }
    assert!(kept.catalogue.check().unwrap().is_empty());
}

#[test]
fn a_newer_schema_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("catalogue.db");
    drop(Catalogue::open(&path).unwrap());
    rusqlite::Connection::open(&path).unwrap().pragma_update(None, "user_version", 99).unwrap();
    assert!(matches!(Catalogue::open(&path), Err(CatalogueError::Newer { found: 99, .. })));
}

#[test]
fn words_are_found_folded_by_their_beginning_and_never_as_syntax() {
    let Kept { catalogue, .. } = &kept();
    read_page(catalogue, 0, "Les élèves lisent\nthree quarters of a pizza");
    catalogue.decide(Action::Assign, &[fate(0, PageEvent::Place, place("a"))], None, "", NOW).unwrap();
    let hits = |words: &str| {
        let query = Query { words: words.into(), limit: 10, ..Query::default() };
        catalogue.search(&query).unwrap().len()
    };
    for found in ["eleves", "quart", "\"three quarters\"", "pizza three"] {
        assert_eq!(hits(found), 1, "{found}");
    }
    for not_found in ["\"quarters three\"", "elephant", "", "\"", "pizza NOT three", "* OR NEAR(", "pizza elephant"] {
        assert_eq!(hits(not_found), 0, "{not_found}");
    }
}

#[test]
fn a_batch_ends_once_and_is_understood_once() {
    let Kept { catalogue, .. } = &kept();
    let understanding =
        Understanding { batch: batch_id(), runs: vec![], pieces: vec![], pages: vec![], alarms: "[]".into() };
    assert!(catalogue.understand(&understanding, NOW).is_err(), "it has not ended");
    catalogue.interrupt_batch(batch_id(), "a jam", NOW).unwrap();
    assert_eq!(catalogue.batch(batch_id()).unwrap().trouble.as_deref(), Some("a jam"));
    catalogue.continue_batch(batch_id(), NOW).unwrap();
    catalogue.end_batch(batch_id(), BatchEnd::Normal, NOW).unwrap();
    assert!(catalogue.end_batch(batch_id(), BatchEnd::Normal, NOW).is_err());
    catalogue.understand(&understanding, NOW).unwrap();
    assert!(catalogue.understand(&understanding, NOW).is_err());
}

#[test]
fn an_understanding_that_fails_leaves_nothing_behind() {
    let Kept { catalogue, .. } = &kept();
    read_page(catalogue, 0, "");
    catalogue.end_batch(batch_id(), BatchEnd::Normal, NOW).unwrap();
    let run = RunRow {
        number: 0,
        opening: "x".into(),
        closing: "y".into(),
        pupil: None,
        suggestion: None,
        verdict: "hold".into(),
        reason: None,
    };
    let piece = PieceRow {
        id: PieceId::from_random(1),
        pupil: pupil_id(),
        year: "2026-27".into(),
        subject: String::new(),
        title: String::new(),
        work_date: "2026-11-21".into(),
        batch: batch_id(),
        run: 0,
        folder: "f".into(),
    };
    let twice = fate(0, PageEvent::Place, place("a"));
    let understanding = Understanding {
        batch: batch_id(),
        runs: vec![run],
        pieces: vec![piece],
        pages: vec![twice.clone(), twice],
        alarms: "[]".into(),
    };
    assert!(catalogue.understand(&understanding, NOW).is_err());
    assert!(catalogue.runs_in(batch_id()).unwrap().is_empty());
    assert!(catalogue.pieces_of(pupil_id()).unwrap().is_empty());
    assert_eq!(catalogue.batch(batch_id()).unwrap().state, BatchState::Ended);
    assert_eq!(catalogue.page(page_id(0)).unwrap().state, PageState::Read);
}
