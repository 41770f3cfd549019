//! What a printed sheet can be, and where on it a code stands.

/// What a sheet with our codes does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SheetKind {
    /// Names the pupil of the pages behind it.
    Cover,
    /// Small, laid beside work; names the pupil of that capture alone.
    Card,
    /// On the cover of an exercise book.
    Sticker,
    /// Begins a batch and says class, subject, date and title.
    Start,
    /// Ends a batch.
    End,
    /// Ends a run without beginning another.
    Separator,
    /// A cover that is given to a pupil later.
    Unnamed,
    /// The pages behind it are to be thrown away.
    Discard,
    /// Measures the printer and the scanner.
    SelfTest,
}

impl SheetKind {
    /// Every kind, in order.
    pub const ALL: [Self; 9] = [
        Self::Cover,
        Self::Card,
        Self::Sticker,
        Self::Start,
        Self::End,
        Self::Separator,
        Self::Unnamed,
        Self::Discard,
        Self::SelfTest,
    ];

    /// The word used in files, tables and `--json`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Cover => "cover",
            Self::Card => "card",
            Self::Sticker => "sticker",
            Self::Start => "start",
            Self::End => "end",
            Self::Separator => "separator",
            Self::Unnamed => "unnamed",
            Self::Discard => "discard",
            Self::SelfTest => "self-test",
        }
    }

    /// The kind a word stands for.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// Where on its sheet a code is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CodePlace {
    /// The big one in the middle, or the only one.
    Middle,
    /// Top left corner.
    TopLeft,
    /// Top right corner.
    TopRight,
    /// Bottom right corner.
    BottomRight,
    /// Bottom left corner.
    BottomLeft,
}

impl CodePlace {
    /// Every place; corners clockwise.
    pub const ALL: [Self; 5] = [Self::Middle, Self::TopLeft, Self::TopRight, Self::BottomRight, Self::BottomLeft];
}
