//! Painted pages under uneven light: colours of the page, light at every place, both known exactly.

use super::{A4, DPI, Dice, mm};
use scantrail_core::raster::{Channels, Raster};
use scantrail_core::units::{Dpi, Resolution};

/// A colour at every point of the page (in its pixels), under even light.
pub(crate) type Colours = Box<dyn Fn(f64, f64) -> [f64; 3]>;
/// The share of light that reaches a point, given as shares of width and height.
pub(crate) type Lamp = Box<dyn Fn(f64, f64) -> f64>;

/// Where the strokes of [`written`] lie: every `PITCH_MM` from the top, in this order again and again.
pub(crate) const PITCH_MM: f64 = 9.0;
/// Pencil that is 12 % darker than the paper, red, blue and green pens, as shares of the paper's colour.
pub(crate) const PENS: [[f64; 3]; 4] = [[0.88, 0.88, 0.88], [0.85, 0.25, 0.28], [0.22, 0.30, 0.75], [0.2, 0.6, 0.35]];
/// Half the height of a stroke.
pub(crate) const HALF_STROKE_MM: f64 = 0.5;

/// Paper of one colour with lines of pens all over it.
pub(crate) fn written(paper: [f64; 3]) -> Colours {
    Box::new(move |x, y| {
        let line = (y / mm(PITCH_MM)).round();
        let on = (y - line * mm(PITCH_MM)).abs() < mm(HALF_STROKE_MM) && line > 0.0;
        let dashes = (x / mm(14.0)).fract() < 0.7;
        if on && dashes { std::array::from_fn(|c| paper[c] * PENS[line as usize % PENS.len()][c]) } else { paper }
    })
}

/// A page under a lamp, with noise, in colour or grey.
pub(crate) fn lit(page: &Colours, lamp: &Lamp, channels: Channels, noise: f64) -> Raster {
    let mut dice = Dice::new(11);
    let mut samples = Vec::with_capacity((A4.0 * A4.1) as usize * channels.count());
    for y in 0..A4.1 {
        for x in 0..A4.0 {
            let (px, py) = (f64::from(x) + 0.5, f64::from(y) + 0.5);
            let light = lamp(px / f64::from(A4.0), py / f64::from(A4.1));
            let colour = page(px, py);
            let mut put = |v: f64| {
                let grain = (dice.roll() + dice.roll() + dice.roll() - 1.5) * 2.0 * noise;
                samples.push((v * light + grain).round().clamp(0.0, 255.0) as u8);
            };
            match channels {
                Channels::Rgb => colour.into_iter().for_each(&mut put),
                Channels::Grey => put(0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2]),
            }
        }
    }
    let dpi = Dpi::new(DPI).expect("not zero");
    Raster::new(A4.0, A4.1, channels, samples).unwrap().with_resolution(Some(Resolution::square(dpi)))
}

/// A light that falls off to one corner by 35 %.
pub(crate) fn falling() -> Lamp {
    Box::new(|x, y| 1.0 - 0.35 * (0.6 * x + 0.4 * y))
}

/// The soft shadow of a person: 35 % of the light, over a third of the page, with a penumbra of 30 mm.
pub(crate) fn soft_shadow() -> Lamp {
    Box::new(|x, y| {
        let across = (210.0 * (x - 0.6) + 60.0 * y) / 30.0;
        1.0 - 0.35 / (1.0 + (-4.0 * across).exp())
    })
}
