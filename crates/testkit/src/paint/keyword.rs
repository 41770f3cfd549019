//! Invented words that occur nowhere else, for search to find.

/// A word of eight letters for each number below 5 308 416, all different; further numbers repeat.
///
/// Only letters that print apart are used, consonant and vowel in turn, so that no English word comes out by accident
/// and a reader of print can hardly mistake one for another.
pub fn keyword(number: u32) -> String {
    const CONSONANTS: &[u8; 12] = b"bdfgkmnprtvz";
    const VOWELS: &[u8; 4] = b"aeou";
    const SYLLABLES: u64 = 48;
    const WORDS: u64 = SYLLABLES.pow(4);
    // 48 has the prime factors 2 and 3; a multiplier without them spreads neighbours and stays one to one.
    let mut rest = (u64::from(number) + 1) % WORDS * 2_654_435_761 % WORDS;
    let mut word = String::with_capacity(8);
    for _ in 0..4 {
        let syllable = (rest % SYLLABLES) as usize;
        rest /= SYLLABLES;
        word.push(char::from(CONSONANTS[syllable / 4]));
        word.push(char::from(VOWELS[syllable % 4]));
    }
    word
}

#[cfg(test)]
mod tests {
    use super::keyword;
    use std::collections::BTreeSet;

    #[test]
    fn keywords_are_all_different() {
        let words: BTreeSet<String> = (0..20_000).map(keyword).collect();
        assert_eq!(words.len(), 20_000);
        assert!(words.iter().all(|word| word.len() == 8));
    }
}
