//! Turning an upright page by a known angle, as a scanner might have: backing, shading, noise. The truth is exact.
//!
//! Each pixel is the mean of four points read through a cubic, so that the turn itself softens lines evenly; a cheap
//! turn leaves a pattern along the true rows that finders of lines take for lines.

use rand::Rng as _;
use scantrail_core::raster::{Channels, Raster};
use scantrail_testkit::seed::Seed;

/// Turns go up to this many degrees either way.
const RANGE_DEG: f64 = 15.0;
/// Turns of ordinary scanning.
const SMALL_DEG: f64 = 2.0;
/// Shares of pages that are not turned at all, and that are turned by a small angle.
const STRAIGHT: f64 = 0.1;
const SMALL: f64 = 0.35;
/// The share of pages on a dark backing.
const DARK: f64 = 0.3;
/// Backing around the turned page, in pixels: enough for every tool to see where the page ends.
const BORDER: f64 = 20.0;
/// Where the four points of a pixel lie.
const POINTS: [(f64, f64); 4] = [(0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)];

/// What happens to one page.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Turned {
    /// Clockwise.
    pub(super) degrees: f64,
    /// Brightness of a dark backing around the whole page; otherwise the picture keeps its size and shows paper.
    backing: Option<f64>,
    /// Shares of the light lost or gained from left to right and from top to bottom.
    shading: (f64, f64),
    /// Standard deviation in grey levels.
    noise: f64,
}

impl Turned {
    /// Thrown from a seed.
    pub(super) fn throw(seed: Seed) -> Self {
        let mut rng = seed.rng();
        let kind: f64 = rng.random();
        let degrees = match kind {
            k if k < STRAIGHT => 0.0,
            k if k < STRAIGHT + SMALL => rng.random_range(-SMALL_DEG..SMALL_DEG),
            _ => rng.random_range(-RANGE_DEG..RANGE_DEG),
        };
        let dark = rng.random_bool(DARK);
        let level = rng.random_range(8.0..45.0);
        Self {
            degrees,
            backing: dark.then_some(level),
            shading: (rng.random_range(-0.12..0.12), rng.random_range(-0.12..0.12)),
            noise: rng.random_range(0.5..5.0),
        }
    }

    /// A turn and nothing else.
    pub(super) fn plain(degrees: f64) -> Self {
        Self { degrees, backing: None, shading: (0.0, 0.0), noise: 0.0 }
    }

    /// The page as it is captured.
    pub(super) fn of(&self, page: &Raster, seed: Seed) -> Raster {
        let (w, h) = (f64::from(page.width()), f64::from(page.height()));
        let (sin, cos) = self.degrees.to_radians().sin_cos();
        let (width, height) = match self.backing {
            Some(_) => (w * cos + h * sin.abs() + 2.0 * BORDER, w * sin.abs() + h * cos + 2.0 * BORDER),
            None => (w, h),
        };
        let around = self.backing.unwrap_or_else(|| paper(page)) as f32;
        let (width, height) = (width as u32, height as u32);
        let (cx, cy) = (f64::from(width) / 2.0, f64::from(height) / 2.0);
        let mut rng = seed.rng();
        let mut samples = Vec::with_capacity(width as usize * height as usize);
        for y in 0..height {
            for x in 0..width {
                let point = |(dx, dy): (f64, f64)| {
                    let (dx, dy) = (f64::from(x) + dx - cx, f64::from(y) + dy - cy);
                    cubic(page, cos * dx + sin * dy + w / 2.0, cos * dy - sin * dx + h / 2.0).unwrap_or(around)
                };
                let mean = if self.degrees == 0.0 && self.backing.is_none() {
                    f32::from(page.row(y)[x as usize])
                } else {
                    POINTS.map(point).iter().sum::<f32>() / 4.0
                };
                let (u, v) = (f64::from(x) / f64::from(width) - 0.5, f64::from(y) / f64::from(height) - 0.5);
                let light = 1.0 + self.shading.0 * u + self.shading.1 * v;
                samples.push((f64::from(mean) * light + self.noise * normal(&mut rng)).round().clamp(0.0, 255.0) as u8);
            }
        }
        Raster::new(width, height, Channels::Grey, samples)
            .expect("the samples were made from this size")
            .with_resolution(page.resolution())
    }
}

/// The brightness that four of five pixels do not exceed: paper.
fn paper(page: &Raster) -> f64 {
    let mut histogram = [0usize; 256];
    page.samples().iter().for_each(|&v| histogram[usize::from(v)] += 1);
    let wanted = page.samples().len() * 4 / 5;
    let mut seen = 0;
    let level = histogram.iter().position(|n| {
        seen += n;
        seen > wanted
    });
    level.unwrap_or(255) as f64
}

/// Nearly normal: Irwin–Hall of four, variance one.
fn normal(rng: &mut impl rand::Rng) -> f64 {
    let sum: f32 = (0..4).map(|_| rng.random::<f32>()).sum();
    f64::from((sum - 2.0) * 3f32.sqrt())
}

/// The page at a point between its pixels, through the cubic of Catmull and Rom; `None` outside.
fn cubic(page: &Raster, x: f64, y: f64) -> Option<f32> {
    let (width, height) = (i64::from(page.width()), i64::from(page.height()));
    let (x, y) = (x - 0.5, y - 0.5);
    if x < -0.5 || y < -0.5 || x > width as f64 - 0.5 || y > height as f64 - 0.5 {
        return None;
    }
    let (left, top) = (x.floor(), y.floor());
    let (wx, wy) = (weights((x - left) as f32), weights((y - top) as f32));
    let column = |i: i64| (left as i64 + i - 1).clamp(0, width - 1) as usize;
    let columns = [column(0), column(1), column(2), column(3)];
    let mut sum = 0.0;
    for (weight, i) in wy.iter().zip(0i64..) {
        let row = page.row((top as i64 + i - 1).clamp(0, height - 1) as u32);
        let across: f32 = columns.iter().zip(&wx).map(|(&c, w)| f32::from(row[c]) * w).sum();
        sum += across * weight;
    }
    Some(sum)
}

fn weights(t: f32) -> [f32; 4] {
    let (t2, t3) = (t * t, t * t * t);
    [0.5 * (-t + 2.0 * t2 - t3), 0.5 * (2.0 - 5.0 * t2 + 3.0 * t3), 0.5 * (t + 4.0 * t2 - 3.0 * t3), 0.5 * (t3 - t2)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edge() -> Raster {
        let samples = (0..200 * 200).map(|i| if i / 200 < 100 { 240 } else { 40 }).collect();
        Raster::new(200, 200, Channels::Grey, samples).unwrap()
    }

    #[test]
    fn a_clockwise_turn_takes_the_right_end_of_a_line_down() {
        let turned = Turned::plain(5.0).of(&edge(), Seed(1));
        let border = |x: usize| (20..180).find(|&y| turned.row(y)[x] < 140).unwrap();
        // 100 columns at 5° are 8.7 rows.
        let fall = border(150) - border(50);
        assert!((8..=10).contains(&fall), "{fall}");
    }

    #[test]
    fn a_dark_backing_holds_the_whole_page() {
        let how = Turned { backing: Some(20.0), ..Turned::plain(-10.0) };
        let turned = how.of(&edge(), Seed(1));
        assert!(turned.width() > 230 && turned.height() > 230);
        let border = turned.row(0).iter().chain(turned.row(turned.height() - 1));
        assert!(border.into_iter().all(|&v| v == 20));
        let bright = turned.samples().iter().filter(|&&v| v > 200).count();
        assert!(bright.abs_diff(200 * 100) < 500, "half of the page is still bright: {bright}");
    }

    #[test]
    fn the_same_seed_throws_the_same_turn() {
        assert_eq!(Turned::throw(Seed(4)), Turned::throw(Seed(4)));
        let turns: Vec<Turned> = (0..200).map(|i| Turned::throw(Seed(i))).collect();
        assert!(turns.iter().any(|t| t.degrees == 0.0) && turns.iter().any(|t| t.degrees.abs() > 12.0));
        let small = turns.iter().filter(|t| t.degrees.abs() <= SMALL_DEG).count();
        assert!((70..130).contains(&small), "{small}");
    }
}
