//! Painted handwriting, read back by the real networks.

#![expect(clippy::disallowed_methods, reason = "files of a test, not school data")]
#![expect(clippy::unwrap_used, reason = "a test ends where something is missing")]

use scantrail_core::ports::{Completeness, Reading, Recogniser, TextBox};
use scantrail_core::raster::{Channels, Raster};
use scantrail_core::units::{Dpi, Quad};
use scantrail_ocr::handwriting::{HandwritingReader, ModelState, Models, model_files, status};
use scantrail_testkit::fonts::Face;
use scantrail_testkit::paint::{PageKind, PageSpec, Painted, Pen, Rulings, handwritten, paint};
use scantrail_testkit::seed::Seed;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::Duration;

fn folder() -> PathBuf {
    std::env::var_os("SCANTRAIL_MODELS")
        .expect("SCANTRAIL_MODELS must name the folder that `cargo xtask models` fills; `cargo xtask test` sets it")
        .into()
}

/// Loaded once for all tests of this file.
fn reader() -> HandwritingReader {
    static READER: LazyLock<HandwritingReader> =
        LazyLock::new(|| HandwritingReader::load(&Models::find(&folder()).unwrap()).unwrap());
    READER.for_another_thread()
}

fn spec(seed: u64) -> PageSpec {
    PageSpec { pen: Pen::Pencil, ..PageSpec::new(PageKind::Ruled, Seed(seed), Dpi::new(200).unwrap()) }
}

fn bounds(quad: &Quad) -> [f64; 4] {
    let [a, _, c, _] = quad.0;
    [a.x, a.y, c.x, c.y]
}

/// The share of a painted word that a box covers.
fn covered(word: [f64; 4], place: TextBox) -> f64 {
    let [x0, y0, x1, y1] = [place.x0, place.y0, place.x1, place.y1].map(f64::from);
    let across = (word[2].min(x1) - word[0].max(x0)).max(0.0);
    let down = (word[3].min(y1) - word[1].max(y0)).max(0.0);
    across * down / ((word[2] - word[0]) * (word[3] - word[1]))
}

/// The share of the page's words that were read letter by letter, each with a box that lies on it and hardly elsewhere.
fn share_read(painted: &Painted, reading: &Reading) -> f64 {
    let stands_there = |place: TextBox, quad: &Quad| {
        let word = bounds(quad);
        let width = f64::from(place.x1 - place.x0);
        // A letter wider at most, and as high as the line.
        covered(word, place) > 0.7 && width < (word[2] - word[0]) * 1.3 + 40.0
    };
    let found = painted.truth.words.iter().filter(|wanted| {
        reading.words.iter().any(|word| word.text == wanted.text && stands_there(word.place, &wanted.quad))
    });
    found.count() as f64 / painted.truth.words.len() as f64
}

#[test]
fn three_hands_on_ruled_and_on_plain_paper_are_read_where_they_stand() {
    let mut reader = reader();
    for (seed, face) in (1..).zip([Face::Neat, Face::Joined, Face::Round]) {
        for rulings in [Rulings::Feint, Rulings::None] {
            let painted = handwritten(&spec(seed), face, rulings, 8);
            let reading = reader.read(&painted.raster).unwrap();
            let share = share_read(&painted, &reading);
            assert!(share >= 0.9, "{face:?} on {rulings:?}: {share} of\n{}", reading.text());
            assert_eq!(reading.completeness, Completeness::Whole);
            // In the order in which it was written: the lines count up, and so many there are.
            let lines: Vec<u32> = reading.words.iter().map(|word| word.line).collect();
            assert!(lines.is_sorted() && lines.first() == Some(&0) && lines.last() == Some(&7), "{lines:?}");
            let wanted: Vec<&str> = painted.truth.words.iter().map(|word| word.text.as_str()).collect();
            let read: Vec<&str> = reading.words.iter().map(|word| word.text.as_str()).collect();
            let (first, last) = (wanted[..3].join(" "), wanted[wanted.len() - 2..].join(" "));
            assert!(read.join(" ").starts_with(&first) && read.join(" ").ends_with(&last), "{read:?}");
        }
    }
}

#[test]
fn empty_paper_gives_no_word_and_a_painting_hardly_a_letter() {
    let mut reader = reader();
    for (seed, rulings) in [(1, Rulings::Feint), (2, Rulings::Feint), (3, Rulings::None)] {
        let page = handwritten(&spec(seed), Face::Neat, rulings, 0);
        assert!(page.truth.words.is_empty());
        assert_eq!(reader.read(&page.raster).unwrap(), Reading::default(), "{rulings:?}");
    }
    // In a painting a sun may pass for an o, but nothing for a word.
    for seed in [0, 1, 4] {
        let painting = paint(&PageSpec { kind: PageKind::Painting, ..spec(seed) });
        let reading = reader.read(&painting.raster).unwrap();
        let short = reading.words.iter().all(|word| word.text.chars().count() == 1);
        assert!(reading.words.len() <= 2 && short, "{}", reading.text());
    }
    for (width, height) in [(1, 1), (13, 13), (2000, 14), (14, 900)] {
        let page = Raster::new(width, height, Channels::Grey, vec![240; (width * height) as usize]).unwrap();
        assert_eq!(reader.read(&page).unwrap(), Reading::default(), "{width}×{height}");
    }
}

#[test]
fn grey_reads_as_colour_does_and_writing_at_the_edge_is_read() {
    let mut reader = reader();
    let painted = handwritten(&spec(5), Face::Neat, Rulings::Feint, 4);
    let grey = painted.raster.to_grey().with_resolution(painted.raster.resolution());
    let share = share_read(&painted, &reader.read(&grey).unwrap());
    assert!(share >= 0.9, "{share}");
    // The page cut off just left of its words and above them.
    let left = painted.truth.words.iter().map(|word| bounds(&word.quad)[0]).fold(f64::MAX, f64::min) as u32 - 1;
    let top = painted.truth.words.iter().map(|word| bounds(&word.quad)[1]).fold(f64::MAX, f64::min) as u32 - 1;
    let rows = (top..grey.height()).flat_map(|y| grey.row(y)[left as usize..].to_vec());
    let cut = Raster::new(grey.width() - left, grey.height() - top, Channels::Grey, rows.collect()).unwrap();
    let text = reader.read(&cut).unwrap().text();
    let read =
        painted.truth.words.iter().filter(|word| text.split_whitespace().any(|other| other == word.text)).count();
    assert!(read * 10 >= painted.truth.words.len() * 8, "{text}");
}

#[test]
fn the_time_limit_makes_a_reading_partial() {
    let painted = handwritten(&spec(6), Face::Neat, Rulings::Feint, 2);
    let mut reader = reader().with_time_limit(Duration::ZERO);
    let none = Reading { words: Vec::new(), completeness: Completeness::Partial };
    assert_eq!(reader.read(&painted.raster).unwrap(), none);
    // The clock has run on when the lines are found.
    let mut reader = reader.with_time_limit(Duration::from_millis(1));
    assert_eq!(reader.read(&painted.raster).unwrap(), none);
    let mut reader = reader.with_time_limit(Duration::from_secs(500));
    assert!(share_read(&painted, &reader.read(&painted.raster).unwrap()) > 0.9);
}

#[test]
fn two_threads_read_with_one_copy_of_the_networks() {
    let painted = handwritten(&spec(7), Face::Joined, Rulings::None, 3);
    let alone = reader().read(&painted.raster).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| assert_eq!(reader().read(&painted.raster).unwrap(), alone));
        }
    });
}

/// A folder with both models, of which one is changed.
fn with_a_fault(spoil: impl FnOnce(&Path)) -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    for file in model_files() {
        let content = std::fs::read(folder().join(file.name)).unwrap();
        std::fs::File::create_new(copy.path().join(file.name)).unwrap().write_all(&content).unwrap();
    }
    assert!(Models::find(copy.path()).is_ok());
    spoil(&copy.path().join(model_files()[1].name));
    copy
}

fn change_a_byte(model: &Path) {
    use std::os::unix::fs::FileExt as _;
    let file = std::fs::File::options().read(true).write(true).open(model).unwrap();
    let mut byte = [0];
    file.read_exact_at(&mut byte, 10_000_000).unwrap();
    file.write_all_at(&[byte[0] ^ 1], 10_000_000).unwrap();
}

type Spoil<'a> = &'a dyn Fn(&Path);

#[test]
fn a_model_that_is_not_the_very_file_is_refused() {
    let cut_short =
        |model: &Path| std::fs::File::options().write(true).open(model).unwrap().set_len(20_000_000).unwrap();
    let gone = |model: &Path| std::fs::remove_file(model).unwrap();
    let faults: [(Spoil, ModelState); 3] =
        [(&change_a_byte, ModelState::Changed), (&cut_short, ModelState::Changed), (&gone, ModelState::Missing)];
    for (spoil, state) in faults {
        let copy = with_a_fault(spoil);
        let error = Models::find(copy.path()).unwrap_err();
        let name = model_files()[1].name;
        let begins =
            format!("the models that read handwriting are not in {}: {name} is {state}; ", copy.path().display());
        assert!(error.to_string().starts_with(&begins), "{error}");
        assert!(error.to_string().ends_with(&format!("`cargo xtask models --out {}`", copy.path().display())));
        let states = status(copy.path()).map(|(_, state)| state);
        assert_eq!(states, [ModelState::Present, state]);
    }
}

#[test]
fn a_model_that_is_exchanged_after_it_was_found_is_not_loaded() {
    let copy = with_a_fault(|_| ());
    let models = Models::find(copy.path()).unwrap();
    change_a_byte(&copy.path().join(model_files()[1].name));
    let error = HandwritingReader::load(&models).unwrap_err().to_string();
    assert!(error.contains(model_files()[1].name) && error.contains("changed since it was found"), "{error}");
}

#[test]
fn the_name_tells_which_networks_read() {
    assert_eq!(reader().name(), "PP-OCRv6 small");
}
