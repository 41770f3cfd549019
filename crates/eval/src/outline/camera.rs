//! Where a flat sheet's corners lie in the picture of a pin-hole camera. It knows no pixels.

use rand::Rng;
use scantrail_core::units::{Point, Quad};

/// Corners stay this share of the picture's shorter side away from its frame.
const MARGIN: f64 = 0.012;
/// Draws before a camera is given up on; about one in three fits.
const DRAWS: usize = 3000;

/// Corners of a sheet `aspect` wide and 1 high that lies wholly in the picture.
pub(super) fn whole(aspect: f64, (w, h): (f64, f64), rng: &mut impl Rng) -> Quad {
    for _ in 0..DRAWS {
        let share = rng.random_range(0.55..0.97);
        let quad = throw(aspect, (w, h), share, 0.12, rng);
        let margin = MARGIN * w.min(h);
        if quad.0.iter().all(|p| inside(*p, (w, h), margin)) {
            return quad;
        }
    }
    let (x, y) = (w * 0.1, h * 0.1);
    Quad([(x, y), (w - x, y), (w - x, h - y), (x, h - y)].map(|(x, y)| Point { x, y }))
}

/// Corners of a sheet with two neighbouring corners, and the side between them, outside the picture.
pub(super) fn cut(aspect: f64, (w, h): (f64, f64), rng: &mut impl Rng) -> Option<Quad> {
    let margin = MARGIN * w.min(h);
    for _ in 0..DRAWS {
        let share = rng.random_range(0.7..1.25);
        let quad = throw(aspect, (w, h), share, 0.3, rng);
        let kept = quad.0.map(|p| inside(p, (w, h), margin));
        let out = quad.0.map(|p| !inside(p, (w, h), -margin));
        for k in 0..4 {
            let (a, b) = (quad.0[(k + 2) % 4], quad.0[(k + 3) % 4]);
            let over = |p: Point| (-p.x).max(p.x - w).max(-p.y).max(p.y - h);
            // Both beyond the same edge of the frame, so that only that side is lost.
            let beyond = [(-a.x).min(-b.x), (a.x - w).min(b.x - w), (-a.y).min(-b.y), (a.y - h).min(b.y - h)];
            let same = beyond.iter().any(|d| *d > margin);
            let far = over(a).max(over(b)) > 0.3 * w.max(h);
            let across = [a, b].iter().filter(|p| (p.x < 0.0 || p.x > w) && (p.y < 0.0 || p.y > h)).count();
            if kept[k] && kept[(k + 1) % 4] && out[(k + 2) % 4] && out[(k + 3) % 4] && same && !far && across == 0 {
                return Some(quad);
            }
        }
    }
    None
}

fn inside(p: Point, (w, h): (f64, f64), margin: f64) -> bool {
    (margin..w - margin).contains(&p.x) && (margin..h - margin).contains(&p.y)
}

/// One random view: tilted by up to 32°, panned by up to 20°, rolled by up to 17°, focal length 0.65 to 1 of the longer
/// side; its box takes `share` of the picture and lies up to `off` of it beside the middle.
fn throw(aspect: f64, (w, h): (f64, f64), share: f64, off: f64, rng: &mut impl Rng) -> Quad {
    let (tilt, pan) = (rng.random_range(-0.55..0.55f64), rng.random_range(-0.35..0.35f64));
    let roll = rng.random_range(-0.3..0.3f64);
    let focal = rng.random_range(0.65..1.0) * w.max(h);
    let corners = [(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)].map(|(x, y)| {
        let (x, y) = (x * aspect, y);
        let (x, y) = (x * roll.cos() - y * roll.sin(), x * roll.sin() + y * roll.cos());
        let (x, z) = (x * pan.cos(), x * pan.sin());
        (x, y * tilt.cos() - z * tilt.sin(), y * tilt.sin() + z * tilt.cos())
    });
    let (dx, dy) = (rng.random_range(-off..off), rng.random_range(-off..off));
    let seen = |distance: f64| {
        Quad(corners.map(|(x, y, z)| {
            let scale = focal / (distance + z);
            let shift = distance / focal;
            Point { x: w / 2.0 + scale * (x + dx * w * shift), y: h / 2.0 + scale * (y + dy * h * shift) }
        }))
    };
    // From near to far the picture of the sheet only shrinks.
    let (mut near, mut far) = (0.75f64, 20.0);
    for _ in 0..40 {
        let middle = f64::midpoint(near, far);
        let (bw, bh) = extent(&seen(middle));
        if (bw / w).max(bh / h) > share { near = middle } else { far = middle }
    }
    seen(far)
}

fn extent(quad: &Quad) -> (f64, f64) {
    let range = |of: fn(&Point) -> f64| {
        let (low, high) =
            quad.0.iter().map(of).fold((f64::INFINITY, f64::NEG_INFINITY), |r, v| (r.0.min(v), r.1.max(v)));
        high - low
    };
    (range(|p| p.x), range(|p| p.y))
}
