//! What is deleted is neither found nor in the file.

use super::*;

/// Whether the bytes are anywhere in the catalogue's files, after the journal went into the database.
fn is_in_files(kept: &Kept, what: &str) -> bool {
    let connection = rusqlite::Connection::open(kept.database()).unwrap();
    let busy: i64 = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0)).unwrap();
    assert_eq!(busy, 0);
    ["catalogue.db", "catalogue.db-wal"].iter().any(|name| {
        let bytes = std::fs::read(kept.folder.path().join(name)).unwrap();
        bytes.windows(what.len()).any(|window| window == what.as_bytes())
    })
}

fn with_a_unique_word() -> Kept {
    let kept = Kept::new();
    for n in 1..40 {
        let text = format!("{} wombat number{n}", if n == 20 { "zyxwaquorn" } else { "ordinary" });
        kept.read(n, text.as_str().into());
    }
    kept.read(50, PageText { words: "", guessed: "zyxwaquorm" });
    kept
}

#[test]
fn a_text_taken_out_is_gone_from_the_file() {
    let kept = with_a_unique_word();
    assert_eq!(kept.pages("zyxwaquorn"), [20, 50], "one exactly, one by a slip");
    assert!(is_in_files(&kept, "zyxwaquorn"));
    kept.catalogue.remove_text(page(20)).unwrap();
    kept.catalogue.remove_text(page(50)).unwrap();
    assert!(kept.pages("zyxwaquorn").is_empty());
    // The index keeps words by what they have in common: the end alone would give it away too.
    for part in ["zyxw", "aquorn", "aquorm", "waquo", "zyx"] {
        assert!(!is_in_files(&kept, part), "{part}");
    }
    assert_eq!(kept.pages("wombat").len(), 20, "no more than was meant is gone");
    assert_eq!(kept.search(&Query { words: "wombat".into(), ..asked() }).total.count, 38);
    assert!(kept.catalogue.check().unwrap().is_empty());
}

#[test]
fn a_page_that_is_deleted_takes_its_words_along() {
    let kept = with_a_unique_word();
    let placed = Placed { path: "originals/20.png".into(), digest: Digest([3; 32]), bytes: 4 };
    kept.catalogue.page_settled(page(20), &[placed], NOW).unwrap();
    kept.fate(20, &[], PageEvent::Condemn);
    assert!(kept.pages("\"zyxwaquorn\"").is_empty());
    kept.fate(20, &[], PageEvent::Vanish);
    kept.catalogue.remove_text(page(50)).unwrap();
    assert!(!is_in_files(&kept, "zyxw"));
}

#[test]
fn a_text_put_in_again_takes_the_place_of_what_was_there() {
    let kept = with_a_unique_word();
    kept.catalogue.remove_text(page(50)).unwrap();
    kept.catalogue.put_text(page(20), "another wombat".into()).unwrap();
    assert!(kept.pages("zyxwaquorn").is_empty());
    assert_eq!(kept.pages("another"), [20]);
    assert!(!is_in_files(&kept, "zyxw"));
    kept.catalogue.put_text(page(20), "".into()).unwrap();
    assert!(kept.pages("another").is_empty());
    assert!(matches!(kept.catalogue.put_text(page(77), "x".into()), Err(CatalogueError::NotFound { .. })));
}

#[test]
fn a_word_that_another_page_has_is_still_found_by_a_slip() {
    let kept = Kept::new();
    kept.read(1, "volcano".into());
    kept.read(2, "volcano".into());
    kept.catalogue.remove_text(page(1)).unwrap();
    assert_eq!(kept.pages("volcamo"), [2]);
    kept.catalogue.remove_text(page(2)).unwrap();
    assert!(kept.pages("volcamo").is_empty());
}
