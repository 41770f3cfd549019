//! Who is asked for handwriting, and what of its guesses counts.

use super::*;
use scantrail_core::raster::Channels;
use scantrail_core::units::{Confidence, Dpi, Resolution};

const WIDTH: u32 = 800;
const HEIGHT: u32 = 1000;

/// A page at 200 dpi with boxes of scribble: strokes of 4 pixels every 12.
fn page(scribbles: &[TextBox], ruled: bool) -> Raster {
    let samples = (0..WIDTH * HEIGHT).map(|at| {
        let (x, y) = (at % WIDTH, at / WIDTH);
        let inside = |place: &TextBox| (place.x0..place.x1).contains(&x) && (place.y0..place.y1).contains(&y);
        let stroke = (x + y / 3) % 12 < 4 && scribbles.iter().any(inside);
        let line = ruled && y % 63 < 2;
        if stroke {
            90
        } else if line {
            170
        } else {
            240
        }
    });
    let dpi = Resolution::square(Dpi::new(200).unwrap());
    Raster::new(WIDTH, HEIGHT, Channels::Grey, samples.collect()).unwrap().with_resolution(Some(dpi))
}

fn word(place: TextBox, confidence: f32) -> Word {
    Word { text: "word".into(), place, confidence: Confidence::new(confidence), line: 0, block: 0 }
}

fn reading(words: Vec<Word>) -> Reading {
    Reading { words, ..Reading::default() }
}

const PRINT: TextBox = TextBox { x0: 100, y0: 100, x1: 700, y1: 140 };
const HAND: TextBox = TextBox { x0: 100, y0: 400, x1: 700, y1: 480 };

/// Says where it was told to.
struct Says(Vec<TextBox>);

impl Recogniser for Says {
    fn read(&mut self, _: &Raster) -> Result<Reading, ReadError> {
        Ok(reading(self.0.iter().map(|&place| word(place, 0.9)).collect()))
    }

    fn name(&self) -> String {
        "says".into()
    }
}

#[test]
fn ink_that_print_explains_needs_no_second_reader() {
    let sure = reading(vec![word(PRINT, 0.9)]);
    let doubtful = reading(vec![word(PRINT, 0.3)]);
    let asked = |page: &Raster, print: &Reading| guess(page, print, &mut Says(vec![])).unwrap().is_some();
    assert!(!asked(&page(&[PRINT], false), &sure), "all of it is print");
    assert!(asked(&page(&[PRINT], false), &doubtful), "nobody is sure that it is");
    assert!(asked(&page(&[PRINT, HAND], false), &sure), "there is more than print");
    assert!(asked(&page(&[HAND], true), &reading(vec![])), "on feint lines as well");
    assert!(!asked(&page(&[], true), &reading(vec![])), "feint lines are no handwriting");
    assert!(!asked(&page(&[], false), &reading(vec![])));
}

#[test]
fn what_was_read_as_print_is_not_guessed_again() {
    let print = reading(vec![word(PRINT, 0.9)]);
    let beside = TextBox { x0: 120, y0: 110, x1: 200, y1: 138 };
    let guessed = guess(&page(&[PRINT, HAND], false), &print, &mut Says(vec![beside, HAND])).unwrap().unwrap();
    assert_eq!(guessed.words, [word(HAND, 0.9)]);
}

#[test]
fn any_page_is_survived() {
    for (width, height) in [(1, 1), (3, 90), (90, 3)] {
        let tiny = Raster::new(width, height, Channels::Grey, vec![0; (width * height) as usize]).unwrap();
        let far = reading(vec![word(TextBox { x0: 0, y0: 0, x1: 5000, y1: 5000 }, 0.9)]);
        assert_eq!(guess(&tiny, &far, &mut Says(vec![])).unwrap(), None);
    }
}

#[test]
fn pictures_are_not_searched_for_handwriting() {
    use crate::{Readers, read};
    use scantrail_core::vocabulary::Content;
    use scantrail_imaging::orientation::TurnSource;
    let page = page(&[HAND], false);
    let guessed = |content| {
        let (mut print, mut hand) = (Says(vec![]), Says(vec![HAND]));
        let mut all = Readers { print: &mut print, other: None, hand: Some(&mut hand) };
        read(&page, TurnSource::Code, &mut all.for_content(content)).unwrap().guessed
    };
    assert!(guessed(Content::Lined).is_some() && guessed(Content::Board).is_some());
    assert!(guessed(Content::Picture).is_none() && guessed(Content::Object).is_none());
}
