//! What a hand-held camera does: perspective, uneven light, blur, glare, noise.

use super::Noise;
use crate::geometry::{Placement, place, rectangle, whole};
use crate::seed::Seed;
use rand::Rng;
use scantrail_core::raster::Raster;
use scantrail_core::units::{Point, Quad};

/// A bright reflection: a soft round patch.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Glare {
    /// Centre as a share of the picture's width and height.
    pub at: (f64, f64),
    /// Radius as a share of the picture's width.
    pub radius: f64,
}

/// How the photo is taken. The default is head-on, evenly lit, sharp and without noise.
#[derive(Debug, Clone, PartialEq)]
pub struct Shot {
    /// Size of the photo in pixels.
    pub size: (u32, u32),
    /// Where the corners of the scene come to lie, as shares of the photo's width and height, clockwise from the top
    /// left. Beyond 0..1 means that the scene fills the photo and more.
    pub corners: [(f64, f64); 4],
    /// Light at the four corners of the photo, clockwise from the top left; 1 leaves it as it is.
    pub light: [f64; 4],
    /// Radius of the blur in pixels; 0 is sharp.
    pub blur: u32,
    /// Reflections.
    pub glare: Vec<Glare>,
    /// Standard deviation of the noise in grey levels.
    pub noise: f32,
}

impl Default for Shot {
    fn default() -> Self {
        Self {
            size: (2400, 1800),
            corners: [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)],
            light: [1.0; 4],
            blur: 0,
            glare: Vec::new(),
            noise: 0.0,
        }
    }
}

impl Shot {
    /// A shot as teachers take it: from a little aside, the window on one side, the scene filling the photo.
    pub fn handheld(seed: Seed) -> Self {
        let mut rng = seed.rng();
        let mut lean = || rng.random_range(0.005..0.055);
        let corners =
            [(-lean(), -lean()), (1.0 + lean(), -lean()), (1.0 + lean(), 1.0 + lean()), (-lean(), 1.0 + lean())];
        let mut light = [0.0; 4];
        light.fill_with(|| rng.random_range(0.72..1.06));
        Self { corners, light, blur: 1, noise: 2.5, ..Self::default() }
    }
}

/// A photo and how the scene lies in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Photo {
    /// RGB, without resolution.
    pub raster: Raster,
    /// From pixels of the scene to pixels of the photo.
    pub placement: Placement,
}

/// Takes a photo of a flat scene.
pub fn photograph(scene: &Raster, shot: &Shot, seed: Seed) -> Photo {
    let (w, h) = (f64::from(shot.size.0), f64::from(shot.size.1));
    let corners = Quad(shot.corners.map(|(x, y)| Point { x: x * w, y: y * h }));
    let placement = Placement::scale(1.0 / f64::from(scene.width()), 1.0 / f64::from(scene.height()))
        .then(&Placement::from_unit_square(&corners));
    let mut picture = place(scene, &placement, shot.size, [60, 58, 56]);
    for _ in 0..2 {
        picture = blurred(picture, shot.blur);
    }
    let (width, height) = shot.size;
    let n = picture.channels().count();
    let channels = picture.channels();
    let mut samples = picture.into_samples();
    for (y, row) in samples.chunks_exact_mut(width as usize * n).enumerate() {
        let down = y as f64 / h;
        let [top_left, top_right, bottom_right, bottom_left] = shot.light;
        let left = top_left + (bottom_left - top_left) * down;
        let right = top_right + (bottom_right - top_right) * down;
        for (x, pixel) in row.chunks_exact_mut(n).enumerate() {
            let light = left + (right - left) * (x as f64 / w);
            let shine = shot.glare.iter().map(|glare| shine(glare, (x as f64, y as f64), (w, h))).sum::<f64>();
            for sample in pixel {
                *sample = (f64::from(*sample) * light + shine + 0.5).clamp(0.0, 255.0) as u8;
            }
        }
    }
    if shot.noise > 0.0 {
        Noise::new(shot.noise, seed).disturb(&mut samples, width as usize * n, seed.child(1));
    }
    let raster = whole(width, height, channels, samples);
    Photo { raster, placement }
}

/// The outline of the scene in a photo of it, in pixels.
pub fn outline(scene: &Raster, placement: &Placement) -> Quad {
    placement.map_quad(&rectangle(0.0, 0.0, f64::from(scene.width()), f64::from(scene.height())))
}

fn shine(glare: &Glare, at: (f64, f64), (w, h): (f64, f64)) -> f64 {
    let radius = glare.radius * w;
    let distance = (at.0 - glare.at.0 * w).hypot(at.1 - glare.at.1 * h) / radius;
    // Brighter than white in the middle, so that it clips as real reflections do.
    if distance < 1.0 { 420.0 * (1.0 - distance * distance).powi(2) } else { 0.0 }
}

/// The mean over (2 radius + 1) pixels across and down; twice of it is close to a Gaussian.
fn blurred(picture: Raster, radius: u32) -> Raster {
    if radius == 0 {
        return picture;
    }
    let (width, height, channels) = (picture.width() as usize, picture.height() as usize, picture.channels());
    let n = channels.count();
    let across = running_mean(picture.samples(), (width, height), (n, width * n), n, radius as usize);
    let down = running_mean(&across, (height, width), (width * n, n), n, radius as usize);
    whole(picture.width(), picture.height(), channels, down)
}

/// Means along lines: `length` samples a line, `lines` lines, and the steps between samples and between lines.
fn running_mean(
    samples: &[u8],
    (length, lines): (usize, usize),
    (step, line_step): (usize, usize),
    channels: usize,
    radius: usize,
) -> Vec<u8> {
    let mut means = vec![0; samples.len()];
    let window = (2 * radius + 1) as u32;
    for line in 0..lines {
        for channel in 0..channels {
            let at = |i: isize| {
                let inside = i.clamp(0, length as isize - 1) as usize;
                line * line_step + inside * step + channel
            };
            let reach = radius as isize;
            let mut sum: u32 = (-reach..=reach).map(|i| u32::from(samples[at(i)])).sum();
            for i in 0..length as isize {
                means[at(i)] = (sum / window) as u8;
                sum += u32::from(samples[at(i + reach + 1)]);
                sum -= u32::from(samples[at(i - reach)]);
            }
        }
    }
    means
}

#[cfg(test)]
mod tests;
