//! Something like handwriting on plain paper: lines of loops that drift, each by its own angle, as children's do.
//!
//! The drifts of a page average to nothing, so its true turn is known; no single line tells it.

use rand::Rng as _;
use scantrail_core::raster::{Channels, Raster};
use scantrail_core::units::{Dpi, Resolution};
use scantrail_testkit::seed::Seed;

const WIDTH: usize = 2480;
const HEIGHT: usize = 3508;
/// Pixels per millimetre at 300 dpi.
const MM: f64 = 300.0 / 25.4;
const PAPER: u8 = 244;
const PENCIL: f64 = 95.0;
/// Lines climb and fall by as much as this, in degrees: twice what children's lines on plain paper typically do.
const DRIFT_DEG: f64 = 2.0;

/// A page of grey pencil, A4 at 300 dpi.
pub(super) fn write(seed: Seed) -> Raster {
    let mut rng = seed.rng();
    let mut sheet = vec![PAPER; WIDTH * HEIGHT];
    let lines = rng.random_range(8..20usize);
    // In pairs of opposite drift.
    let mut drifts: Vec<f64> = (0..lines.div_ceil(2)).map(|_| rng.random_range(-DRIFT_DEG..DRIFT_DEG)).collect();
    drifts.extend(drifts.clone().iter().map(|d| -d));
    let pitch = rng.random_range(9.0..14.0) * MM;
    for (i, drift) in drifts.iter().take(lines / 2 * 2).enumerate() {
        // The partner of opposite drift stands half a page further down.
        let y = 30.0 * MM + pitch * i as f64 + rng.random_range(-1.0..1.0) * MM;
        if y < HEIGHT as f64 - 20.0 * MM {
            line(&mut sheet, y, drift.to_radians().tan(), &mut rng);
        }
    }
    let resolution = Resolution::square(Dpi::SCAN);
    Raster::new(WIDTH as u32, HEIGHT as u32, Channels::Grey, sheet)
        .expect("the sheet was made from its size")
        .with_resolution(Some(resolution))
}

/// One line of words made of loops, about the middle of the page.
fn line(sheet: &mut [u8], y: f64, slope: f64, rng: &mut impl rand::Rng) {
    let end = (WIDTH as f64) - rng.random_range(15.0..60.0) * MM;
    let mut x = rng.random_range(16.0..24.0) * MM;
    while x < end {
        let word = rng.random_range(8.0..28.0) * MM;
        let height = rng.random_range(1.3..1.9) * MM;
        let loops = 1.0 / (rng.random_range(1.8..2.4) * MM);
        let tall = rng.random_range(0..5);
        let mut t = 0.0;
        while t < word {
            let phase = t * loops * std::f64::consts::TAU;
            let up = if (t * loops) as i64 % 5 == tall { 1.9 } else { 1.0 };
            let px = x + t + phase.sin() * 0.5 * MM;
            let py = y + (px - WIDTH as f64 / 2.0) * slope - (1.0 - phase.cos()) * 0.5 * height * up;
            dot(sheet, px, py, 0.28 * MM);
            t += 0.8;
        }
        x += word + rng.random_range(2.5..5.0) * MM;
    }
}

/// A soft round dot.
fn dot(sheet: &mut [u8], x: f64, y: f64, radius: f64) {
    let reach = radius.ceil() as i64 + 1;
    for py in y as i64 - reach..=y as i64 + reach {
        for px in x as i64 - reach..=x as i64 + reach {
            if px < 0 || py < 0 || px >= WIDTH as i64 || py >= HEIGHT as i64 {
                continue;
            }
            let cover = (radius + 0.5 - (px as f64 + 0.5 - x).hypot(py as f64 + 0.5 - y)).clamp(0.0, 1.0);
            let value = f64::from(PAPER) + (PENCIL - f64::from(PAPER)) * cover;
            let pixel = &mut sheet[py as usize * WIDTH + px as usize];
            *pixel = (*pixel).min(value as u8);
        }
    }
}
