//! A reader that only reads what lies upright, and counts how much it is asked.

use super::*;
use scantrail_core::ports::{OtherScripts, TextBox, Word};
use scantrail_core::raster::Channels;
use scantrail_core::units::Confidence;

const SIDE: u32 = 400;

/// Reads what is brighter at its top than at its foot, in every part of it.
struct ByLight;

impl Recogniser for ByLight {
    fn read(&mut self, page: &Raster) -> Result<Reading, ReadError> {
        let light = |rows: std::ops::Range<u32>| rows.flat_map(|y| page.row(y)).map(|&v| u64::from(v)).sum::<u64>();
        let (half, pixels) = (page.height() / 2, u64::from(page.width() * page.height() / 2));
        let upright = light(0..half) / pixels > 5 + light(half..2 * half) / pixels;
        let confidence = Confidence::new(if upright { 0.95 } else { 0.3 });
        let word = |line| Word { text: "river".into(), place: TextBox::default(), confidence, line, block: 0 };
        Ok(Reading { words: (0..20).map(word).collect(), ..Reading::default() })
    }

    fn name(&self) -> String {
        "by light".into()
    }
}

fn only(print: &mut dyn Recogniser) -> Readers<'_> {
    Readers { print, other: None, hand: None }
}

/// A page that gets darker from its top to its foot; it lies turned.
fn page(lies: Turn) -> Raster {
    let samples = (0..SIDE * SIDE).map(|at| (240 - at / SIDE / 4) as u8);
    let upright = Raster::new(SIDE, SIDE, Channels::Grey, samples.collect()).unwrap();
    turn_back(&upright, lies.inverse())
}

#[test]
fn pages_are_turned_as_they_read_and_never_against_what_is_known() {
    for lies in [Turn::None, Turn::Half, Turn::Quarter, Turn::ThreeQuarters] {
        let mut reader = ByLight;
        let read_page = read(&page(lies), TurnSource::Nothing, &mut only(&mut reader)).unwrap();
        assert_eq!(read_page.turn, lies);
        assert!(read_page.reading.confidence().get() > 0.9);
        let known = read(&page(lies), TurnSource::Code, &mut only(&mut reader)).unwrap();
        assert_eq!(known.turn, Turn::None, "a code outranks the text");
    }
}

#[test]
fn a_page_that_reads_in_no_turn_costs_its_samples_and_no_more() {
    struct Never(u64);
    impl Recogniser for Never {
        fn read(&mut self, page: &Raster) -> Result<Reading, ReadError> {
            self.0 += u64::from(page.width()) * u64::from(page.height());
            let word = Word {
                text: "~".into(),
                place: TextBox::default(),
                confidence: Confidence::new(0.2),
                line: 0,
                block: 0,
            };
            Ok(Reading { words: vec![word; 30], ..Reading::default() })
        }

        fn name(&self) -> String {
            "never".into()
        }
    }
    let mut reader = Never(0);
    assert_eq!(read(&page(Turn::None), TurnSource::Nothing, &mut only(&mut reader)).unwrap().turn, Turn::None);
    let whole = u64::from(SIDE * SIDE);
    assert!(reader.0 > whole && reader.0 < 2 * whole, "{} of {whole} pixels", reader.0);
}

#[test]
fn the_fullest_part_is_where_the_ink_is() {
    let samples = (0..SIDE * SIDE).map(|at| if at % SIDE > 250 && at / SIDE > 220 { 30 } else { 240 });
    let page = Raster::new(SIDE, SIDE, Channels::Grey, samples.collect()).unwrap();
    let part = fullest_part(&page);
    let dark = part.samples().iter().filter(|&&v| v < INK).count();
    assert!(dark * 2 > part.samples().len(), "{dark} of {}", part.samples().len());
    let tiny = Raster::new(1, 3, Channels::Grey, vec![0, 0, 0]).unwrap();
    assert_eq!(fullest_part(&tiny).samples(), [0]);
}

/// Reads whatever it is shown with one confidence, and remembers how often it was asked.
struct Always(f32, usize);

impl Recogniser for Always {
    fn read(&mut self, _: &Raster) -> Result<Reading, ReadError> {
        let word = Word {
            text: "own".into(),
            place: TextBox::default(),
            confidence: Confidence::new(self.0),
            line: 0,
            block: 0,
        };
        Ok(Reading { words: vec![word; self.1], ..Reading::default() })
    }

    fn name(&self) -> String {
        "own".into()
    }
}

struct Foreign(f32, usize);

impl OtherScripts for Foreign {
    fn read(&mut self, _: &Raster) -> Result<Option<(Reading, String)>, ReadError> {
        self.1 += 1;
        let word = Word {
            text: "да".into(),
            place: TextBox::default(),
            confidence: Confidence::new(self.0),
            line: 0,
            block: 0,
        };
        Ok(Some((Reading { words: vec![word; 30], ..Reading::default() }, "foreign".into())))
    }
}

#[test]
fn another_script_is_asked_for_only_in_doubt_and_taken_only_if_it_reads_clearly_better() {
    for (own, words, foreign, asked, by) in
        [(0.55, 30, 0.9, 1, "foreign"), (0.9, 30, 0.99, 0, "own"), (0.55, 10, 0.9, 0, "own"), (0.55, 30, 0.6, 1, "own")]
    {
        let (mut print, mut other) = (Always(own, words), Foreign(foreign, 0));
        let mut readers = Readers { print: &mut print, other: Some(&mut other), hand: None };
        let read = read(&page(Turn::None), TurnSource::Code, &mut readers).unwrap();
        assert_eq!((other.1, read.engine.as_str()), (asked, by), "{own} {words} {foreign}");
        assert_eq!(read.reading.words[0].text, if by == "own" { "own" } else { "да" });
    }
}
