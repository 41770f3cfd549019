//! A catalogue whose index is of an older make.

use super::*;
use rusqlite::{Connection, params};

/// A catalogue as version 3 made it: two pages with words, one without.
fn of_version_3(path: &std::path::Path) {
    let old = Connection::open(path).unwrap();
    old.execute_batch("PRAGMA journal_mode = WAL; PRAGMA secure_delete = ON;").unwrap();
    for step in &crate::migrations::STEPS[..3] {
        old.execute_batch(step).unwrap();
    }
    old.execute_batch(
        "PRAGMA user_version = 3;
         INSERT INTO batch (id, source_kind, source, flow, sides, state, opened_at, class, subject, title, work_date)
         VALUES ('00000001', 'feeder', 't', 'stack', 'one', 'understood', '1970-01-01T00:00:00Z', '', '', '', '2026-11-21')",
    )
    .unwrap();
    for (n, text) in [(1, "an old castlequx"), (2, ""), (3, "a new house")] {
        let (capture, id) = (CaptureId::from_random(n).to_string(), page(n).to_string());
        old.execute(
            "INSERT INTO capture (id, batch, sequence, side, media, digest, bytes, received_at, location)
             VALUES (?1, '00000001', ?2, 'single', 'png', '', 1, '1970-01-01T00:00:00Z', ?1)",
            params![capture, n as i64],
        )
        .unwrap();
        old.execute(
            "INSERT INTO page (number, id, capture, batch, state) VALUES (?1, ?2, ?3, '00000001', 'filed')",
            params![n as i64, id, capture],
        )
        .unwrap();
        if !text.is_empty() {
            old.execute("INSERT INTO page_text (rowid, words) VALUES (?1, ?2)", params![n as i64, text]).unwrap();
        }
    }
}

#[test]
fn pages_of_an_older_catalogue_are_put_in_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("catalogue.db");
    of_version_3(&path);
    drop(Catalogue::open(&path).unwrap());
    let kept = Kept { catalogue: Catalogue::open(&path).unwrap(), folder };
    let due = |limit| kept.catalogue.pages_to_index(limit).unwrap();
    assert_eq!(due(9), [page(3), page(1)], "those that had words, whenever it is opened");
    assert_eq!(due(1), [page(3)]);
    assert!(kept.pages("castlequx").is_empty());
    kept.catalogue.put_text(page(1), "an old castlequx".into()).unwrap();
    assert_eq!(due(9), [page(3)]);
    assert_eq!(kept.pages("castlequx"), [1]);
    kept.catalogue.put_text(page(3), "".into()).unwrap();
    assert!(due(9).is_empty(), "a record without words is done too");
    assert!(kept.catalogue.check().unwrap().is_empty());
}

#[test]
fn nothing_of_the_older_index_stays_in_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("catalogue.db");
    of_version_3(&path);
    let catalogue = Catalogue::open(&path).unwrap();
    drop(catalogue);
    let bytes = std::fs::read(&path).unwrap();
    assert!(!bytes.windows(6).any(|window| window == b"stlequ"));
}
