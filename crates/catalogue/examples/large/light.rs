//! The lighter way to many pages: rows written straight into the tables, a thousand pages at once. Captures, pages, pieces,
//! owners, words, bags, files and events are there; codes, runs and the ledger's leaves are not.

use crate::text::{Language, Random};
use crate::{CONTENTS, IN_A_BATCH, OF_A_PUPIL, PUPILS, SUBJECTS, Spent, WORDS, now, page, pupil};
use rusqlite::{Connection, Transaction, params};
use scantrail_core::ids::{BatchId, CaptureId, PieceId};
use std::path::Path;

const AT_ONCE: u64 = 1000;
/// What happens to a page until it is filed.
const EVENTS: [&str; 5] = ["captured", "prepared", "read", "identified", "filed"];

/// Fills the catalogue at `path`, whose pupils are enrolled.
pub(crate) fn fill(
    path: &Path,
    pages: u64,
    language: &Language,
    random: &mut Random,
) -> Result<(), Box<dyn std::error::Error>> {
    let mut c = Connection::open(path)?;
    c.execute_batch("PRAGMA synchronous = OFF; PRAGMA cache_size = -65536;")?;
    let mut spent = Spent::begin(pages);
    for first in (0..pages).step_by(AT_ONCE as usize) {
        let texts: Vec<String> = (0..AT_ONCE).map(|_| language.page(WORDS, random).replace('\n', " ")).collect();
        let start = now();
        let tx = c.transaction()?;
        for (n, text) in (first..).zip(&texts) {
            one(&tx, n, text.trim_end())?;
        }
        tx.commit()?;
        spent.told(start.elapsed(), first + AT_ONCE);
    }
    Ok(())
}

fn one(tx: &Transaction<'_>, n: u64, text: &str) -> rusqlite::Result<()> {
    let (number, place) = (n / IN_A_BATCH, n % IN_A_BATCH);
    let batch = BatchId::from_random(number + 1).to_string();
    let capture = CaptureId::from_random(n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 8).to_string();
    let piece = PieceId::from_random(n / OF_A_PUPIL * OF_A_PUPIL + 1).to_string();
    let owner = pupil((number * 30 + place / OF_A_PUPIL) % PUPILS).to_string();
    let (id, subject) = (page(n).to_string(), SUBJECTS[number as usize % SUBJECTS.len()]);
    let date = format!("20{:02}-{:02}-{:02}", 10 + number / 3000 % 16, 1 + number / 250 % 12, 1 + number / 10 % 28);
    let run = |sql: &str, values: &[&dyn rusqlite::ToSql]| tx.prepare_cached(sql)?.execute(values);
    if place == 0 {
        run(
            "INSERT INTO batch (id, source_kind, source, flow, sides, state, opened_at, class, subject, title, work_date)
             VALUES (?1, 'feeder', 'large', 'stack', 'one', 'understood', '1970-01-01T00:00:00Z', '', ?2, '', ?3)",
            params![batch, subject, date],
        )?;
    }
    run(
        "INSERT INTO capture (id, batch, sequence, side, media, digest, bytes, received_at, location)
         VALUES (?1, ?2, ?3, 'single', 'jpg', ?4, 1400000, '1970-01-01T00:00:00Z', ?1)",
        params![capture, batch, place as i64, format!("{n:064x}")],
    )?;
    run(
        "INSERT INTO page (id, capture, batch, state, look, content, turn, derivative, reading, run, role, identified)
         VALUES (?1, ?2, ?3, 'filed', 'page', ?4, 0, ?5, ?5, 0, 'work', 'cover')",
        params![id, capture, batch, CONTENTS[n as usize % CONTENTS.len()].word(), format!("{n:064x}")],
    )?;
    let rowid = tx.last_insert_rowid();
    if place % OF_A_PUPIL == 0 {
        run(
            "INSERT INTO piece (id, pupil, year, subject, title, work_date, batch, folder, anchor)
             VALUES (?1, ?2, '2026-27', ?3, 'Work', ?4, ?5, 'f', ?6)",
            params![piece, owner, subject, date, batch, id],
        )?;
    }
    run(
        "INSERT INTO owner (page, pupil, piece, position) VALUES (?1, ?2, ?3, ?4)",
        params![id, owner, piece, (place % OF_A_PUPIL) as i64 + 1],
    )?;
    let year = format!("Pupils/{}/2026-27", crate::folder_of((number * 30 + place / OF_A_PUPIL) % PUPILS));
    run("INSERT OR IGNORE INTO bag (path, pupil, year, dirty) VALUES (?1, ?2, '2026-27', 0)", params![year, owner])?;
    for (role, path) in [
        ("original", format!("{year}/data/_originals/{id}.jpg")),
        ("page", format!("{year}/data/Work/{id}.pdf")),
        ("sidecar", format!("{year}/audit/pages/{id}.json")),
    ] {
        run(
            "INSERT INTO file (path, page, bag, role, state, digest, bytes) VALUES (?1, ?2, ?3, ?4, 'present', ?5, 100)",
            params![path, id, year, role, format!("{n:064x}")],
        )?;
    }
    for kind in EVENTS {
        run(
            "INSERT INTO event (at, kind, batch, page, pupil, data) VALUES ('1970-01-01T00:00:00Z', ?1, ?2, ?3, ?4, '{}')",
            params![kind, batch, id, owner],
        )?;
    }
    let (words, guessed) = if n.is_multiple_of(5) { ("", text) } else { (text, "") };
    run("INSERT INTO page_text (rowid, words, guessed) VALUES (?1, ?2, ?3)", params![rowid, words, guessed])?;
    for word in text.split(' ').filter(|word| word.len() > 2) {
        run("INSERT OR IGNORE INTO term (word) VALUES (?1)", params![word])?;
    }
    Ok(())
}
