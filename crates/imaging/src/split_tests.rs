//! Painted spreads split at their gutter, and everything else left in one piece.

use super::*;
use crate::testing::{Capture, Dice, Squared, empty, painting, ruled, text};
use proptest::prelude::*;
use scantrail_core::raster::Channels;
use scantrail_core::units::{Dpi, Resolution};

/// Pixels per millimetre of a painted spread: A4 lying at 100 dpi.
const PX: f64 = 100.0 / 25.4;
const SIZE: (u32, u32) = (1169, 827);

/// An open book, in millimetres: A5 pages side by side on an A4 glass.
#[derive(Clone, Copy)]
struct Book {
    gutter: f64,
    slant: f64,
    /// Share of the light lost in the fold.
    shadow: f64,
    turns: [f64; 2],
    /// Lines are ruled rather than printed.
    ruled: bool,
    /// Print stops so far from the gutter.
    margin: f64,
    /// A bar across the gutter, so high.
    across: f64,
}

const BOOK: Book =
    Book { gutter: 148.5, slant: 0.0, shadow: 0.2, turns: [0.0; 2], ruled: false, margin: 10.0, across: 0.0 };

impl Book {
    fn line(&self, y: f64) -> f64 {
        self.gutter + self.slant * (y - 105.0)
    }

    fn level(&self, x: f64, y: f64) -> f64 {
        let off = x - self.line(y);
        let side = usize::from(off > 0.0);
        let (centre, slope) = (self.gutter + if side == 0 { -74.0 } else { 74.0 }, self.turns[side].to_radians().tan());
        let row = y - slope * (x - centre);
        let text = off.abs() > self.margin && (12.0..285.0).contains(&x) && (15.0..195.0).contains(&y);
        // Letters of one line do not stand below those of another.
        let shift = ((row / 6.0).floor() * 12.9898).sin() * 43.0;
        let ink = if self.ruled {
            row.rem_euclid(8.0) < 0.5
        } else {
            text && row.rem_euclid(6.0) < 2.0
                && (x * 0.9 + shift).rem_euclid(1.7) < 0.8
                && (x / 13.0 + row).rem_euclid(1.0) < 0.85
        };
        let bar = (y - 90.0).abs() < self.across / 2.0 && off.abs() < 18.0;
        let paper = if bar {
            60.0
        } else if ink {
            if self.ruled { 185.0 } else { 70.0 }
        } else {
            236.0
        };
        paper * (1.0 - self.shadow * (-off.abs() / 6.0).exp())
    }

    fn capture(&self) -> Raster {
        paint(SIZE, |x, y| self.level(x, y))
    }
}

fn paint((width, height): (u32, u32), level: impl Fn(f64, f64) -> f64) -> Raster {
    let mut dice = Dice::new(3);
    let samples = (0..width * height).map(|i| {
        let (x, y) = (f64::from(i % width) + 0.5, f64::from(i / width) + 0.5);
        (level(x / PX, y / PX) + dice.roll() * 4.0).clamp(0.0, 255.0) as u8
    });
    let dpi = Dpi::new(100).unwrap();
    Raster::new(width, height, Channels::Grey, samples.collect())
        .unwrap()
        .with_resolution(Some(Resolution::square(dpi)))
}

fn assert_gutter(book: &Book, found: &Split, within_mm: f64) {
    for p in found.gutter {
        let off = p.x / PX - book.line(p.y / PX);
        assert!(off.abs() < within_mm, "{off} mm off at {p:?}");
    }
}

#[test]
fn an_open_book_is_split_where_the_fold_runs() {
    for book in [
        BOOK,
        Book { gutter: 139.0, slant: 0.05, ..BOOK },
        Book { shadow: 0.07, turns: [0.6, -0.5], ..BOOK },
        Book { ruled: true, ..BOOK },
    ] {
        let found = find(&book.capture()).unwrap().value;
        assert_gutter(&book, &found, 2.0);
        assert_eq!(found.crossing.places, 0, "{:?}", found.crossing);
    }
}

/// The book turned by `degrees` under a lid of this brightness, which shows `border` millimetres around it.
fn under_lid(book: &Book, lid: f64, border: f64, degrees: f64) -> Raster {
    let (sin, cos) = degrees.to_radians().sin_cos();
    let size = [SIZE.0, SIZE.1].map(|n| n + (2.0 * border * PX) as u32);
    paint((size[0], size[1]), |x, y| {
        let (dx, dy) = (x - 148.5 - border, y - 105.0 - border);
        let (x, y) = (cos * dx + sin * dy + 148.5, cos * dy - sin * dx + 105.0);
        let inside = (0.0..297.0).contains(&x) && (0.0..210.0).contains(&y);
        if inside { book.level(x, y) } else { lid }
    })
}

#[test]
fn an_open_book_is_split_under_a_dark_lid() {
    let deep = Book { shadow: 0.4, ..BOOK };
    let cases = [
        (BOOK, 8.0, 10.0, 0.0),
        (Book { turns: [0.4, -0.5], ..deep }, 26.0, 14.0, 2.5),
        (Book { ruled: true, ..deep }, 60.0, 12.0, -1.8),
        // As grey as the shadow in the fold: what is flooded as lid there is paper all the same.
        (deep, 150.0, 10.0, 1.2),
    ];
    for (book, lid, border, degrees) in cases {
        let capture = under_lid(&book, lid, border, degrees);
        let found = find(&capture).unwrap_or_else(|why| panic!("lid {lid}: {why:?}")).value;
        let (sin, cos) = degrees.to_radians().sin_cos();
        let [a, b] = found.gutter.map(|p| (p.x / PX - 148.5 - border, p.y / PX - 105.0 - border));
        for end in [-105.0, 105.0] {
            let (x, y) = (-sin * end, cos * end);
            let off = a.0 + (b.0 - a.0) * (y - a.1) / (b.1 - a.1) - x;
            assert!(off.abs() < 1.5, "lid {lid}: {off} mm off");
        }
    }
}

#[test]
fn the_bottom_of_a_wide_deep_shadow_is_the_gutter() {
    // Deeper than counts for finding it over 10 mm to either side.
    for shadow in [0.25, 0.45] {
        let book = Book { shadow, margin: 4.0, slant: 0.02, ..BOOK };
        assert_gutter(&book, &find(&book.capture()).unwrap().value, 1.0);
    }
}

#[test]
fn a_squared_page_beside_a_ruled_one_is_no_folded_letter() {
    let squares = |x: f64, y: f64| x.rem_euclid(5.0) < 0.5 || y.rem_euclid(5.0) < 0.25;
    let capture = paint(SIZE, |x, y| {
        let fold = 1.0 - 0.2 * (-(x - 148.5).abs() / 6.0).exp();
        let squared = x < 140.0 && y < 208.0 && squares(x, y);
        let ruled = x > 155.0 && y.rem_euclid(8.0) < 0.5;
        fold * if squared || ruled { 185.0 } else { 236.0 }
    });
    assert!(find(&capture).is_ok(), "{:?}", find(&capture));
}

#[test]
fn a_book_turned_by_a_quarter_is_split_across() {
    let book = Book { slant: -0.03, ..BOOK };
    let capture = paint((SIZE.1, SIZE.0), |x, y| book.level(297.0 - y, x));
    let [a, b] = find(&capture).unwrap().value.gutter;
    for p in [a, b] {
        assert!((p.y / PX - (297.0 - book.line(p.x / PX))).abs() < 2.0, "{p:?}");
    }
}

#[test]
fn two_pages_askew_without_a_shadow_are_two_pages() {
    let book = Book { shadow: 0.0, turns: [1.5, -1.2], margin: 9.0, ..BOOK };
    let found = find(&book.capture()).unwrap().value;
    assert!(found.signals.valley.is_none() && found.signals.turns_deg.is_some_and(|d| (d - 2.7).abs() < 0.3));
    // Without a shadow any line in the lane of 18 mm will do.
    assert_gutter(&book, &found, 5.0);
}

#[test]
fn ink_across_the_gutter_is_told() {
    let found = find(&Book { across: 12.0, ..BOOK }.capture()).unwrap();
    assert_eq!(found.value.crossing.places, 1, "{found:?}");
    assert!((found.value.crossing.share - 12.0 / 210.0).abs() < 0.03, "{found:?}");
}

#[test]
fn one_page_stays_one_page() {
    let flat = Book { shadow: 0.0, ..BOOK };
    assert_eq!(find(&flat.capture()), Err(SplitDecline::NoGutter), "two columns");
    let through = Book { margin: -1.0, ..flat };
    assert!(find(&through.capture()).is_err(), "lines across the whole page");
    let rule = paint(SIZE, |x, y| if (x - 148.0).abs() < 0.4 { 60.0 } else { flat.level(x, y) });
    assert!(find(&rule).is_err(), "a rule between columns: {:?}", find(&rule));
    let table = paint(SIZE, |x, y| if x.rem_euclid(37.0) < 0.6 || y.rem_euclid(14.0) < 0.6 { 60.0 } else { 236.0 });
    assert!(find(&table).is_err(), "a table");
    let board = paint(SIZE, |x, y| {
        190.0 + 50.0 * ((x - 80.0) / 70.0).cos() + if (y + x / 9.0) % 25.0 < 1.0 { -80.0 } else { 0.0 }
    });
    assert!(find(&board).is_err(), "a board under two lamps: {:?}", find(&board));
    let portrait = paint((SIZE.1, SIZE.0), |x, y| {
        let fold = 1.0 - 0.2 * (-(y - 148.5_f64).abs() / 5.0).exp();
        fold * if (20.0..190.0).contains(&x) && y.rem_euclid(7.0) < 2.0 && x.rem_euclid(3.0) < 1.7 {
            70.0
        } else {
            236.0
        }
    });
    assert_eq!(find(&portrait), Err(SplitDecline::LinesAlong), "a letter that was folded");
}

#[test]
fn a_picture_is_never_split() {
    for seed in 0..4 {
        let scene = painting(seed);
        let fold = |x: f64| 1.0 - 0.2 * (-(x - 148.5).abs() / 6.0).exp();
        let art = paint(SIZE, |x, y| scene(y * 5.9, x * 5.9) * fold(x));
        assert!(find(&art).is_err(), "painting {seed}: {:?}", find(&art));
    }
}

#[test]
fn bad_input_is_declined() {
    for (w, h) in [(1, 1), (1, 4000), (4000, 1), (900, 7), (300, 200)] {
        for level in [0, 128, 255] {
            let input = Raster::new(w, h, Channels::Grey, vec![level; (w * h) as usize]).unwrap();
            assert!(find(&input).is_err());
        }
    }
}

proptest! {
    #[test]
    fn every_point_is_on_a_side_and_both_sides_overlap(
        a in 300.0..700.0f64, b in 300.0..700.0f64, x in 1.0..999.0f64, y in 1.0..699.0f64, down in prop::bool::ANY,
    ) {
        let (from, to) = if down {
            (Point { x: a, y: 0.0 }, Point { x: b, y: 700.0 })
        } else {
            (Point { x: 0.0, y: a * 0.7 }, Point { x: 1000.0, y: b * 0.7 })
        };
        let signals = Signals { valley: None, lane_mm: None, edges: None, turns_deg: None };
        let split = Split { gutter: [from, to], signals, crossing: Crossing { places: 0, share: 0.0 }, overlap: 6.0 };
        let [first, second] = split.sides(1000, 700);
        let p = Point { x, y };
        let on = |side: &[Point], p| crate::warp::reference::contains(side, p);
        prop_assert!(on(&first, p) || on(&second, p));
        let middle = Point { x: f64::midpoint(from.x, to.x), y: f64::midpoint(from.y, to.y) };
        prop_assert!(on(&first, middle) && on(&second, middle));
        let corner = Point { x: 2.0, y: 2.0 };
        prop_assert!(on(&first, corner) && !on(&second, corner));
    }
}

/// What [`lane`] must find, line by line.
fn lane_slowly(sheet: &Upright) -> Option<Line> {
    let step = (sheet.rows() / 60).max(1);
    let reach = LANE_MM / 2.0 * sheet.per_mm;
    // Sums of ink along rows, so that a stretch of a row costs two look-ups.
    let rows: Vec<(f64, Vec<f32>)> = (sheet.top..sheet.bottom)
        .step_by(step)
        .map(|y| {
            let mut sum = 0.0;
            let sums = sheet.ink.row(y).iter().map(|v| {
                sum += v;
                sum
            });
            (y as f64, std::iter::once(0.0).chain(sums).collect())
        })
        .collect();
    let within = |line: &Line, reach: f64| {
        let sum = |sums: &Vec<f32>, x: f64| sums[(x.max(0.0) as usize).min(sums.len() - 1)];
        rows.iter().map(|(y, sums)| sum(sums, line.x(*y) + reach) - sum(sums, line.x(*y) - reach)).sum::<f32>()
    };
    // The less ink the better, near by first: a hundredth of the weight goes to what lies further off.
    valley::best(sheet, |line| {
        let near = within(line, reach);
        1e3 - near - 0.01 * (within(line, 2.0 * reach) + within(line, 4.0 * reach))
    })
}

#[test]
fn the_lane_is_found_as_line_by_line() {
    for scene in [text(20.0, 30.0), ruled(9.0, 190.0, Squared::No), painting(3), empty()] {
        let survey = Survey::new(&Capture::turned(2.0).of(&scene));
        for gutter in [Gutter::Down, Gutter::Across] {
            let sheet = Upright::new(&survey, gutter);
            assert_eq!(lane(&sheet), lane_slowly(&sheet));
        }
    }
}
