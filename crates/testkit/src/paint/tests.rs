//! Tests of `paint`: what it makes is compared with the truth it claims.

use super::*;

fn spec(kind: PageKind, seed: u64) -> PageSpec {
    PageSpec { keyword: Some(keyword(7)), ..PageSpec::new(kind, Seed(seed), Dpi::new(100).unwrap()) }
}

#[test]
fn the_same_seed_gives_the_same_pixels_and_another_seed_others() {
    for kind in PageKind::ALL {
        let painted = paint(&spec(kind, 5));
        assert!(painted == paint(&spec(kind, 5)), "{kind:?}");
        assert!(painted.raster.samples() != paint(&spec(kind, 6)).raster.samples(), "{kind:?}");
    }
}

#[test]
fn print_has_two_columns_of_letters_as_high_as_they_were_asked_for() {
    let painted = printed(Seed(2), Dpi::new(300).unwrap(), 1.2);
    let left = |word: &Word| word.quad.0[0].x < f64::from(painted.raster.width()) / 2.0;
    let (heading, text) = painted.truth.words.split_at(3);
    assert!(heading.iter().all(left));
    let columns: Vec<&[Word]> = text.chunk_by(|a, b| left(a) == left(b)).collect();
    assert_eq!(columns.iter().map(|column| left(&column[0])).collect::<Vec<_>>(), [true, false]);
    assert!(columns.iter().all(|column| column.len() > 200));
    let flat: Vec<f64> = text
        .iter()
        .filter(|word| word.text.chars().all(|c| "acemnorsuvwxz".contains(c)))
        .map(|word| (word.quad.0[2].y - word.quad.0[0].y) * 25.4 / 300.0)
        .collect();
    assert!(flat.len() > 20 && flat.iter().all(|height| (1.1..1.45).contains(height)), "{flat:?}");
}

#[test]
fn pages_are_a4_at_the_resolution_asked_for() {
    let painted = paint(&spec(PageKind::Ruled, 1));
    assert_eq!((painted.raster.width(), painted.raster.height()), (827, 1169));
    assert_eq!(painted.raster.resolution().unwrap().x.get(), 100);
}

/// Mean darkness within a quad's bounds against the same bounds on a page of the same kind without words.
fn darkest_inside(raster: &Raster, word: &Word) -> u8 {
    let grey = raster.to_grey();
    let [top_left, _, bottom_right, _] = word.quad.0;
    let columns = top_left.x.max(0.0) as usize..(bottom_right.x.ceil() as usize).min(grey.width() as usize);
    (top_left.y.max(0.0) as u32..(bottom_right.y.ceil() as u32).min(grey.height()))
        .flat_map(|y| grey.row(y)[columns.clone()].to_vec())
        .min()
        .unwrap_or(255)
}

#[test]
fn every_word_stands_where_the_truth_says_and_inside_the_paper() {
    for kind in [PageKind::Worksheet, PageKind::Ruled, PageKind::Squared] {
        for seed in 0..6 {
            let painted = paint(&PageSpec { pen: Pen::Black, ..spec(kind, seed) });
            assert!(painted.truth.words.len() > 30, "{kind:?} has few words");
            for word in &painted.truth.words {
                assert!(darkest_inside(&painted.raster, word) < 150, "no ink for {} on {kind:?} {seed}", word.text);
                for corner in word.quad.0 {
                    assert!((0.0..=827.0).contains(&corner.x), "{} leaves the paper, {kind:?} {seed}", word.text);
                    assert!((0.0..=1169.0).contains(&corner.y), "{} leaves the paper, {kind:?} {seed}", word.text);
                }
            }
            assert_eq!(painted.truth.keyword, Some(keyword(7)));
        }
    }
}

#[test]
fn words_of_one_line_follow_each_other() {
    let painted = paint(&PageSpec { pen: Pen::Black, ..spec(PageKind::Worksheet, 3) });
    for pair in painted.truth.words.windows(2) {
        let (a, b) = (&pair[0].quad.0, &pair[1].quad.0);
        let same_line = (a[2].y - b[2].y).abs() < 3.0 && b[0].x > a[0].x;
        assert!(!same_line || b[0].x >= a[1].x - 1.0, "{} runs into {}", pair[0].text, pair[1].text);
    }
}

#[test]
fn paintings_and_blank_pages_have_no_words_and_blank_pages_no_ink() {
    for kind in [PageKind::Painting, PageKind::Blank] {
        let painted = paint(&spec(kind, 2));
        assert!(painted.truth.words.is_empty() && painted.truth.keyword.is_none());
    }
    let blank = paint(&spec(PageKind::Blank, 2)).raster.to_grey();
    let marks = blank.samples().iter().filter(|&&s| s < 200).count();
    assert!(marks < 40, "{marks} dark pixels on a blank page");
}

#[test]
fn a_back_shows_its_front_mirrored_and_faintly() {
    let spec = PageSpec { pen: Pen::Black, ..spec(PageKind::Worksheet, 1) };
    let front = paint(&spec);
    let back = back_of(&spec, &front.raster, Seed(1)).raster.to_grey();
    // The rule of the name line runs from 36 to 112 mm on the front and from 98 to 174 mm on the back.
    let line = |x_mm: f64| (158..164).map(|y| back.row(y)[(x_mm * 100.0 / 25.4) as usize]).min().unwrap();
    let (there, elsewhere) = (line(150.0), line(183.0));
    assert!(there < elsewhere && elsewhere - there < 20, "{there} against {elsewhere}");
    let darkest = back.samples().iter().filter(|&&s| s < 200).count();
    assert!(darkest < 40);
}

#[test]
fn a_back_has_the_paper_and_the_holes_of_its_front() {
    let spec = PageSpec { holes: Holes::Two, paper: Paper::Green, ..spec(PageKind::Worksheet, 1) };
    let front = paint(&spec).raster;
    let back = back_of(&spec, &front, Seed(1)).raster;
    let hole = 1169 / 2 - 157;
    assert!(front.row(hole)[47 * 3] < 90 && back.row(hole)[(827 - 47) * 3] < 90);
    assert_eq!(back.row(3)[..3], [208, 236, 205]);
}

#[test]
fn a_name_is_written_where_the_hand_has_the_letters() {
    for (name, written) in [("Zoé", true), ("小明", false)] {
        let painted = paint(&PageSpec { name: Some(name.into()), ..spec(PageKind::Worksheet, 1) });
        assert_eq!(painted.truth.words.iter().any(|word| word.text == name), written);
    }
}

#[test]
fn faint_pencil_is_fainter_than_pencil() {
    let ink = |pen| {
        let raster = paint(&PageSpec { pen, ..spec(PageKind::Ruled, 4) }).raster.to_grey();
        raster.samples().iter().map(|&s| u64::from(255 - s)).sum::<u64>()
    };
    assert!(ink(Pen::FaintPencil) < ink(Pen::Pencil) && ink(Pen::Pencil) < ink(Pen::Black));
}
