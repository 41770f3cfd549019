//! Where the files of a page lie. Paths are relative to the data folder.

use super::{OriginalPath, TrailPath, safe_name};
use scantrail_core::ids::{BatchId, PageId, PupilId};
use scantrail_core::jiff::civil::Date;
use scantrail_core::school_year::SchoolYear;

/// Bytes of a subject's folder name; see the limit on a pupil's.
const SUBJECT: usize = 40;
/// Bytes of a piece's folder name, its date included.
const PIECE: usize = 80;
/// The folder of originals in a bag's payload; no subject may be called so.
const ORIGINALS: &str = "_originals";

/// A page's place in a trail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PagePlace {
    /// Whose trail.
    pub pupil: PupilId,
    /// The name the trail's folder has now, as [`pupil_folder`](super::pupil_folder) made it once; cosmetic.
    pub folder: String,
    /// The bag.
    pub year: SchoolYear,
    /// Subject of the piece; empty if nobody said.
    pub subject: String,
    /// Date of the work.
    pub date: Date,
    /// Title of the piece; may be empty.
    pub title: String,
    /// Place of the page in its piece, from 1.
    pub position: u32,
    /// The page.
    pub page: PageId,
}

impl PagePlace {
    /// `Pupils/Okafor, Amara (7F3A19)`.
    pub fn trail(&self) -> TrailPath {
        made(format!("Pupils/{}", self.folder))
    }

    /// `Pupils/Okafor, Amara (7F3A19)/2026-27`: the folder of the bag.
    pub fn bag(&self) -> TrailPath {
        made(format!("{}/{}", self.trail(), self.year))
    }

    /// `…/data/Maths/2026-11-21 Fractions/p01 [k3f9x2ab].pdf`: the copy people open.
    pub fn copy(&self, extension: &str) -> TrailPath {
        let subject = subject_folder(&self.subject);
        let piece = safe_name(&format!("{} {}", self.date, self.title), PIECE, "Work");
        let Self { position, page, .. } = self;
        made(format!("{}/data/{subject}/{piece}/p{position:02} [{page}].{extension}", self.bag()))
    }

    /// `…/data/_originals/k3f9x2ab.jpg`: the bytes as captured.
    pub fn original(&self, extension: &str) -> OriginalPath {
        OriginalPath::new(made(format!("{}/data/{ORIGINALS}/{}.{extension}", self.bag(), self.page)))
    }

    /// `…/audit/pages/k3f9x2ab.json`: how it came here.
    pub fn sidecar(&self) -> TrailPath {
        made(format!("{}/audit/pages/{}.json", self.bag(), self.page))
    }
}

fn subject_folder(subject: &str) -> String {
    let name = safe_name(subject, SUBJECT, "General");
    if name.to_lowercase() == ORIGINALS { format!("{name} work") } else { name }
}

/// A page's place outside the trails: held for a person, or a cover or control sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldPlace {
    /// Date of the batch.
    pub date: Date,
    /// The batch.
    pub batch: BatchId,
    /// Place of the page in its batch, from 1.
    pub position: u32,
    /// The page.
    pub page: PageId,
}

impl HeldPlace {
    /// `Unidentified/2026-11-21/<batch>/07 [k3f9x2ab].jpg`.
    pub fn unidentified(&self, extension: &str) -> OriginalPath {
        OriginalPath::new(made(format!("{}.{extension}", self.unidentified_stem())))
    }

    /// The record beside it.
    pub fn unidentified_sidecar(&self) -> TrailPath {
        made(format!("{}.json", self.unidentified_stem()))
    }

    /// `.trail/control/<batch>/07 [k3f9x2ab].jpg`.
    pub fn control(&self, extension: &str) -> OriginalPath {
        OriginalPath::new(made(format!("{}.{extension}", self.private_stem("control"))))
    }

    /// The record beside it.
    pub fn control_sidecar(&self) -> TrailPath {
        made(format!("{}.json", self.private_stem("control")))
    }

    /// `.trail/quarantine/<batch>/07 [k3f9x2ab].jpg`.
    pub fn quarantine(&self, extension: &str) -> OriginalPath {
        OriginalPath::new(made(format!("{}.{extension}", self.private_stem("quarantine"))))
    }

    fn unidentified_stem(&self) -> String {
        format!("Unidentified/{}/{}/{}", self.date, self.batch, self.file_stem())
    }

    fn private_stem(&self, folder: &str) -> String {
        format!(".trail/{folder}/{}/{}", self.batch, self.file_stem())
    }

    fn file_stem(&self) -> String {
        format!("{:02} [{}]", self.position, self.page)
    }
}

fn made(path: String) -> TrailPath {
    TrailPath::new(path).expect("a path made of safe names is a safe path")
}
