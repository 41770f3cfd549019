//! Printed sheets: asked for and answered.

use super::DryRun;
use serde::{Deserialize, Serialize};

/// One thing asked about sheets.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "sheets-do", rename_all = "kebab-case")]
#[expect(missing_docs, reason = "each mirrors the command of the same name; its arguments are explained there")]
pub enum SheetsRequest {
    Print { what: SheetsWanted, sides: SidesWord, dry_run: DryRun },
    List { pupil: Option<String>, limit: u32 },
    Show { code: String },
    Revoke { sheet: String, reason: String },
}

/// What comes back about sheets.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "sheets", content = "value", rename_all = "kebab-case")]
#[expect(missing_docs, reason = "each mirrors the request of the same name")]
pub enum SheetsAnswer {
    Printed(SheetsReply),
    List(Vec<SheetLine>),
    One(SheetStory),
}

/// Which sides are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SidesWord {
    /// Fronts and backs, for a printer that turns at the long edge.
    #[default]
    Both,
    /// Fronts only.
    Front,
}

/// Whose sheets.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Whom {
    /// The current pupils of a class.
    pub class: Option<String>,
    /// One pupil: id, short code or a name that fits one.
    pub pupil: Option<String>,
    /// Only those who were added, or whose name or class changed, since this day (ISO).
    pub changed_since: Option<String>,
}

/// Where a card will lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CardWord {
    /// On the mat of an overhead camera.
    #[default]
    Mat,
    /// On a desk, near the camera.
    Desk,
}

/// Which sheets are to be printed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the fields carry the names of the command's arguments")]
pub enum SheetsWanted {
    /// Pupil covers.
    Cover { whom: Whom },
    /// Cards.
    Card { whom: Whom, code: CardWord },
    /// Stickers on a layout of label sheets; `skip` labels of the first sheet are used up.
    Sticker { whom: Whom, layout: String, skip: u32, edges: EdgesWord },
    /// Unnamed covers.
    Unnamed { count: u32 },
    /// A start sheet.
    Start { class: String, subject: String, title: String, date: Option<String> },
    /// Of each kind (`end`, `separator`, `discard`) so many copies.
    Control { kinds: Vec<String>, copies: u32 },
    /// The sheet that measures printer and scanner.
    SelfTest,
}

/// Whether the edges of labels are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EdgesWord {
    /// Not drawn.
    #[default]
    None,
    /// As thin lines, for a trial on plain paper.
    Drawn,
}

/// Printed sheets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetsReply {
    /// How many sheets, cards or stickers.
    pub sheets: u32,
    /// How many sides of paper.
    pub pages: u32,
    /// Whose, in the order of printing; empty for sheets that name nobody.
    pub pupils: Vec<PrintedFor>,
    /// Names that could not be written.
    pub warnings: Vec<FontWarning>,
    /// The PDF; empty for a dry run.
    pub pdf: Vec<u8>,
}

/// A pupil with a sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "as in the roster")]
pub struct PrintedFor {
    pub id: String,
    pub name: String,
    pub class: String,
}

/// A name that no font on this machine can write; the sheet has a line to write it on by hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FontWarning {
    /// The pupil's id.
    pub pupil: String,
    /// The script.
    pub script: String,
    /// The Debian package that brings a font for it.
    pub package: String,
}

impl FontWarning {
    /// The warning in words, without the name.
    pub fn words(&self) -> String {
        let Self { pupil, script, package } = self;
        format!(
            "pupil {pupil}: no font on this machine writes {script}, so the sheet has a line to write the name on; \
             install {package} and print it again"
        )
    }
}

/// A sheet in the register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetLine {
    /// Its id.
    pub sheet: String,
    /// What it does.
    pub kind: String,
    /// Whom it names.
    pub pupil: Option<PrintedFor>,
    /// What it says about the work, in one line; empty if it says nothing.
    pub about: String,
    /// The day it was first printed.
    pub made: String,
    /// The day since which it does not count any more.
    pub revoked: Option<String>,
}

/// What a sheet, a code or a foreign text is, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetStory {
    /// `counts`, `revoked`, `left`, `unregistered`, `other-school`, `foreign`, `damaged`, `newer`.
    pub what: String,
    /// The same in words for a person.
    pub words: String,
    /// The sheet, if it is in the register.
    pub sheet: Option<SheetLine>,
}
