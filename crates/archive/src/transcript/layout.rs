//! Words in their lines and blocks, and what both formats write alike.

use crate::sidecar::{ReadWord, Reading};

/// Lines that belong together.
pub(super) struct Block<'a> {
    pub(super) place: [u32; 4],
    pub(super) lines: Vec<Line<'a>>,
}

/// Words that stand side by side.
pub(super) struct Line<'a> {
    pub(super) place: [u32; 4],
    pub(super) words: &'a [ReadWord],
}

/// The blocks of a reading, in reading order; none has no lines, and no line has no words.
pub(super) fn blocks(reading: Option<&Reading>) -> Vec<Block<'_>> {
    let words = reading.map_or(&[][..], |reading| &reading.words);
    let line = |words| Line { place: around(words, |word: &ReadWord| word.b), words };
    words
        .chunk_by(|a, b| a.k == b.k)
        .map(|words| {
            let lines: Vec<Line<'_>> = words.chunk_by(|a, b| a.l == b.l).map(line).collect();
            Block { place: around(&lines, |line| line.place), lines }
        })
        .collect()
}

/// The box round several, of which there is one at least.
fn around<T>(all: &[T], place: impl Fn(&T) -> [u32; 4]) -> [u32; 4] {
    let join = |[ax0, ay0, ax1, ay1]: [u32; 4], [bx0, by0, bx1, by1]: [u32; 4]| {
        [ax0.min(bx0), ay0.min(by0), ax1.max(bx1), ay1.max(by1)]
    };
    all.iter().map(place).reduce(join).unwrap_or_default()
}

/// Text for XML and HTML, within elements and quoted attributes; what XML 1.0 cannot hold becomes U+FFFD.
pub(super) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            '\t' | '\n' | '\r' => safe.push(' '),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => safe.push('\u{fffd}'),
            c => safe.push(c),
        }
    }
    safe
}

/// An engine by its parts: `tesseract 5.3.0 eng+deu` is name, version and languages. Of a name that is written otherwise
/// all is name.
pub(super) fn engine(name: &str) -> (&str, Option<&str>, Vec<&str>) {
    match name.split(' ').collect::<Vec<_>>()[..] {
        [software, version, languages] if version.starts_with(|c: char| c.is_ascii_digit()) => {
            (software, Some(version), languages.split('+').collect())
        }
        _ => (name, None, Vec::new()),
    }
}

/// The one language of a reading, in the form of BCP 47 that `xsd:language` takes; none if it has several, or one that
/// has no such form (`chi_sim`).
pub(super) fn language(reading: Option<&Reading>) -> Option<&str> {
    let (_, _, languages) = engine(&reading?.engine);
    let [language] = languages[..] else { return None };
    let sound = (2..=8).contains(&language.len()) && language.chars().all(|c| c.is_ascii_alphabetic());
    sound.then_some(language)
}
