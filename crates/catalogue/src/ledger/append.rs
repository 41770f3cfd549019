//! An event becomes a leaf: its key, its commitment, and the nodes of the tree that become whole by it.
//!
//! Kept small, for every event pays it: two rows and, for every second leaf, one look at a node.

use crate::error::{CatalogueError, Doing, corrupt};
use crate::events::{self, Event};
use rusqlite::{Connection, OptionalExtension as _, Transaction, params};
use scantrail_core::units::Digest;
use scantrail_ledger::tree::node_hash;
use scantrail_ledger::{Fields, Hash, Leaf, Secret};

const DOING: &str = "writing the ledger";

/// Appends the leaf of an event that was just recorded.
pub(crate) fn append(tx: &Transaction<'_>, event: &Event) -> Result<(), CatalogueError> {
    let (number, key) = key(tx, event)?;
    let original = event.page.as_deref().map(|page| original(tx, page)).transpose()?.flatten();
    let seq = event.seq.unsigned_abs();
    let unsound = |field: scantrail_ledger::BadField| corrupt("an event that fits the ledger", field.to_string());
    let fields = Fields { seq, pupil: event.pupil.as_deref(), original, data: &event.data };
    let commitment = fields.commit(&key).map_err(unsound)?;
    let (batch, page) = (event.batch.as_deref(), event.page.as_deref());
    let leaf = Leaf { seq, at: &event.at, kind: &event.kind, batch, page, commitment };
    let place = size(tx)?;
    tx.prepare_cached("INSERT INTO leaf (number, event, key, commitment) VALUES (?1, ?2, ?3, ?4)")
        .doing(DOING)?
        .execute(params![place.cast_signed(), event.seq, number, commitment.0])
        .doing(DOING)?;
    grow(tx, place, leaf.hash().map_err(unsound)?)
}

/// How many leaves there are.
pub(crate) fn size(c: &Connection) -> Result<u64, CatalogueError> {
    c.prepare_cached("SELECT coalesce(max(number) + 1, 0) FROM leaf")
        .doing(DOING)?
        .query_row([], |row| row.get::<_, i64>(0).map(i64::cast_unsigned))
        .doing(DOING)
}

/// The leaf at `place`, the last one, and every node above it that has all its leaves now.
fn grow(tx: &Connection, mut place: u64, mut hash: Hash) -> Result<(), CatalogueError> {
    let mut insert = tx.prepare_cached("INSERT INTO tree (level, place, hash) VALUES (?1, ?2, ?3)").doing(DOING)?;
    for level in 0u8.. {
        insert.execute(params![level, place.cast_signed(), hash.0]).doing(DOING)?;
        if place & 1 == 0 {
            break;
        }
        let left = node(tx, level, place - 1)?.ok_or_else(|| corrupt("a node of the ledger's tree", "nothing"))?;
        hash = node_hash(&left, &hash);
        place /= 2;
    }
    Ok(())
}

/// A whole node of the tree.
pub(crate) fn node(c: &Connection, level: u8, place: u64) -> Result<Option<Hash>, CatalogueError> {
    c.prepare_cached("SELECT hash FROM tree WHERE level = ?1 AND place = ?2")
        .doing(DOING)?
        .query_row(params![level, place.cast_signed()], |row| row.get::<_, [u8; 32]>(0).map(Hash))
        .optional()
        .doing(DOING)
}

/// The key of what an event is about, made when it is first needed: of its page; else of its pupil; else of its batch;
/// else of the school. Whoever is deleted takes their key with them, and no other's.
fn key(tx: &Transaction<'_>, event: &Event) -> Result<(i64, Secret), CatalogueError> {
    let of = match event {
        Event { page: Some(page), .. } => of_page(page),
        Event { pupil: Some(pupil), .. } => of_pupil(pupil),
        Event { batch: Some(batch), .. } => format!("batch {batch}"),
        _ => "school".to_owned(),
    };
    let found = tx
        .prepare_cached("SELECT number, key FROM ledger_key WHERE of = ?1")
        .doing(DOING)?
        .query_row([&of], |row| Ok((row.get(0)?, Secret::new(row.get(1)?))))
        .optional()
        .doing(DOING)?;
    if let Some(found) = found {
        return Ok(found);
    }
    let mut random = [0; 32];
    getrandom::fill(&mut random).expect("the kernel gives random numbers once it has started");
    tx.prepare_cached("INSERT INTO ledger_key (of, key) VALUES (?1, ?2)")
        .doing(DOING)?
        .execute(params![of, random])
        .doing(DOING)?;
    Ok((tx.last_insert_rowid(), Secret::new(random)))
}

/// The name of a page's key.
pub(crate) fn of_page(page: &str) -> String {
    format!("page {page}")
}

/// The name of a pupil's key.
pub(crate) fn of_pupil(pupil: &str) -> String {
    format!("pupil {pupil}")
}

/// The digest of a page's original.
fn original(c: &Connection, page: &str) -> Result<Option<Digest>, CatalogueError> {
    let found: Option<String> = c
        .prepare_cached("SELECT capture.digest FROM page JOIN capture ON capture.id = page.capture WHERE page.id = ?1")
        .doing(DOING)?
        .query_row([page], |row| row.get(0))
        .optional()
        .doing(DOING)?;
    found.map(|text| Digest::from_hex(&text).ok_or_else(|| corrupt("a digest", text))).transpose()
}

/// Grows the tree of leaves that were put in without it, and gives no number of a key again: a leaf whose key was
/// destroyed must find none.
pub(crate) fn plant(c: &Connection) -> Result<(), CatalogueError> {
    let unsound = |field: scantrail_ledger::BadField| corrupt("an event that fits the ledger", field.to_string());
    let mut statement = c
        .prepare(
            "SELECT leaf.number, leaf.commitment, event.seq, event.at, event.kind, event.batch, event.page
             FROM leaf JOIN event ON event.seq = leaf.event ORDER BY leaf.number",
        )
        .doing(DOING)?;
    let mut rows = statement.query([]).doing(DOING)?;
    let mut expected = 0;
    while let Some(row) = rows.next().doing(DOING)? {
        let place = row.get::<_, i64>(0).doing(DOING)?.cast_unsigned();
        if place != expected {
            // A leaf is missing: what comes after it cannot be hung anywhere. Verification tells.
            break;
        }
        expected += 1;
        let commitment = Hash(row.get(1).doing(DOING)?);
        let text = |at: usize| row.get::<_, Option<String>>(at).doing(DOING);
        let (at, kind, batch, page) = (text(3)?, text(4)?, text(5)?, text(6)?);
        let leaf = Leaf {
            seq: row.get::<_, i64>(2).doing(DOING)?.cast_unsigned(),
            at: at.as_deref().unwrap_or_default(),
            kind: kind.as_deref().unwrap_or_default(),
            batch: batch.as_deref(),
            page: page.as_deref(),
            commitment,
        };
        grow(c, place, leaf.hash().map_err(unsound)?)?;
    }
    let highest = "(SELECT coalesce(max(key), 0) FROM leaf)";
    c.execute(&format!("UPDATE sqlite_sequence SET seq = max(seq, {highest}) WHERE name = 'ledger_key'"), [])
        .doing(DOING)?;
    c.execute(
        &format!(
            "INSERT INTO sqlite_sequence (name, seq) SELECT 'ledger_key', {highest}
             WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'ledger_key')"
        ),
        [],
    )
    .doing(DOING)?;
    Ok(())
}

/// Brings events in that were recorded before there was a ledger, in their order.
pub(crate) fn bring_in(tx: &Transaction<'_>) -> Result<(), CatalogueError> {
    let mut statement = tx.prepare(&format!("SELECT {} FROM event ORDER BY seq", events::COLUMNS)).doing(DOING)?;
    let mut rows = statement.query([]).doing(DOING)?;
    while let Some(row) = rows.next().doing(DOING)? {
        append(tx, &events::event(row).doing(DOING)?)?;
    }
    Ok(())
}
