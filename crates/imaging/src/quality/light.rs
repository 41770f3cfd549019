//! Light that hides what was on the page: glare, and parts clipped to black or white.
//!
//! A lamp's reflection is a blob in which every channel is clipped and all ink is gone. It fades into the paper over
//! several times the width of a print's edge: a white label does not. Paper that is simply exposed to white shows its
//! ink, or has paper as white all around.

use crate::components::{Component, components};
use crate::plane::Plane;
use scantrail_core::raster::Raster;

/// At least this bright is blown out.
const BLOWN: u8 = 251;
/// At least this dark has lost its shadows.
const CRUSHED: u8 = 4;
/// Every channel of a reflection is at least this bright: compression rings by a few levels.
const CLIPPED: u8 = 247;
/// A reflection is at least so wide and high; smaller ones hide no word.
const LEAST_MM: f64 = 5.0;
/// More of the picture than this is not mirrored light but exposure.
const MOST: f64 = 0.3;
/// So much of a reflection may not be clipped in all channels: its edges, and grain (0.01 to 0.19 in photos of
/// laminated and glossy print; light of one colour 0.9 and more).
const LOOSE: f64 = 0.25;
/// In the inner part of a reflection (this share of its width and height) nothing dark is left, but for this share: on
/// paper merely exposed to white, print covers 0.02 and more.
const INNER: f64 = 0.6;
const LEFT_INK: f64 = 0.01;
/// Darker than this is ink that no lamp lies on.
const INK: u8 = 130;
/// Paper around a reflection is darker than white by this much at least.
const DARKER: u8 = 12;
/// So many rays are cast from the middle; along them the light is followed this far beyond the core.
const RAYS: u32 = 48;
const FOLLOW_MM: f64 = 14.0;
/// What lies this far from the core is looked at for the paper's brightness.
const PAPER_FROM: f64 = 0.5;
/// A ray is this wide: most strokes of print are narrower and do not end it.
const RAY_MM: f64 = 0.5;
/// A reflection's edge is at least so wide (in millimetres, in pixels, and in edges of the print); that of a label was
/// 1 to 1.5 edges wide.
const SOFT_MM: f64 = 0.4;
const SOFT_PX: f64 = 3.0;
const SOFT_EDGES: f64 = 2.5;
/// On so many of its sides: print cuts some of the rays.
const SOFT_SIDES: f64 = 0.4;

/// What light did to a page, in shares of its area.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Light {
    pub(super) glare: f32,
    pub(super) crushed: f32,
    pub(super) blown: f32,
}

/// `edge_px`: the width of a print's edge in pixels of `page`, if it is known.
pub(super) fn measure(page: &Raster, plane: &Plane, edge_px: Option<f32>) -> Light {
    let area = plane.samples.len().max(1) as f32;
    let share = |counts: &dyn Fn(u8) -> bool| plane.samples.iter().filter(|&&v| counts(v)).count() as f32 / area;
    let glare = reflections(page, plane, edge_px).iter().map(|blob| blob.area).sum::<usize>() as f32 / area;
    Light { glare, crushed: share(&|v| v <= CRUSHED), blown: share(&|v| v >= BLOWN) }
}

/// Reflections of lamps and windows: their clipped cores, in pixels of the working picture.
fn reflections(page: &Raster, plane: &Plane, edge_px: Option<f32>) -> Vec<Component> {
    let mut mask: Vec<bool> = plane.samples.iter().map(|&v| v >= BLOWN).collect();
    let least = LEAST_MM * plane.per_mm;
    let most = MOST * plane.samples.len() as f64;
    let soft = (SOFT_MM * plane.per_mm * plane.factor as f64)
        .max(SOFT_PX)
        .max(edge_px.map_or(0.0, |px| SOFT_EDGES * f64::from(px)));
    let mut blobs = components(&mut mask, plane.width);
    blobs.retain(|blob| {
        let sized = blob.width() as f64 >= least && blob.height() as f64 >= least && (blob.area as f64) < most;
        sized && is_empty(page, plane, blob) && fades(page, plane, blob, soft)
    });
    blobs
}

/// The darkest channel of a pixel of the page; `None` outside.
fn darkest(page: &Raster, x: f64, y: f64) -> Option<u8> {
    let inside = x >= 0.0 && y >= 0.0 && x < f64::from(page.width()) && y < f64::from(page.height());
    let channels = page.channels().count();
    inside.then(|| page.row(y as u32)[x as usize * channels..][..channels].iter().copied().min().unwrap_or(0))
}

/// Whether a blob is clipped in every channel and nothing is to be read in it.
fn is_empty(page: &Raster, plane: &Plane, blob: &Component) -> bool {
    let (mut bright, mut clipped, mut inner, mut ink) = (0u32, 0u32, 0u32, 0u32);
    let centre = |v: usize| (v as f64 + 0.5) * plane.factor as f64;
    let middle = ((blob.left + blob.right) as f64 / 2.0, (blob.top + blob.bottom) as f64 / 2.0);
    let reach = (blob.width() as f64 / 2.0, blob.height() as f64 / 2.0);
    for y in blob.top..=blob.bottom {
        let row = &plane.samples[y * plane.width..][..plane.width];
        let blown = |x: &usize| row[*x] >= BLOWN;
        // From its left to its right end: strokes inside are not blown out.
        let Some(first) = (blob.left..=blob.right).find(blown) else { continue };
        let last = (first..=blob.right).rev().find(blown).unwrap_or(first);
        for (x, &grey) in row.iter().enumerate().take(last + 1).skip(first) {
            let Some(value) = darkest(page, centre(x), centre(y)) else { continue };
            let off = ((x as f64 - middle.0) / reach.0).hypot((y as f64 - middle.1) / reach.1);
            if off < INNER {
                inner += 1;
                ink += u32::from(value < INK);
            }
            if grey >= BLOWN {
                bright += 1;
                clipped += u32::from(value >= CLIPPED);
            }
        }
    }
    f64::from(clipped) >= (1.0 - LOOSE) * f64::from(bright) && f64::from(ink) <= LEFT_INK * f64::from(inner)
}

/// Whether the light fades over more than `soft` pixels of the page where rays from the blob's middle leave it.
fn fades(page: &Raster, plane: &Plane, blob: &Component, soft: f64) -> bool {
    let (mut wide, mut sides) = (0, 0);
    for ray in 0..RAYS {
        let width = fade(page, plane, blob, f64::from(ray) * std::f64::consts::TAU / f64::from(RAYS));
        sides += usize::from(width.is_some());
        wide += usize::from(width.is_some_and(|width| width >= soft));
    }
    sides >= RAYS as usize / 4 && wide as f64 >= SOFT_SIDES * sides as f64
}

/// Pixels of the page from the last clipped place on a ray to where most of the light is gone; `None` if the ray leaves
/// the picture, or ends on paper as good as white.
fn fade(page: &Raster, plane: &Plane, blob: &Component, angle: f64) -> Option<f64> {
    let factor = plane.factor as f64;
    let (sin, cos) = angle.sin_cos();
    let middle = |from: usize, to: usize| (from + to + 1) as f64 / 2.0 * factor;
    let (cx, cy) = (middle(blob.left, blob.right), middle(blob.top, blob.bottom));
    let side = RAY_MM * plane.per_mm * factor;
    let at = |along: f64| {
        let seen = |off: f64| darkest(page, cx + cos * along - sin * off, cy + sin * along + cos * off);
        Some(seen(0.0)?.max(seen(-side)?).max(seen(side)?))
    };
    // Within the blob's own box: what shines beyond it is another one.
    let reach = (blob.width() as f64).hypot(blob.height() as f64) / 2.0 * factor;
    let inside = |along: f64| {
        let (x, y) = ((cx + cos * along) / factor, (cy + sin * along) / factor);
        x >= blob.left as f64 && x < blob.right as f64 + 2.0 && y >= blob.top as f64 && y < blob.bottom as f64 + 2.0
    };
    let mut core = None;
    for step in 0..reach as usize + 2 * plane.factor {
        let along = step as f64;
        if inside(along) && at(along).is_some_and(|v| v >= CLIPPED) {
            core = Some(along);
        }
    }
    let core = core?;
    let follow = FOLLOW_MM * plane.per_mm * factor;
    let mut outside: Vec<u8> = (0..follow as usize).map_while(|step| at(core + step as f64)).collect();
    if (outside.len() as f64) < follow / 2.0 || outside.len() < 4 {
        return None;
    }
    let profile = outside.clone();
    let far = &mut outside[(profile.len() as f64 * PAPER_FROM) as usize..];
    let bright = far.len() * 3 / 4;
    let paper = *far.select_nth_unstable(bright).1;
    if paper > u8::MAX - DARKER {
        return None;
    }
    let gone = f64::from(paper) + 0.2 * (255.0 - f64::from(paper));
    profile.iter().position(|&v| f64::from(v) <= gone).map(|width| width as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use scantrail_core::raster::Channels;

    /// A4 at 150 dpi, print on paper of this colour, and on it light added by `shine`, or what it puts instead.
    fn page(paper: [u8; 3], change: impl Fn(f64, f64, [f64; 3]) -> [f64; 3]) -> Raster {
        let scene = crate::testing::text(18.0, 0.0);
        let (w, h) = crate::testing::A4;
        let mut samples = Vec::with_capacity((w * h * 3) as usize);
        for i in 0..w * h {
            let (x, y) = (f64::from(i % w) + 0.5, f64::from(i / w) + 0.5);
            let ink = scene(x, y) / crate::testing::PAPER;
            let grain = f64::from(i * 7 % 5);
            let value = change(x, y, paper.map(|v| f64::from(v) * (0.2 + 0.8 * ink) - grain));
            samples.extend(value.map(|v| v.clamp(0.0, 255.0) as u8));
        }
        Raster::new(w, h, Channels::Rgb, samples).unwrap()
    }

    fn found(page: &Raster) -> Vec<(f64, f64, f64, f64)> {
        let plane = Plane::shrink(page, Plane::working_factor(page));
        let f = plane.factor as f64;
        let of = |b: &Component| {
            let middle = |a: usize, b: usize| (a + b + 1) as f64 / 2.0 * f;
            (middle(b.left, b.right), middle(b.top, b.bottom), b.width() as f64 * f / 2.0, b.height() as f64 * f / 2.0)
        };
        reflections(page, &plane, super::super::sharpness(page).map(|s| s.edge_px)).iter().map(of).collect()
    }

    /// An elliptical lamp: brighter than white in the middle, fading to nothing at its radii.
    fn lamp(centre: (f64, f64), radii: (f64, f64)) -> impl Fn(f64, f64, [f64; 3]) -> [f64; 3] {
        move |x, y, v| {
            let r = ((x - centre.0) / radii.0).hypot((y - centre.1) / radii.1);
            let light = if r < 1.0 { 420.0 * (1.0 - r * r).powi(2) } else { 0.0 };
            v.map(|v| v + light)
        }
    }

    #[test]
    fn a_reflection_is_found_where_it_was_painted() {
        for (centre, radii, paper) in [
            ((600.0, 800.0), (223.0, 160.0), 205),
            ((300.0, 1300.0), (80.0, 80.0), 228),
            ((900.0, 400.0), (110.0, 60.0), 150),
            ((400.0, 500.0), (223.0, 223.0), 180),
        ] {
            let page = page([paper, paper - 4, paper - 12], lamp(centre, radii));
            let found = found(&page);
            assert_eq!(found.len(), 1, "{centre:?}: {found:?}");
            let (x, y, rx, ry) = found[0];
            assert!((x - centre.0).abs() < 6.0 && (y - centre.1).abs() < 6.0, "{found:?}");
            // Where the light lifts this paper to white.
            let clipped = (1.0 - (f64::from(BLOWN - paper + 4) / 420.0).sqrt()).sqrt();
            let (true_x, true_y) = (radii.0 * clipped, radii.1 * clipped);
            assert!((rx - true_x).abs() < 5.0 && (ry - true_y).abs() < 5.0, "{rx} {ry} for {true_x} {true_y}");
            let plane = Plane::shrink(&page, Plane::working_factor(&page));
            let share = f64::from(measure(&page, &plane, Some(1.5)).glare);
            let truth = std::f64::consts::PI * true_x * true_y / f64::from(page.width() * page.height());
            // Black print in the rim is lifted, but not to white.
            assert!((0.75..1.1).contains(&(share / truth)), "{share} for {truth}");
        }
    }

    #[test]
    fn what_is_white_without_a_lamp_is_no_glare() {
        let plain = |_: f64, _: f64, v: [f64; 3]| v;
        assert!(found(&page([238, 238, 238], plain)).is_empty(), "a page");
        let exposed = |_: f64, _: f64, v: [f64; 3]| v.map(|v| v * 1.3);
        assert!(found(&page([238, 238, 238], exposed)).is_empty(), "a page exposed to white");
        let uneven = |x: f64, y: f64, v: [f64; 3]| v.map(|v| v * (1.35 - 0.0005 * (x - 500.0).hypot(y - 600.0)));
        assert!(found(&page([215, 215, 215], uneven)).is_empty(), "uneven light, in which the print is still read");
        let label = |x: f64, y: f64, v: [f64; 3]| {
            let (u, w) = (x * 0.96 + y * 0.28, y * 0.96 - x * 0.28);
            if (600.0..900.0).contains(&u) && (300.0..560.0).contains(&w) { [255.0; 3] } else { v }
        };
        assert!(found(&page([120, 170, 205], label)).is_empty(), "a label on coloured paper");
        let disc = |x: f64, y: f64, v: [f64; 3]| if (x - 600.0).hypot(y - 700.0) < 130.0 { [255.0; 3] } else { v };
        assert!(found(&page([205, 160, 90], disc)).is_empty(), "a round one");
        let on_desk = |x: f64, y: f64, v: [f64; 3]| {
            if (150.0..1000.0).contains(&x) && (200.0..900.0).contains(&y) { [255.0; 3] } else { v.map(|_| 90.0) }
        };
        assert!(found(&page([238; 3], on_desk)).is_empty(), "a white card on a desk");
    }

    #[test]
    fn light_of_one_colour_is_no_reflection() {
        let sun = |x: f64, y: f64, [r, g, b]: [f64; 3]| {
            let light = (1.0 - (x - 600.0).hypot(y - 700.0) / 200.0).max(0.0) * 300.0;
            [r + light, g + light, b]
        };
        assert!(found(&page([200, 190, 120], sun)).is_empty());
    }
}
