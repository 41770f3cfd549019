//! What happens to paper between the printer and us, each by strength.
//!
//! Numbers are in millimetres, degrees and modules, so that a strength means the same at every size. The same seed
//! spoils a sheet in the same way.

use super::plane::Plane;
use super::subject::{Area, Kind, PER_MM, Subject};
use rand::Rng as _;
use scantrail_core::raster::Raster;
use scantrail_core::units::{Point, Quad};
use scantrail_testkit::geometry::Placement;
use scantrail_testkit::seed::Seed;
use std::f64::consts::TAU;

/// A kind of harm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Harm {
    None,
    Tilt,
    Turn,
    Blur,
    Glare,
    Noise,
    LowToner,
    OneBit,
    Crumpled,
    Copied,
    Smaller,
    Covered,
    LowLight,
    Handheld,
}

/// A kind of harm and its strengths, weakest first.
pub(super) struct Condition {
    pub(super) harm: Harm,
    pub(super) name: &'static str,
    /// For people: what the strengths are.
    pub(super) unit: &'static str,
    pub(super) strengths: &'static [f64],
}

/// Everything that is measured.
pub(super) const CONDITIONS: &[Condition] = &[
    Condition { harm: Harm::None, name: "clean", unit: "", strengths: &[0.0] },
    Condition { harm: Harm::Tilt, name: "tilted", unit: "°", strengths: &[20.0, 40.0, 60.0] },
    Condition { harm: Harm::Turn, name: "turned", unit: "°", strengths: &[3.0, 10.0, 30.0] },
    Condition { harm: Harm::Blur, name: "blurred", unit: " modules", strengths: &[0.2, 0.4, 0.6] },
    Condition { harm: Harm::Glare, name: "glare", unit: " mm", strengths: &[15.0, 30.0, 50.0] },
    Condition { harm: Harm::Noise, name: "noise", unit: " levels", strengths: &[15.0, 30.0, 50.0] },
    Condition { harm: Harm::LowToner, name: "low toner", unit: " lost", strengths: &[0.4, 0.6, 0.75] },
    Condition { harm: Harm::OneBit, name: "one bit", unit: " threshold", strengths: &[0.5, 0.3, 0.75] },
    Condition { harm: Harm::Crumpled, name: "crumpled", unit: " mm", strengths: &[1.0, 3.0, 6.0] },
    Condition { harm: Harm::Copied, name: "photocopied", unit: " times", strengths: &[1.0, 2.0, 3.0] },
    Condition { harm: Harm::Smaller, name: "smaller", unit: " of the size", strengths: &[0.95, 0.9, 0.7] },
    Condition { harm: Harm::Covered, name: "covered", unit: " of it", strengths: &[0.2, 0.4, 0.6] },
    Condition { harm: Harm::LowLight, name: "low light", unit: " of the light", strengths: &[0.5, 0.25, 0.12] },
    Condition { harm: Harm::Handheld, name: "handheld", unit: "", strengths: &[1.0, 2.0, 3.0] },
];

/// Waves of a crumpled sheet.
const WAVES: usize = 6;

/// Where a pixel is sampled.
const FOURTHS: [(f64, f64); 4] = [(0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)];

/// How a capture is taken.
struct Shot {
    tilt: f64,
    turn: f64,
    /// Blur in modules.
    blur: f64,
    noise: f32,
    /// Height of the waves in the paper, millimetres.
    crumple: f64,
    light: f32,
}

/// Takes a picture of the subject, with so many pixels to a module in its middle.
pub(super) fn capture(subject: &Subject, (harm, strength): (Harm, f64), pixels: f64, seed: Seed) -> Raster {
    let mut shot = Shot { tilt: 0.0, turn: 0.0, blur: 0.12, noise: 3.0, crumple: 0.0, light: 1.0 };
    // Nothing lies quite straight, neither in a feeder nor on a desk.
    let mut rng = seed.child(10).rng();
    shot.turn = match subject.kind {
        Kind::Cover => rng.random_range(-1.0..1.0),
        Kind::Card => rng.random_range(-12.0..12.0),
    };
    let mut flat = Plane::of(&subject.scene);
    match harm {
        Harm::Tilt => shot.tilt = strength,
        Harm::Turn => shot.turn = if rng.random() { strength } else { -strength },
        Harm::Blur => shot.blur = strength,
        Harm::Noise => shot.noise = strength as f32,
        Harm::LowToner => low_toner(&mut flat, strength as f32, seed.child(11)),
        Harm::Crumpled => shot.crumple = strength,
        Harm::Covered => cover(&mut flat, subject.area, strength, seed.child(12)),
        Harm::LowLight => (shot.light, shot.noise) = (strength as f32, 5.0),
        Harm::Handheld => {
            (shot.tilt, shot.blur, shot.noise) = (12.0 * strength, 0.1 + 0.1 * strength, 4.0 * strength as f32);
            (shot.crumple, shot.light) = (strength, 1.0 - 0.2 * strength as f32);
            shot.turn *= 1.0 + strength;
        }
        Harm::None | Harm::Glare | Harm::OneBit | Harm::Copied | Harm::Smaller => {}
    }
    let scale = pixels / (subject.module * PER_MM) * if harm == Harm::Smaller { strength } else { 1.0 };
    let mut picture = project(flat, subject, &shot, scale, seed.child(13));
    let module = pixels;
    match harm {
        Harm::Glare => glare(&mut picture, subject, scale, strength, seed.child(14)),
        Harm::Copied => (0..strength as u64).for_each(|copy| photocopy(&mut picture, module, seed.child(20 + copy))),
        _ => {}
    }
    picture.blur(shot.blur * module);
    if harm == Harm::LowLight || harm == Harm::Handheld {
        let side = rng.random_range(0.0..TAU);
        let (dx, dy) = (side.cos(), side.sin());
        picture.change(|v, x, y| v * shot.light * (1.0 + 0.35 * ((x - 0.5) * dx + (y - 0.5) * dy)) as f32);
    }
    picture.noise(shot.noise, seed.child(15));
    if harm == Harm::OneBit {
        let level = 255.0 * strength as f32;
        picture.change(|v, _, _| if v < level { 0.0 } else { 255.0 });
    }
    picture.raster()
}

/// Ink fades towards paper, more in some stripes than in others.
fn low_toner(plane: &mut Plane, lost: f32, seed: Seed) {
    let mut rng = seed.rng();
    let stripes: Vec<f64> = (0..3).map(|_| rng.random_range(0.0..1.0)).collect();
    plane.change(|v, x, _| {
        let worn = stripes.iter().any(|stripe| (x - stripe).abs() < 0.012);
        let lost = if worn { lost.midpoint(1.0) } else { lost };
        v + (250.0 - v) * lost
    });
}

/// Another sheet, or a hand, hides a part of the area from one side.
fn cover(plane: &mut Plane, area: Area, share: f64, seed: Seed) {
    let mut rng = seed.rng();
    let side = rng.random_range(0..4);
    let grey: f32 = rng.random_range(90.0..245.0);
    let lean: f64 = rng.random_range(-0.1..0.1);
    let (width, height) = (plane.width as f64 / PER_MM, plane.height as f64 / PER_MM);
    plane.change(|v, x, y| {
        let (across, down) = ((x * width - area[0]) / area[2], (y * height - area[1]) / area[3]);
        let (along, aside) = match side {
            0 => (across, down),
            1 => (1.0 - across, down),
            2 => (down, across),
            _ => (1.0 - down, across),
        };
        // What covers is as wide as what is covered, so that only it is hidden.
        let hidden = along < share + lean * (aside - 0.5) && (-0.3..1.3).contains(&aside) && along > -0.6;
        if hidden { grey } else { v }
    });
}

/// The scene through a camera over its subject.
fn project(flat: Plane, subject: &Subject, shot: &Shot, scale: f64, seed: Seed) -> Plane {
    let mut rng = seed.rng();
    let (middle, corners) = middle_and_corners(subject);
    let diagonal = subject.area[2].hypot(subject.area[3]) * PER_MM;
    let axis = rng.random_range(0.0..TAU);
    let seen = Quad(corners.map(|(x, y)| {
        let (sin, cos) = shot.turn.to_radians().sin_cos();
        let (dx, dy) = (x - middle.0, y - middle.1);
        let (dx, dy) = (cos * dx - sin * dy, sin * dx + cos * dy);
        // Away from the camera by tilting about an axis in the plane; the camera is two diagonals away.
        let (along, across) = (dx * axis.cos() + dy * axis.sin(), dy * axis.cos() - dx * axis.sin());
        let tilt = shot.tilt.to_radians();
        let near = 2.0 * diagonal / (2.0 * diagonal + across * tilt.sin()).max(0.2 * diagonal);
        let (along, across) = (along * near, across * tilt.cos() * near);
        Point {
            x: scale * (along * axis.cos() - across * axis.sin()),
            y: scale * (along * axis.sin() + across * axis.cos()),
        }
    }));
    let bound = |of: fn(&Point) -> f64, best: fn(f64, f64) -> f64| seen.0.iter().map(of).reduce(best).unwrap_or(0.0);
    let (left, right) = (bound(|p| p.x, f64::min), bound(|p| p.x, f64::max));
    let (top, bottom) = (bound(|p| p.y, f64::min), bound(|p| p.y, f64::max));
    let margin = 0.03 * (right - left);
    let quad = Quad(seen.0.map(|p| Point { x: p.x - left + margin, y: p.y - top + margin }));
    let size = ((right - left + 2.0 * margin) as usize + 1, (bottom - top + 2.0 * margin) as usize + 1);
    let back = Placement::from_unit_square(&quad).inverse();
    let (full_width, full_height) = (flat.width as f64, flat.height as f64);
    let mut source = flat;
    let mut shrunk = 1.0;
    while scale * shrunk < 0.5 {
        source = source.half();
        shrunk *= 2.0;
    }
    let waves = waves(shot.crumple, &mut rng);
    let mut values = Vec::with_capacity(size.0 * size.1);
    for y in 0..size.1 {
        for x in 0..size.0 {
            let on_scene = |dx: f64, dy: f64| {
                let share = back.map(Point { x: x as f64 + dx, y: y as f64 + dy });
                (share.x * full_width, share.y * full_height)
            };
            // Paper bends little within a pixel.
            let (mx, my) = on_scene(0.5, 0.5);
            let (dx, dy, shade) = crumple(&waves, mx / PER_MM, my / PER_MM);
            let light = |(x, y): (f64, f64)| {
                let value = source.at((x + dx * PER_MM) / shrunk, (y + dy * PER_MM) / shrunk);
                value.map_or(subject.around, |v| v * shade)
            };
            // Four to a pixel: edges between scene and desk do not fray.
            let sum: f32 = FOURTHS.iter().map(|&(dx, dy)| light(on_scene(dx, dy))).sum();
            values.push(sum / 4.0);
        }
    }
    Plane { width: size.0, height: size.1, values }
}

/// The middle of the subject and the corners of the scene, in pixels of the scene.
fn middle_and_corners(subject: &Subject) -> ((f64, f64), [(f64, f64); 4]) {
    let [x, y, w, h] = subject.area.map(|mm| mm * PER_MM);
    let (width, height) = (f64::from(subject.scene.width()), f64::from(subject.scene.height()));
    ((x + w / 2.0, y + h / 2.0), [(0.0, 0.0), (width, 0.0), (width, height), (0.0, height)])
}

/// A wave in paper: its direction with the number of waves to a millimetre, its phase and its height.
type Wave = (f64, f64, f64, f64);

/// How far a point on a wave is moved to the side, as a share of the height it has there: seen from the edge of the
/// field of a camera, some 20° aslant.
const ASLANT: f64 = 0.35;
/// How much light a slope takes or gives.
const SHADING: f64 = 0.5;

fn waves(height: f64, rng: &mut impl rand::Rng) -> Vec<Wave> {
    if height == 0.0 {
        return Vec::new();
    }
    let wave = |_| {
        let (direction, length) = (rng.random_range(0.0..TAU), rng.random_range(30.0..100.0));
        let (u, v) = (TAU * direction.cos() / length, TAU * direction.sin() / length);
        (u, v, rng.random_range(0.0..TAU), height / (WAVES as f64).sqrt())
    };
    (0..WAVES).map(wave).collect()
}

/// How far a point is moved, in millimetres, by the height of the paper there, and how its slope changes the light.
fn crumple(waves: &[Wave], x: f64, y: f64) -> (f64, f64, f32) {
    let (mut dx, mut dy, mut slope) = (0.0, 0.0, 0.0);
    for (u, v, phase, height) in waves {
        let (sin, cos) = (u * x + v * y + phase).sin_cos();
        let number = u.hypot(*v);
        dx += ASLANT * height * sin * u / number;
        dy += ASLANT * height * sin * v / number;
        slope += height * cos * (u + 0.6 * v);
    }
    (dx, dy, (1.0 - SHADING * slope).clamp(0.5, 1.1) as f32)
}

/// Two bright reflections near the largest code, clipping in their middle.
fn glare(picture: &mut Plane, subject: &Subject, scale: f64, radius: f64, seed: Seed) {
    let mut rng = seed.rng();
    let [x, y, w, h] = subject.area;
    let (width, height) = (picture.width as f64, picture.height as f64);
    let scene = (f64::from(subject.scene.width()) / PER_MM, f64::from(subject.scene.height()) / PER_MM);
    let spots: Vec<(f64, f64)> = (0..2)
        .map(|_| {
            let (dx, dy) = (rng.random_range(-0.35..0.35), rng.random_range(-0.35..0.35));
            let spread = w.min(h);
            ((x + w / 2.0 + dx * spread) / scene.0, (y + h / 2.0 + dy * spread) / scene.1)
        })
        .collect();
    let radius = radius * PER_MM * scale;
    picture.change(|v, x, y| {
        let shine = |(sx, sy): &(f64, f64)| {
            let distance = ((x - sx) * width).hypot((y - sy) * height) / radius;
            if distance < 1.0 { 420.0 * (1.0 - distance * distance).powi(2) } else { 0.0 }
        };
        v + spots.iter().map(shine).sum::<f64>() as f32
    });
}

/// A copy by a tired machine: soft, hard in contrast, specks of toner and of paper, a little smaller.
fn photocopy(picture: &mut Plane, module: f64, seed: Seed) {
    let mut rng = seed.rng();
    let (scale, shift) = (rng.random_range(0.975..0.995), rng.random_range(-0.01..0.01));
    let old = picture.clone();
    let (width, height) = (picture.width as f64, picture.height as f64);
    picture.change(|_, x, y| {
        let from = |v: f64| (v - 0.5 + shift) / scale + 0.5;
        old.at(from(x) * width, from(y) * height).unwrap_or(235.0)
    });
    picture.blur(0.15 * module);
    picture.change(|v, _, _| (v * 1.5 - 55.0).clamp(22.0, 245.0));
    picture.noise(6.0, seed.child(1));
    // Specks are grains: their size is the machine's, not the picture's.
    let speck = (0.12 * module).max(1.0) as usize;
    for _ in 0..(width * height / (module * module * 12.0)) as usize {
        let (x, y) = (rng.random_range(0..picture.width), rng.random_range(0..picture.height));
        let grey = if rng.random_range(0..3) == 0 { 25.0 } else { 240.0 };
        for y in y..(y + speck).min(picture.height) {
            for x in x..(x + speck).min(picture.width) {
                picture.values[y * picture.width + x] = grey;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use scantrail_core::ids::SheetId;
    use scantrail_core::raster::Channels;

    fn subject() -> Subject {
        let samples = (0..500 * 700).map(|i| if (i % 500 / 20 + i / 500 / 20) % 2 == 0 { 10 } else { 245 }).collect();
        Subject {
            kind: Kind::Cover,
            scene: Raster::new(500, 700, Channels::Grey, samples).unwrap(),
            sheet: SheetId::from_random(1),
            area: [0.0, 0.0, 50.0, 70.0],
            module: 2.0,
            around: 236.0,
        }
    }

    #[test]
    fn every_harm_changes_the_picture_and_the_same_seed_makes_the_same() {
        let subject = subject();
        let clean = capture(&subject, (Harm::None, 0.0), 8.0, Seed(3));
        for condition in CONDITIONS {
            for &strength in condition.strengths {
                let spoilt = capture(&subject, (condition.harm, strength), 8.0, Seed(3));
                assert_eq!(spoilt, capture(&subject, (condition.harm, strength), 8.0, Seed(3)), "{}", condition.name);
                assert_eq!(spoilt == clean, condition.harm == Harm::None, "{} {strength}", condition.name);
            }
        }
    }

    #[test]
    fn a_module_is_as_large_as_was_asked() {
        let wide = |pixels: f64| capture(&subject(), (Harm::None, 0.0), pixels, Seed(3)).width();
        // 25 modules across, a little askew, with 3 % of margin to either side.
        assert!((f64::from(wide(8.0)) / 212.0 - 1.0).abs() < 0.05, "{}", wide(8.0));
        assert!((f64::from(wide(4.0)) / 106.0 - 1.0).abs() < 0.05, "{}", wide(4.0));
    }
}
