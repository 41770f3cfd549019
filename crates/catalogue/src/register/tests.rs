//! What is dumped builds the same catalogue; what changes is marked.

use super::tables::{KEPT, TOLD_ELSEWHERE, rows_of};
use super::{Builder, dump};
use crate::*;
use rusqlite::Connection;
use scantrail_core::evidence::{BatchEnd, Look};
use scantrail_core::ids::{BatchId, CaptureId, PageId, PupilId, SheetId};
use scantrail_core::jiff::Timestamp;
use scantrail_core::roster::{Pupil, PupilDetails, Standing};
use scantrail_core::sheet::SheetKind;
use scantrail_core::units::{Angle, Digest, Turn};
use scantrail_core::vocabulary::{Content, Flow, Media, Side, SourceKind};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

fn tables(c: &Connection) -> BTreeSet<String> {
    let sql = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'
               AND name NOT LIKE 'page_text_%'";
    let mut statement = c.prepare(sql).unwrap();
    statement.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
}

#[test]
fn every_table_has_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("c.db");
    drop(Catalogue::open(&path).unwrap());
    let found = tables(&Connection::open(&path).unwrap());
    let named: BTreeSet<String> =
        KEPT.iter().map(|kept| kept.table).chain(TOLD_ELSEWHERE.iter().copied()).map(str::to_owned).collect();
    assert_eq!(found, named);
    for kept in KEPT {
        let kinds = ["school", "decisions", "deletions", "handing-on", "sheets", "batches", "events", "checkpoints"];
        assert!(kinds.iter().any(|kind| rows_of(kept.table, kind).is_some()), "{} is in no part", kept.table);
    }
}

/// What each part says now.
fn texts(catalogue: &Catalogue) -> BTreeMap<String, String> {
    let parts = catalogue.register_parts().unwrap();
    parts.iter().filter_map(|p| Some((p.part.clone(), catalogue.register_text(&p.part).unwrap()?))).collect()
}

/// Writes what is due, and holds every part against what was written of it before.
struct Files(BTreeMap<String, String>);

impl Files {
    fn bring_up(&mut self, catalogue: &Catalogue, after: &str) {
        for part in catalogue.register_due(u32::MAX).unwrap() {
            let text = catalogue.register_text(&part.part).unwrap();
            let written = text.as_ref().map(|text| (Digest([1; 32]), text.len() as u64));
            catalogue.register_written(&part.part, part.marks, written).unwrap();
            match text {
                Some(text) => self.0.insert(part.part, text),
                None => self.0.remove(&part.part),
            };
        }
        assert_eq!(self.0, texts(catalogue), "after {after}");
        assert!(catalogue.register_due(9).unwrap().is_empty());
    }
}

fn rows(path: &Path) -> BTreeMap<String, String> {
    let c = Connection::open(path).unwrap();
    let all = KEPT.iter().map(|kept| {
        let (names, key) = dump::columns(&c, kept.table).unwrap();
        let values = names.iter().map(|name| format!("quote(\"{name}\")")).collect::<Vec<_>>().join(" || ',' || ");
        let sql = format!("SELECT {values} FROM {} ORDER BY {}", kept.table, key.join(", "));
        let mut statement = c.prepare(&sql).unwrap();
        let rows: Vec<String> = statement.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap();
        (kept.table.to_owned(), rows.join("\n"))
    });
    all.collect()
}

fn capture(batch: BatchId, n: u32) -> NewCapture {
    NewCapture {
        id: CaptureId::from_random(u64::from(n) + 100),
        page: PageId::from_random(u64::from(n)),
        batch,
        sequence: n,
        side: Side::Single,
        media: Media::Png,
        digest: Digest([n as u8; 32]),
        bytes: 9,
        resolution: None,
        suspicion: None,
        turn: None,
        settings: "{}".into(),
        location: format!(".trail/spool/{n}"),
    }
}

fn findings(sheet: SheetId) -> Findings {
    Findings {
        codes: vec![SeenCode { school: "ABC".into(), kind: SheetKind::Cover, sheet, place: "[]".into() }],
        look: Look::Page,
        content: Content::Text,
        turn: Turn::None,
        skew: Some(Angle::from_degrees(0.1 + 0.2)),
        suspicion: None,
        paper_mm: Some((210, 297)),
        moment: None,
        own_codes: vec![],
        derivative: Digest([9; 32]),
        notes: Digest([8; 32]),
        parts: 1,
        warnings: vec!["it's \"odd\"\nhere".into()],
    }
}

/// A catalogue with something of most kinds in it, brought up after every change.
fn lived(catalogue: &Catalogue) -> Files {
    let mut files = Files(BTreeMap::new());
    let pupil = PupilId::from_random(7);
    let sheet = SheetId::from_random(5);
    let batch = BatchId::from_random(1);
    catalogue.set_school(&School { name: "Zoë’s".into(), key: "ABC".into() }).unwrap();
    files.bring_up(catalogue, "the school");
    let details = PupilDetails { surname: "Okafor".into(), class: "4B".into(), ..PupilDetails::default() };
    let row = Pupil { id: pupil, details, standing: Standing::Current };
    catalogue.put_pupils(&[(row, "Okafor (000007)".into())], &[], NOW).unwrap();
    files.bring_up(catalogue, "a pupil");
    let context = BatchContext { work_date: "2026-11-21".into(), ..BatchContext::default() };
    let new = NewBatch {
        id: batch,
        source_kind: SourceKind::Feeder,
        source: "test".into(),
        flow: Flow::Stack,
        sides: Sides::One,
        scene: Scene::UNSAID,
        context,
    };
    catalogue.open_batch(&new, NOW).unwrap();
    files.bring_up(catalogue, "a batch");
    for n in 0..3 {
        catalogue.record_capture(&capture(batch, n), NOW).unwrap();
        catalogue.page_prepared(PageId::from_random(n.into()), &findings(sheet), NOW).unwrap();
        files.bring_up(catalogue, "a page");
        catalogue.page_read(PageId::from_random(n.into()), Digest([8; 32]), None, "words", NOW).unwrap();
    }
    catalogue.end_batch(batch, BatchEnd::Normal, NOW).unwrap();
    files.bring_up(catalogue, "its end");
    let decision = NewDecision {
        kind: "assign".into(),
        batch: Some(batch),
        sheet: None,
        words: "[]".into(),
        reason: "seen".into(),
        pages: vec![PageId::from_random(1)],
    };
    let id = catalogue.decide(&decision, &[], NOW).unwrap();
    catalogue.decide(&NewDecision { batch: None, ..decision }, &[], NOW).unwrap();
    files.bring_up(catalogue, "decisions");
    catalogue.undo(id, &[], NOW).unwrap();
    files.bring_up(catalogue, "an undone decision");
    files
}

#[test]
fn what_was_written_builds_the_same_rows() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (folder.path().join("first.db"), folder.path().join("second.db"));
    let catalogue = Catalogue::open(&first).unwrap();
    let files = lived(&catalogue);
    let names: Vec<&str> = files.0.keys().map(|part| part.split('/').next().unwrap()).collect();
    assert_eq!(names, ["batches", "checkpoints", "decisions", "events", "school"]);
    let mut builder = Builder::new(&second).unwrap();
    for text in files.0.values() {
        let loaded = builder.load(text).unwrap();
        assert_eq!(loaded.refused, Vec::<String>::new());
        assert_eq!(loaded.rows as usize, text.lines().count() - 1);
    }
    assert_eq!(builder.finish().unwrap(), Vec::<String>::new());
    drop(catalogue);
    assert_eq!(rows(&first), rows(&second));
    assert!(rows(&second)["page"].contains("0.30000000000000004"), "numbers come back as they were");
    let again = Catalogue::open(&second).unwrap();
    assert_eq!(texts(&again), files.0);
    assert_eq!(again.register_due(9).unwrap().len(), files.0.len(), "its files are written once more");
    assert_eq!(again.page(PageId::from_random(1)).unwrap().warnings, ["it's \"odd\"\nhere"]);
}

#[test]
fn other_hands_mark_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("c.db");
    let catalogue = Catalogue::open(&path).unwrap();
    let files = lived(&catalogue);
    Connection::open(&path).unwrap().execute("UPDATE page SET reason = 'x'", []).unwrap();
    assert!(catalogue.register_due(9).unwrap().is_empty());
    assert_ne!(texts(&catalogue), files.0);
}

#[test]
fn what_is_no_row_of_ours_is_refused_and_named() {
    let folder = tempfile::tempdir().unwrap();
    let head = format!("{{\"schema\":{}}}", crate::migrations::STEPS.len());
    let lines = [
        "no json",
        r#"{"table":"sqlite_master","name":"x"}"#,
        r#"{"table":"school","one":1,"name":"A","key":"ABC","more":1}"#,
        r#"{"table":"school","one":1,"name":["A"],"key":"ABC"}"#,
        r#"{"table":"school","one":2,"name":"A","key":"ABC"}"#,
        r#"{"table":"school","one":1,"name":"A","key":"ABC"}"#,
    ];
    let text = format!("{head}\n{}\n", lines.join("\n"));
    let mut builder = Builder::new(&folder.path().join("c.db")).unwrap();
    let loaded = builder.load(&text).unwrap();
    assert_eq!((loaded.rows, loaded.refused.len()), (1, 5));
    assert!(loaded.refused[0].starts_with("line 2:"), "{:?}", loaded.refused);
    assert!(matches!(builder.load("{}"), Err(CatalogueError::Corrupt { .. })));
    assert!(matches!(builder.load("{\"schema\":99}\n"), Err(CatalogueError::Newer { .. })));
    let page = r#"{"table":"code","page":"nobody","school":"A","kind":"cover","sheet":"s","place":"p"}"#;
    builder.load(&format!("{head}\n{page}\n")).unwrap();
    assert_eq!(builder.finish().unwrap(), ["1 rows of `code` name a `page` that is not there"]);
}
