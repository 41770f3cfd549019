//! Leaves and nodes against the tiles on the disk: a second copy of the tree, which tells where it was changed.

use super::tally::Tally;
use crate::engine::Engine;
use crate::error::DaemonError;
use crate::ledger::sources::names;
use crate::ledger::tiles::widths;
use scantrail_archive::durable;
use scantrail_ledger::Hash;
use scantrail_ledger::tiles::{HEIGHT, Tile, WIDTH};
use scantrail_ledger::tree::{Node, leaf_hash};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

const HASH: usize = 32;

/// The tiles on the disk, and what the leaves make of them.
pub(super) struct OnDisk {
    folder: PathBuf,
    /// For how many leaves there is a tile, as the names of the files say.
    leaves: u64,
    /// For how many the catalogue says that there is one.
    promised: u64,
    /// The tile of level 0 that the present leaf falls into, if there is one, and the leaves beside it.
    hashes: Option<Vec<u8>>,
    entries: Option<Vec<Hash>>,
    /// Hashes of the nodes that fall into tiles of higher levels, so far.
    higher: BTreeMap<u8, Vec<Hash>>,
    missing: Vec<String>,
}

impl OnDisk {
    /// Before the catalogue is looked at: tiles of what comes later are no problem then.
    pub(super) fn look(engine: &Engine) -> Result<Self, DaemonError> {
        let folder = engine.layout().ledger();
        let leaves = most_leaves(&folder.join("tile/0"))?;
        // At a checkpoint all tiles are written; whole ones before that too.
        let checkpoint = engine.catalogue.last_checkpoint()?.map_or(0, |kept| kept.size);
        let promised = engine.catalogue.tiles_written()?.max(checkpoint);
        let (higher, missing) = (BTreeMap::new(), Vec::new());
        Ok(Self { folder, leaves, promised, hashes: None, entries: None, higher, missing })
    }

    /// One leaf against its place in its tile.
    pub(super) fn leaf(&mut self, place: u64, seq: u64, hash: Hash, tally: &mut Tally) -> Result<(), DaemonError> {
        if place.is_multiple_of(WIDTH) {
            self.load(place / WIDTH)?;
        }
        let at = (place % WIDTH) as usize;
        let other = |there: Option<&[u8]>| there.is_some_and(|there| there != hash.0);
        if other(self.hashes.as_ref().and_then(|bytes| bytes.get(at * HASH..(at + 1) * HASH))) {
            let tile = lowest(place / WIDTH).path();
            tally.note(
                "tile",
                seq,
                format!("event {seq} is another in the log’s tile `{tile}`: one of the two was changed"),
            );
        }
        if other(self.entries.as_ref().and_then(|entries| entries.get(at)).map(|hash| &hash.0[..])) {
            let tile = lowest(place / WIDTH).entries_path();
            tally.note(
                "tile",
                seq,
                format!("event {seq} is another in the log’s leaves `{tile}`: one of the two was changed"),
            );
        }
        Ok(())
    }

    /// A whole node that may fall into a tile of a higher level.
    pub(super) fn node(&mut self, node: Node) {
        if node.level > 0 && node.level.is_multiple_of(HEIGHT) {
            self.higher.entry(node.level / HEIGHT).or_default().push(node.hash);
        }
    }

    fn load(&mut self, index: u64) -> Result<(), DaemonError> {
        let tile = lowest(index);
        // A tile that becomes whole while it is looked for is not where it was, and at the second look where it is.
        for _look in 0..2 {
            self.hashes = self.read(&tile, Tile::path, Tile::partial_folder)?;
            let entries = self.read(&tile, Tile::entries_path, Tile::partial_entries_folder)?;
            self.entries = entries.map(|bytes| leaves_of(&bytes));
            if self.hashes.is_some() && self.entries.is_some() {
                break;
            }
        }
        if index * WIDTH < self.promised {
            for (there, path) in [(self.hashes.is_some(), tile.path()), (self.entries.is_some(), tile.entries_path())] {
                if !there {
                    self.missing.push(path);
                }
            }
        }
        Ok(())
    }

    /// The whole tile, or the widest there is.
    fn read(
        &self,
        tile: &Tile,
        path: fn(&Tile) -> String,
        partial: fn(&Tile) -> String,
    ) -> Result<Option<Vec<u8>>, DaemonError> {
        if let Some(bytes) = durable::read(&self.folder.join(path(tile)))? {
            return Ok(Some(bytes));
        }
        let folder = self.folder.join(partial(tile));
        match widths(&folder)?.into_iter().max() {
            Some(width) => Ok(durable::read(&folder.join(width.to_string()))?),
            None => Ok(None),
        }
    }

    /// What can be said once all leaves were seen.
    pub(super) fn end(&self, size: u64) -> Result<Vec<String>, DaemonError> {
        let mut problems = Vec::new();
        if self.leaves > size {
            problems.push(format!(
                "the log’s tiles hold {} events, and the catalogue only {size}: the catalogue was rolled back, or events were dropped from its end",
                self.leaves
            ));
        }
        if let Some(first) = self.missing.first() {
            let count = self.missing.len();
            problems.push(format!(
                "{count} of the log’s tiles are missing, the first is `{first}`: `scantrail ledger checkpoint` makes them again"
            ));
        }
        for (level, hashes) in &self.higher {
            for (index, wanted) in (0..).zip(hashes.chunks(WIDTH as usize)) {
                let tile = Tile { level: *level, index, width: WIDTH };
                let Some(found) = self.read(&tile, Tile::path, Tile::partial_folder)? else { continue };
                let same = found.chunks(HASH).zip(wanted).all(|(there, hash)| there == hash.0);
                if !same || found.len() % HASH != 0 {
                    problems
                        .push(format!("the log’s tile `{}` is not that of its leaves: it was changed", tile.path()));
                }
            }
        }
        Ok(problems)
    }
}

/// A whole tile of leaves.
fn lowest(index: u64) -> Tile {
    Tile { level: 0, index, width: WIDTH }
}

/// The hashes of leaves that lie one behind the other, each after its length; as many as are whole.
fn leaves_of(mut bytes: &[u8]) -> Vec<Hash> {
    let mut hashes = Vec::new();
    while let Some((length, rest)) = bytes.split_first_chunk::<2>() {
        let Some((leaf, rest)) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length))) else {
            // Cut off or changed in its length: a hash that no leaf has.
            hashes.push(Hash([0; HASH]));
            break;
        };
        hashes.push(leaf_hash(leaf));
        bytes = rest;
    }
    hashes
}

/// For how many leaves tiles of level 0 lie below a folder, as their names say.
fn most_leaves(folder: &Path) -> Result<u64, DaemonError> {
    let mut folder = folder.to_owned();
    let mut index = 0;
    loop {
        let names = names(&folder)?;
        // `x…` goes on, and is higher than what does not only one folder deeper; the highest of either is the last.
        let deeper = names.iter().filter_map(|name| Some((name.strip_prefix('x')?.parse::<u64>().ok()?, name))).max();
        if let Some((number, name)) = deeper {
            index = index * 1000 + number;
            folder.push(name);
            continue;
        }
        let whole = names.iter().filter_map(|name| name.parse::<u64>().ok()).max();
        let partial = names.iter().filter_map(|name| name.strip_suffix(".p")?.parse::<u64>().ok()).max();
        let mut most = whole.map_or(0, |number| (index * 1000 + number + 1) * WIDTH);
        if let Some(number) = partial {
            let widest = widths(&folder.join(format!("{number:03}.p")))?.into_iter().max().unwrap_or(0);
            most = most.max((index * 1000 + number) * WIDTH + widest);
        }
        return Ok(most);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_of_tiles_say_how_many_leaves_there_were() {
        let folder = tempfile::tempdir().unwrap();
        let tiles = folder.path().join("tile/0");
        let put = |path: &str| durable::make_folder(&tiles.join(path)).unwrap();
        assert_eq!(most_leaves(&tiles).unwrap(), 0);
        put("000.p/17");
        assert_eq!(most_leaves(&tiles).unwrap(), 17);
        put("000");
        put("001.p/5");
        assert_eq!(most_leaves(&tiles).unwrap(), WIDTH + 5);
        put("x001/004");
        assert_eq!(most_leaves(&tiles).unwrap(), 1005 * WIDTH);
        put("x001/005.p/9");
        assert_eq!(most_leaves(&tiles).unwrap(), 1005 * WIDTH + 9);
    }

    #[test]
    fn leaves_that_are_cut_off_are_none_of_ours() {
        let bytes = [&[0, 2][..], b"ab", &[0, 9], b"c"].concat();
        assert_eq!(leaves_of(&bytes), [leaf_hash(b"ab"), Hash([0; 32])]);
        assert_eq!(leaves_of(b""), []);
    }
}
