//! From what the network says about each step along a line to words (connectionist temporal classification,
//! DOI 10.1145/1143844.1143891): the likeliest class of each step; equal neighbours are one letter, blanks none.

use super::alphabet::{Alphabet, BLANK};

/// A word and where along the line it stands.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct LineWord {
    pub(super) text: String,
    /// Mean over its letters.
    pub(super) confidence: f32,
    /// Where it begins and ends, in steps from the left; steps may be broken.
    pub(super) from: f32,
    pub(super) to: f32,
}

/// A letter, or the space between two words.
struct Letter {
    class: usize,
    /// Its first and last step.
    first: usize,
    last: usize,
    /// Of its likeliest step.
    probability: f32,
}

impl Letter {
    fn middle(&self) -> f32 {
        (self.first + self.last + 1) as f32 / 2.0
    }
}

/// The words of a line; `steps` has a probability for every class of `alphabet` in each step.
pub(super) fn words(steps: &[f32], alphabet: &Alphabet) -> Vec<LineWord> {
    let letters = letters(steps, alphabet);
    let is_space = |letter: &Letter| alphabet.sign(letter.class).chars().all(char::is_whitespace);
    let advance = advance(&letters);
    let end = (steps.len() / alphabet.classes()) as f32;
    let mut words = Vec::new();
    // The space on the left of each word, and the word.
    let mut space: Option<&Letter> = None;
    let mut rest = &letters[..];
    while let Some(start) = rest.iter().position(|letter| !is_space(letter)) {
        if start > 0 {
            space = rest.get(start - 1);
        }
        let length = rest[start..].iter().position(is_space).unwrap_or(rest.len() - start);
        let word = &rest[start..start + length];
        let next = rest.get(start + length);
        // A letter answers somewhere in its middle: half a letter lies on either side of it.
        let from = (word[0].middle() - advance / 2.0).max(space.map_or(0.0, Letter::middle));
        let to = (word[length - 1].middle() + advance / 2.0).min(next.map_or(end, Letter::middle));
        words.push(LineWord {
            text: word.iter().map(|letter| alphabet.sign(letter.class)).collect(),
            confidence: word.iter().map(|letter| letter.probability).sum::<f32>() / length as f32,
            from,
            to,
        });
        rest = &rest[start + length..];
    }
    words
}

fn letters(steps: &[f32], alphabet: &Alphabet) -> Vec<Letter> {
    let mut letters: Vec<Letter> = Vec::new();
    let mut before = BLANK;
    for (at, step) in steps.chunks_exact(alphabet.classes()).enumerate() {
        let (class, probability) = alphabet.likeliest(step);
        match letters.last_mut() {
            Some(letter) if class == before && class != BLANK => {
                letter.last = at;
                letter.probability = letter.probability.max(probability);
            }
            _ if class != BLANK => letters.push(Letter { class, first: at, last: at, probability }),
            _ => {}
        }
        before = class;
    }
    letters
}

/// The usual distance from one letter to the next, in steps: the median.
fn advance(letters: &[Letter]) -> f32 {
    let mut distances: Vec<f32> = letters.windows(2).map(|pair| pair[1].middle() - pair[0].middle()).collect();
    distances.sort_by(f32::total_cmp);
    distances.get(distances.len() / 2).copied().unwrap_or(2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Steps in which one class each has the given probability; the rest is shared by the others.
    fn matrix(steps: &[(usize, f32)], classes: usize) -> Vec<f32> {
        let row = |&(class, p): &(usize, f32)| {
            (0..classes).map(move |c| if c == class { p } else { (1.0 - p) / classes as f32 }).collect::<Vec<_>>()
        };
        steps.iter().flat_map(row).collect()
    }

    #[test]
    fn equal_neighbours_are_one_letter_unless_a_blank_lies_between() {
        let alphabet = Alphabet::new("a\nb");
        let steps = [(0, 0.9), (1, 0.8), (1, 0.9), (0, 0.9), (1, 0.7), (2, 0.5), (0, 1.0)];
        let words = words(&matrix(&steps, 4), &alphabet);
        assert_eq!(words.len(), 1);
        assert_eq!(words[0].text, "aab");
        assert!((words[0].confidence - (0.9 + 0.7 + 0.5) / 3.0).abs() < 1e-6, "{words:?}");
        // Letters answer at 2, 4.5 and 5.5; one is 2.5 steps wide.
        assert!((words[0].from - 0.75).abs() < 1e-6 && (words[0].to - 6.75).abs() < 1e-6, "{words:?}");
    }

    #[test]
    fn spaces_divide_words_and_their_places() {
        let alphabet = Alphabet::new("a\nb");
        let (blank, a, b, space) = ((0, 0.9), (1, 0.9), (2, 0.6), (3, 0.8));
        let steps = [space, a, blank, b, space, space, blank, b, blank, a, blank, space];
        let words = words(&matrix(&steps, 4), &alphabet);
        assert_eq!(words.iter().map(|w| w.text.as_str()).collect::<Vec<_>>(), ["ab", "ba"]);
        assert!((words[1].confidence - 0.75).abs() < 1e-6, "{words:?}");
        // The two spaces answer at 5, between the words.
        assert!(words[0].to <= 5.0 && words[1].from >= 5.0 && words[0].from >= 0.5, "{words:?}");
        assert!(words[0].from < words[0].to && words[1].from < words[1].to && words[1].to <= 11.5, "{words:?}");
    }

    #[test]
    fn blanks_and_spaces_alone_are_no_words() {
        let alphabet = Alphabet::new("a");
        for steps in [vec![], vec![(0, 0.9); 5], vec![(2, 0.9), (0, 0.9), (2, 0.9)]] {
            assert_eq!(words(&matrix(&steps, 3), &alphabet), []);
        }
    }
}
