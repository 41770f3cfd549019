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

pub(crate) struct Kept {
    pub(crate) catalogue: Catalogue,
    folder: TempDir,
}

pub(crate) const NOW: Timestamp = Timestamp::UNIX_EPOCH;

fn batch_id() -> BatchId {
    BatchId::from_random(1)
}

pub(crate) fn page_id(n: u64) -> PageId {
    PageId::from_random(n)
}

pub(crate) fn pupil_id() -> PupilId {
    PupilId::from_random(7)
}

pub(crate) fn kept() -> Kept {
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
        scene: Scene::UNSAID,
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
        paper_mm: Some((210, 297)),
        moment: None,
        own_codes: vec![],
        derivative: Digest([9; 32]),
        notes: Digest([8; 32]),
        parts: 1,
        warnings: vec![],
    }
}

pub(crate) fn read_page(catalogue: &Catalogue, n: u32, text: &str) {
    catalogue.record_capture(&capture(n, n as u8), NOW).unwrap();
    catalogue.page_prepared(page_id(u64::from(n)), &findings(), NOW).unwrap();
    catalogue.page_read(page_id(u64::from(n)), Digest([8; 32]), None, text, NOW).unwrap();
}

#[test]
fn a_stack_lies_as_its_covers_lay_unless_they_disagree() {
    let kept = kept();
    let c = &kept.catalogue;
    let prepared = |n: u32, turn: Turn, codes: Vec<SeenCode>| {
        c.record_capture(&capture(n, n as u8), NOW).unwrap();
        c.page_prepared(page_id(u64::from(n)), &Findings { codes, turn, ..findings() }, NOW).unwrap();
        c.page(page_id(u64::from(n))).unwrap()
    };
    let code = || SeenCode {
        school: "1".into(),
        kind: scantrail_core::sheet::SheetKind::Cover,
        sheet: scantrail_core::ids::SheetId::from_random(1),
        place: "Middle".into(),
    };
    let first = prepared(1, Turn::Half, vec![code()]);
    assert_eq!(c.common_turn_before(&first).unwrap(), None, "nothing came before it");
    let second = prepared(2, Turn::None, vec![]);
    assert_eq!(c.common_turn_before(&second).unwrap(), Some(Turn::Half));
    let third = prepared(3, Turn::None, vec![code()]);
    assert_eq!(c.common_turn_before(&third).unwrap(), Some(Turn::Half), "what has no code says nothing");
    let fourth = prepared(4, Turn::None, vec![]);
    assert_eq!(c.common_turn_before(&fourth).unwrap(), None, "the covers disagree");
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
        events: vec![event],
        owners: vec![PageOwner { pupil: pupil_id(), piece: None }],
        identified: Some("person".into()),
        reason: None,
        place: Some(place),
    }
}

/// What a batch is when only these pages change.
fn changed(fates: &[Ownership]) -> [Understanding; 1] {
    let (runs, pieces, alarms) = (vec![], vec![], "[]".into());
    [Understanding { batch: batch_id(), runs, pieces, pages: fates.to_vec(), alarms }]
}

fn decision(pages: &[u64]) -> NewDecision {
    NewDecision {
        kind: "assign".into(),
        batch: Some(batch_id()),
        sheet: None,
        words: "[]".into(),
        reason: String::new(),
        pages: pages.iter().map(|n| page_id(*n)).collect(),
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
    catalogue.decide(&decision(&[0]), &changed(std::slice::from_ref(&filing)), NOW).unwrap();
    assert_eq!(catalogue.unsettled_pages().unwrap(), [page_id(0)]);
    assert!(catalogue.dirty_bags().unwrap().is_empty(), "a bag is not sealed while a page is on its way into it");
    settle(catalogue, 0);
    let page = catalogue.page(page_id(0)).unwrap();
    assert_eq!(page.state, PageState::Filed);
    assert!(page.location.ends_with("_originals/a.png"), "{}", page.location);
    let dirty = catalogue.dirty_bags().unwrap();
    assert_eq!(dirty.len(), 1);
    let marks = dirty[0].marks;
    let tag = TagFile { path: "Pupils/x.json".into(), bag: None, digest: Digest([1; 32]), bytes: 1 };
    catalogue.bag_sealed(&dirty[0].path, marks - 1, std::slice::from_ref(&tag)).unwrap();
    assert_eq!(catalogue.dirty_bags().unwrap(), dirty, "what was marked while it was sealed is sealed again");
    catalogue.bag_sealed(&dirty[0].path, marks, std::slice::from_ref(&tag)).unwrap();
    catalogue.bag_sealed(&dirty[0].path, marks, &[tag]).unwrap();
    assert!(catalogue.dirty_bags().unwrap().is_empty());
    assert_eq!(catalogue.all_files().unwrap().len(), 3);
}

#[test]
fn a_page_on_its_way_takes_no_second_decision() {
    let Kept { catalogue, .. } = &kept();
    read_page(catalogue, 0, "");
    let filing = fate(0, PageEvent::Place, place("a"));
    catalogue.decide(&decision(&[0]), &changed(std::slice::from_ref(&filing)), NOW).unwrap();
    let recall = fate(0, PageEvent::Recall, place("b"));
    assert!(catalogue.decide(&decision(&[0]), &changed(&[recall]), NOW).is_err());
    assert_eq!(catalogue.page(page_id(0)).unwrap().state, PageState::Filing);
}

#[test]
fn a_decision_is_undone_once() {
    let Kept { catalogue, .. } = &kept();
    read_page(catalogue, 0, "");
    let id = catalogue.decide(&decision(&[0]), &changed(&[fate(0, PageEvent::Place, place("a"))]), NOW).unwrap();
    settle(catalogue, 0);
    let back = Ownership { owners: vec![], reason: Some("no-cover".into()), ..fate(0, PageEvent::Recall, place("b")) };
    catalogue.undo(id, &changed(std::slice::from_ref(&back)), NOW).unwrap();
    assert!(catalogue.undo(id, &changed(&[back]), NOW).is_err());
    let page = catalogue.page(page_id(0)).unwrap();
    assert_eq!((page.state, page.pupil(), page.reason.as_deref()), (PageState::Held, None, Some("no-cover")));
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
    catalogue.decide(&decision(&[0]), &changed(&[fate(0, PageEvent::Place, place("a"))]), NOW).unwrap();
    let hits = |words: &str| {
        let query = Query { words: words.into(), limit: 10, ..Query::default() };
        catalogue.search(&query).unwrap().hits.len()
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
    assert!(catalogue.understand(&understanding, "{}", NOW).is_err(), "it has not ended");
    catalogue.interrupt_batch(batch_id(), "a jam", NOW).unwrap();
    assert_eq!(catalogue.batch(batch_id()).unwrap().trouble.as_deref(), Some("a jam"));
    catalogue.continue_batch(batch_id(), NOW).unwrap();
    catalogue.end_batch(batch_id(), BatchEnd::Normal, NOW).unwrap();
    assert!(catalogue.end_batch(batch_id(), BatchEnd::Normal, NOW).is_err());
    catalogue.understand(&understanding, "{}", NOW).unwrap();
    assert!(catalogue.understand(&understanding, "{}", NOW).is_err());
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
        candidates: vec![pupil_id()],
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
        anchor: page_id(0),
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
    assert!(catalogue.understand(&understanding, "{}", NOW).is_err());
    assert!(catalogue.runs_in(batch_id()).unwrap().is_empty());
    assert!(catalogue.pieces_of(pupil_id()).unwrap().is_empty());
    assert_eq!(catalogue.batch(batch_id()).unwrap().state, BatchState::Ended);
    assert_eq!(catalogue.page(page_id(0)).unwrap().state, PageState::Read);
}

#[test]
fn a_page_that_stays_where_it_is_keeps_its_files_and_gets_a_new_record() {
    let Kept { catalogue, .. } = &kept();
    read_page(catalogue, 0, "");
    catalogue.decide(&decision(&[0]), &changed(&[fate(0, PageEvent::Place, place("a"))]), NOW).unwrap();
    settle(catalogue, 0);
    catalogue.decide(&decision(&[0]), &changed(&[fate(0, PageEvent::Move, place("a"))]), NOW).unwrap();
    let states: Vec<(FileRole, FileState)> =
        catalogue.files_of(page_id(0)).unwrap().iter().map(|file| (file.role, file.state)).collect();
    assert_eq!(states, [(FileRole::Original, FileState::Present), (FileRole::Sidecar, FileState::Planned)]);
    settle(catalogue, 0);
    let page = catalogue.page(page_id(0)).unwrap();
    assert_eq!(page.state, PageState::Filed);
    assert!(page.location.ends_with("_originals/a.png"));
}

#[test]
fn decisions_are_told_with_their_pages_and_once_undone_no_longer_stand() {
    let Kept { catalogue, .. } = &kept();
    read_page(catalogue, 1, "");
    read_page(catalogue, 0, "");
    let id = catalogue.decide(&decision(&[0, 1]), &[], NOW).unwrap();
    assert_eq!(catalogue.decision(id).unwrap().pages, [page_id(1), page_id(0)], "in the order in which they came");
    assert_eq!(catalogue.standing_decisions(batch_id()).unwrap().len(), 1);
    catalogue.undo(id, &[], NOW).unwrap();
    assert!(catalogue.standing_decisions(batch_id()).unwrap().is_empty());
    assert_eq!(catalogue.decisions_about(page_id(0)).unwrap().len(), 1, "but it is not forgotten");
}

/// The catalogue as the first version wrote it, with a page filed by a cover and two that a person decided about.
#[test]
fn a_catalogue_of_the_first_version_is_brought_up_to_date() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("catalogue.db");
    let old = rusqlite::Connection::open(&path).unwrap();
    old.execute_batch(include_str!("schema.sql")).unwrap();
    old.execute_batch(
        "INSERT INTO pupil VALUES ('000007', 'Okafor', '', '4B', '', '', '', '', NULL, 'current', 'Okafor (000007)');
         INSERT INTO batch (id, source_kind, source, flow, sides, state, opened_at, class, subject, title, work_date)
            VALUES ('00000001', 'feeder', 't', 'stack', 'one', 'understood', '1970-01-01T00:00:00Z', '', '', '', '2026-11-21');
         INSERT INTO piece VALUES ('00000009', '000007', '2026-27', '', '', '2026-11-21', '00000001', 0, 'f');
         INSERT INTO run VALUES ('00000001', 0, 'x', 'y', NULL, '000007', 'hold', 'no-cover');",
    )
    .unwrap();
    for n in 0..3_u32 {
        let digest = Digest([n as u8; 32]);
        old.execute(
            "INSERT INTO capture (id, batch, sequence, side, media, digest, bytes, received_at, location)
             VALUES (?1, '00000001', ?2, 'single', 'png', ?3, 1, '1970-01-01T00:00:00Z', ?1)",
            rusqlite::params![CaptureId::from_random(u64::from(n)).to_string(), n, digest.to_string()],
        )
        .unwrap();
        old.execute(
            "INSERT INTO page (id, capture, batch, state, pupil, piece, position)
             VALUES (?1, ?2, '00000001', ?3, ?4, ?5, ?6)",
            rusqlite::params![
                page_id(u64::from(n)).to_string(),
                CaptureId::from_random(u64::from(n)).to_string(),
                if n < 2 { "filed" } else { "discarded" },
                (n < 2).then_some("000007"),
                (n < 2).then_some("00000009"),
                (n < 2).then_some(n + 1)
            ],
        )
        .unwrap();
    }
    old.execute_batch(
        "INSERT INTO decision (id, at, page, action, pupil, reason, before, together) VALUES
            (1, '1970-01-01T00:00:00Z', '00000000', 'assign', '000007', 'mine', 'no-cover', NULL),
            (2, '1970-01-01T00:00:00Z', '00000001', 'assign', '000007', 'mine', 'no-cover', 1),
            (3, '1970-01-01T00:00:00Z', '00000002', 'discard', NULL, 'a shopping list', 'no-cover', NULL);
         PRAGMA user_version = 1;",
    )
    .unwrap();
    drop(old);
    let catalogue = Catalogue::open(&path).unwrap();
    let page = catalogue.page(page_id(1)).unwrap();
    assert_eq!((page.pupil(), page.position()), (Some(pupil_id()), Some(2)));
    assert_eq!(catalogue.pieces_of(pupil_id()).unwrap()[0].anchor, page_id(0));
    assert_eq!(catalogue.runs_in(batch_id()).unwrap()[0].candidates, [pupil_id()]);
    let standing = catalogue.standing_decisions(batch_id()).unwrap();
    let told: Vec<(i64, &str, usize)> = standing.iter().map(|d| (d.id, d.words.as_str(), d.pages.len())).collect();
    assert_eq!(
        told,
        [
            (1, r#"[{"say":"theirs","pages":["00000000","00000001"],"pupils":["000007"]}]"#, 2),
            (3, r#"[{"say":"nobodys","pages":["00000002"]}]"#, 1),
        ]
    );
    assert!(catalogue.check().unwrap().is_empty());
}

#[test]
fn whoever_stands_at_a_machine_comes_before_what_dropped_into_a_folder() {
    let kept = kept();
    let c = &kept.catalogue;
    let dropped = BatchId::from_random(2);
    let batch = NewBatch {
        id: dropped,
        source_kind: SourceKind::Folder,
        source: "drop".into(),
        flow: Flow::Pictures,
        sides: Sides::One,
        scene: Scene::UNSAID,
        context: BatchContext { work_date: "2026-11-21".into(), ..BatchContext::default() },
    };
    c.open_batch(&batch, NOW).unwrap();
    // The photos came first.
    for n in [0, 1] {
        c.record_capture(&NewCapture { batch: dropped, ..capture(n, n as u8) }, NOW).unwrap();
    }
    for n in [2, 3] {
        c.record_capture(&capture(n, n as u8), NOW).unwrap();
    }
    let order = |stage| c.pages_waiting_for(stage, 9).unwrap().into_iter().map(|page| page.id).collect::<Vec<_>>();
    assert_eq!(order(Stage::Look), [2, 3, 0, 1].map(page_id));
    assert_eq!(c.pages_waiting_for(Stage::Look, 1).unwrap().len(), 1);
    for n in [0, 3] {
        c.page_prepared(page_id(n), &findings(), NOW).unwrap();
    }
    assert_eq!((order(Stage::Look), order(Stage::Read)), ([2, 1].map(page_id).into(), [3, 0].map(page_id).into()));
    c.page_read(page_id(3), Digest([8; 32]), None, "words", NOW).unwrap();
    assert_eq!(c.queue().unwrap(), Queue { look: 2, read: 1, understand: 1, file: 0 });
}

#[test]
fn whoever_looks_for_pages_in_a_state_does_not_go_through_all() {
    let folder = tempfile::tempdir().unwrap();
    let catalogue = Catalogue::open(&folder.path().join("catalogue.db")).unwrap();
    for states in ["'held'", "'deleting'", "'received', 'identified'"] {
        let tail = format!("WHERE {} ORDER BY +page.number", crate::pages::in_states(states));
        let plan: Vec<String> = catalogue
            .read(|c| {
                let mut statement = c.prepare(&format!("EXPLAIN QUERY PLAN SELECT page.id FROM page {tail}")).unwrap();
                let rows = statement.query_map([], |row| row.get::<_, String>(3)).unwrap();
                Ok(rows.map(Result::unwrap).collect())
            })
            .unwrap();
        assert!(plan.iter().any(|step| step.contains("page_by_state (state=?)")), "{states}: {plan:?}");
    }
}
