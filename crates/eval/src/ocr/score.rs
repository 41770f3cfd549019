//! How near a text is to the true one. Blanks and line breaks are one thing: how a page is broken into lines is its
//! printer's business.

use std::collections::HashMap;

/// Sums over pages.
#[derive(Debug, Clone, Default)]
pub(super) struct Score {
    letters: usize,
    wrong_letters: usize,
    words: usize,
    wrong_words: usize,
    common: usize,
    read: usize,
}

impl Score {
    pub(super) fn add(&mut self, truth: &str, read: &str) {
        let (truth, read) = (words(truth), words(read));
        let letters = |words: &[String]| words.join(" ").chars().collect::<Vec<char>>();
        let (true_letters, read_letters) = (letters(&truth), letters(&read));
        self.letters += true_letters.len();
        self.wrong_letters += distance(&true_letters, &read_letters);
        self.words += truth.len();
        self.wrong_words += distance(&truth, &read);
        let mut bag: HashMap<&str, usize> = HashMap::new();
        for word in &truth {
            *bag.entry(word).or_default() += 1;
        }
        for word in &read {
            if let Some(left) = bag.get_mut(word.as_str()).filter(|left| **left > 0) {
                *left -= 1;
                self.common += 1;
            }
        }
        self.read += read.len();
    }

    /// Letters wrong, missing or too many, to a true letter.
    pub(super) fn cer(&self) -> f64 {
        self.wrong_letters as f64 / self.letters.max(1) as f64
    }

    /// The same of words, in their order.
    pub(super) fn wer(&self) -> f64 {
        self.wrong_words as f64 / self.words.max(1) as f64
    }

    /// Words in common, whatever their order: the harmonic mean of precision and recall.
    pub(super) fn f1(&self) -> f64 {
        2.0 * self.common as f64 / (self.words + self.read).max(1) as f64
    }
}

/// Words without the marks around them: whether a comma was seen decides over no search.
fn words(text: &str) -> Vec<String> {
    let bare = text.split_whitespace().map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()));
    bare.filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// Levenshtein's distance.
fn distance<T: PartialEq>(a: &[T], b: &[T]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, left) in a.iter().enumerate() {
        let mut corner = std::mem::replace(&mut row[0], i + 1);
        for (j, right) in b.iter().enumerate() {
            let replaced = corner + usize::from(left != right);
            corner = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(corner + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_counted_by_letter_by_word_and_without_order() {
        let mut score = Score::default();
        score.add("The river\ncarries stones.", "river The carrles stones");
        assert!((score.f1() - 0.75).abs() < 1e-9, "three of four words");
        assert!((score.wer() - 0.75).abs() < 1e-9, "two at the wrong place, one misread: {}", score.wer());
        assert!(score.cer() > 0.3 && score.cer() < 0.5, "{}", score.cer());
        let mut same = Score::default();
        same.add("a b c", " a\nb  c. ");
        assert!(same.cer() == 0.0 && same.wer() == 0.0 && (same.f1() - 1.0).abs() < 1e-9);
    }

    #[test]
    fn the_distance_is_the_one_of_the_books() {
        let letters = |text: &str| text.chars().collect::<Vec<_>>();
        for (a, b, steps) in [("kitten", "sitting", 3), ("", "abc", 3), ("abc", "", 3), ("flaw", "lawn", 2)] {
            assert_eq!(distance(&letters(a), &letters(b)), steps, "{a} {b}");
        }
    }
}
