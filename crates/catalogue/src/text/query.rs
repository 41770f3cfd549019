//! What a person types, read as words, phrases and words that must not occur. Every text is a query; none is an error.

use super::fold;
use scantrail_core::ids::PupilId;
use scantrail_core::vocabulary::Content;

/// Words and phrases beyond which the rest of what is typed is not looked at.
const MOST_PARTS: usize = 32;

/// What is looked for. Empty texts and `None` do not narrow.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query {
    /// Words; each must occur, as a whole or, from two letters on, as a beginning. "Words in quotes" must stand together as they are. A word
    /// or phrase with a minus sign before it must not occur. Every other sign is a blank. The first 32 count.
    pub words: String,
    /// Of this pupil.
    pub pupil: Option<PupilId>,
    /// Of this class.
    pub class: String,
    /// In this subject.
    pub subject: String,
    /// From this date on, ISO.
    pub from: Option<String>,
    /// Up to this date, ISO.
    pub to: Option<String>,
    /// Showing this.
    pub content: Option<Content>,
    /// So many of the best are left out.
    pub offset: u32,
    /// At most so many.
    pub limit: u32,
}

/// One thing that must or must not occur, folded: one word, or several with a blank between them that stand together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    /// Its last word may be a beginning.
    Word(String),
    /// As it is.
    Phrase(String),
}

/// What must and what must not occur.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Wanted {
    pub(super) parts: Vec<Part>,
    pub(super) without: Vec<String>,
}

impl Wanted {
    /// Reads what was typed.
    pub(super) fn new(typed: &str) -> Self {
        let mut wanted = Self::default();
        let mut minus = false;
        for (at, stretch) in typed.split(['"', '“', '”', '„']).enumerate() {
            if at % 2 == 1 {
                wanted.add(stretch, minus, Part::Phrase);
                minus = false;
                continue;
            }
            for word in stretch.split_whitespace() {
                let bare = word.strip_prefix(['-', '−']);
                wanted.add(bare.unwrap_or(word), bare.is_some(), Part::Word);
            }
            // A sign of its own right before a quote belongs to the phrase.
            minus = stretch.ends_with(['-', '−']) && stretch.split_whitespace().next_back().is_some_and(is_minus);
        }
        wanted
    }

    fn add(&mut self, text: &str, minus: bool, part: fn(String) -> Part) {
        let folded = fold::word(text);
        if folded.is_empty() || self.parts.len() + self.without.len() == MOST_PARTS {
            return;
        }
        // One letter begins far too many words to say anything: it is a word.
        let whole = folded.rsplit(' ').next().is_some_and(|last| last.len() == 1);
        if minus {
            self.without.push(folded);
        } else if whole {
            self.parts.push(Part::Phrase(folded));
        } else {
            self.parts.push(part(folded));
        }
    }

    /// The query in the words of FTS5, with terms that may stand for a part instead of it: `near` gives them by the
    /// part's place. Folded words hold no sign of FTS5's, so nothing typed is taken for its syntax.
    pub(super) fn expression(&self, near: &[Vec<String>]) -> String {
        let parts = self.parts.iter().enumerate().map(|(at, part)| {
            let exact = match part {
                Part::Word(text) => format!("\"{text}\" *"),
                Part::Phrase(text) => format!("\"{text}\""),
            };
            let others = near.get(at).into_iter().flatten().map(|term| format!("\"{term}\""));
            format!("({})", std::iter::once(exact).chain(others).collect::<Vec<_>>().join(" OR "))
        });
        parts.collect::<Vec<_>>().join(" AND ")
    }

    /// What excludes a page, in the words of FTS5; empty if nothing does.
    pub(super) fn exclusion(&self) -> String {
        self.without.iter().map(|text| format!("\"{text}\"")).collect::<Vec<_>>().join(" OR ")
    }
}

fn is_minus(word: &str) -> bool {
    matches!(word, "-" | "−")
}
