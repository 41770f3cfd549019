//! The ledger as it was at one moment, however much is recorded meanwhile: for verification and proofs.

use crate::connection::Catalogue;
use crate::error::{CatalogueError, Doing};
use crate::events::{self, Event};
use crate::ledger::append;
use rusqlite::{Connection, Row, params};
use scantrail_core::ids::PageId;
use scantrail_core::units::Digest;
use scantrail_ledger::{Hash, Secret};

const DOING: &str = "reading the ledger";

/// A leaf with everything that is known about it. What is unsound is `None`: it is found by what it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeafRow {
    /// Its place in the tree, from 0.
    pub number: u64,
    /// The number of its event.
    pub seq: u64,
    /// The number of the key it was made with.
    pub key_number: i64,
    /// The key, unless it was destroyed.
    pub key: Option<Secret>,
    /// To what is personal in the event.
    pub commitment: Option<Hash>,
    /// Its hash, as the tree has it.
    pub hash: Option<Hash>,
    /// The event, unless somebody removed it.
    pub event: Option<Event>,
    /// The digest of the original of the event's page.
    pub original: Option<Digest>,
}

/// A look at the ledger that does not move.
#[derive(Debug)]
pub struct LedgerView<'c>(pub(crate) &'c Connection);

const SELECT: &str = "SELECT event.seq, event.at, event.kind, event.batch, event.page, event.pupil, event.data,
    leaf.number, leaf.event, leaf.key, leaf.commitment, ledger_key.key, tree.hash, capture.digest
    FROM leaf LEFT JOIN event ON event.seq = leaf.event LEFT JOIN ledger_key ON ledger_key.number = leaf.key
    LEFT JOIN tree ON tree.level = 0 AND tree.place = leaf.number
    LEFT JOIN page ON page.id = event.page LEFT JOIN capture ON capture.id = page.capture";

fn hash(row: &Row<'_>, at: usize) -> rusqlite::Result<Option<Hash>> {
    Ok(row.get::<_, Option<Vec<u8>>>(at)?.and_then(|bytes| Hash::from_slice(&bytes)))
}

fn leaf(row: &Row<'_>) -> rusqlite::Result<LeafRow> {
    let there: Option<i64> = row.get(0)?;
    Ok(LeafRow {
        number: row.get::<_, i64>(7)?.cast_unsigned(),
        seq: row.get::<_, i64>(8)?.cast_unsigned(),
        key_number: row.get(9)?,
        key: row.get::<_, Option<Vec<u8>>>(11)?.and_then(|bytes| Secret::from_slice(&bytes)),
        commitment: hash(row, 10)?,
        hash: hash(row, 12)?,
        event: there.map(|_| events::event(row)).transpose()?,
        original: row.get::<_, Option<String>>(13)?.and_then(|text| Digest::from_hex(&text)),
    })
}

impl LedgerView<'_> {
    /// How many leaves there are.
    pub fn size(&self) -> Result<u64, CatalogueError> {
        append::size(self.0)
    }

    /// A whole node of the tree.
    pub fn node(&self, level: u8, place: u64) -> Result<Option<Hash>, CatalogueError> {
        append::node(self.0, level, place)
    }

    /// Every leaf, in order.
    pub fn leaves(&self, visit: &mut dyn FnMut(LeafRow)) -> Result<(), CatalogueError> {
        self.visit(&format!("{SELECT} ORDER BY leaf.number"), &[], visit)
    }

    /// So many leaves from one on.
    pub fn some_leaves(&self, first: u64, count: u64) -> Result<Vec<LeafRow>, CatalogueError> {
        let tail = "WHERE leaf.number >= ?1 AND leaf.number < ?2 ORDER BY leaf.number";
        let (first, end) = (first.cast_signed(), (first + count).cast_signed());
        let mut found = Vec::new();
        self.visit(&format!("{SELECT} {tail}"), &[&first, &end], &mut |leaf| found.push(leaf))?;
        Ok(found)
    }

    /// The leaves of a page, oldest first.
    pub fn leaves_of_page(&self, page: PageId) -> Result<Vec<LeafRow>, CatalogueError> {
        let mut found = Vec::new();
        let tail = "WHERE event.page = ?1 ORDER BY leaf.number";
        self.visit(&format!("{SELECT} {tail}"), &[&page.to_string()], &mut |leaf| found.push(leaf))?;
        Ok(found)
    }

    fn visit(
        &self,
        query: &str,
        values: &[&dyn rusqlite::ToSql],
        visit: &mut dyn FnMut(LeafRow),
    ) -> Result<(), CatalogueError> {
        let mut statement = self.0.prepare_cached(query).doing(DOING)?;
        let mut rows = statement.query(values).doing(DOING)?;
        while let Some(row) = rows.next().doing(DOING)? {
            visit(leaf(row).doing(DOING)?);
        }
        Ok(())
    }

    /// The whole nodes of one level, in order: place and hash, `None` if what is there is no hash.
    pub fn level(&self, level: u8, visit: &mut dyn FnMut(u64, Option<Hash>)) -> Result<(), CatalogueError> {
        let mut statement =
            self.0.prepare_cached("SELECT place, hash FROM tree WHERE level = ?1 ORDER BY place").doing(DOING)?;
        let mut rows = statement.query([level]).doing(DOING)?;
        while let Some(row) = rows.next().doing(DOING)? {
            visit(row.get::<_, i64>(0).doing(DOING)?.cast_unsigned(), hash(row, 1).doing(DOING)?);
        }
        Ok(())
    }

    /// So many nodes of a level from one on; fewer if there are fewer.
    pub fn nodes(&self, level: u8, first: u64, count: u64) -> Result<Vec<Hash>, CatalogueError> {
        let mut statement = self
            .0
            .prepare_cached("SELECT hash FROM tree WHERE level = ?1 AND place >= ?2 AND place < ?3 ORDER BY place")
            .doing(DOING)?;
        let values = params![level, first.cast_signed(), (first + count).cast_signed()];
        let rows = statement.query_map(values, |row| row.get::<_, [u8; 32]>(0).map(Hash)).doing(DOING)?;
        rows.collect::<rusqlite::Result<_>>().doing(DOING)
    }

    /// Events that are no leaf: nothing of ours records one.
    pub fn events_without_leaf(&self) -> Result<Vec<Event>, CatalogueError> {
        let mut statement = self
            .0
            .prepare_cached(&format!(
                "SELECT {} FROM event WHERE seq NOT IN (SELECT event FROM leaf) ORDER BY seq",
                events::COLUMNS
            ))
            .doing(DOING)?;
        let rows = statement.query_map([], events::event).doing(DOING)?;
        rows.collect::<rusqlite::Result<_>>().doing(DOING)
    }
}

impl Catalogue {
    /// Looks at the ledger, and at the pages it tells of, as they are at one moment.
    pub fn look_at_ledger<T>(
        &self,
        work: impl FnOnce(&LedgerView<'_>) -> Result<T, CatalogueError>,
    ) -> Result<T, CatalogueError> {
        self.read(|c| {
            let moment = c.unchecked_transaction().doing(DOING)?;
            work(&LedgerView(&moment))
        })
    }
}
