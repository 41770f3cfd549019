//! Photos composed of a page, a desk, a camera, a light and sometimes a finger; the corners are known exactly.

use super::grounds::Ground;
use super::pages::{Desk, Page};
use super::{camera, raster, shrunk};
use image::{Rgb, RgbImage};
use rand::Rng;
use scantrail_core::raster::Raster;
use scantrail_core::units::{Point, Quad};
use scantrail_imaging::geometry::outline as rectangle;
use scantrail_imaging::geometry::projective::{Projective, is_convex};
use scantrail_testkit::seed::Seed;

/// Composed photos have this longer side.
const LONG_SIDE: u32 = 1600;
/// One scene in so many has a side of the page outside the picture.
const CUT_EVERY: usize = 8;
/// What photographed desks are called in tables.
const PHOTOGRAPHED: &str = "photographed";
/// What pages with a side outside are called in tables.
const CUT: &str = "a side outside";

#[derive(Debug)]
pub(super) struct Scene {
    pub(super) ground: &'static str,
    pub(super) page: String,
    pub(super) picture: Raster,
    /// Clockwise from the page's top left; may lie outside the picture.
    pub(super) truth: Quad,
}

pub(super) fn compose(pages: &[Page], desks: &[Desk], number: usize, seed: Seed) -> Scene {
    let mut rng = seed.rng();
    let page = &pages[rng.random_range(0..pages.len())];
    let aspect = f64::from(page.picture.width()) / f64::from(page.picture.height());
    let kinds = Ground::ALL.len() + 1;
    let (mut picture, truth, ground) = match Ground::ALL.get(number % kinds) {
        None => over_photo(&desks[rng.random_range(0..desks.len())], &mut rng),
        Some(ground) => {
            let upright = aspect < 1.0 || rng.random_bool(0.3);
            let size = if upright { (LONG_SIDE * 3 / 4, LONG_SIDE) } else { (LONG_SIDE, LONG_SIDE * 3 / 4) };
            let view = (f64::from(size.0), f64::from(size.1));
            let cut = (number / kinds) % CUT_EVERY == CUT_EVERY - 1;
            let outside = cut.then(|| camera::cut(aspect, view, &mut rng)).flatten();
            let name = if outside.is_some() { CUT } else { ground.word() };
            (ground.paint(size, &mut rng), outside.unwrap_or_else(|| camera::whole(aspect, view, &mut rng)), name)
        }
    };
    lay(&mut picture, &page.picture, &truth, &mut rng);
    if rng.random_bool(0.25) {
        finger(&mut picture, &truth, &mut rng);
    }
    let picture = captured(&picture, &mut rng);
    Scene { ground, page: page.name.clone(), picture: raster(&picture), truth }
}

/// A real desk: the new page covers the old one.
fn over_photo(desk: &Desk, rng: &mut impl Rng) -> (RgbImage, Quad, &'static str) {
    let picture = shrunk(&desk.picture, LONG_SIDE);
    let scale = f64::from(picture.width()) / f64::from(desk.picture.width());
    let (w, h) = (f64::from(picture.width()), f64::from(picture.height()));
    let old = desk.quad.0.map(|p| Point { x: p.x * scale, y: p.y * scale });
    let (cx, cy) = old.iter().fold((0.0, 0.0), |(x, y), p| (x + p.x / 4.0, y + p.y / 4.0));
    let jitter = 0.012 * w.max(h);
    for draw in 0..200 {
        let grow = rng.random_range(1.03..1.25) - f64::from(draw) * 5e-4;
        let quad = Quad(old.map(|p| Point {
            x: cx + (p.x - cx) * grow + rng.random_range(0.0..jitter) * (p.x - cx).signum(),
            y: cy + (p.y - cy) * grow + rng.random_range(0.0..jitter) * (p.y - cy).signum(),
        }));
        let inside = quad.0.iter().all(|p| (4.0..w - 4.0).contains(&p.x) && (4.0..h - 4.0).contains(&p.y));
        if inside && is_convex(&quad) {
            return (picture, quad, PHOTOGRAPHED);
        }
    }
    (picture, Quad(old), PHOTOGRAPHED)
}

/// Lays the page onto the picture, on paper of some white or colour.
fn lay(picture: &mut RgbImage, page: &RgbImage, truth: &Quad, rng: &mut impl Rng) {
    let tints: [[f64; 3]; 6] = [
        [1.0, 1.0, 1.0],
        [0.98, 0.98, 0.98],
        [0.93, 0.93, 0.92],
        [0.98, 0.96, 0.90],
        [0.97, 0.94, 0.72],
        [0.80, 0.90, 0.97],
    ];
    let tint = tints[rng.random_range(0..tints.len())];
    let (pw, ph) = page.dimensions();
    let Ok(back) = Projective::between(truth, &rectangle(pw, ph)) else { return };
    let sample = |p: Point| {
        let (x, y) = ((p.x - 0.5).clamp(0.0, f64::from(pw) - 1.001), (p.y - 0.5).clamp(0.0, f64::from(ph) - 1.001));
        let (x0, y0, wx, wy) = (x as u32, y as u32, x.fract(), y.fract());
        let at = |dx: u32, dy: u32| page.get_pixel((x0 + dx).min(pw - 1), (y0 + dy).min(ph - 1)).0.map(f64::from);
        let (a, b, c, d) = (at(0, 0), at(1, 0), at(0, 1), at(1, 1));
        std::array::from_fn::<f64, 3, _>(|i| {
            ((a[i] * (1.0 - wx) + b[i] * wx) * (1.0 - wy) + (c[i] * (1.0 - wx) + d[i] * wx) * wy) * tint[i]
        })
    };
    for (x, y, pixel) in picture.enumerate_pixels_mut() {
        let under = pixel.0.map(f64::from);
        let mut sum = [0.0f64; 3];
        let mut touched = false;
        for (dx, dy) in [(0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)] {
            let seen = back.map_forward(Point { x: f64::from(x) + dx, y: f64::from(y) + dy });
            let on = Some(seen).filter(|p| (0.0..f64::from(pw)).contains(&p.x) && (0.0..f64::from(ph)).contains(&p.y));
            touched |= on.is_some();
            let value = on.map_or(under, sample);
            (0..3).for_each(|i| sum[i] += value[i] / 4.0);
        }
        if touched {
            pixel.0 = sum.map(|v| v.round().clamp(0.0, 255.0) as u8);
        }
    }
}

/// A finger from outside over the middle part of a side.
fn finger(picture: &mut RgbImage, truth: &Quad, rng: &mut impl Rng) {
    let skins: [[f64; 3]; 3] = [[224.0, 172.0, 144.0], [172.0, 116.0, 84.0], [96.0, 62.0, 46.0]];
    let skin = skins[rng.random_range(0..skins.len())];
    let (w, h) = (f64::from(picture.width()), f64::from(picture.height()));
    let long = w.max(h);
    let k = rng.random_range(0..4usize);
    let (a, b) = (truth.0[k], truth.0[(k + 1) % 4]);
    let t = rng.random_range(0.15..0.85);
    let on = Point { x: a.x + t * (b.x - a.x), y: a.y + t * (b.y - a.y) };
    let length = (b.x - a.x).hypot(b.y - a.y).max(1.0);
    let inward = Point { x: -(b.y - a.y) / length, y: (b.x - a.x) / length };
    let (reach, radius) = (rng.random_range(0.03..0.09) * long, rng.random_range(0.016..0.026) * long);
    for (x, y, pixel) in picture.enumerate_pixels_mut() {
        let (dx, dy) = (f64::from(x) + 0.5 - on.x, f64::from(y) + 0.5 - on.y);
        let deep = (dx * inward.x + dy * inward.y).min(reach);
        let off = (dx - deep * inward.x).hypot(dy - deep * inward.y);
        if off < radius {
            let shade = 1.0 - 0.35 * (off / radius).powi(2);
            *pixel = Rgb(skin.map(|v| (v * shade) as u8));
        }
    }
}

/// What a phone makes of it: uneven warm light, sometimes the edge of a shadow, blur, noise.
pub(super) fn captured(picture: &RgbImage, rng: &mut impl Rng) -> RgbImage {
    let blurred = image::imageops::blur(picture, rng.random_range(0.4..1.8));
    let (w, h) = (f64::from(picture.width()), f64::from(picture.height()));
    let gradient = rng.random_range(0.0..0.4);
    let (sin, cos) = rng.random_range(0.0..std::f64::consts::TAU).sin_cos();
    let exposure = rng.random_range(0.72..1.02);
    let warm = rng.random_range(0.0..0.14);
    let shadow = rng.random_bool(0.3).then(|| {
        let turn = rng.random_range(0.0..std::f64::consts::TAU);
        (turn.sin_cos(), rng.random_range(-0.3..0.3), rng.random_range(0.01..0.08), rng.random_range(0.45..0.8))
    });
    let noise = rng.random_range(1.0..6.0f32);
    let mut out = blurred;
    for (x, y, pixel) in out.enumerate_pixels_mut() {
        let (u, v) = (f64::from(x) / w - 0.5, f64::from(y) / h - 0.5);
        let mut light = exposure * (1.0 - gradient * (0.5 + u * cos + v * sin).clamp(0.0, 1.0));
        if let Some(((s, c), place, soft, dark)) = shadow {
            let t = ((u * c + v * s - place) / soft + 0.5).clamp(0.0, 1.0);
            light *= 1.0 - (1.0 - dark) * t;
        }
        let gains = [1.0, 1.0 - 0.4 * warm, 1.0 - warm];
        for (value, gain) in pixel.0.iter_mut().zip(gains) {
            // Irwin–Hall of four: nearly normal, variance one.
            let sum: f32 = (0..4).map(|_| rng.random::<f32>()).sum();
            let noise = f64::from((sum - 2.0) * 3f32.sqrt() * noise);
            *value = (f64::from(*value) * light * gain + noise).round().clamp(0.0, 255.0) as u8;
        }
    }
    out
}
