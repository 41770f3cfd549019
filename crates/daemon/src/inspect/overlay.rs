//! What was seen in a capture, drawn over it: outlines, the direction of the lines, blocks of text, codes.

use super::kind_of;
use scantrail_core::ports::Decoded;
use scantrail_core::raster::Raster;
use scantrail_core::units::Point;
use scantrail_imaging::deskew::Verdict;
use scantrail_imaging::overlay::{Colour, Overlay};
use scantrail_imaging::prepare::Prepared;
use scantrail_pipeline::{Part, Processed};

const PAGE: Colour = [0, 200, 90];
const LINES: Colour = [0, 200, 255];
const TEXT: Colour = [255, 150, 0];
const OURS: Colour = [60, 110, 255];
const FOREIGN: Colour = [190, 190, 190];
const GUTTER: Colour = [255, 0, 200];
const WORDS: Colour = [255, 255, 255];
const WARNING: Colour = [255, 210, 0];
/// Measured lines shown on a page.
const SHOWN_LINES: u32 = 5;

/// The drawing, at screen size.
pub(super) fn draw(input: &Decoded, processed: &Processed) -> Raster {
    let mut overlay = Overlay::over(&input.raster);
    for (number, part) in (1..).zip(&processed.parts) {
        let of = processed.parts.len();
        // The whole, kept beside its pages, has lines and an attitude of its own only if it is alone.
        if of == 1 || part.prepared.outline.is_some() {
            page(&mut overlay, number, part, of);
        }
    }
    if let Some([top, foot]) = processed.gutter {
        overlay.line(top, foot, GUTTER, 3.0);
        overlay.label(top, "gutter", GUTTER);
    }
    for code in &processed.seen.codes {
        let colour = if code.payload.is_ok() { OURS } else { FOREIGN };
        overlay.outline(&code.corners.0, colour, 4.0);
        overlay.label(code.corners.0[0], kind_of(code), colour);
    }
    let mut legend = vec![(format!("kind {}", processed.content.word()), WORDS)];
    legend.extend(processed.warnings.iter().map(|warning| (warning.text().to_owned(), WARNING)));
    overlay.legend(&legend);
    overlay.finish()
}

fn page(overlay: &mut Overlay, number: u32, part: &Part, of: usize) {
    let prepared = &part.prepared;
    let (width, height) = (f64::from(prepared.raster.width()), f64::from(prepared.raster.height()));
    let on_capture = |x: f64, y: f64| prepared.transform.map_back(Point { x, y });
    // Blocks first, so that what matters more lies above them.
    for line in text_lines(part) {
        let [x0, y0, x1, y1] = line;
        overlay.outline(&[(x0, y0), (x1, y0), (x1, y1), (x0, y1)].map(|(x, y)| on_capture(x, y)), TEXT, 1.0);
    }
    for k in 1..=SHOWN_LINES {
        let y = height * f64::from(k) / f64::from(SHOWN_LINES + 1);
        // In short steps: on a curved page a level line is a curve.
        let points: Vec<Point> = (0..=16).map(|i| on_capture(width * f64::from(i) / 16.0, y)).collect();
        points.windows(2).for_each(|pair| overlay.line(pair[0], pair[1], LINES, 1.0));
    }
    let outline: Vec<Point> = match &prepared.outline {
        Some(outline) => outline.clone(),
        None => [(0.0, 0.0), (width, 0.0), (width, height), (0.0, height)].map(|(x, y)| on_capture(x, y)).to_vec(),
    };
    overlay.outline(&outline, PAGE, 3.0);
    let name = if of > 1 { format!("{number}: ") } else { String::new() };
    overlay.label(on_capture(width * 0.5, height * 0.5), &format!("{name}{}", attitude(prepared)), LINES);
}

/// How the page lay, in a few letters.
fn attitude(prepared: &Prepared) -> String {
    let turned = match prepared.turn.degrees() {
        0 => String::new(),
        degrees => format!("turned {degrees}°, "),
    };
    let skew = prepared.skew;
    match skew.verdict {
        Verdict::Measured => format!("{turned}{:+.2}° ({:.0} %)", skew.angle.degrees(), skew.confidence.get() * 100.0),
        Verdict::Declined(why) => format!("{turned}left as it lies: {}", why.text()),
    }
}

/// The boxes of the lines that were read, in pixels of the prepared page.
fn text_lines(part: &Part) -> Vec<[f64; 4]> {
    let words = part.reading.as_ref().map(|reading| reading.words.as_slice()).unwrap_or_default();
    let boxed = |line: &[scantrail_core::ports::Word]| {
        let mut all = [f64::INFINITY, f64::INFINITY, 0.0, 0.0];
        for place in line.iter().map(|word| word.place) {
            all = [
                all[0].min(f64::from(place.x0)),
                all[1].min(f64::from(place.y0)),
                all[2].max(f64::from(place.x1)),
                all[3].max(f64::from(place.y1)),
            ];
        }
        all
    };
    words.chunk_by(|a, b| a.line == b.line).map(boxed).collect()
}
