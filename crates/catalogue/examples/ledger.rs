//! What the ledger costs: an event without a leaf, as the catalogue wrote it before there was a ledger, and with one.
//!
//! `cargo run --release -p scantrail-catalogue --example ledger -- --events 1000000 [--folder FOLDER]`
//!
//! A catalogue of the fifth schema is filled with events, eight to a page; opening it brings them into the ledger one by
//! one, as each new event is. Both go without waiting for the disk but at the end, so that the difference is what a leaf
//! takes of the processor. With `--folder` the catalogue stays, as that of a data folder: `scantrail init FOLDER` makes it
//! one, and `scantrail ledger checkpoint`, `verify` and `prove` can be timed on it.

use rusqlite::{Connection, params};
use scantrail_catalogue::Catalogue;
use scantrail_ledger::{Hash, proof};
use std::io::Write as _;
use std::path::PathBuf;
use std::time::Instant;

const STEPS: [&str; 6] = [
    include_str!("../src/schema.sql"),
    include_str!("../src/schema_2.sql"),
    include_str!("../src/schema_2_roster.sql"),
    include_str!("../src/schema_3.sql"),
    include_str!("../src/schema_4.sql"),
    include_str!("../src/schema_5.sql"),
];

/// What happens to a page until it waits for a person.
const KINDS: [&str; 8] = ["captured", "identified", "prepared", "read", "held", "noted", "noted", "noted"];

#[expect(clippy::disallowed_methods, reason = "it measures")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (mut events, mut folder) = (1_000_000_u64, None);
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        let value = arguments.next().ok_or_else(|| format!("{name} needs a value"))?;
        match name.as_str() {
            "--events" => events = value.parse()?,
            "--folder" => folder = Some(PathBuf::from(value)),
            _ => return Err(format!("there is no option {name}").into()),
        }
    }
    let scratch = tempfile::tempdir()?;
    let private = folder.as_deref().unwrap_or(scratch.path()).join(".trail");
    std::fs::create_dir_all(&private)?;
    let path = private.join("catalogue.db");
    let began = Instant::now();
    let took = fill(&path, events)?;
    say(&format!(
        "filling took {:.1} s; an event without a leaf {:.2} µs",
        began.elapsed().as_secs_f64(),
        took / events as f64
    ));
    let began = Instant::now();
    let catalogue = Catalogue::open(&path)?;
    let micros = began.elapsed().as_secs_f64() * 1e6 / events as f64;
    say(&format!("a leaf for each of {} events: {micros:.2} µs", catalogue.ledger_size()?));
    let size = catalogue.ledger_size()?;
    let began = Instant::now();
    let (root, path) = catalogue.look_at_ledger(|view| {
        let mut nodes = |level, place| Ok(view.node(level, place)?.unwrap_or(Hash([0; 32])));
        Ok((proof::root(&mut nodes, size)?, proof::inclusion(&mut nodes, size / 3, size)?))
    })?;
    let millis = began.elapsed().as_secs_f64() * 1e3;
    say(&format!("root and one inclusion proof: {millis:.2} ms; {} hashes; root {root}", path.len()));
    Ok(())
}

/// Gives the microseconds that the events took.
#[expect(clippy::disallowed_methods, reason = "it measures")]
fn fill(path: &std::path::Path, events: u64) -> Result<f64, Box<dyn std::error::Error>> {
    let mut old = Connection::open(path)?;
    old.execute_batch("PRAGMA journal_mode = WAL; PRAGMA secure_delete = ON;")?;
    for step in STEPS {
        old.execute_batch(step)?;
    }
    old.execute_batch(
        "PRAGMA user_version = 5; INSERT INTO school (one, name, key) VALUES (1, 'Hillside', '7QX');
         INSERT INTO batch (id, source_kind, source, flow, sides, state, opened_at, class, subject, title, work_date)
         VALUES ('00000001', 'feeder', 't', 'stack', 'one', 'understood', '2026-11-21T10:00:00Z', '', '', '', '2026-11-21')",
    )?;
    let tx = old.transaction()?;
    for n in 0..events.div_ceil(8) {
        let digest = format!("{n:064x}");
        let values = params![format!("{n:010}"), n as i64, digest];
        tx.prepare_cached(
            "INSERT INTO capture (id, batch, sequence, side, media, digest, bytes, received_at, location)
             VALUES (?1, '00000001', ?2, 'single', 'png', ?3, 1, '2026-11-21T10:00:00Z', ?1)",
        )?
        .execute(values)?;
        tx.prepare_cached("INSERT INTO page (id, capture, batch, state) VALUES (?1, ?2, '00000001', 'held')")?
            .execute(params![format!("{n:08}"), format!("{n:010}")])?;
    }
    tx.commit()?;
    let began = Instant::now();
    let tx = old.transaction()?;
    for n in 0..events {
        tx.prepare_cached("INSERT INTO event (at, kind, batch, page, pupil, data) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?
            .execute(params![
                "2026-11-21T10:11:12.123456789Z",
                KINDS[(n % 8) as usize],
                "00000001",
                format!("{:08}", n / 8),
                None::<String>,
                r#"{"reason":null,"run":0}"#
            ])?;
    }
    tx.commit()?;
    Ok(began.elapsed().as_secs_f64() * 1e6)
}

fn say(line: &str) {
    // Nobody reads on.
    drop(writeln!(std::io::stdout(), "{line}"));
}
