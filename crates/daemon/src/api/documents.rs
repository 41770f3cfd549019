//! Work handed on: several pages as one PDF, and the words of a page for other programs.

use serde::{Deserialize, Serialize};

/// What goes into one PDF.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct DocumentRequest {
    /// Pieces and pages by id, all of one pupil; none for everything the rest leaves.
    pub what: Vec<String>,
    /// Whose: id, short code or a name that fits one. Needed where `what` is empty, or is a group's page.
    pub pupil: Option<String>,
    /// Only what came in for this class; empty for any.
    pub class: String,
    /// Only in this subject; empty for any.
    pub subject: String,
    /// Not before this day (ISO).
    pub from: Option<String>,
    /// Not after this day (ISO).
    pub to: Option<String>,
}

/// What a PDF holds; its bytes come behind this answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentReply {
    /// Its pieces in order.
    pub pieces: Vec<DocumentPiece>,
    /// Pages of the PDF.
    pub pages: u32,
    /// Its size.
    pub bytes: u64,
    /// Pages of these pieces that are not in it.
    pub left_out: Vec<LeftOut>,
}

/// A piece in a PDF.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentPiece {
    /// Its id.
    pub id: String,
    /// Its bookmark.
    pub title: String,
    /// On which page of the PDF it begins, from 1.
    pub first: u32,
    /// How many it has.
    pub pages: u32,
}

/// A page that could not be taken into a PDF.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// Its id.
    pub page: String,
    /// Why, in words.
    pub why: String,
}

/// How words are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TextFormat {
    /// Lines.
    #[default]
    Text,
    /// ALTO 4.4.
    Alto,
    /// hOCR 1.2.
    Hocr,
}

/// What was read on a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextReply {
    /// The page.
    pub page: String,
    /// `filed` or `held`.
    pub state: String,
    /// How the text is written.
    pub format: TextFormat,
    /// Pages of its copy: two for an open book.
    pub pages: u32,
    /// Words that were read.
    pub words: u32,
    /// Words guessed from handwriting, which are marked in the text.
    pub guessed: u32,
    /// The text.
    pub text: String,
}
