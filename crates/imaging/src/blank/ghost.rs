//! Bleed-through: the other side of the sheet, seen through the paper.
//!
//! The ghost on this side is the other side mirrored, fainter and softer. It is found by laying the mirrored other side
//! over this one; how dark it may be follows from how dark the other side is at the same place, so that a pencil stroke
//! beside or across a ghost is still a stroke.

use crate::plane::Field;

/// The two sides lie within this share of the longer side of each other (about 6 mm on A4).
const REACH: f64 = 0.02;
/// Below this correlation the other side does not show.
const LEAST_ALIKE: f64 = 0.3;
/// Paper lets less than this share of the other side's darkness through; more is a print of the same on both sides.
const MOST_THROUGH: f32 = 0.4;
/// A ghost may be so many times as dark as the mean share says: ink bleeds unevenly.
const UNEVEN: f32 = 1.6;
/// A ghost's soft rim reaches so many working pixels further (about 0.7 mm).
const RIM: usize = 2;

/// How dark the other side's ghost may be at each pixel of `front`; `None` if it does not show.
///
/// Both fields hold darkness as a share of the paper; `reverse` is not mirrored yet.
pub(super) fn find(front: &Field, reverse: &Field) -> Option<Field> {
    if front.width < 8 || front.height < 8 || reverse.width < 8 || reverse.height < 8 {
        return None;
    }
    // Turned over the long edge, or over the short one.
    let over_long = resampled(reverse, front, |x, y| (1.0 - x, y));
    let over_short = resampled(reverse, front, |x, y| (x, 1.0 - y));
    let seen = |mirrored: Field| {
        let soft = softened(&mirrored, 1);
        let (dx, dy, alike) = laid_over(front, &soft);
        (moved(&mirrored, dx, dy), alike)
    };
    let (long, short) = (seen(over_long), seen(over_short));
    let (mirrored, alike) = if long.1 >= short.1 { long } else { short };
    if alike < LEAST_ALIKE {
        return None;
    }
    let soft = softened(&mirrored, 1);
    let (mut both, mut own) = (0.0f32, 0.0f32);
    for (a, b) in front.values.iter().zip(&soft.values) {
        both += a.clamp(0.0, 1.0) * b;
        own += b * b;
    }
    let through = both / own.max(f32::MIN_POSITIVE);
    (through > 0.0 && through <= MOST_THROUGH).then(|| {
        let mut ghost = widest(&softened(&mirrored, 1), RIM);
        ghost.values.iter_mut().for_each(|v| *v *= UNEVEN * through);
        ghost
    })
}

/// `field` at the size of `like`; `from` maps shares of the sides.
fn resampled(field: &Field, like: &Field, from: impl Fn(f64, f64) -> (f64, f64)) -> Field {
    let at = |x: usize, y: usize| {
        let (u, v) = from((x as f64 + 0.5) / like.width as f64, (y as f64 + 0.5) / like.height as f64);
        let column = ((u * field.width as f64) as usize).min(field.width - 1);
        field.values[((v * field.height as f64) as usize).min(field.height - 1) * field.width + column]
    };
    let values = (0..like.height).flat_map(|y| (0..like.width).map(move |x| (x, y))).map(|(x, y)| at(x, y)).collect();
    Field { width: like.width, height: like.height, values }
}

/// The shift of `back`, in pixels, under which it is most like `front`, and how much it then is (−1..=1).
fn laid_over(front: &Field, back: &Field) -> (isize, isize, f64) {
    let reach = (REACH * front.width.max(front.height) as f64).ceil() as isize;
    let search = |centre: (isize, isize), reach: isize, step: usize, stride: usize| {
        let mut best = (centre.0, centre.1, -1.0);
        for dy in (-reach..=reach).step_by(step) {
            for dx in (-reach..=reach).step_by(step) {
                let (dx, dy) = (centre.0 + dx, centre.1 + dy);
                let alike = correlation(front, back, (dx, dy), stride);
                if alike > best.2 {
                    best = (dx, dy, alike);
                }
            }
        }
        best
    };
    let rough = search((0, 0), reach, 2, 5);
    search((rough.0, rough.1), 1, 1, 2)
}

fn correlation(front: &Field, back: &Field, (dx, dy): (isize, isize), stride: usize) -> f64 {
    let (w, h) = (front.width as isize, front.height as isize);
    // A strip along the edges has shadows of its own.
    let margin = (w.max(h) / 50).min(w.min(h) / 4);
    let (mut n, mut a, mut b, mut aa, mut bb, mut ab) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
    for y in (margin.max(dy)..(h - margin).min(h + dy)).step_by(stride) {
        for x in (margin.max(dx)..(w - margin).min(w + dx)).step_by(stride) {
            // This side's own strong marks must not outvote a faint ghost.
            let f = f64::from(front.values[(y * w + x) as usize].clamp(0.0, MOST_THROUGH));
            let r = f64::from(back.values[((y - dy) * w + x - dx) as usize]);
            (n, a, b, aa, bb, ab) = (n + 1.0, a + f, b + r, aa + f * f, bb + r * r, ab + f * r);
        }
    }
    let spread = (n * aa - a * a) * (n * bb - b * b);
    if spread <= 0.0 { 0.0 } else { (n * ab - a * b) / spread.sqrt() }
}

fn moved(field: &Field, dx: isize, dy: isize) -> Field {
    let (w, h) = (field.width as isize, field.height as isize);
    let at = |x: isize, y: isize| {
        let inside = (0..w).contains(&x) && (0..h).contains(&y);
        if inside { field.values[(y * w + x) as usize] } else { 0.0 }
    };
    let values = (0..h).flat_map(|y| (0..w).map(move |x| (x, y))).map(|(x, y)| at(x - dx, y - dy)).collect();
    Field { width: field.width, height: field.height, values }
}

fn softened(field: &Field, reach: usize) -> Field {
    gathered(field, reach, |near| near.iter().sum::<f32>() / near.len() as f32)
}

fn widest(field: &Field, reach: usize) -> Field {
    gathered(field, reach, |near| near.iter().copied().fold(0.0, f32::max))
}

/// `of` the values within `reach` along rows, then of those along columns.
fn gathered(field: &Field, reach: usize, of: impl Fn(&[f32]) -> f32) -> Field {
    let along_rows = |field: &Field| {
        let values = (0..field.height).flat_map(|y| {
            let row = field.row(y);
            let of = &of;
            (0..row.len()).map(move |x| of(&row[x.saturating_sub(reach)..(x + reach + 1).min(row.len())]))
        });
        Field { width: field.width, height: field.height, values: values.collect() }
    };
    along_rows(&along_rows(field).transposed()).transposed()
}
