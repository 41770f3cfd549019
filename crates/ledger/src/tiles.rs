//! Where the hashes of the tree lie in files (C2SP `tlog-tiles`): 256 of them side by side, eight levels apart.
//!
//! Tile `(L, N)` holds the hashes of nodes `256·N …` of tree level `8·L`. It is whole once it has 256, and never changes
//! again; one that is not whole yet has its width in its name. Beside them lie the leaves' own bytes, as many to a file.
//!
//! ```text
//! tile/0/x001/234             whole
//! tile/0/x001/235.p/17        17 hashes
//! tile/entries/x001/234       leaves: two bytes of length, then the bytes, 256 times
//! ```

/// Hashes in a whole tile.
pub const WIDTH: u64 = 256;
/// Levels of the tree between two levels of tiles.
pub const HEIGHT: u8 = 8;

/// A tile, or the leaves beside one of level 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tile {
    /// Which level of tiles.
    pub level: u8,
    /// Its place in that level.
    pub index: u64,
    /// How many hashes it holds: 1 to 256.
    pub width: u64,
}

impl Tile {
    /// Its file, relative to the ledger's folder.
    pub fn path(&self) -> String {
        self.named(&self.level.to_string())
    }

    /// The file of the leaves' bytes beside it, relative to the ledger's folder.
    pub fn entries_path(&self) -> String {
        self.named("entries")
    }

    /// The folder in which it lay while it was not whole.
    pub fn partial_folder(&self) -> String {
        format!("{}.p", Self { width: WIDTH, ..*self }.path())
    }

    /// As [`Self::partial_folder`], of the leaves.
    pub fn partial_entries_folder(&self) -> String {
        format!("{}.p", Self { width: WIDTH, ..*self }.entries_path())
    }

    fn named(&self, level: &str) -> String {
        let mut rest = self.index;
        let mut number = format!("{:03}", rest % 1000);
        while rest >= 1000 {
            rest /= 1000;
            number = format!("x{:03}/{number}", rest % 1000);
        }
        let partial = if self.width == WIDTH { String::new() } else { format!(".p/{}", self.width) };
        format!("tile/{level}/{number}{partial}")
    }

    /// The level of the tree whose hashes it holds.
    pub fn tree_level(&self) -> u8 {
        self.level * HEIGHT
    }

    /// The first of its hashes among those of its tree level.
    pub fn first(&self) -> u64 {
        self.index * WIDTH
    }
}

/// The whole tiles that a tree of `new` leaves has and one of `old` has not, lowest level first; with `partial` also
/// every one of the new tree that is not whole.
pub fn due(old: u64, new: u64, partial: Partial) -> Vec<Tile> {
    let mut tiles = Vec::new();
    for level in 0..=(63 / HEIGHT) {
        let (had, has) = (old >> (level * HEIGHT), new >> (level * HEIGHT));
        if has == 0 {
            break;
        }
        tiles.extend((had / WIDTH..has / WIDTH).map(|index| Tile { level, index, width: WIDTH }));
        let rest = Tile { level, index: has / WIDTH, width: has % WIDTH };
        if partial == Partial::Too && rest.width > 0 {
            tiles.push(rest);
        }
    }
    tiles
}

/// Whether tiles that are not whole are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Partial {
    /// With them.
    Too,
    /// Whole tiles only.
    No,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_named_as_the_standard_says() {
        let tile = |level, index, width| Tile { level, index, width }.path();
        assert_eq!(tile(0, 0, 256), "tile/0/000");
        assert_eq!(tile(0, 1_234_067, 256), "tile/0/x001/x234/067");
        assert_eq!(tile(1, 273, 17), "tile/1/273.p/17");
        assert_eq!(tile(2, 1000, 1), "tile/2/x001/000.p/1");
        let tile = Tile { level: 0, index: 273, width: 5 };
        assert_eq!(tile.entries_path(), "tile/entries/273.p/5");
        assert_eq!(
            (tile.partial_folder(), tile.partial_entries_folder()),
            ("tile/0/273.p".into(), "tile/entries/273.p".into())
        );
    }

    #[test]
    fn growing_in_steps_gives_every_tile_once_and_the_edge_at_the_end() {
        assert_eq!(due(0, 0, Partial::Too), []);
        assert_eq!(due(5, 5, Partial::Too), [Tile { level: 0, index: 0, width: 5 }]);
        assert_eq!(due(5, 5, Partial::No), []);
        // The example of the standard: 70 000 leaves are 273 whole tiles and one of 112; above them one whole, one of 17.
        let at_once = due(0, 70_000, Partial::Too);
        assert_eq!(at_once.len(), 273 + 1 + 1 + 1 + 1);
        for (path, there) in [
            ("tile/0/272", true),
            ("tile/0/273.p/112", true),
            ("tile/1/000", true),
            ("tile/1/001.p/17", true),
            ("tile/2/000.p/1", true),
            ("tile/0/273", false),
        ] {
            assert_eq!(at_once.iter().any(|tile| tile.path() == path), there, "{path}");
        }
        let whole = |tiles: &[Tile]| -> Vec<Tile> {
            let mut whole: Vec<Tile> = tiles.iter().filter(|tile| tile.width == WIDTH).copied().collect();
            whole.sort();
            whole
        };
        let steps: Vec<u64> = (0..70_000).step_by(997).chain([70_000]).collect();
        let grown: Vec<Tile> = steps.windows(2).flat_map(|step| due(step[0], step[1], Partial::No)).collect();
        assert_eq!(whole(&grown), whole(&at_once));
    }
}
