//! Sheets to print: what a person may choose, and what they chose.

use scantrail_core::jiff::civil::Date;

/// What the page of sheets offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetsView {
    /// Classes with their pupils, in order.
    pub classes: Vec<ClassSize>,
    /// The layouts of label sheets, the usual one first.
    pub layouts: Vec<LabelLayout>,
}

/// A class and how many pupils it has now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClassSize {
    /// As the school writes it.
    pub class: String,
    /// Current pupils.
    pub pupils: u64,
}

/// A layout of label sheets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelLayout {
    /// The name it is asked for by.
    pub name: String,
    /// What to look for on the packet.
    pub packet: String,
}

/// What is to be printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetOrder {
    /// Which sheets.
    pub what: SheetChoice,
    /// Which sides.
    pub sides: PrintedSides,
}

/// Which sides are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PrintedSides {
    /// Fronts and backs.
    Both,
    /// Fronts only.
    Front,
}

/// Which sheets are to be printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SheetChoice {
    /// Cover sheets.
    Covers(SheetsFor),
    /// Cards, with the code for a mat or for a desk.
    Cards(SheetsFor, CardPlace),
    /// Stickers on a layout of label sheets, of whose first sheet so many labels are used up.
    Stickers(SheetsFor, String, u32),
    /// So many covers that are given to pupils later.
    Unnamed(u32),
    /// A start sheet.
    Start {
        /// For which class; empty for none, like the others.
        class: String,
        /// In which subject.
        subject: String,
        /// What the work is called.
        title: String,
        /// When it was done.
        date: Option<Date>,
    },
    /// Of each of these so many.
    Control(Vec<ControlSheet>, u32),
    /// The sheet that measures printer and scanner.
    SelfTest,
}

/// Whose sheets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SheetsFor {
    /// A class; only those whose name or class changed since a day, if one is given.
    Class(String, Option<Date>),
    /// One pupil: a name, an id or a short code as typed.
    Pupil(String),
}

/// Where cards will lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CardPlace {
    /// On the mat of an overhead camera.
    Mat,
    /// On a desk, near the camera.
    Desk,
}

/// Sheets that stand for nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ControlSheet {
    /// Under the whole stack.
    End,
    /// Behind a pupil's last page.
    Separator,
    /// On top of pages to be thrown away.
    Discard,
}

/// Sheets, ready to be printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrintedSheets {
    /// The PDF.
    pub pdf: Vec<u8>,
    /// What a person should know before printing, in words: names that no font here can write.
    pub warnings: Vec<String>,
}
