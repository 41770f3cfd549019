//! Names of files and folders: pure, and safe on every system a trail may be copied to.
//!
//! A name is NFC, has no control character and none of `<>:"/\|?*`, does not begin with a dot, does not end with a dot
//! or a blank, is not a reserved name of Windows and has at most 120 bytes. It never holds `%` either, which BagIt's
//! manifests would have to encode and `sha256sum -c` would not decode.
//!
//! The name of a pupil's folder is cosmetic; the id in brackets is the key.

mod path;
mod places;

pub use path::{BadPath, OriginalPath, TrailPath};
pub use places::{HeldPlace, PagePlace};
pub use scantrail_durable::redacted::{page_of_file, pupil_of_folder, redacted};

use scantrail_core::ids::PupilId;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// The longest name, in bytes of UTF-8.
pub const MAX_NAME: usize = 120;

/// `text` as a file or folder name of at most `limit` bytes (and never more than [`MAX_NAME`]); `otherwise`, itself a
/// safe name, if nothing of it is left.
pub fn safe_name(text: &str, limit: usize, otherwise: &str) -> String {
    let mut name = String::with_capacity(text.len());
    for c in text.nfc() {
        match replacement(c) {
            // Runs of blanks become one.
            Some(' ') if name.is_empty() || name.ends_with(' ') => {}
            Some(c) => name.push(c),
            None => {}
        }
    }
    // Removing a character can bring two together that NFC joins.
    let name: String = name.nfc().collect();
    let name = trim(cut(trim(&name), limit.min(MAX_NAME)));
    if name.is_empty() {
        return otherwise.to_owned();
    }
    if is_reserved(name) {
        return format!("_{}", trim(cut(name, limit.min(MAX_NAME) - 1)));
    }
    name.to_owned()
}

/// What stands for a character in a name; `None` if nothing does.
fn replacement(c: char) -> Option<char> {
    match c {
        '/' | '\\' | '|' => Some('-'),
        '<' | '>' | ':' | '"' | '?' | '*' | '%' => Some(' '),
        // Joiners are part of the spelling of some scripts; the rest only changes what a name seems to be.
        '\u{200c}' | '\u{200d}' => Some(c),
        '\u{ad}'
        | '\u{61c}'
        | '\u{180e}'
        | '\u{200b}'
        | '\u{200e}'
        | '\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}'
        | '\u{fff0}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e0fff}' => None,
        c if c.is_whitespace() => Some(' '),
        c if c.is_control() || (c as u32 & 0xfffe) == 0xfffe => None,
        c => Some(c),
    }
}

/// Without what may not stand at either end.
fn trim(name: &str) -> &str {
    let joiner = |c| matches!(c, '\u{200c}' | '\u{200d}');
    let name = name.trim_end_matches(|c| c == '.' || c == ' ' || joiner(c));
    name.trim_start_matches(|c: char| c == '.' || c == ' ' || joiner(c) || is_combining_mark(c))
}

/// The longest beginning of at most `limit` bytes that does not take a sign apart.
fn cut(name: &str, limit: usize) -> &str {
    if name.len() <= limit {
        return name;
    }
    let whole = |at: usize| {
        let before = name[..at].chars().next_back();
        let after = name[at..].chars().next();
        !after.is_some_and(extends) && before != Some('\u{200d}') && !splits_flag(&name[..at], after)
    };
    let at = (0..=limit).rev().find(|&at| name.is_char_boundary(at) && whole(at)).unwrap_or(0);
    &name[..at]
}

/// Whether a character belongs to the one before it.
fn extends(c: char) -> bool {
    is_combining_mark(c) || matches!(c, '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}')
}

/// Flags are pairs of regional indicators.
fn splits_flag(before: &str, after: Option<char>) -> bool {
    let indicator = |c: &char| matches!(c, '\u{1f1e6}'..='\u{1f1ff}');
    after.as_ref().is_some_and(indicator) && before.chars().rev().take_while(indicator).count() % 2 == 1
}

/// Names that Windows keeps for devices, with any ending.
fn is_reserved(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name).trim_end();
    let upper = stem.to_ascii_uppercase();
    let numbered = |prefix: &str| {
        upper.strip_prefix(prefix).is_some_and(|rest| {
            let mut chars = rest.chars();
            matches!(chars.next(), Some('0'..='9' | '¹' | '²' | '³')) && chars.next().is_none()
        })
    };
    matches!(&*upper, "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$") || numbered("COM") || numbered("LPT")
}

/// Bytes of a pupil's folder name. With it and the limits in [`PagePlace`] a whole path stays below the 260
/// characters that Windows programs can open, with some forty left for where the trails lie.
const PUPIL_FOLDER: usize = 80;

/// The folder of a pupil: `Okafor, Amara (7F3A19)`.
pub fn pupil_folder(listed_name: &str, id: PupilId) -> String {
    let room = PUPIL_FOLDER - PupilId::DIGITS - " ()".len();
    format!("{} ({id})", safe_name(listed_name, room, "Pupil"))
}

#[cfg(test)]
mod tests;
