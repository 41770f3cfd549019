//! What an empty mat looks like, learnt from pictures of it: data that can be kept and loaded. It knows no item.

use super::colour::{Apart, ColourPlane, Rgb, log_of};
use super::light::{Degree, Light};
use scantrail_core::raster::Raster;

/// Side of a tile in working pixels: about 8 mm of a mat of A3 width.
pub(super) const TILE: usize = 16;
/// The least noise of the logarithm: what is left of a lamp's flicker after the light is fitted. Differences below
/// about three times this (2 %) are never seen as something.
const LEAST_NOISE: f32 = 0.006;
/// The 30th percentile of the difference of two neighbours, as a share of one pixel's standard deviation: that of
/// `|N(0, √2)|` is 0.545. A low percentile, so that lines and patterns are not taken for noise.
const NEIGHBOUR_SHARE: f32 = 0.545;
/// Two pictures of the same empty mat differ by more than this (10 %)…
const CHANGED: f32 = 0.1;
/// …in less than this share of the picture.
const MOST_CHANGED: f32 = 0.02;
/// How the bytes of a kept model begin; the last is the version.
const MAGIC: [u8; 8] = *b"strmat\x00\x01";
/// Longest side of a model that is read back: the working size and some air.
const LONGEST: u32 = 4096;

/// A mat without anything on it, as one camera sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct MatModel {
    pub(super) plane: ColourPlane,
    /// Standard deviation of brightness, red and blue (logarithms) per tile, row by row.
    pub(super) noise: Vec<Rgb>,
}

/// Why no mat was learnt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MatDecline {
    /// No picture was given.
    #[error("no picture of the empty mat was given")]
    NoPicture,
    /// The pictures have different sizes.
    #[error("the pictures of the empty mat differ in size")]
    Sizes,
    /// The pictures show different things: something lay on the mat, or the camera moved.
    #[error("the pictures of the empty mat do not show the same")]
    Changed,
}

/// The bytes are not a mat model of this version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the bytes are not a model of an empty mat")]
pub struct BadMat;

impl MatModel {
    /// Learns from one or several pictures of the empty mat, all by the same camera in the same place.
    pub fn learn(empty: &[&Raster]) -> Result<Self, MatDecline> {
        let (first, rest) = empty.split_first().ok_or(MatDecline::NoPicture)?;
        let size = |r: &Raster| (r.width(), r.height());
        if rest.iter().any(|r| size(r) != size(first)) {
            return Err(MatDecline::Sizes);
        }
        let mut plane = ColourPlane::shrink(first);
        if !rest.is_empty() {
            average_in(&mut plane, &rest.iter().map(|r| ColourPlane::shrink(r)).collect::<Vec<_>>())?;
        }
        let noise = noise_of(&plane);
        Ok(Self { plane, noise })
    }

    /// The model for keeping: magic, width, height and factor (each 32 bits, little-endian), then red, green and blue
    /// of each pixel, then three 32-bit floats for each tile.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        for v in [self.plane.width, self.plane.height, self.plane.factor] {
            bytes.extend((v as u32).to_le_bytes());
        }
        bytes.extend(self.plane.pixels.as_flattened());
        bytes.extend(self.noise.as_flattened().iter().flat_map(|v| v.to_le_bytes()));
        bytes
    }

    /// Reads back what [`Self::to_bytes`] gave.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, BadMat> {
        let bytes = bytes.strip_prefix(&MAGIC).ok_or(BadMat)?;
        let (head, body) = bytes.split_at_checked(12).ok_or(BadMat)?;
        let (numbers, _) = head.as_chunks::<4>();
        let [width, height, factor] = [numbers[0], numbers[1], numbers[2]].map(u32::from_le_bytes);
        if width.max(height) > LONGEST || width.min(height) == 0 || !(1..=16).contains(&factor) {
            return Err(BadMat);
        }
        let (width, height) = (width as usize, height as usize);
        let (pixels, noise) = body.split_at_checked(3 * width * height).ok_or(BadMat)?;
        let tiles = width.div_ceil(TILE) * height.div_ceil(TILE);
        let (floats, rest) = noise.as_chunks::<4>();
        let floats: Vec<f32> = floats.iter().map(|b| f32::from_le_bytes(*b)).collect();
        if !rest.is_empty() || floats.len() != 3 * tiles || floats.iter().any(|v| !(0.0..10.0).contains(v)) {
            return Err(BadMat);
        }
        let pixels = pixels.as_chunks::<3>().0.to_vec();
        let noise = floats.as_chunks::<3>().0.iter().map(|n| n.map(|v| v.max(LEAST_NOISE))).collect();
        Ok(Self { plane: ColourPlane { width, height, pixels, factor: factor as usize }, noise })
    }

    pub(super) fn noise_at(&self, x: usize, y: usize) -> Rgb {
        self.noise[y / TILE * self.plane.width.div_ceil(TILE) + x / TILE]
    }
}

/// Brings the light of `others` to that of `plane` and takes the mean of all.
fn average_in(plane: &mut ColourPlane, others: &[ColourPlane]) -> Result<(), MatDecline> {
    let mut sums: Vec<[f32; 3]> = plane.pixels.iter().map(|p| p.map(f32::from)).collect();
    for other in others {
        let apart = |i: usize| {
            let (a, b) = (log_of(plane.pixels[i]), log_of(other.pixels[i]));
            std::array::from_fn(|c| a[c] - b[c])
        };
        let points: Vec<_> =
            (0..plane.pixels.len()).step_by(7).map(|i| (i % plane.width, i / plane.width, apart(i), 1.0)).collect();
        let light = Light::even(plane.width, plane.height, [0.0; 3]).fitted(&points, Degree::Quadratic);
        let mut changed = 0;
        for (i, sum) in sums.iter_mut().enumerate() {
            let (difference, light) = (apart(i), light.at(i % plane.width, i / plane.width));
            changed += usize::from((0..3).any(|c| (difference[c] - light[c]).abs() > CHANGED));
            for c in 0..3 {
                let value = f32::from(other.pixels[i][c]) + super::colour::LIFT;
                sum[c] += value * light[c].exp() - super::colour::LIFT;
            }
        }
        if changed as f32 > MOST_CHANGED * sums.len() as f32 {
            return Err(MatDecline::Changed);
        }
    }
    let count = (others.len() + 1) as f32;
    plane.pixels = sums.iter().map(|s| s.map(|v| (v / count).round().clamp(0.0, 255.0) as u8)).collect();
    Ok(())
}

/// The noise of every tile, from the differences of neighbours.
pub(super) fn noise_of(plane: &ColourPlane) -> Vec<Rgb> {
    let (columns, rows) = (plane.width.div_ceil(TILE), plane.height.div_ceil(TILE));
    (0..rows * columns).map(|i| noise_of_tile(plane, i % columns * TILE, i / columns * TILE)).collect()
}

fn noise_of_tile(plane: &ColourPlane, x0: usize, y0: usize) -> Rgb {
    let (x1, y1) = ((x0 + TILE).min(plane.width), (y0 + TILE).min(plane.height));
    let mut differences: [Vec<f32>; 3] = Default::default();
    for y in y0..y1 {
        let row = &plane.pixels[y * plane.width..][x0..x1];
        for pair in row.windows(2) {
            let apart = Apart::between(log_of(pair[0]), log_of(pair[1]));
            for (list, v) in differences.iter_mut().zip([apart.light, apart.red, apart.blue]) {
                list.push(v.abs());
            }
        }
    }
    differences.map(|mut list| {
        if list.is_empty() {
            return LEAST_NOISE;
        }
        let at = list.len() * 3 / 10;
        let (_, low, _) = list.select_nth_unstable_by(at, f32::total_cmp);
        (*low / NEIGHBOUR_SHARE).max(LEAST_NOISE)
    })
}
