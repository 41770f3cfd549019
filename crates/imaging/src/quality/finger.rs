//! A finger that holds the page: skin-hued, coming in from the border. It must not fill anything in.

use crate::components::{Component, components};
use crate::plane::Plane;
use scantrail_core::raster::{Channels, Raster};

/// The colours are looked at on a grid of this step in millimetres.
const STEP_MM: f64 = 1.0;
/// A finger tip on the page is at least so wide and at most so long.
const FINGER_MM: std::ops::RangeInclusive<f64> = 8.0..=70.0;
/// Its box is filled at least so far.
const FILL: f32 = 0.5;
/// If more of the page is skin-hued, it is coloured paper, a wooden desk or a painting.
const MOST_SKIN: f32 = 0.12;

/// How many fingers reach into the picture. Grey pictures have none that could be told.
pub(super) fn count(page: &Raster, plane: &Plane) -> usize {
    if page.channels() == Channels::Grey {
        return 0;
    }
    let step = ((STEP_MM * plane.per_mm * plane.factor as f64).round() as usize).max(1);
    let (width, height) = ((page.width() as usize).div_ceil(step), (page.height() as usize).div_ceil(step));
    let mut mask = Vec::with_capacity(width * height);
    for y in (0..page.height()).step_by(step) {
        mask.extend(page.row(y).chunks_exact(3).step_by(step).map(|p| is_skin([p[0], p[1], p[2]])));
    }
    if mask.iter().filter(|&&m| m).count() as f32 > MOST_SKIN * mask.len() as f32 {
        return 0;
    }
    let touches = |c: &Component| c.left == 0 || c.top == 0 || c.right + 1 == width || c.bottom + 1 == height;
    let is_finger = |c: &Component| {
        let (w, h) = (c.width() as f64 * STEP_MM, c.height() as f64 * STEP_MM);
        let full = c.area as f32 >= FILL * (c.width() * c.height()) as f32;
        touches(c) && FINGER_MM.contains(&w) && FINGER_MM.contains(&h) && full
    };
    components(&mut mask, width).iter().filter(|c| is_finger(c)).count()
}

/// Skin under uniform daylight (Kovač, Peer, Solina, 2003, doi:10.1109/EURCON.2003.1248169).
fn is_skin([r, g, b]: [u8; 3]) -> bool {
    let spread = r.max(g).max(b) - r.min(g).min(b);
    r > 95 && g > 40 && b > 20 && spread > 15 && r > b && r > g && r - g > 15
}
