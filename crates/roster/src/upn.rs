//! The check on a unique pupil number (UPN), as England's Department for Education defines it.
//!
//! `A nnn nnnn nn nnn`: check letter, local authority, establishment, year, serial. A temporary number ends in a letter.
//! Wrong numbers are common in real lists, so a fault is a warning to a person, never a reason to refuse a pupil.

/// The letters in use, in the order of their values 0…22. I, O and S are left out: they look like digits.
const ALPHABET: &[u8; 23] = b"ABCDEFGHJKLMNPQRTUVWXYZ";

/// How many characters a number has.
const LENGTH: usize = 13;

/// What a sound number is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UpnKind {
    /// Kept for a school life.
    Permanent,
    /// Given until the permanent number is known; will be replaced.
    Temporary,
}

/// What is wrong with a number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UpnFault {
    /// Not thirteen characters.
    #[error("a UPN has 13 characters, this one has {0}")]
    Length(usize),
    /// The first character is not a check letter.
    #[error("a UPN begins with a letter other than I, O or S, this one with `{0}`")]
    NotACheckLetter(char),
    /// One of characters 2 to 12 is not a digit.
    #[error("character {position} of a UPN is a digit, here it is `{found}`")]
    NotADigit {
        /// Counted from 1.
        position: usize,
        /// What stands there.
        found: char,
    },
    /// The last character is neither a digit nor a letter in use.
    #[error("a UPN ends in a digit, or in a letter other than I, O or S if temporary, this one in `{0}`")]
    LastCharacter(char),
    /// The check letter belongs to another number: something is mistyped.
    #[error("the check letter is `{found}` but these digits give `{expected}`: something is mistyped")]
    WrongCheckLetter {
        /// The letter given.
        found: char,
        /// The letter that fits the rest.
        expected: char,
    },
}

/// A number as it is stored: upper case, without blanks around it.
pub fn normalise(text: &str) -> String {
    text.trim().to_uppercase()
}

/// Checks form and check letter; case and outer blanks do not matter.
///
/// Characters 2…13 are weighted 2, 3, …, 13, digits counting as themselves and a final letter as its value; the sum
/// modulo 23 gives the first letter.
pub fn check(text: &str) -> Result<UpnKind, UpnFault> {
    let text = normalise(text);
    let characters: Vec<char> = text.chars().collect();
    let [first, middle @ .., last] = characters.as_slice() else { return Err(UpnFault::Length(characters.len())) };
    if characters.len() != LENGTH {
        return Err(UpnFault::Length(characters.len()));
    }
    if letter_value(*first).is_none() {
        return Err(UpnFault::NotACheckLetter(*first));
    }
    let mut sum = 0;
    for (position, &found) in (2..).zip(middle) {
        let digit = found.to_digit(10).ok_or(UpnFault::NotADigit { position, found })?;
        sum += digit * position as u32;
    }
    let (kind, value) = match (last.to_digit(10), letter_value(*last)) {
        (Some(digit), _) => (UpnKind::Permanent, digit),
        (None, Some(value)) => (UpnKind::Temporary, value),
        (None, None) => return Err(UpnFault::LastCharacter(*last)),
    };
    sum += value * LENGTH as u32;
    let expected = char::from(ALPHABET[sum as usize % ALPHABET.len()]);
    if *first == expected { Ok(kind) } else { Err(UpnFault::WrongCheckLetter { found: *first, expected }) }
}

fn letter_value(letter: char) -> Option<u32> {
    ALPHABET.iter().position(|&known| char::from(known) == letter).map(|at| at as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sound_numbers_pass() {
        for (upn, kind) in [
            ("H801200001001", UpnKind::Permanent),
            ("G80120000101A", UpnKind::Temporary),
            ("B801200005001", UpnKind::Permanent),
            ("R674123101121", UpnKind::Permanent),
            ("  h801200001001 ", UpnKind::Permanent),
        ] {
            assert_eq!(check(upn), Ok(kind), "{upn}");
        }
    }

    #[test]
    fn faults_are_named() {
        let wrong = |found, expected| UpnFault::WrongCheckLetter { found, expected };
        for (upn, fault) in [
            ("Z801200001001", wrong('Z', 'H')),
            ("A801200005001", wrong('A', 'B')),
            ("X80120000A001", UpnFault::NotADigit { position: 10, found: 'A' }),
            ("G80120000101S", UpnFault::LastCharacter('S')),
            ("I801200001001", UpnFault::NotACheckLetter('I')),
            ("H80120000100", UpnFault::Length(12)),
            ("", UpnFault::Length(0)),
            ("8.01E+11", UpnFault::Length(8)),
            ("H٨01200001001", UpnFault::NotADigit { position: 2, found: '٨' }),
        ] {
            assert_eq!(check(upn), Err(fault), "{upn}");
        }
    }

    #[test]
    fn any_single_wrong_digit_is_noticed() {
        // 23 is prime and every weight is below it, so no single substitution can cancel.
        let sound = "H801200001001";
        for place in 1..LENGTH {
            for digit in '0'..='9' {
                let mut typed: Vec<char> = sound.chars().collect();
                if typed[place] != digit {
                    typed[place] = digit;
                    let typed: String = typed.into_iter().collect();
                    assert!(check(&typed).is_err(), "{typed}");
                }
            }
        }
    }
}
