//! Uneven light taken out of paper and whiteboards; colour and pencil stay.
//!
//! [`measure`] looks at a small copy, finds what is paper (reached without crossing a sharp edge, and of the paper's
//! colour), takes its brightness as the light and continues it under ink and under pictures glued on. [`Light::apply`]
//! multiplies every pixel by the gain at its place. It must not know what kind of page it is given: artwork is the
//! caller's to keep away, but what does not look like paper is declined here as well.

mod apply;
mod board;
mod field;
mod paper;
mod small;

use crate::finding::{Finding, Sure};
use crate::items::region::regions;
use board::Board;
use field::Field;
use paper::Paper;
use scantrail_core::raster::Raster;
use scantrail_core::units::Confidence;
use small::Small;

/// Gain 1 in fixed point.
const ONE: u16 = 4096;
/// No gain beyond these: a place that needs more is no shaded paper, or has nothing left to be shown.
const LEAST_GAIN: f32 = 0.7;
const MOST_GAIN: f32 = 1.6;
/// On a board, where each channel is brought to white: under a yellow lamp its blue measured 100.
const MOST_BOARD_GAIN: f32 = 3.2;
/// Light within this many grey levels over the paper is even.
const EVEN_LEVELS: f32 = 2.5;
/// The paper's own level: as bright as all but this share of it.
const BRIGHTEST: f32 = 0.97;
/// Paper darker than this is none, or what a camera saw at night.
const DARKEST_PAPER: f32 = 95.0;
/// At least this share of a page must be seen to be paper: a painting on a mount measured 0.63, a curled page of a book
/// with the table around it 0.74.
const LEAST_PAPER: f32 = 0.68;
/// The same of a board, which may be seen with wall around it.
const LEAST_BOARD: f32 = 0.35;
/// Neighbouring cells of paper differ by this share of their light…
const ROUGH_STEP: f32 = 0.03;
/// …seldom.
const MOST_ROUGH: f32 = 0.12;
/// Paper this many times darker than its brightest is no shade any more…
const DEEP: f32 = 1.75;
/// …if there is more of it than this share: paintings without an edge have a third and more.
const MOST_DEEP: f32 = 0.15;
/// The light's colour counts as changing over the page from this range on (logarithm of red or blue to green).
const TINTED: f32 = 0.03;
/// From this level up a camera saw nothing but its own limit.
const CLIPPED: f32 = 252.5;
/// Glare stands out from the light of the page by this share.
const GLARE_OVER: f32 = 1.05;
/// Cells around a board together have at least this share of the picture.
const LEAST_WALL: f32 = 0.01;
/// What a board is brought to: white with room for what is whiter.
const BOARD_WHITE: f32 = 250.0;

/// What is cleaned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Style {
    /// Paper: its own level and hue everywhere, nothing else.
    Page,
    /// A whiteboard: white, haze suppressed, pens made clear.
    Board,
}

/// Why the light of a picture is left as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ShadeDecline {
    /// The light is even already.
    Even,
    /// Too little of it looks like paper (or board): artwork, an object, a desk.
    NotPaper,
    /// The brightest background is too dark to be paper.
    Dark,
    /// The brightness of the background changes as paper's does not: washes, a painting.
    Rough,
}

/// The light of one picture: a grid of gains, and what was seen. Plain data; applying it twice gives the same pixels.
#[derive(Debug, Clone, PartialEq)]
pub struct Light {
    style: Style,
    columns: usize,
    rows: usize,
    /// Red, green, blue in 1/4096.
    gains: Vec<[u16; 3]>,
    roofs: Vec<[u16; 3]>,
    board: Option<Board>,
    /// What the paper's brightness is brought to, 0..=255.
    pub level: u8,
    /// Least and most gain that is used: how strong the light was changed.
    pub strength: (f32, f32),
    /// Share of the picture in glare, 0..=1: left alone.
    pub glare: f32,
    /// Share of the picture in a shadow with a hard edge, 0..=1: left alone.
    pub hard_shadow: f32,
    /// Share of the picture on which paper was seen, 0..=1.
    pub paper: f32,
}

impl Light {
    /// Page or board.
    pub fn style(&self) -> Style {
        self.style
    }

    /// The gains (red, green, blue) row by row with their columns and rows: cell centres, spread evenly over the
    /// picture.
    pub fn grid(&self) -> (usize, usize, impl Iterator<Item = [f32; 3]>) {
        (self.columns, self.rows, self.gains.iter().map(|g| g.map(|v| f32::from(v) / f32::from(ONE))))
    }

    /// Takes the light out, in place. The picture must be the one measured, or the same at another size.
    #[must_use]
    pub fn apply(&self, page: Raster) -> Raster {
        apply::run(self, page)
    }
}

/// Measures the light on a page or board that is upright, straight and cropped, at any resolution.
pub fn measure(page: &Raster, style: Style) -> Finding<Light, ShadeDecline> {
    let small = Small::of(page);
    let paper = Paper::find(&small);
    let mut field = Field::measure(&small, &paper);
    let seen = field.paper_share();
    let (least, most) = match style {
        Style::Page => (LEAST_PAPER, MOST_GAIN),
        Style::Board => (LEAST_BOARD, MOST_BOARD_GAIN),
    };
    if seen < least {
        return Err(ShadeDecline::NotPaper);
    }
    let level = field.percentile(BRIGHTEST);
    if level < DARKEST_PAPER {
        return Err(ShadeDecline::Dark);
    }
    let rough = field.unrest(ROUGH_STEP);
    if rough > MOST_ROUGH {
        return Err(ShadeDecline::Rough);
    }
    if field.percentile(MOST_DEEP) * DEEP < level {
        return Err(ShadeDecline::Rough);
    }
    if style == Style::Page && field.percentile(0.99) - field.percentile(0.01) <= EVEN_LEVELS {
        return Err(ShadeDecline::Even);
    }
    let known = field.known.clone();
    field.complete();
    let middle = field.percentile(0.5);
    let glare: Vec<bool> = field.light.iter().map(|&v| v > CLIPPED && v > GLARE_OVER * middle).collect();
    let target = match style {
        Style::Page => target_colour(&field, level),
        Style::Board => [BOARD_WHITE; 3],
    };
    let mut gains = gains(&field, target, most, style);
    let mut strength = vec![255; gains.len()];
    let outside = match style {
        Style::Page => vec![false; gains.len()],
        Style::Board => wall(&known, (field.columns, field.rows)),
    };
    for (i, gain) in gains.iter_mut().enumerate() {
        if glare[i] || outside[i] {
            *gain = [ONE; 3];
            strength[i] = 0;
        }
    }
    let luma = 0.299 * target[0] + 0.587 * target[1] + 0.114 * target[2];
    let roofs = gains.iter().map(|g| std::array::from_fn(|c| apply::roof(g[c], target[c].min(250.0)))).collect();
    let used = gains.iter().map(|g| f32::from(g[1]) / f32::from(ONE));
    let light = Light {
        style,
        columns: field.columns,
        rows: field.rows,
        strength: used.fold((1.0, 1.0), |(a, b), g| (f32::min(a, g), f32::max(b, g))),
        gains,
        roofs,
        board: (style == Style::Board).then_some(Board { strength, white: BOARD_WHITE as u8 }),
        level: luma.round() as u8,
        glare: glare.iter().filter(|&&g| g).count() as f32 / glare.len() as f32,
        hard_shadow: paper.hard,
        paper: seen,
    };
    let confidence = Confidence::new((1.0 - rough / MOST_ROUGH) * (0.5 + 0.5 * seen) * (1.0 - paper.hard));
    Ok(Sure { value: light, confidence })
}

/// The paper's own colour: its brightest level, and its chroma where it is about that bright.
fn target_colour(field: &Field, level: f32) -> [f32; 3] {
    let bright: Vec<usize> =
        (0..field.light.len()).filter(|&i| field.known[i] && field.light[i] >= 0.97 * level).collect();
    let mean = [0, 1].map(|c| bright.iter().map(|&i| field.colour[i][c]).sum::<f32>() / bright.len().max(1) as f32);
    rgb(level, mean)
}

/// The colour of a brightness and a chroma.
fn rgb(luma: f32, [r, b]: [f32; 2]) -> [f32; 3] {
    let green = luma / (0.299 * r.exp() + 0.587 + 0.114 * b.exp());
    [green * r.exp(), green, green * b.exp()]
}

/// One gain for all channels, so that paper and pens keep their hue; one for each if the light's own colour changes
/// over the page, or to make a board white.
fn gains(field: &Field, target: [f32; 3], most: f32, style: Style) -> Vec<[u16; 3]> {
    let range = |c: usize| {
        let mut values: Vec<f32> =
            field.colour.iter().zip(&field.known).filter(|(_, k)| **k).map(|(v, _)| v[c]).collect();
        values.sort_by(f32::total_cmp);
        let at = |share: f32| values[((values.len() - 1) as f32 * share) as usize];
        at(0.98) - at(0.02)
    };
    let each = style == Style::Board || range(0).max(range(1)) > TINTED;
    let level = 0.299 * target[0] + 0.587 * target[1] + 0.114 * target[2];
    let fixed = |gain: f32| (gain.clamp(LEAST_GAIN, most) * f32::from(ONE)).round() as u16;
    let cells = field.light.iter().zip(&field.colour);
    cells
        .map(|(&light, &colour)| {
            let here = rgb(light.max(1.0), colour);
            if each { std::array::from_fn(|c| fixed(target[c] / here[c])) } else { [fixed(level / light.max(1.0)); 3] }
        })
        .collect()
}

/// The cells that show what is around a board: not on it, and many together, reaching the frame of the picture. A few
/// cells by themselves are board on which nothing could be measured.
fn wall(known: &[bool], (w, h): (usize, usize)) -> Vec<bool> {
    let off: Vec<bool> = (0..known.len()).map(|cell| !near_known(known, (w, h), cell)).collect();
    let (labels, groups) = regions(&off, w);
    let large: Vec<bool> = groups
        .iter()
        .map(|group| {
            let [left, top, right, bottom] = group.bounds;
            let at_frame = left == 0 || top == 0 || right + 1 == w || bottom + 1 == h;
            at_frame && group.area as f32 >= LEAST_WALL * known.len() as f32
        })
        .collect();
    labels.of.iter().map(|&name| name > 0 && large[name as usize - 1]).collect()
}

/// Whether a cell lies on the board: measured itself, or surrounded by measured cells on both sides of an axis.
fn near_known(known: &[bool], (w, h): (usize, usize), cell: usize) -> bool {
    /// A twelfth of a board's longer side: the widest thing drawn solid.
    const REACH: usize = 12;
    let (x, y) = (cell % w, cell / w);
    let left = (x.saturating_sub(REACH)..x).any(|x| known[y * w + x]);
    let right = (x + 1..(x + REACH + 1).min(w)).any(|x| known[y * w + x]);
    let above = (y.saturating_sub(REACH)..y).any(|y| known[y * w + x]);
    let below = (y + 1..(y + REACH + 1).min(h)).any(|y| known[y * w + x]);
    known[cell] || (left && right && above && below)
}

#[cfg(test)]
#[path = "shade_tests.rs"]
mod tests;
