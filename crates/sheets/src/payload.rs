//! What stands in our codes: sixteen characters that name a sheet and nothing about a child.
//!
//! ```text
//! S1 KKK C XXXXXX 0 RRR
//! │  │   │ │      │ └ three check symbols over all that stands before them
//! │  │   │ │      └ where on the sheet this code is printed
//! │  │   │ └ the sheet (`SheetId`)
//! │  │   └ what the sheet does
//! │  └ the school that printed it
//! └ the mark of Scantrail and the version of this layout
//! ```
//! Sixteen characters of QR alphanumeric mode are exactly what version 1 holds at level Q: the biggest modules.
//! Whatever does not fit this layout to the last symbol is not ours. This file must not know a pupil or a register.

use scantrail_core::code32;
use scantrail_core::ids::SheetId;
use scantrail_core::sheet::{CodePlace, SheetKind};
use std::fmt;
use std::str::FromStr;

/// Characters of a payload.
pub const PAYLOAD_LEN: usize = 16;

/// Check symbols at the end of a payload: any one to three changed symbols are noticed.
const CHECK_LEN: usize = 3;
const MARK: char = 'S';
const VERSION: char = '1';

/// A school's own key: keeps one school's sheets apart from another's. Written as three Crockford symbols.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SchoolKey(u16);

/// A text is not a school key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a school key (3 letters or digits)")]
pub struct BadSchoolKey {
    /// What was given.
    pub text: String,
}

impl SchoolKey {
    /// How many symbols the written form has.
    pub const DIGITS: usize = 3;
    const BITS: u32 = 5 * Self::DIGITS as u32;

    /// Keeps the low 15 bits of `random`.
    pub fn from_random(random: u64) -> Self {
        Self((random & ((1 << Self::BITS) - 1)) as u16)
    }

    /// The number behind the symbols, below 2¹⁵.
    pub fn number(self) -> u16 {
        self.0
    }
}

impl fmt::Display for SchoolKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&code32::encode(u64::from(self.0), Self::DIGITS))
    }
}

impl fmt::Debug for SchoolKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SchoolKey({self})")
    }
}

impl FromStr for SchoolKey {
    type Err = BadSchoolKey;

    fn from_str(text: &str) -> Result<Self, BadSchoolKey> {
        let number = if text.chars().count() == Self::DIGITS { code32::decode(text) } else { None };
        number.map(Self::from_random).ok_or_else(|| BadSchoolKey { text: text.to_owned() })
    }
}

/// What one of our codes says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Payload {
    /// Who printed it.
    pub school: SchoolKey,
    /// What the sheet does.
    pub kind: SheetKind,
    /// Which sheet.
    pub sheet: SheetId,
    /// Where on the sheet this code stands.
    pub place: CodePlace,
}

/// Why a text is not one of our payloads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum NotOurs {
    /// Somebody else's code: an ISBN, an address of a web page, anything.
    #[error("the code is not one of ours")]
    Foreign,
    /// It has our mark and layout, but its check symbols do not agree.
    #[error("the code has our mark but its check symbols do not agree")]
    Damaged,
    /// Its check symbols agree, but it says something that only a newer program can understand.
    #[error("the code was made by a newer version of this program")]
    Newer,
    /// It is ours, but seen in a mirror or through the paper: it lies on another side than the one captured.
    #[error("the code is mirrored: it shows through from another side")]
    Mirrored,
}

impl Payload {
    /// The sixteen characters; only digits and upper-case letters, as QR alphanumeric mode wants.
    pub fn encode(&self) -> String {
        let body = format!(
            "{MARK}{VERSION}{}{}{}{}",
            self.school,
            kind_symbol(self.kind),
            self.sheet,
            place_symbol(self.place)
        );
        let check = check(&body);
        body + &check
    }

    /// Reads a payload. Only the canonical writing is taken: sixteen symbols, upper case, no look-alikes.
    pub fn parse(text: &str) -> Result<Self, NotOurs> {
        let canonical = text.len() == PAYLOAD_LEN && text.bytes().all(|byte| code32::ALPHABET.contains(&byte));
        if !canonical || !text.starts_with(MARK) {
            return Err(NotOurs::Foreign);
        }
        let ours = text[1..].starts_with(VERSION);
        let (body, given) = text.split_at(PAYLOAD_LEN - CHECK_LEN);
        if check(body) != given {
            return Err(if ours { NotOurs::Damaged } else { NotOurs::Foreign });
        }
        if !ours {
            return Err(NotOurs::Newer);
        }
        Ok(Self {
            school: SchoolKey::from_random(number(&body[2..5])),
            kind: kind_of(&body[5..6]).ok_or(NotOurs::Newer)?,
            sheet: SheetId::from_random(number(&body[6..12])),
            place: place_of(&body[12..13]).ok_or(NotOurs::Newer)?,
        })
    }
}

/// The check symbols for a body of canonical symbols.
fn check(body: &str) -> String {
    code32::check_symbols(body, CHECK_LEN).expect("the body is thirteen symbols of the alphabet")
}

/// The number behind canonical symbols.
fn number(symbols: &str) -> u64 {
    code32::decode(symbols).expect("at most six symbols of the alphabet")
}

fn kind_symbol(kind: SheetKind) -> char {
    match kind {
        SheetKind::Cover => 'C',
        SheetKind::Card => 'K',
        SheetKind::Sticker => 'B',
        SheetKind::Start => 'S',
        SheetKind::End => 'E',
        SheetKind::Separator => 'P',
        SheetKind::Unnamed => 'N',
        SheetKind::Discard => 'D',
        SheetKind::SelfTest => 'T',
    }
}

fn kind_of(symbol: &str) -> Option<SheetKind> {
    SheetKind::ALL.into_iter().find(|&kind| symbol.starts_with(kind_symbol(kind)))
}

fn place_symbol(place: CodePlace) -> char {
    match place {
        CodePlace::Middle => '0',
        CodePlace::TopLeft => '1',
        CodePlace::TopRight => '2',
        CodePlace::BottomRight => '3',
        CodePlace::BottomLeft => '4',
    }
}

fn place_of(symbol: &str) -> Option<CodePlace> {
    CodePlace::ALL.into_iter().find(|&place| symbol.starts_with(place_symbol(place)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_payload() -> impl Strategy<Value = Payload> {
        let kind = proptest::sample::select(SheetKind::ALL.to_vec());
        let place = proptest::sample::select(CodePlace::ALL.to_vec());
        (any::<u64>(), kind, any::<u64>(), place).prop_map(|(school, kind, sheet, place)| Payload {
            school: SchoolKey::from_random(school),
            kind,
            sheet: SheetId::from_random(sheet),
            place,
        })
    }

    /// A text with `body` and right check symbols.
    fn checked(body: &str) -> String {
        format!("{body}{}", check(body))
    }

    #[test]
    fn the_written_form_is_fixed_for_ever() {
        let payload = Payload {
            school: "7QX".parse().unwrap(),
            kind: SheetKind::Cover,
            sheet: "4K9Z2M".parse().unwrap(),
            place: CodePlace::TopRight,
        };
        assert_eq!(payload.encode(), "S17QXC4K9Z2M2JZ1");
        assert_eq!(Payload::parse("S17QXC4K9Z2M2JZ1"), Ok(payload));
    }

    #[test]
    fn other_peoples_codes_are_foreign() {
        for text in [
            "",
            "9783161484100",
            "https://example.org/7QX",
            "HTTPS://EXAMPLE.ORG/7QX",
            "S1",
            "s17qxc4k9z2m2jz1",
            "S17QXC4K9Z2M2JZ1\n",
            " S17QXC4K9Z2M2JZ",
            "X17QXC4K9Z2M2JZ1",
            "S17QXC4K9Z2MÄJZ",
            "S27QXC4K9Z2M2JZ1",
        ] {
            assert_eq!(Payload::parse(text), Err(NotOurs::Foreign), "{text:?}");
        }
    }

    #[test]
    fn what_a_newer_program_wrote_is_told_apart() {
        for body in ["S27QXC4K9Z2M2", "S17QXZ4K9Z2M2", "S17QXC4K9Z2M9"] {
            assert_eq!(Payload::parse(&checked(body)), Err(NotOurs::Newer), "{body}");
        }
        assert_eq!(Payload::parse("S17QXC4K9Z2M2JZ2"), Err(NotOurs::Damaged));
    }

    #[test]
    fn a_school_key_is_three_symbols() {
        assert_eq!("7QX".parse::<SchoolKey>().unwrap().to_string(), "7QX");
        for text in ["", "7Q", "7QXX", "7QU", "ÄÖÜ"] {
            assert!(text.parse::<SchoolKey>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn payloads_round_trip_in_alphanumeric_mode(payload in any_payload()) {
            let text = payload.encode();
            prop_assert_eq!(text.len(), PAYLOAD_LEN);
            prop_assert!(qrcodegen::QrSegment::is_alphanumeric(&text));
            prop_assert_eq!(Payload::parse(&text), Ok(payload));
        }

        #[test]
        fn one_to_three_changed_characters_are_refused(
            payload in any_payload(),
            places in proptest::collection::btree_map(0usize..PAYLOAD_LEN, 0usize..31, 1..=3),
        ) {
            let mut text = payload.encode().into_bytes();
            for (place, step) in places {
                let at = code32::ALPHABET.iter().position(|&s| s == text[place]).unwrap();
                text[place] = code32::ALPHABET[(at + 1 + step) % 32];
            }
            prop_assert!(Payload::parse(std::str::from_utf8(&text).unwrap()).is_err());
        }

        #[test]
        fn any_other_character_in_one_place_is_refused(payload in any_payload(), place in 0..PAYLOAD_LEN, wrong: char) {
            let text: String = payload.encode().chars().enumerate().map(|(i, c)| if i == place { wrong } else { c }).collect();
            prop_assume!(text != payload.encode());
            prop_assert!(Payload::parse(&text).is_err());
        }

        #[test]
        fn lost_and_added_characters_are_refused(payload in any_payload(), place in 0..PAYLOAD_LEN, extra in "[0-9A-Z]") {
            let text = payload.encode();
            let (before, after) = text.split_at(place);
            for wrong in [format!("{before}{}", &after[1..]), format!("{before}{extra}{after}"), format!("{text}{extra}")] {
                prop_assert!(Payload::parse(&wrong).is_err(), "{wrong}");
            }
        }

        #[test]
        fn arbitrary_texts_are_never_ours(text in "\\PC*") {
            prop_assert_eq!(Payload::parse(&text), Err(NotOurs::Foreign));
        }

        #[test]
        fn arbitrary_symbols_of_other_lengths_are_never_ours(text in "S1[0-9A-HJKMNP-TV-Z]{0,13}|S1[0-9A-HJKMNP-TV-Z]{15,40}") {
            prop_assert!(Payload::parse(&text).is_err());
        }
    }
}
