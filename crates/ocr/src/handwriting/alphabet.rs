//! Which letters the network that reads can answer with, and which of them we listen to.
//!
//! It knows 18 708 signs, most of them Chinese. Schools whose pages we read write in Latin letters; left free, the
//! network takes scrawls and pieces of rulings for other scripts.

/// The answer that means "no letter here".
pub(super) const BLANK: usize = 0;

/// The signs by class number.
#[derive(Debug, Clone)]
pub(super) struct Alphabet {
    /// By class; [`BLANK`] has none.
    signs: Vec<String>,
    /// Classes that we listen to, in order, [`BLANK`] among them.
    heard: Vec<usize>,
}

impl Alphabet {
    /// From the list that is stored with the network: a sign in each line. Class 0 is the blank, then come the lines,
    /// then the space.
    pub(super) fn new(list: &str) -> Self {
        let mut signs = vec![String::new()];
        signs.extend(list.lines().map(str::to_owned));
        signs.push(" ".to_owned());
        let heard = (0..signs.len()).filter(|&class| class == BLANK || is_ours(&signs[class])).collect();
        Self { signs, heard }
    }

    /// How many classes there are.
    pub(super) fn classes(&self) -> usize {
        self.signs.len()
    }

    pub(super) fn sign(&self, class: usize) -> &str {
        &self.signs[class]
    }

    /// The likeliest class that we listen to, and how likely it is among all.
    pub(super) fn likeliest(&self, step: &[f32]) -> (usize, f32) {
        let mut best = (BLANK, step[BLANK]);
        for &class in &self.heard {
            if step[class] > best.1 {
                best = (class, step[class]);
            }
        }
        best
    }
}

/// Latin letters with their accents, digits, punctuation, currencies, and the signs of sums.
fn is_ours(sign: &str) -> bool {
    let ours = |c: char| {
        matches!(c,
            ' '..='~' | '\u{a1}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' | '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{203a}'
            | '€' | '√' | '≤' | '≥' | '≠' | '≈' | '−' | 'π' | '✓')
    };
    !sign.is_empty() && sign.chars().all(ours)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_the_blank_the_list_and_the_space() {
        let alphabet = Alphabet::new("a\n王\né");
        assert_eq!(alphabet.classes(), 5);
        assert_eq!([1, 2, 3, 4].map(|class| alphabet.sign(class)), ["a", "王", "é", " "]);
    }

    #[test]
    fn other_scripts_are_not_listened_to() {
        let alphabet = Alphabet::new("a\n王\né");
        assert_eq!(alphabet.likeliest(&[0.05, 0.2, 0.6, 0.1, 0.05]), (1, 0.2));
        assert_eq!(alphabet.likeliest(&[0.3, 0.2, 0.4, 0.1, 0.0]), (BLANK, 0.3));
    }
}
