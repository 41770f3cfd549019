//! Folding: the one form in which words are stored and looked for, and the further words that people would look for.

use scantrail_core::fold::fold;

/// Stands between a text and the words added to it, so that no phrase reaches across; nothing that is typed folds to it.
const APART: &str = " \u{e000} ";

/// Hyphens that a line may end with.
const HYPHENS: [char; 3] = ['-', '\u{2010}', '\u{ad}'];

/// Apostrophes, straight and as printed.
const APOSTROPHES: [char; 4] = ['\'', '\u{2019}', '\u{2bc}', '`'];

/// Letters after an apostrophe from which on they are a word: `l'école`, but not `don't` or `they've`.
const WORD_AFTER_APOSTROPHE: usize = 3;

/// A page's text as it is stored: folded words with one blank between them, then the words that stand in it only in
/// part: those broken at the end of a line, and what follows an apostrophe.
pub(super) fn text(text: &str) -> String {
    let mut folded = word(text);
    let mut added = String::new();
    for further in broken(text).chain(after_apostrophe(text)) {
        added.push_str(if added.is_empty() { APART } else { " " });
        added.push_str(&further);
    }
    folded.push_str(&added);
    folded
}

/// What is typed, or a word of a page, folded: no word, one, or several with a blank between them.
pub(super) fn word(text: &str) -> String {
    if text.contains('\u{ad}') { fold(&text.replace('\u{ad}', "")) } else { fold(text) }
}

/// Words broken at the end of a line, whole: `ele-` and `phant` as `elephant`.
fn broken(text: &str) -> impl Iterator<Item = String> + '_ {
    text.lines().zip(text.lines().skip(1)).filter_map(|(line, next)| {
        let head = line.trim_end().strip_suffix(HYPHENS)?.split_whitespace().next_back()?;
        let tail = next.split_whitespace().next()?;
        let joins = head.ends_with(char::is_alphabetic) && tail.starts_with(char::is_lowercase);
        let (head, tail) = (word(head), word(tail));
        // Of a word that folds to several, only those at the break are joined.
        let (head, tail) = (head.rsplit(' ').next()?, tail.split(' ').next()?);
        (joins && !tail.is_empty()).then(|| format!("{head}{tail}"))
    })
}

/// What follows an apostrophe, where it is a word of its own.
fn after_apostrophe(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split_whitespace().filter(|word| word.contains(APOSTROPHES)).flat_map(|whole| {
        let begun = whole.trim_start_matches(|c: char| !c.is_alphanumeric());
        begun.split(APOSTROPHES).skip(1).map(word).filter(|rest| rest.chars().count() >= WORD_AFTER_APOSTROPHE)
    })
}
