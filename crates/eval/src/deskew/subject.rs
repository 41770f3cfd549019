//! Upright pages to be turned: other people's scans from files, and pages painted here from a seed.

use super::hand;
use crate::picture;
use anyhow::{Result, ensure};
use scantrail_core::raster::Raster;
use scantrail_core::units::Dpi;
use scantrail_testkit::paint::{PageKind, PageSpec, paint};
use scantrail_testkit::seed::Seed;
use std::path::{Path, PathBuf};

/// What is taken for a scan, by the end of its name.
const SCANS: [&str; 5] = ["png", "jpg", "jpeg", "tif", "tiff"];
/// Folders of this name hold pictures that must never be turned.
const ART: &str = "art";
/// Folders of this name hold pages without anything to measure on.
const BLANK: &str = "blank";
/// Painted pages of each kind.
const EACH: u64 = 3;

/// Kinds of pages that are counted apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Kind {
    /// Somebody's scan.
    Scan,
    /// A printed worksheet with answers in handwriting.
    Print,
    /// Handwriting on ruled paper.
    Ruled,
    /// Sums on squared paper.
    Squared,
    /// Handwriting on plain paper, each line with a drift of its own.
    Unruled,
    /// Nothing on it, or next to nothing.
    Blank,
    /// A painting: it must never be turned.
    Artwork,
}

impl Kind {
    pub(super) const ALL: [Self; 7] =
        [Self::Scan, Self::Print, Self::Ruled, Self::Squared, Self::Unruled, Self::Blank, Self::Artwork];

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Scan => "scans",
            Self::Print => "worksheets",
            Self::Ruled => "writing on ruling",
            Self::Squared => "squared paper",
            Self::Unruled => "writing, unruled",
            Self::Blank => "blank",
            Self::Artwork => "artwork",
        }
    }

    /// Whether the page has a turn that one can be right or wrong about.
    pub(super) fn has_turn(self) -> bool {
        !matches!(self, Self::Blank | Self::Artwork)
    }

    fn of(path: &Path) -> Self {
        let within = |name: &str| path.components().any(|part| part.as_os_str() == name);
        match () {
            () if within(ART) => Self::Artwork,
            () if within(BLANK) => Self::Blank,
            () => Self::Scan,
        }
    }
}

/// One upright page, loaded or painted when it is asked for.
#[derive(Debug, Clone)]
pub(super) struct Subject {
    pub(super) kind: Kind,
    pub(super) name: String,
    source: Source,
}

#[derive(Debug, Clone)]
enum Source {
    File(PathBuf),
    Painted(Seed),
}

impl Subject {
    /// Whether it is somebody's scan: nobody knows how exactly it lies.
    pub(super) fn is_scan(&self) -> bool {
        self.kind == Kind::Scan
    }

    /// In grey; painted pages at 300 dpi.
    pub(super) fn upright(&self) -> Result<Raster> {
        let seed = match &self.source {
            Source::File(path) => return picture::grey(path),
            Source::Painted(seed) => *seed,
        };
        let page = |kind| paint(&PageSpec::new(kind, seed, Dpi::SCAN)).raster.to_grey();
        Ok(match self.kind {
            Kind::Scan | Kind::Print => page(PageKind::Worksheet),
            Kind::Ruled => page(PageKind::Ruled),
            Kind::Squared => page(PageKind::Squared),
            Kind::Unruled => hand::write(seed),
            Kind::Blank => page(PageKind::Blank),
            Kind::Artwork => page(PageKind::Painting),
        })
    }
}

/// Every picture below a folder and the painted pages, in an order that depends on nothing but their names.
pub(super) fn all(folder: &Path, seed: Seed) -> Result<Vec<Subject>> {
    let mut files = Vec::new();
    below(folder, &mut files)?;
    ensure!(!files.is_empty(), "no picture below {}", folder.display());
    let mut subjects: Vec<Subject> = files
        .into_iter()
        .map(|path| Subject {
            kind: Kind::of(&path),
            name: path.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
            source: Source::File(path),
        })
        .collect();
    for (kind, part) in Kind::ALL.into_iter().zip(0..).skip(1) {
        subjects.extend((0..EACH).map(|i| Subject {
            kind,
            name: format!("painted {} {i}", kind.word()),
            source: Source::Painted(seed.child(part).child(i)),
        }));
    }
    Ok(subjects)
}

fn below(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    for path in picture::entries(folder)? {
        if path.is_dir() {
            below(&path, files)?;
            continue;
        }
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_lowercase();
        if SCANS.contains(&ending.as_str()) {
            files.push(path);
        }
    }
    Ok(())
}
