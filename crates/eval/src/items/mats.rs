//! Painted mats and the light on them. They must not know what lies there.

use super::dice::Dice;

/// Red, green, blue in 0..=255.
pub(crate) type Colour = [f32; 3];

/// What things lie on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Mat {
    Grey,
    Light,
    Green,
    Black,
    Cutting,
    Wood,
    Cloth,
}

impl Mat {
    pub(crate) const ALL: [Self; 7] =
        [Self::Grey, Self::Light, Self::Green, Self::Black, Self::Cutting, Self::Wood, Self::Cloth];

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Grey => "plain grey",
            Self::Light => "plain light",
            Self::Green => "plain green",
            Self::Black => "plain black",
            Self::Cutting => "cutting mat",
            Self::Wood => "wood",
            Self::Cloth => "patterned cloth",
        }
    }

    /// Its usual colour, to paint things that are nearly like it.
    pub(crate) fn base(self) -> Colour {
        match self {
            Self::Grey => [128.0, 128.0, 130.0],
            Self::Light => [212.0, 212.0, 208.0],
            Self::Green => [52.0, 104.0, 78.0],
            Self::Black => [34.0, 34.0, 36.0],
            Self::Cutting => [38.0, 96.0, 84.0],
            Self::Wood => [172.0, 128.0, 88.0],
            Self::Cloth => [96.0, 112.0, 160.0],
        }
    }

    /// The colour at a place in millimetres.
    pub(crate) fn at(self, x: f32, y: f32) -> Colour {
        let base = self.base();
        match self {
            Self::Grey | Self::Light | Self::Green | Self::Black => {
                let grain = 1.0 + 0.02 * (smooth(x * 2.0, y * 2.0) - 0.5);
                base.map(|v| v * grain)
            }
            Self::Cutting => {
                let line = |v: f32, pitch: f32, wide: f32| (v + wide / 2.0).rem_euclid(pitch) < wide;
                let bold = line(x, 50.0, 0.7) || line(y, 50.0, 0.7);
                if bold || line(x, 10.0, 0.35) || line(y, 10.0, 0.35) { [150.0, 188.0, 160.0] } else { base }
            }
            Self::Wood => {
                // Stretched along x; one board is 90 mm wide.
                let board = (y / 90.0).floor();
                let warp = 6.0 * smooth(x * 0.012 + board * 7.0, y * 0.03);
                let ring = (y * 0.55 + warp * 3.0 + board * 1.7).sin();
                let fine = smooth(x * 0.08, y * 2.5 + board * 31.0) - 0.5;
                let gap = y.rem_euclid(90.0) < 0.8;
                let level = if gap { 0.45 } else { 1.0 + 0.07 * ring + 0.16 * fine };
                [base[0] * level, base[1] * level.powf(1.1), base[2] * level.powf(1.2)]
            }
            Self::Cloth => {
                let stripe = |v: f32| v.rem_euclid(24.0) < 12.0;
                let weave = 1.0 + 0.06 * (smooth(x * 3.0, y * 3.0) - 0.5);
                let colour = match (stripe(x), stripe(y)) {
                    (true, true) => [70.0, 86.0, 140.0],
                    (false, false) => [214.0, 208.0, 196.0],
                    _ => base.map(|v| v * 1.2),
                };
                colour.map(|v: f32| v * weave)
            }
        }
    }
}

/// Smooth noise in 0..1: a lattice of chance values with soft steps between them.
fn smooth(x: f32, y: f32) -> f32 {
    let (x0, y0) = (x.floor(), y.floor());
    let soft = |t: f32| t * t * (3.0 - 2.0 * t);
    let (u, v) = (soft(x - x0), soft(y - y0));
    let at = |dx: f32, dy: f32| Dice::hash((x0 + dx) as i64, (y0 + dy) as i64);
    let top = at(0.0, 0.0) + (at(1.0, 0.0) - at(0.0, 0.0)) * u;
    let bottom = at(0.0, 1.0) + (at(1.0, 1.0) - at(0.0, 1.0)) * u;
    top + (bottom - top) * v
}

/// Light and exposure of one shot.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shot {
    /// Gain of each channel.
    pub(crate) exposure: Colour,
    /// Change of the light from the middle to the right and lower edges, and to the corners.
    pub(crate) tilt: [f32; 2],
    pub(crate) vignette: f32,
    /// Standard deviation of the noise in grey levels.
    pub(crate) noise: f32,
}

impl Shot {
    /// The light under which the empty mat is taken.
    pub(crate) fn first(dice: &mut Dice) -> Self {
        Self {
            exposure: [1.0; 3],
            tilt: [dice.between(-0.15, 0.15), dice.between(-0.15, 0.15)],
            vignette: dice.between(0.0, 0.2),
            noise: dice.between(1.5, 4.0),
        }
    }

    /// The same lamp later: another exposure, a drifted white balance, the sun somewhat elsewhere.
    pub(crate) fn later(self, dice: &mut Dice) -> Self {
        let gain = dice.between(0.8, 1.15);
        Self {
            exposure: [gain * dice.between(0.97, 1.03), gain, gain * dice.between(0.97, 1.03)],
            tilt: self.tilt.map(|t| t + dice.between(-0.06, 0.06)),
            ..self
        }
    }

    /// The gain at a place given from −1 to 1 across and down.
    pub(crate) fn gain(&self, u: f32, v: f32) -> Colour {
        let shape = 1.0 + self.tilt[0] * u + self.tilt[1] * v - self.vignette * (u * u + v * v) / 2.0;
        self.exposure.map(|e| e * shape)
    }
}
