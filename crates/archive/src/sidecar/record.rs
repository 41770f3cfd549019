//! What a record says.

use super::wire;
use crate::names::{OriginalPath, TrailPath};
use scantrail_core::ids::{BatchId, CaptureId, PageId, PieceId, PupilId, SheetId};
use scantrail_core::jiff::Timestamp;
use scantrail_core::jiff::civil::Date;
use scantrail_core::roster::Standing;
use scantrail_core::sheet::SheetKind;
use scantrail_core::units::{Digest, Point};
use scantrail_core::vocabulary::{Content, Media, Role, Side, SourceKind};
use serde::{Deserialize, Serialize};

/// How a page came here: `audit/pages/<id>.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PageRecord {
    /// The page.
    #[serde(with = "wire::text")]
    pub page: PageId,
    /// What it is for.
    #[serde(with = "wire::role")]
    pub role: Role,
    /// The acquisition it is from.
    pub capture: Capture,
    /// The bytes as captured.
    pub original: Original,
    /// The copy people open; none for a page that waits for a person.
    pub copy: Option<Copy>,
    /// Whose it is; several for a group piece, none while nobody knows.
    #[serde(with = "wire::texts")]
    pub pupils: Vec<PupilId>,
    /// Why it is theirs; none while nobody knows.
    pub identified: Option<Identified>,
    /// Why it waits for a person, in words; none if it does not.
    pub hold: Option<String>,
    /// The piece of work.
    pub piece: Option<PieceRecord>,
    /// Number of its run in the batch, from 1.
    pub run: Option<u32>,
    /// Place in its piece, or in its batch while it has none, from 1.
    pub position: u32,
    /// Which side of its sheet.
    #[serde(with = "wire::side")]
    pub side: Side,
    /// What it shows.
    #[serde(with = "wire::content")]
    pub content: Content,
    /// How it lay and what was made of it.
    pub geometry: Option<Geometry>,
    /// Which recipes made what is derived.
    pub recipes: Recipes,
    /// The copies people opened before this one, the oldest first: the original is the same, what was made of it is not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier: Vec<EarlierCopy>,
    /// What was read on it; none if reading was not tried.
    pub reading: Option<Reading>,
    /// What was guessed from handwriting on it: for finding, not for reading.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guessed: Option<Reading>,
    /// The further pages of the copy, where one capture shows several: an open book, papers on a mat. `geometry` and
    /// `reading` are those of the first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub further: Vec<FurtherPage>,
    /// What a person should know, in words.
    pub warnings: Vec<String>,
}

impl PageRecord {
    /// The record as it reads after the folder `from` was given the name `to`; `None` if it names no file in there.
    pub fn moved(&self, from: &TrailPath, to: &TrailPath) -> Option<Self> {
        let follow = |path: &TrailPath| path.within(from).map(|rest| rest.below(to));
        let original = follow(self.original.path.as_path());
        let copy = self.copy.as_ref().and_then(|copy| follow(&copy.path));
        if original.is_none() && copy.is_none() {
            return None;
        }
        let mut moved = self.clone();
        if let Some(path) = original {
            moved.original.path = OriginalPath::new(path);
        }
        if let (Some(path), Some(kept)) = (copy, &mut moved.copy) {
            kept.path = path;
        }
        Some(moved)
    }
}

/// One acquisition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capture {
    /// Its id.
    #[serde(with = "wire::text")]
    pub id: CaptureId,
    /// Its batch.
    #[serde(with = "wire::text")]
    pub batch: BatchId,
    /// Place in the batch, from 1.
    pub sequence: u32,
    /// Where the batch came from.
    #[serde(with = "wire::source")]
    pub source: SourceKind,
    /// The device, by its stable name; empty for files.
    pub device: String,
    /// When it was received.
    #[serde(with = "wire::text")]
    pub received: Timestamp,
}

/// The bytes as captured.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Original {
    /// Where they lie, from the data folder.
    #[serde(with = "wire::text")]
    pub path: OriginalPath,
    /// What they are.
    #[serde(with = "wire::media")]
    pub media: Media,
    /// SHA-256 of them.
    #[serde(with = "wire::sha256")]
    pub sha256: Digest,
    /// How many.
    pub bytes: u64,
}

/// The copy people open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Copy {
    /// Where it lies, from the data folder.
    #[serde(with = "wire::text")]
    pub path: TrailPath,
    /// SHA-256 of its bytes.
    #[serde(with = "wire::sha256")]
    pub sha256: Digest,
    /// How many.
    pub bytes: u64,
}

/// Why a page is a pupil's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "lowercase")]
pub enum Identified {
    /// A sheet in front of it, or a card or sticker on it.
    Sheet {
        /// Cover, card or sticker.
        #[serde(with = "wire::sheet_kind")]
        kind: SheetKind,
        /// Which.
        #[serde(with = "wire::text")]
        sheet: SheetId,
        /// The page on which it was read.
        #[serde(with = "wire::text")]
        seen_on: PageId,
    },
    /// A person said so.
    Person {
        /// The account, never a name.
        account: String,
        /// When.
        #[serde(with = "wire::text")]
        at: Timestamp,
    },
}

/// One piece of work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PieceRecord {
    /// Its id.
    #[serde(with = "wire::text")]
    pub id: PieceId,
    /// Subject; may be empty.
    pub subject: String,
    /// Title; may be empty.
    pub title: String,
    /// Class; may be empty.
    pub class: String,
    /// Date of the work.
    #[serde(with = "wire::text")]
    pub date: Date,
}

/// How a page lay in its capture. Pixels are those of the original after the turn its file notes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Geometry {
    /// Width of the original in pixels.
    pub width: u32,
    /// Height.
    pub height: u32,
    /// Dots per inch across and down; none if the source did not say.
    pub dpi: Option<[u16; 2]>,
    /// The quarter turn found, in degrees clockwise: 0, 90, 180 or 270.
    pub turn: u16,
    /// The skew found, in degrees clockwise.
    pub skew: f64,
    /// How sure the skew is, 0 to 1.
    pub skew_confidence: f32,
    /// The outline of the page, corners clockwise: four from its top left, or more where it is torn; none if it is the
    /// whole capture.
    #[serde(with = "wire::polygon")]
    pub outline: Option<Vec<Point>>,
    /// The map from these pixels to those of the copy, row by row, for points `(x, y, 1)`; none if the page was bent
    /// and was flattened, or if the record is older than this field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_copy: Option<[[f64; 3]; 3]>,
    /// Whether uneven light was taken out.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub relit: bool,
}

/// One more page of the copy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FurtherPage {
    /// How it lay and what was made of it.
    pub geometry: Geometry,
    /// What was read on it; none if reading was not tried.
    pub reading: Option<Reading>,
    /// What was guessed from handwriting on it: for finding, not for reading.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guessed: Option<Reading>,
}

/// A copy that was replaced when the page was processed again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EarlierCopy {
    /// SHA-256 of it.
    #[serde(with = "wire::sha256")]
    pub sha256: Digest,
    /// Which recipes had made it.
    pub recipes: Recipes,
    /// What had read it, with version and language; none if nothing had.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub engine: Option<String>,
    /// Until when it was the one that people saw.
    #[serde(with = "wire::text")]
    pub until: Timestamp,
}

/// Versions of the recipes that made what is derived: a newer program knows what to make again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipes {
    /// Looking for codes.
    pub identify: u32,
    /// Straightening and cropping.
    pub prepare: u32,
    /// Reading.
    pub read: u32,
}

/// What was read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// Engine, version and language.
    pub engine: String,
    /// Whether the time limit cut it short.
    pub partial: bool,
    /// Words in reading order.
    pub words: Vec<ReadWord>,
}

/// One word; short keys, because a page has hundreds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReadWord {
    /// Text.
    pub t: String,
    /// Left, top, right, bottom in pixels of the copy; right and bottom exclusive.
    pub b: [u32; 4],
    /// Confidence, 0 to 1.
    pub c: f32,
    /// Line, from 0.
    pub l: u32,
    /// Block, from 0; 0 throughout in records older than this field.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub k: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference to the field")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// Whose trail a folder is: `.pupil.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PupilRecord {
    /// The key.
    #[serde(with = "wire::text")]
    pub id: PupilId,
    /// Family name.
    pub surname: String,
    /// Given name.
    pub forename: String,
    /// Class.
    pub class: String,
    /// Year group.
    pub year_group: String,
    /// Unique pupil number.
    pub upn: String,
    /// An earlier one.
    pub former_upn: String,
    /// Admission number.
    pub admission_number: String,
    /// Date of birth.
    #[serde(with = "wire::some_text")]
    pub born: Option<Date>,
    /// Whether the pupil is at the school.
    #[serde(with = "wire::standing")]
    pub standing: Standing,
}
