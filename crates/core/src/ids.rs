//! Identifiers: opaque, random, distinct types from one registry.
//!
//! An id is a number with a fixed count of Crockford symbols. It says nothing about a child. Randomness comes from
//! outside (see [`crate::ports::Entropy`]); uniqueness is proved by the catalogue, not hoped for here.

use crate::code32;
use std::fmt;
use std::str::FromStr;

/// A text is not an identifier of the kind asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not {wanted}")]
pub struct BadId {
    /// What was given.
    pub text: String,
    /// What would have been right, in words.
    pub wanted: &'static str,
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $digits:literal, $case:ident, $wanted:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u64);

        impl $name {
            /// How many symbols the written form has.
            pub const DIGITS: usize = $digits;

            /// Keeps as many low bits of `random` as the written form holds.
            pub fn from_random(random: u64) -> Self {
                Self(random & ((1 << (5 * $digits)) - 1))
            }

            /// The number behind the symbols.
            pub fn number(self) -> u64 {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&code32::encode(self.0, $digits).$case())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({self})", stringify!($name))
            }
        }

        impl FromStr for $name {
            type Err = BadId;

            fn from_str(text: &str) -> Result<Self, BadId> {
                let bad = || BadId { text: text.to_owned(), wanted: $wanted };
                if text.chars().count() != $digits {
                    return Err(bad());
                }
                code32::decode(text).map(Self).ok_or_else(bad)
            }
        }
    };
}

id!(
    /// A pupil, for as long as the school keeps anything of theirs.
    PupilId, 6, to_ascii_uppercase, "a pupil id (6 letters or digits)"
);
id!(
    /// One printed design of a sheet: what its codes carry.
    SheetId, 6, to_ascii_uppercase, "a sheet id (6 letters or digits)"
);
id!(
    /// One feeder run, overhead session or drop.
    BatchId, 8, to_ascii_lowercase, "a batch id (8 letters or digits)"
);
id!(
    /// One acquisition as the source delivered it.
    CaptureId, 10, to_ascii_lowercase, "a capture id (10 letters or digits)"
);
id!(
    /// The image of one side, or one crop out of a capture.
    PageId, 8, to_ascii_lowercase, "a page id (8 letters or digits)"
);
id!(
    /// One piece of work.
    PieceId, 8, to_ascii_lowercase, "a piece id (8 letters or digits)"
);
id!(
    /// One pack that was handed over.
    ExportId, 8, to_ascii_lowercase, "an export id (8 letters or digits)"
);

impl PupilId {
    /// The code people type, e.g. `7F3A-19C`: the id and one check symbol that detects any single wrong symbol and
    /// any swap of two neighbours.
    pub fn short_code(self) -> String {
        let id = self.to_string();
        let check = code32::check_symbols(&id, 2).expect("six symbols are within the checked length");
        // The second check value weighs places differently, which is what detects swaps.
        let check = check.chars().nth(1).expect("two check symbols were asked for");
        format!("{}-{}{check}", &id[..4], &id[4..])
    }

    /// Reads a short code as typed: either case, with or without the hyphen.
    pub fn from_short_code(text: &str) -> Result<Self, BadId> {
        let bad = || BadId { text: text.to_owned(), wanted: "a short code (like 7F3A-19C)" };
        let compact: String = text.chars().filter(|c| !matches!(c, '-' | ' ')).collect();
        if compact.chars().count() != Self::DIGITS + 1 {
            return Err(bad());
        }
        let split = compact.char_indices().nth(Self::DIGITS).map_or(compact.len(), |(at, _)| at);
        let id: Self = compact[..split].parse().map_err(|_| bad())?;
        let typed = code32::decode(&compact[split..]);
        let right = id.short_code().chars().last().and_then(code32::value).map(u64::from);
        if typed.is_some() && typed == right { Ok(id) } else { Err(bad()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn written_forms() {
        let pupil = PupilId::from_random(0x1234_5678_9abc);
        assert_eq!(pupil.to_string().len(), 6);
        assert_eq!(pupil.to_string().parse(), Ok(pupil));
        assert!("short".parse::<PupilId>().is_err());
        assert!("UUUUUU".parse::<PupilId>().is_err());
        assert_eq!(PageId::from_random(7).to_string(), "00000007");
    }

    proptest! {
        #[test]
        fn short_codes_round_trip_and_notice_a_wrong_symbol(
            number: u64, place in 0usize..6, change in 1u8..32,
        ) {
            let id = PupilId::from_random(number);
            let code = id.short_code();
            prop_assert_eq!(PupilId::from_short_code(&code.to_lowercase()), Ok(id));
            let mut symbols: Vec<char> = code.replace('-', "").chars().collect();
            symbols[place] = code32::symbol(code32::value(symbols[place]).unwrap() ^ change);
            let wrong: String = symbols.into_iter().collect();
            prop_assert!(PupilId::from_short_code(&wrong).is_err());
        }

        #[test]
        fn short_codes_notice_swapped_neighbours(number: u64, place in 0usize..5) {
            let code = PupilId::from_random(number).short_code().replace('-', "");
            let mut symbols: Vec<char> = code.chars().collect();
            symbols.swap(place, place + 1);
            let swapped: String = symbols.into_iter().collect();
            if swapped != code {
                prop_assert!(PupilId::from_short_code(&swapped).is_err());
            }
        }
    }
}
