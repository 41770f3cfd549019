//! What the rules need from the world, as traits; adapters implement them, tests replace them.
//!
//! Nothing above a port names SQLite, Tesseract, a path or a process.

use crate::evidence::Moment;
use crate::raster::Raster;
use crate::units::{Confidence, Turn};
use crate::vocabulary::Media;
use jiff::Timestamp;
use jiff::civil::Date;

/// The wall clock.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;

    /// The date at the school.
    fn today(&self) -> Date;
}

/// Randomness for ids.
pub trait Entropy: Send + Sync {
    /// 64 unpredictable bits.
    fn random(&self) -> u64;
}

/// Why bytes did not become pixels.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// The bytes are not a whole, sound file of that kind; trying again cannot help.
    #[error("{0}")]
    Unreadable(String),
    /// The decoder itself could not run; trying again may help.
    #[error("the decoder could not run: {0}")]
    Unavailable(String),
}

/// Original bytes to pixels, without trust in the bytes.
pub trait Decoder: Send + Sync {
    /// The first image in `bytes`. For JPEG, `exif_turn` is what the camera noted; the pixels are not turned yet.
    fn decode(&self, bytes: &[u8], media: Media) -> Result<Decoded, DecodeError>;
}

/// Pixels as stored, and what the file says about them.
#[derive(Debug, Clone, PartialEq)]
pub struct Decoded {
    /// Pixels in stored order.
    pub raster: Raster,
    /// The turn the file says the content has (EXIF orientation without mirroring).
    pub exif_turn: Turn,
    /// When and by what a picture was taken, if the file says so.
    pub moment: Option<Moment>,
}

/// A box in pixels of the image that was read: left, top, right, bottom; right and bottom exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TextBox {
    /// Left.
    pub x0: u32,
    /// Top.
    pub y0: u32,
    /// Right, exclusive.
    pub x1: u32,
    /// Bottom, exclusive.
    pub y1: u32,
}

/// One word as it was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Word {
    /// The word, without blanks around it.
    pub text: String,
    /// Where it stands.
    pub place: TextBox,
    /// How sure the engine is.
    pub confidence: Confidence,
    /// Counted from 0 over the page, in reading order; words of one line share it.
    pub line: u32,
    /// Counted from 0 over the page, in reading order; words of one column, paragraph or heading share it. 0 throughout
    /// if the engine knows no blocks.
    pub block: u32,
}

/// What was read on a page.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Reading {
    /// Words in reading order.
    pub words: Vec<Word>,
    /// Whether the time limit cut the reading short.
    pub completeness: Completeness,
}

impl Reading {
    /// All words; a line break where the line changes.
    pub fn text(&self) -> String {
        let mut text = String::new();
        let mut line = None;
        for word in &self.words {
            if let Some(before) = line {
                text.push(if before == word.line { ' ' } else { '\n' });
            }
            line = Some(word.line);
            text.push_str(&word.text);
        }
        text
    }

    /// Mean confidence over the words' letters; 0 without words.
    pub fn confidence(&self) -> Confidence {
        let letters: usize = self.words.iter().map(|w| w.text.chars().count()).sum();
        let sum: f32 = self.words.iter().map(|w| w.confidence.get() * w.text.chars().count() as f32).sum();
        Confidence::new(if letters == 0 { 0.0 } else { sum / letters as f32 })
    }
}

/// Whether a reading covers the whole page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Completeness {
    /// The whole page was read.
    #[default]
    Whole,
    /// The time limit came first.
    Partial,
}

/// Why a page could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The language's model is not installed.
    #[error("no model for language `{0}` is installed")]
    NoModel(String),
    /// Whoever asked does not want it any more.
    #[error("reading was cancelled")]
    Cancelled,
    /// The engine failed.
    #[error("the text engine failed: {0}")]
    Engine(String),
}

/// Reads pages in other scripts than that of the language they were taken for.
pub trait OtherScripts {
    /// What an upright page says, and the name of what read it, if the page is plainly in another script for which there is
    /// a reader.
    fn read(&mut self, page: &Raster) -> Result<Option<(Reading, String)>, ReadError>;
}

/// Pixels to words. One instance per thread; implementations keep their engine warm.
pub trait Recogniser {
    /// Reads an upright grey or colour image; its resolution guides the engine (300 dpi if unknown).
    fn read(&mut self, page: &Raster) -> Result<Reading, ReadError>;

    /// Engine, version and language, for the record: `tesseract 5.3.0 eng`.
    fn name(&self) -> String;
}
