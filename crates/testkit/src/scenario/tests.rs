//! Tests of `scenario`: what it makes is compared with the truth it claims.

use super::*;
use crate::jpeg::decode;
use crate::paint::{PageKind, PageSpec, paint};
use crate::paper::paste_foreign_code;
use crate::seed::Seed;
use scantrail_core::raster::Channels;
use scantrail_core::units::Dpi;
use std::collections::BTreeSet;

/// A white sheet with one big code that says the pupil's place.
struct PlainCovers(u16);

const CODE: MmRect = MmRect { x: 70.0, y: 110.0, width: 70.0, height: 70.0 };

impl Covers for PlainCovers {
    fn cover(&self, pupil: usize, _: Side) -> Raster {
        let sheet = paint(&PageSpec::new(PageKind::Blank, Seed(1), Dpi::new(self.0).unwrap())).raster;
        paste_foreign_code(sheet, &format!("PUPIL {pupil}"), (CODE.x, CODE.y), CODE.width).unwrap()
    }

    fn code_areas(&self, _: Side) -> Vec<MmRect> {
        vec![CODE]
    }

    fn name(&self, pupil: usize) -> Option<String> {
        Some(format!("Pupil{pupil}"))
    }
}

fn batch(dpi: u16) -> Vec<StackSheet> {
    demonstration(Seed(2026), Dpi::new(dpi).unwrap(), 30, &PlainCovers(dpi)).unwrap()
}

fn codes(jpeg: &[u8]) -> Vec<String> {
    let grey = decode(jpeg).unwrap().to_grey();
    let (width, height) = (grey.width(), grey.height());
    let view = zxingcpp::ImageView::from_slice(grey.samples(), width, height, zxingcpp::ImageFormat::Lum).unwrap();
    let reader = zxingcpp::read().formats([zxingcpp::BarcodeFormat::QRCodeModel2]).try_harder(true).try_downscale(true);
    reader.from(view).unwrap().iter().map(zxingcpp::Barcode::text).collect()
}

#[test]
fn thirty_runs_with_one_unread_cover_one_foreign_code_and_one_sheet_upside_down() {
    let batch = batch(75);
    let covers: Vec<Owner> = batch
        .iter()
        .filter(|sheet| matches!(sheet.front.truth.shows, Shows::Cover | Shows::SpoiltCover))
        .map(|sheet| sheet.front.truth.owner)
        .collect();
    let wanted: Vec<Owner> =
        (0..30).map(|pupil| if pupil == 11 { Owner::Unknown { really: pupil } } else { Owner::Pupil(pupil) }).collect();
    assert_eq!(covers, wanted);
    let mut pages = vec![0; 30];
    let (mut foreign, mut turned, mut written_backs, mut blank_backs) = (0, 0, 0, 0);
    for sheet in &batch {
        let (front, back) = (&sheet.front.truth, &sheet.back.truth);
        assert_eq!(front.owner, back.owner);
        assert_eq!(front.turn, back.turn, "a sheet is upside down on both sides");
        assert!((front.skew.degrees() + back.skew.degrees()).abs() < 1e-9);
        assert!(front.skew.degrees().abs() <= 2.0);
        foreign += usize::from(front.foreign_code.is_some());
        turned += usize::from(front.turn != Turn::None);
        if let (Shows::Work(_), Owner::Pupil(pupil) | Owner::Unknown { really: pupil }) = (front.shows, front.owner) {
            assert!(!front.is_blank());
            pages[pupil] += 1;
            blank_backs += usize::from(back.is_blank());
            written_backs += usize::from(!back.is_blank());
        }
    }
    assert!(pages.iter().all(|count| (1..=4).contains(count)), "{pages:?}");
    assert_eq!((foreign, turned), (1, 1));
    assert!(written_backs > 2 && blank_backs > 3 * written_backs, "{written_backs} written, {blank_backs} blank");
}

#[test]
fn keywords_are_unique_and_words_lie_on_the_paper() {
    let batch = batch(75);
    let sides = || batch.iter().flat_map(|sheet| [&sheet.front, &sheet.back]);
    let keywords: Vec<&String> = sides().filter_map(|side| side.truth.keyword.as_ref()).collect();
    assert!(keywords.len() > 40);
    assert_eq!(keywords.iter().collect::<BTreeSet<_>>().len(), keywords.len());
    for side in sides() {
        let page = decode(&side.jpeg).unwrap();
        for corner in side.truth.words.iter().flat_map(|word| word.quad.0) {
            assert!(corner.x > -15.0 && corner.x < f64::from(page.width()) + 15.0);
            assert!(corner.y > -15.0 && corner.y < f64::from(page.height()) + 15.0);
        }
    }
}

#[test]
fn codes_read_where_they_should_and_nowhere_else() {
    for sheet in demonstration(Seed(2026), Dpi::new(100).unwrap(), 18, &PlainCovers(100)).unwrap() {
        let truth = &sheet.front.truth;
        let wanted: Vec<String> = match (truth.shows, truth.owner, truth.foreign_code) {
            (Shows::Cover, Owner::Pupil(pupil), _) => vec![format!("PUPIL {pupil}")],
            (_, _, Some(text)) => vec![text.to_owned()],
            _ => vec![],
        };
        assert_eq!(codes(&sheet.front.jpeg), wanted, "{:?}", truth.shows);
    }
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let make = |seed| demonstration(Seed(seed), Dpi::new(75).unwrap(), 3, &PlainCovers(75)).unwrap();
    assert!(make(1) == make(1));
    assert!(make(1) != make(2));
}

#[test]
fn the_second_batch_is_six_grey_files() {
    let make = || second_batch(Seed(5), Dpi::new(100).unwrap(), &PlainCovers(100));
    let batch = make();
    let owners: Vec<Owner> = batch.iter().map(|side| side.truth.owner).collect();
    assert_eq!(owners, [0, 0, 0, 1, 1, 1].map(Owner::Pupil));
    for side in &batch {
        assert!(side.pnm.starts_with(b"P5\n827 1169\n255\n"));
        assert_eq!(side.pnm.len(), b"P5\n827 1169\n255\n".len() + 827 * 1169);
    }
    assert!(batch == make());
}

#[test]
fn photos_show_the_card_where_the_truth_says_after_the_exif_turn() {
    let card = |pupil: usize| {
        let blue = Raster::new(850, 540, Channels::Rgb, [30, 60, 200].repeat(850 * 540)).unwrap();
        let blue = blue.with_resolution(Some(scantrail_core::units::Resolution::square(Dpi::new(254).unwrap())));
        paste_foreign_code(blue, &format!("CARD {pupil}"), (40.0, 7.0), 40.0).unwrap()
    };
    let photos = whiteboard_photos(Seed(9), 6, &card).unwrap();
    let turns: BTreeSet<Turn> = photos.iter().map(|photo| photo.stored).collect();
    assert_eq!(turns.len(), 4, "every way a tablet can be held");
    for photo in &photos {
        use image::ImageDecoder as _;
        let mut decoder = image::codecs::jpeg::JpegDecoder::new(std::io::Cursor::new(&photo.jpeg)).unwrap();
        let orientation = decoder.orientation().unwrap();
        let mut upright = image::DynamicImage::from_decoder(decoder).unwrap();
        upright.apply_orientation(orientation);
        let upright = upright.to_rgb8();
        assert_eq!(upright.dimensions(), (2400, 1800));
        // A point inside the card, left of the code, must be blue.
        let [top_left, top_right, bottom_right, _] = photo.card.0;
        let x = top_left.x + (top_right.x - top_left.x) * 0.2;
        let y = f64::midpoint(top_left.y, bottom_right.y);
        let [r, _, b] = upright.get_pixel(x as u32, y as u32).0;
        assert!(b > r + 60, "no card at {x}, {y} of photo {}", photo.pupil);
        assert_eq!(codes(&photo.jpeg), [format!("CARD {}", photo.pupil)]);
    }
}
