//! Names as people type them: without accents, capitals, apostrophes and hyphens, and only the beginning.
//!
//! Folding is for finding, never for storing and never for deciding that two names are one person's.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// The text in small letters without accents: compatibility forms (NFKD), marks that only decorate a letter taken off,
/// letters that have no decomposition written as people type them. Apostrophes vanish, every other punctuation
/// becomes a blank, runs of blanks become one.
pub fn fold(text: &str) -> String {
    let left_out = |c: &char| is_accent(*c) || is_apostrophe(*c);
    // Taken apart twice: marks between which something was left out find their order only now.
    let plain: String = text.nfkd().filter(|c| !left_out(c)).nfkd().collect();
    let mut folded = String::with_capacity(plain.len());
    for c in plain.to_lowercase().chars().filter(|c| !left_out(c)) {
        match in_plain_letters(c) {
            Some(letters) => folded.push_str(letters),
            None if c.is_alphanumeric() || is_combining_mark(c) => folded.push(c),
            None if folded.is_empty() || folded.ends_with(' ') => {}
            None => folded.push(' '),
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

/// Letters and figures only, folded: for headings, where `Reg. Group`, `reg_group` and `RegGroup` are one.
pub fn squash(text: &str) -> String {
    fold(text).split(' ').collect()
}

/// Marks that people leave out when they type. Vowel signs of Indic scripts and the voicing marks of kana are part of
/// the spelling and stay.
fn is_accent(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36f}'       // Latin, Greek, Cyrillic
        | '\u{483}'..='\u{487}'
        | '\u{591}'..='\u{5bd}' | '\u{5bf}' | '\u{5c1}'..='\u{5c2}' | '\u{5c4}'..='\u{5c7}' // Hebrew points
        | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{640}' // Arabic vowels, hamza above, tatweel
        | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}'
        | '\u{200c}' | '\u{200d}')
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '`' | '´' | '‘' | '’' | '‛' | 'ʻ' | 'ʼ' | 'ʾ' | 'ʿ' | 'ˈ' | '′' | '＇')
}

/// Letters that Unicode does not take apart.
fn in_plain_letters(c: char) -> Option<&'static str> {
    Some(match c {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'ø' => "o",
        'ł' => "l",
        'đ' | 'ð' => "d",
        'þ' => "th",
        'ħ' => "h",
        'ı' => "i",
        'ŋ' => "n",
        'ŧ' => "t",
        'ə' => "e",
        'ς' => "σ",
        _ => return None,
    })
}

/// What somebody typed to find a pupil.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameQuery {
    /// Each word typed, in its parts: `Al-Hassan` is one word of two parts.
    words: Vec<Vec<String>>,
}

impl NameQuery {
    /// Reads what was typed; `None` if it says nothing.
    pub fn new(typed: &str) -> Option<Self> {
        let words: Vec<Vec<String>> = typed.split_whitespace().map(parts).filter(|parts| !parts.is_empty()).collect();
        (!words.is_empty()).then_some(Self { words })
    }

    /// Whether every word typed begins a word of the name, in any order. A name of several parts is found by each
    /// of them, and by them written as one: `Al-Hassan` by `hassan`, `al hassan` and `alhassan`.
    pub fn fits(&self, name: &str) -> bool {
        let mut known: Vec<String> = Vec::new();
        for word in name.split_whitespace() {
            let parts = parts(word);
            // `O'Brien` is `obrien` already; people also type what follows the apostrophe.
            known.extend(word.split(is_apostrophe).skip(1).map(fold).filter(|rest| !rest.is_empty()));
            known.extend((0..parts.len()).map(|from| parts[from..].concat()));
        }
        let begins = |typed: &str| known.iter().any(|word| word.starts_with(typed));
        self.words.iter().all(|parts| begins(&parts.concat()) || parts.iter().all(|part| begins(part)))
    }
}

fn parts(word: &str) -> Vec<String> {
    fold(word).split(' ').filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fold_to_what_people_type() {
        for (name, folded) in [
            ("Amélie", "amelie"),
            ("AME\u{301}LIE", "amelie"),
            ("Müller-Weiß", "muller weiss"),
            ("MÜLLER-WEIẞ", "muller weiss"),
            ("Søren Łukasz", "soren lukasz"),
            ("O’Brien", "obrien"),
            ("O'Brien", "obrien"),
            ("Nguyễn, Thị  Hà", "nguyen thi ha"),
            ("İpek Yıldız", "ipek yildiz"),
            ("Þóra Æsa Đorđe", "thora aesa dorde"),
            ("ﬁona Ⅳ", "fiona iv"),
            ("أَحْمَد", "احمد"),
            ("Ёлкина", "елкина"),
            ("が", "か\u{3099}"),
            ("कि", "कि"),
            (" - ", ""),
        ] {
            assert_eq!(fold(name), folded, "{name}");
        }
    }

    #[test]
    fn names_are_found_by_the_beginnings_of_their_words() {
        for (typed, name, fits) in [
            ("amelie", "Okafor, Amélie", true),
            ("oka am", "Okafor, Amélie", true),
            ("am oka", "Okafor, Amélie", true),
            ("Okafor, Amélie", "Okafor, Amélie", true),
            ("kafor", "Okafor, Amélie", false),
            ("amelie b", "Okafor, Amélie", false),
            ("hassan", "Al-Hassan, Omar", true),
            ("al hassan", "Al-Hassan, Omar", true),
            ("alhas", "Al-Hassan, Omar", true),
            ("al-hassan", "Al Hassan, Omar", true),
            ("obrien", "O'Brien, Zoë", true),
            ("o'brien", "OBrien, Zoe", true),
            ("brien", "O’Brien, Zoë", true),
            ("zoe", "O'Brien, Zoë", true),
            ("strasse", "Straße, Li", true),
            ("明", "王 小明", false),
            ("小", "王 小明", true),
        ] {
            assert_eq!(NameQuery::new(typed).unwrap().fits(name), fits, "{typed} in {name}");
        }
        assert_eq!(NameQuery::new(" '-' "), None);
    }

    #[test]
    fn marks_stand_in_their_order_also_where_something_was_left_out_between_them() {
        for between in ["\u{200d}", "'", "\u{301}"] {
            assert_eq!(fold(&format!("\u{c55}{between}\u{c4d}")), "\u{c4d}\u{c55}", "{between:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn folding_twice_changes_nothing(text in "\\PC{0,30}") {
            let once = fold(&text);
            proptest::prop_assert_eq!(fold(&once), once);
        }

        #[test]
        fn a_name_is_found_by_itself(name in "\\PC{1,30}") {
            if let Some(query) = NameQuery::new(&name) {
                proptest::prop_assert!(query.fits(&name));
            }
        }
    }
}
