//! What a document feeder does: a crooked sheet over a backing, shadows and black bars at the edges, noise.

use super::Noise;
use crate::geometry::{Placement, place, rectangle, whole};
use crate::seed::Seed;
use scantrail_core::raster::Raster;
use scantrail_core::units::{Angle, Dpi, Length, Quad, Turn};

/// An edge of the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Edge {
    /// Where scanning starts.
    Top,
    /// Right.
    Right,
    /// Where scanning ends.
    Bottom,
    /// Left.
    Left,
}

/// How a sheet goes through the feeder. The default is straight, upright, clean and without noise.
#[derive(Debug, Clone, PartialEq)]
pub struct Feed {
    /// How far the sheet is turned clockwise; the text in the picture is turned by as much.
    pub skew: Angle,
    /// Upside down, or fed sideways (which exchanges width and height of the picture).
    pub turn: Turn,
    /// What is behind the sheet.
    pub backing: [u8; 3],
    /// Black bars along edges, with their width.
    pub bars: Vec<(Edge, Length)>,
    /// Soft shadows along edges, with their reach.
    pub shadows: Vec<(Edge, Length)>,
    /// Standard deviation of the noise in grey levels.
    pub noise: f32,
}

impl Default for Feed {
    fn default() -> Self {
        Self {
            skew: Angle::default(),
            turn: Turn::None,
            backing: [236, 236, 234],
            bars: Vec::new(),
            shadows: Vec::new(),
            noise: 0.0,
        }
    }
}

/// A picture as the scanner delivers it, and how the page lies in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Scanned {
    /// The picture; the resolution is that of the page.
    pub raster: Raster,
    /// From pixels of the page to pixels of the picture.
    pub placement: Placement,
    /// The sheet's outline, corners clockwise from the top left *of the page*; may lie partly outside the picture.
    pub outline: Quad,
    /// How far the content is turned clockwise, beyond `turn`.
    pub skew: Angle,
    /// The quarter turn of the content.
    pub turn: Turn,
}

/// Feeds a page. The picture has the size of the page, turned with it; the sheet is centred in it.
pub fn feed(page: &Raster, how: &Feed, seed: Seed) -> Scanned {
    let (w, h) = (f64::from(page.width()), f64::from(page.height()));
    let size = match how.turn {
        Turn::None | Turn::Half => (page.width(), page.height()),
        Turn::Quarter | Turn::ThreeQuarters => (page.height(), page.width()),
    };
    let angle = how.skew.radians() + f64::from(how.turn.degrees()).to_radians();
    let placement = Placement::shift(-w / 2.0, -h / 2.0)
        .then(&Placement::turn(angle))
        .then(&Placement::shift(f64::from(size.0) / 2.0, f64::from(size.1) / 2.0));
    let straight = how.turn == Turn::None && how.skew.degrees() == 0.0;
    let mut picture = if straight { page.clone() } else { place(page, &placement, size, how.backing) };
    let dpi = page.resolution().map_or(Dpi::SCAN, |resolution| resolution.x);
    for (edge, reach) in &how.shadows {
        // A shadow falls off towards the middle of the page.
        darken(&mut picture, *edge, dpi.pixels(*reach), |share| 0.45 + 0.55 * share);
    }
    for (edge, width) in &how.bars {
        darken(&mut picture, *edge, dpi.pixels(*width), |_| 0.06);
    }
    let picture = disturbed(picture, how.noise, seed).with_resolution(page.resolution());
    let outline = placement.map_quad(&rectangle(0.0, 0.0, w, h));
    Scanned { raster: picture, placement, outline, skew: how.skew, turn: how.turn }
}

/// Multiplies pixels near an edge by what `light` gives for their distance: 0 at the edge, 1 where the reach ends.
fn darken(picture: &mut Raster, edge: Edge, reach: f64, light: impl Fn(f64) -> f64) {
    let (width, height, channels) = (picture.width(), picture.height(), picture.channels());
    let resolution = picture.resolution();
    let n = channels.count();
    let placeholder = whole(1, 1, channels, vec![0; n]);
    let mut samples = std::mem::replace(picture, placeholder).into_samples();
    let extent = if matches!(edge, Edge::Top | Edge::Bottom) { height } else { width };
    let reach_pixels = (reach.round() as u32).min(extent);
    for distance in 0..reach_pixels {
        let factor = (light((f64::from(distance) + 0.5) / reach) * 256.0) as u32;
        let (columns, rows) = match edge {
            Edge::Top => (0..width, distance..distance + 1),
            Edge::Bottom => (0..width, height - 1 - distance..height - distance),
            Edge::Left => (distance..distance + 1, 0..height),
            Edge::Right => (width - 1 - distance..width - distance, 0..height),
        };
        for y in rows {
            let row = y as usize * width as usize * n;
            for sample in &mut samples[row + columns.start as usize * n..row + columns.end as usize * n] {
                *sample = ((u32::from(*sample) * factor) >> 8) as u8;
            }
        }
    }
    *picture = whole(width, height, channels, samples).with_resolution(resolution);
}

/// The picture with noise of the given standard deviation.
pub(super) fn disturbed(picture: Raster, deviation: f32, seed: Seed) -> Raster {
    if deviation <= 0.0 {
        return picture;
    }
    let (width, height, channels) = (picture.width(), picture.height(), picture.channels());
    let resolution = picture.resolution();
    let mut samples = picture.into_samples();
    Noise::new(deviation, seed).disturb(&mut samples, width as usize * channels.count(), seed.child(1));
    whole(width, height, channels, samples).with_resolution(resolution)
}

#[cfg(test)]
mod tests;
