//! What people type, and how words are folded.

use super::*;
use proptest::prelude::*;

#[test]
fn words_phrases_and_words_left_out() {
    let kept = Kept::new();
    kept.read(1, "the old castle\non the hill".into());
    kept.read(2, "an old house and a castle".into());
    kept.read(3, "the old castles of Wales".into());
    for (typed, pages) in [
        ("castle old", vec![3, 2, 1]),
        ("cast", vec![3, 2, 1]),
        ("c", vec![]),
        ("a castle", vec![2]),
        ("\"old castle\"", vec![1]),
        ("“old castle”", vec![1]),
        ("\"old castle", vec![1]),
        ("\"castle on\"", vec![1]),
        ("castle -house", vec![3, 1]),
        ("castle -castle", vec![3]),
        ("old -\"castle on the\"", vec![3, 2]),
        ("house -", vec![2]),
        ("-house", vec![]),
        ("-\"house", vec![]),
        ("castle/hill", vec![]),
        ("castle, old; house!", vec![2]),
        ("words:castle", vec![]),
        ("castle OR hut", vec![]),
        ("castle AND", vec![2]),
        ("NOT castle", vec![]),
        ("NEAR(old castle)", vec![]),
        ("^castle", vec![3, 2, 1]),
        ("{words} : old", vec![]),
        ("", vec![]),
        (" \" \" - -- ", vec![]),
    ] {
        let mut found = kept.pages(typed);
        found.sort_by(|a, b| b.cmp(a));
        assert_eq!(found, pages, "{typed}");
    }
}

#[test]
fn words_are_found_however_they_are_spelled() {
    let kept = Kept::new();
    for (n, (text, typed)) in (1..).zip([
        ("Les élèves à l’école", "eleves ECOLE"),
        ("Weiß und Straße", "weiss strasse"),
        ("Łódź, Æther, Søren", "lodz aether soren"),
        ("the ele-\nphant trumpets", "elephant"),
        ("O'Brien said it isn't", "obrien brien isnt"),
        ("well-known", "\"well known\""),
        ("co\u{ad}operate", "cooperate"),
        ("ﬁnal draft", "final"),
        ("हिन्दी कि", "हिन्दी"),
    ]) {
        kept.read(n, text.into());
        assert_eq!(kept.pages(typed), [n], "{text}: {typed}");
    }
    assert!(kept.pages("\"trumpets elephant\"").is_empty(), "what was added is not part of the text");
    assert!(kept.pages("phanttrumpets").is_empty());
}

#[test]
fn what_was_found_is_told_with_its_words() {
    let kept = Kept::new();
    kept.read(1, PageText { words: "Dinosaurs and a dinosaur's egg", guessed: "I like the stegosaurus" });
    let found = |typed: &str| kept.find(typed).remove(0).found;
    let (column, how) = (Reader::Printed, How::Exact);
    let terms = |terms: &[&str]| terms.iter().map(|term| (*term).to_owned()).collect::<Vec<_>>();
    let both = terms(&["dinosaurs"]);
    assert_eq!(found("dinos"), Found { column, how, terms: both });
    assert_eq!(found("\"a dinosaurs egg\""), Found { column, how, terms: terms(&["a", "dinosaurs", "egg"]) });
    let mixed = Found { column: Reader::Guessed, how, terms: terms(&["dinosaurs", "stegosaurus"]) };
    assert_eq!(found("dino stego"), mixed);
    assert!(mixed.marks("Dinosaur's") && mixed.marks("(stegosaurus)") && !mixed.marks("and"));
}

#[test]
fn print_counts_for_more_than_a_guess() {
    let kept = Kept::new();
    let filler = "one two three four five six seven eight nine ten";
    kept.read(1, PageText { words: &format!("volcano {filler}"), guessed: "" });
    kept.read(2, PageText { words: filler, guessed: "volcano" });
    kept.read(3, PageText { words: filler, guessed: "volcano volcano" });
    for n in 4..30 {
        kept.read(n, filler.into());
    }
    let hits = kept.find("volcano");
    assert_eq!(numbers(&hits), [1, 3, 2]);
    let columns: Vec<Reader> = hits.iter().map(|hit| hit.found.column).collect();
    assert_eq!(columns, [Reader::Printed, Reader::Guessed, Reader::Guessed]);
    assert!(hits[0].rank < 1.5 * hits[1].rank, "clearly: {} and {}", hits[0].rank, hits[1].rank);
}

#[test]
fn many_words_and_long_ones_are_a_query_too() {
    let kept = Kept::new();
    kept.read(1, "word after word".into());
    assert_eq!(kept.pages(&"word ".repeat(5000)), [1]);
    assert!(kept.pages(&"x".repeat(100_000)).is_empty());
    assert!(kept.pages(&format!("\"{}\"", "word ".repeat(5000))).is_empty());
}

thread_local! {
    static SOME: Kept = {
        let kept = Kept::new();
        kept.read(1, "some words of a page with a NEAR and an OR in it".into());
        kept
    };
    static OTHER: Kept = {
        let kept = Kept::new();
        kept.read(1, "".into());
        kept
    };
}

proptest! {
    /// No text is an error.
    #[test]
    fn whatever_is_typed_is_a_query(typed in "\\PC{0,60}") {
        SOME.with(|kept| { kept.search(&Query { words: typed, ..asked() }); });
    }

    /// Nor one made of what FTS5 takes for its own.
    #[test]
    fn nothing_typed_is_taken_for_syntax(typed in "([-\"'*^:(){}+,\u{0}\\\\]|AND |OR |NOT|NEAR|some|words| ){0,24}") {
        SOME.with(|kept| { kept.search(&Query { words: typed, ..asked() }); });
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// A page is found by each of its words, as it stands there and as a phrase.
    #[test]
    fn a_page_is_found_by_its_words(text in "[\\PC]{1,40}") {
        OTHER.with(|kept| {
            kept.catalogue.put_text(page(1), text.as_str().into()).unwrap();
            let sign = |c: char| c.is_whitespace() || ['"', '“', '”', '„'].contains(&c);
            for word in text.split(sign) {
                let found = usize::from(!scantrail_core::fold::fold(word).is_empty());
                let bare = word.trim_start_matches(['-', '−']);
                prop_assert_eq!(kept.pages(bare).len(), found, "{}", bare);
                prop_assert_eq!(kept.pages(&format!("\"{word}\"")).len(), found, "{}", word);
            }
            Ok(())
        })?;
    }
}
