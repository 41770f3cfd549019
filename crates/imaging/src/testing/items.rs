//! A painted table top seen from above, with exact truth: sheets and lumps of clay with soft shadows.

use super::Dice;
use scantrail_core::raster::{Channels, Raster};
use scantrail_core::units::Point;

/// Size of the picture; 840 pixels for 420 mm, so 2 pixels to the millimetre.
pub(crate) const SIZE: (u32, u32) = (840, 630);

/// Something on the table: a shape, its colour, and how high it stands in pixels.
#[derive(Clone)]
pub(crate) struct Lump {
    corners: Vec<Point>,
    round: Option<(Point, f64)>,
    /// No part is further from this point than this.
    around: (Point, f64),
    colour: [f64; 3],
    height: f64,
    words: Option<[f64; 3]>,
}

impl Lump {
    /// A disc of terracotta that throws a shadow to the lower right.
    pub(crate) fn clay(centre: (f64, f64), radius: f64) -> Self {
        let round = Some((Point { x: centre.0, y: centre.1 }, radius));
        let around = (Point { x: centre.0, y: centre.1 }, radius);
        Self { corners: Vec::new(), round, around, colour: [176.0, 98.0, 66.0], height: 22.0, words: None }
    }

    /// A sheet of this size, turned clockwise by degrees.
    pub(crate) fn sheet(centre: (f64, f64), size: (f64, f64), degrees: f64, colour: [f64; 3]) -> Self {
        let (sin, cos) = degrees.to_radians().sin_cos();
        let corner = |(u, v): (f64, f64)| {
            let (u, v) = (u * size.0 / 2.0, v * size.1 / 2.0);
            Point { x: centre.0 + cos * u - sin * v, y: centre.1 + sin * u + cos * v }
        };
        let corners = [(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)].map(corner).to_vec();
        let around = (Point { x: centre.0, y: centre.1 }, size.0.hypot(size.1) / 2.0);
        Self { corners, round: None, around, colour, height: 1.0, words: None }
    }

    /// The same with strokes of this colour.
    pub(crate) fn written(mut self, colour: [f64; 3]) -> Self {
        self.words = Some(colour);
        self
    }

    pub(crate) fn covers(&self, x: f64, y: f64) -> bool {
        let (middle, reach) = self.around;
        if (x - middle.x).powi(2) + (y - middle.y).powi(2) > reach * reach {
            return false;
        }
        match self.round {
            Some((c, r)) => (x - c.x).hypot(y - c.y) <= r,
            None => crate::warp::reference::contains(&self.corners, Point { x, y }),
        }
    }

    fn at(&self, x: f64, y: f64) -> [f64; 3] {
        match self.words {
            Some(colour) if y.rem_euclid(16.0) < 2.0 && (x * 0.37).sin() > -0.3 => colour,
            _ => self.colour,
        }
    }

    /// How deep its shadow is, 0..1: it fades out over its height.
    fn shade(&self, x: f64, y: f64) -> f64 {
        let (middle, reach) = self.around;
        if (x - middle.x).hypot(y - middle.y) > reach + 1.5 * self.height {
            return 0.0;
        }
        let steps = 12;
        let covered = (0..steps).filter(|s| {
            let away = self.height * f64::from(*s) / f64::from(steps);
            self.covers(x - away, y - away)
        });
        covered.count() as f64 / f64::from(steps)
    }
}

/// A table top.
#[derive(Clone)]
pub(crate) struct Table {
    mat: [f64; 3],
    pub(crate) lumps: Vec<Lump>,
    /// Gain of the whole picture, and loss of light from left to right.
    pub(crate) light: (f64, f64),
    seed: u64,
}

impl Table {
    pub(crate) fn new(mat: [f64; 3], seed: u64) -> Self {
        Self { mat, lumps: Vec::new(), light: (1.0, 0.15), seed }
    }

    /// A mat of middle grey.
    pub(crate) fn grey(seed: u64) -> Self {
        Self::new([126.0, 128.0, 130.0], seed)
    }

    pub(crate) fn with(mut self, lump: Lump) -> Self {
        self.lumps.push(lump);
        self
    }

    pub(crate) fn lit(mut self, gain: f64, loss: f64) -> Self {
        self.light = (gain, loss);
        self
    }

    /// The share of the pixels in one of both, lump `k` or an outline, that are in both.
    pub(crate) fn overlap(&self, k: usize, outline: &[Point]) -> f64 {
        let (mut both, mut any) = (0u32, 0u32);
        for y in 0..SIZE.1 {
            for x in 0..SIZE.0 {
                let (x, y) = (f64::from(x) + 0.5, f64::from(y) + 0.5);
                let (a, b) = (self.lumps[k].covers(x, y), crate::warp::reference::contains(outline, Point { x, y }));
                both += u32::from(a && b);
                any += u32::from(a || b);
            }
        }
        f64::from(both) / f64::from(any.max(1))
    }

    pub(crate) fn paint(&self) -> Raster {
        let mut dice = Dice::new(self.seed);
        let mut samples = Vec::with_capacity(3 * (SIZE.0 * SIZE.1) as usize);
        for y in 0..SIZE.1 {
            for x in 0..SIZE.0 {
                let mut sum = [0.0; 3];
                for (dx, dy) in [(0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)] {
                    let (x, y) = (f64::from(x) + dx, f64::from(y) + dy);
                    let colour = if let Some(lump) = self.lumps.iter().rev().find(|l| l.covers(x, y)) {
                        lump.at(x, y)
                    } else {
                        let deepest = self.lumps.iter().map(|l| l.shade(x, y)).fold(0.0, f64::max);
                        self.mat.map(|v| v * (1.0 - 0.45 * deepest))
                    };
                    (0..3).for_each(|c| sum[c] += colour[c] / 4.0);
                }
                let light = self.light.0 * (1.0 - self.light.1 * f64::from(x) / f64::from(SIZE.0));
                let mut noise = || (dice.roll() + dice.roll() - 1.0) * 4.0;
                samples.extend(sum.map(|v| (v * light + noise()).round().clamp(0.0, 255.0) as u8));
            }
        }
        Raster::new(SIZE.0, SIZE.1, Channels::Rgb, samples).unwrap()
    }
}
