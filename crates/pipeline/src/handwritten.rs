//! Where a page has handwriting: where there is ink that print does not explain. What is guessed there is for finding a
//! page, not for reading it.

use scantrail_core::ports::{ReadError, Reading, Recogniser, TextBox, Word};
use scantrail_core::raster::Raster;

/// A word of print that its reader is so sure of explains the ink at its place …
const SURE: f32 = 0.6;
/// … and so much around it, in millimetres.
const AROUND_MM: f64 = 1.0;
/// From this area on, unexplained ink is handwriting and no specks: about three short words with a pencil.
const LEAST_INK_MM2: f64 = 30.0;
/// So near to the page's edge lies what a scanner adds.
const EDGE_MM: f64 = 4.0;
/// Ink that runs on for so long is a ruling, a frame or a picture.
const LONGEST_STROKE_MM: f64 = 12.0;
/// A pixel is ink if it is darker than this share of the paper's level; faint pencil is at four fifths of it.
const INK: f64 = 0.85;
/// Dots per inch of a page that does not say.
const ASSUMED_DPI: f64 = 200.0;

/// Guesses at what is written by hand; `None` where nothing is.
pub(crate) fn guess(page: &Raster, print: &Reading, hand: &mut dyn Recogniser) -> Result<Option<Reading>, ReadError> {
    if unexplained_mm2(page, print) < LEAST_INK_MM2 {
        return Ok(None);
    }
    let mut guessed = hand.read(page)?;
    // What is print was read as print.
    guessed.words.retain(|word| !sure(print).any(|other| covers(other.place, word)));
    Ok(Some(guessed))
}

fn sure(print: &Reading) -> impl Iterator<Item = &Word> {
    print.words.iter().filter(|word| word.confidence.get() >= SURE)
}

/// Whether the middle of a word lies in a box.
fn covers(place: TextBox, word: &Word) -> bool {
    let (x, y) = (u32::midpoint(word.place.x0, word.place.x1), u32::midpoint(word.place.y0, word.place.y1));
    (place.x0..place.x1).contains(&x) && (place.y0..place.y1).contains(&y)
}

/// The area of ink that is neither print nor ruling.
fn unexplained_mm2(page: &Raster, print: &Reading) -> f64 {
    let grey = page.to_grey();
    let (width, height) = (grey.width() as usize, grey.height() as usize);
    let per_mm = grey.resolution().map_or(ASSUMED_DPI, |known| f64::from(known.x.get())) / 25.4;
    let limit = (f64::from(paper(&grey)) * INK) as u8;
    let mut ink: Vec<bool> = grey.samples().iter().map(|&value| value < limit).collect();
    let around = (AROUND_MM * per_mm) as usize;
    for TextBox { x0, y0, x1, y1 } in sure(print).map(|word| word.place) {
        let columns = (x0 as usize).saturating_sub(around)..(x1 as usize + around).min(width);
        for y in (y0 as usize).saturating_sub(around)..(y1 as usize + around).min(height) {
            ink[y * width..][columns.clone()].fill(false);
        }
    }
    let longest = (LONGEST_STROKE_MM * per_mm) as usize;
    let ruled: Vec<bool> = {
        let mut ruled = vec![false; ink.len()];
        (0..height).for_each(|y| mark_runs(&ink, &mut ruled, y * width, 1, width, longest));
        (0..width).for_each(|x| mark_runs(&ink, &mut ruled, x, width, height, longest));
        ruled
    };
    let edge = (EDGE_MM * per_mm) as usize;
    let inside = |at: usize| {
        let (x, y) = (at % width, at / width);
        x >= edge && y >= edge && x + edge < width && y + edge < height
    };
    let left = (0..ink.len()).filter(|&at| ink[at] && !ruled[at] && inside(at)).count();
    left as f64 / (per_mm * per_mm)
}

/// The paper's level: that of the brighter half of the page, in its middle.
fn paper(grey: &Raster) -> u8 {
    let mut counts = [0usize; 256];
    grey.samples().iter().for_each(|&value| counts[usize::from(value)] += 1);
    let mut above = 0;
    let quarter = grey.samples().len() / 4;
    (0..=255u8)
        .rev()
        .find(|&value| {
            above += counts[usize::from(value)];
            above > quarter
        })
        .unwrap_or(255)
}

/// Marks the stretches of ink along a row or a column that are longer than `longest`.
fn mark_runs(ink: &[bool], ruled: &mut [bool], start: usize, step: usize, length: usize, longest: usize) {
    let mut run = 0;
    for i in 0..=length {
        if i < length && ink[start + i * step] {
            run += 1;
            continue;
        }
        if run > longest {
            (i - run..i).for_each(|k| ruled[start + k * step] = true);
        }
        run = 0;
    }
}

#[cfg(test)]
#[path = "handwritten_tests.rs"]
mod tests;
