//! Tiles on the disk: derived from the catalogue, written when nothing else is to be done, and whole at a checkpoint.
//!
//! A tile that is there with other bytes is left as it is: it may be the better witness. Verification tells of it.

use crate::engine::Engine;
use crate::error::DaemonError;
use crate::filing::Work;
use scantrail_archive::DiskError;
use scantrail_archive::durable::{self, Access};
use scantrail_catalogue::{CatalogueError, LeafRow, LedgerView};
use scantrail_ledger::Leaf;
use scantrail_ledger::tiles::{Partial, Tile, WIDTH, due};
use std::path::Path;

/// Whole tiles that became due, a few at a time: filing goes on as soon as there is something to file.
const AT_A_TIME: u64 = 16;

/// Writes a few whole tiles. The caller files nothing meanwhile.
pub(crate) fn round(engine: &Engine) -> Result<Work, DaemonError> {
    let (old, size) = (engine.catalogue.tiles_written()?, engine.catalogue.ledger_size()?);
    let new = (size / WIDTH * WIDTH).min(old / WIDTH * WIDTH + AT_A_TIME * WIDTH);
    if new <= old {
        return Ok(Work::Nothing);
    }
    write(engine, &due(old, new, Partial::No))?;
    engine.catalogue.note_tiles(new)?;
    Ok(Work::Done)
}

/// Writes every tile that a tree of `size` leaves has and the disk has not, those that are not whole too.
pub(super) fn complete(engine: &Engine, size: u64) -> Result<(), DaemonError> {
    let there = |path: String| durable::size(&engine.layout().ledger().join(path)).map(|size| size.is_some());
    let mut missing = Vec::new();
    for tile in due(0, size, Partial::Too) {
        if tile.width < WIDTH || !there(tile.path())? || (tile.level == 0 && !there(tile.entries_path())?) {
            missing.push(tile);
        }
    }
    write(engine, &missing)?;
    engine.catalogue.note_tiles(size / WIDTH * WIDTH)?;
    Ok(())
}

fn write(engine: &Engine, tiles: &[Tile]) -> Result<(), DaemonError> {
    let folder = engine.layout().ledger();
    for tile in tiles {
        let bytes = engine.catalogue.look_at_ledger(|view| hashes(view, tile))?;
        put(&folder.join(tile.path()), &bytes)?;
        forget_partial(&folder.join(tile.partial_folder()), tile)?;
        if tile.level == 0 {
            let leaves = engine.catalogue.look_at_ledger(|view| view.some_leaves(tile.first(), tile.width))?;
            put(&folder.join(tile.entries_path()), &entries(&leaves)?)?;
            forget_partial(&folder.join(tile.partial_entries_folder()), tile)?;
        }
    }
    Ok(())
}

/// One that is there with other bytes stays, and stops nothing: verification tells of it, filing goes on.
fn put(path: &Path, bytes: &[u8]) -> Result<(), DaemonError> {
    match durable::write_new(path, bytes, Access::Shared) {
        Ok(_) => Ok(()),
        Err(DiskError::Conflict { .. }) => {
            tracing::error!(
                "a tile of the ledger is there with other bytes; it is left as it is: run `scantrail verify`"
            );
            Ok(())
        }
        Err(error) => Err(error.into()),
    }
}

fn hashes(view: &LedgerView<'_>, tile: &Tile) -> Result<Vec<u8>, CatalogueError> {
    let hashes = view.nodes(tile.tree_level(), tile.first(), tile.width)?;
    Ok(hashes.iter().flat_map(|hash| hash.0).collect())
}

/// The leaves' own bytes, each after its length.
fn entries(leaves: &[LeafRow]) -> Result<Vec<u8>, DaemonError> {
    let mut bytes = Vec::new();
    for row in leaves {
        let leaf = bytes_of(row).ok_or_else(|| DaemonError::Inside {
            what: format!("event {} of the ledger is not whole: run `scantrail verify`", row.seq),
            source: None,
        })?;
        let length = u16::try_from(leaf.len()).expect("a leaf is a few hundred bytes");
        bytes.extend(length.to_be_bytes());
        bytes.extend(leaf);
    }
    Ok(bytes)
}

/// The bytes of a leaf; `None` if something of it is missing or no leaf can have it.
pub(super) fn bytes_of(row: &LeafRow) -> Option<Vec<u8>> {
    let (event, commitment) = (row.event.as_ref()?, row.commitment?);
    let (batch, page) = (event.batch.as_deref(), event.page.as_deref());
    Leaf { seq: row.seq, at: &event.at, kind: &event.kind, batch, page, commitment }.to_bytes().ok()
}

/// Removes narrower versions of a tile.
fn forget_partial(folder: &Path, tile: &Tile) -> Result<(), DaemonError> {
    for width in widths(folder)? {
        if width < tile.width {
            durable::remove(&folder.join(width.to_string()))?;
        }
    }
    if tile.width == WIDTH
        && let Some(stop) = folder.parent()
    {
        durable::remove_empty_folders(folder, stop)?;
    }
    Ok(())
}

/// The widths of a tile that is not whole; none if there is no such folder.
pub(super) fn widths(folder: &Path) -> Result<Vec<u64>, DaemonError> {
    let names = super::sources::names(folder)?;
    Ok(names.iter().filter_map(|name| name.parse().ok()).collect())
}
