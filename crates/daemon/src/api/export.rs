//! Work handed over as a pack: a pupil's year as a bag, with a receipt of what was in it.

use super::documents::LeftOut;
use serde::{Deserialize, Serialize};

/// What is to be handed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportRequest {
    /// Whose: id, short code or a name that fits one.
    pub pupil: String,
    /// Which school year, `2026-27`; may be left out where there is only one.
    pub year: Option<String>,
    /// To whom, for the receipt; may be empty.
    pub to: String,
    /// What becomes of the originals.
    pub originals: OriginalsWord,
    /// What becomes of pages that others made too.
    pub shared: SharedWord,
}

/// What becomes of originals in a pack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OriginalsWord {
    /// As they are, but for those that may carry the place where they were taken: these without it.
    #[default]
    WithoutPlaces,
    /// Every byte as captured.
    AsTheyAre,
    /// Left out.
    LeftOut,
}

/// What becomes of a group's pages in a pack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SharedWord {
    /// They are in it.
    #[default]
    With,
    /// They are left out.
    Without,
}

/// What a pack holds; its bytes, a tar, come behind this answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportReply {
    /// What is told to whoever gets it.
    pub receipt: Receipt,
    /// Its one folder.
    pub folder: String,
    /// Files in it.
    pub files: u64,
    /// Size of the tar.
    pub bytes: u64,
    /// Filed work that is not in it, with the reason.
    pub left_out: Vec<LeftOut>,
}

/// What was handed over, to whom and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// Its id.
    pub export: String,
    /// When, RFC 3339.
    pub at: String,
    /// By which school.
    pub school: String,
    /// Whose work.
    pub pupil: String,
    /// As listed.
    pub name: String,
    /// Of which school year.
    pub year: String,
    /// To whom; may be empty.
    pub to: String,
    /// SHA-256 of the pack's `tagmanifest-sha256.txt`, which covers every byte of it.
    pub tagmanifest_sha256: String,
    /// Its pages in order of the trail.
    pub pages: Vec<ReceiptPage>,
}

/// A page that was handed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptPage {
    /// Its id.
    pub page: String,
    /// Date of the work, ISO.
    pub date: String,
    /// Subject; may be empty.
    pub subject: String,
    /// Title; may be empty.
    pub title: String,
    /// Place in its piece, from 1.
    pub position: u32,
    /// Whether others made it too.
    pub shared: bool,
    /// The copy people open.
    pub copy: Option<ReceiptFile>,
    /// The original.
    pub original: Option<ReceiptFile>,
    /// SHA-256 of the bytes as captured, where the original in the pack is not these: it may have carried the place where
    /// it was taken.
    pub captured_sha256: Option<String>,
}

/// A file that was handed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptFile {
    /// Where in the pack.
    pub path: String,
    /// SHA-256 of it.
    pub sha256: String,
    /// Its size.
    pub bytes: u64,
}
