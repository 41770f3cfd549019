//! Printed sheets: asked for and answered.

use serde::{Deserialize, Serialize};

/// One thing asked about sheets.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "sheets-do", rename_all = "kebab-case")]
#[expect(missing_docs, reason = "each mirrors the command of the same name; its arguments are explained there")]
pub enum SheetsRequest {
    Print { what: SheetsWanted },
}

/// What comes back about sheets.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "sheets", content = "value", rename_all = "kebab-case")]
#[expect(missing_docs, reason = "each mirrors the request of the same name")]
pub enum SheetsAnswer {
    Printed(SheetsReply),
}

/// Which sheets are to be printed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the fields carry the names of the command's arguments")]
pub enum SheetsWanted {
    /// Pupil covers.
    Cover { class: Option<String>, pupil: Option<String> },
    /// Cards.
    Card { class: Option<String>, pupil: Option<String> },
    /// Unnamed covers.
    Unnamed { count: u32 },
    /// A start sheet.
    Start { class: String, subject: String, title: String, date: Option<String> },
    /// End, separator and discard sheets, one of each.
    Control,
}

/// Printed sheets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetsReply {
    /// How many sheets.
    pub sheets: u32,
    /// The PDF.
    pub pdf: Vec<u8>,
}
