//! The scanner's backing around the paper: its brightness is learnt from the border, its extent flooded from there.

use crate::components::{Component, components};
use crate::plane::Plane;

/// The backing must differ from the paper by this many grey levels.
const APART: i32 = 30;
/// Half the width of the backing's own spread of brightness, and the step from one pixel to the next inside it.
const SPREAD: i32 = 28;
const STEP: i32 = 8;
/// The backing shows without a break along at least this share of the border: ink that runs off the page is shorter.
const BORDER_RUN: f32 = 0.06;
/// Where the flood stops, the brightness must jump by this much towards the paper's within two pixels: shaded paper
/// does not, nor does ink on it.
const FRONTIER: i32 = 20;
/// How far, in pixels of half the working size, the backing's influence reaches into the paper's edge (1.4 mm): a rim of
/// one pixel less was enough to turn a blank page.
const FRINGE: usize = 2;

/// Pixels as dark as the backing in a paper's hole make a disc of this width.
const HOLE_MM: std::ops::RangeInclusive<f64> = 3.5..=9.0;
/// A disc fills π/4 of its square; pixels make that less exact.
const HOLE_FILL: std::ops::RangeInclusive<f64> = 0.62..=0.95;
/// A known backing may be this close to the paper in brightness, counted in its own spread and in grey levels.
const KNOWN_SPREADS: f32 = 5.0;
const KNOWN_APART: i32 = 10;
/// Border pixels so near the level are the backing's own and tell its spread.
const LEVEL_NEAR: i32 = 12;
/// A backing's spread is not told from fewer border pixels.
const LEAST_SEEN: usize = 50;

/// What a device's backing looks like: learnt from one capture, it finds fainter edges in the next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BackingModel {
    /// Its brightness, 0 to 255.
    pub level: f32,
    /// Standard deviation of its brightness along the border, in grey levels at a working size of about 38 dpi.
    pub spread: f32,
}

/// What of the picture is paper.
#[derive(Debug)]
pub(crate) struct Backing {
    /// Half the working size: fine enough for edges, coarse enough to smooth the grain.
    pub(crate) small: Plane,
    /// The backing's brightness, if the border shows any.
    pub(crate) level: Option<i32>,
    /// What to remember of it for the next capture of the same device.
    pub(crate) model: Option<BackingModel>,
    /// Pixels of `small` that the flood did not reach.
    pub(crate) paper: Vec<bool>,
    /// Of these, what may be measured: punched holes show the backing.
    measured: Vec<bool>,
}

impl Backing {
    /// `paper` is the brightness of the paper, `known` what was learnt from other captures of the same device.
    pub(crate) fn find(plane: &Plane, paper: i32, known: Option<BackingModel>) -> Self {
        let small = plane.halved();
        let border = border(&small);
        let learnt = level_along_border(&border, paper).and_then(|level| {
            let inside = flooded(&small, level, paper, SPREAD.min((paper - level).abs() * 2 / 3));
            jumps(&small, &inside, level, paper, FRONTIER).then_some((level, inside))
        });
        let found = learnt.or_else(|| from_model(&small, &border, paper, known?));
        let Some((level, inside)) = found else {
            let all = vec![true; small.samples.len()];
            return Self { level: None, model: None, paper: all.clone(), measured: all, small };
        };
        let measured = without_holes(&small, &inside, level, paper);
        Self { level: Some(level), model: model(&border, level), paper: inside, measured, small }
    }

    /// Whether a pixel of the working picture is paper and no backing is next to it.
    pub(crate) fn well_inside(&self, x: usize, y: usize) -> bool {
        let (x, y) = ((x / 2).min(self.small.width - 1), (y / 2).min(self.small.height - 1));
        let columns = x.saturating_sub(FRINGE)..(x + FRINGE + 1).min(self.small.width);
        (y.saturating_sub(FRINGE)..(y + FRINGE + 1).min(self.small.height))
            .all(|y| self.measured[y * self.small.width..][columns.clone()].iter().all(|&p| p))
    }

    /// [`Self::well_inside`] for every pixel of a working picture of `width × height`; `None` without backing.
    pub(crate) fn inside_mask(&self, width: usize, height: usize) -> Option<Vec<bool>> {
        self.level?;
        let (w, h) = (self.small.width, self.small.height);
        // Along rows, then along columns: the same as asking for each pixel, at a tenth of the price.
        let around = |v: usize, n: usize| v.saturating_sub(FRINGE)..(v + FRINGE + 1).min(n);
        let mut along = Vec::with_capacity(w * h);
        for row in self.measured.chunks_exact(w) {
            along.extend((0..w).map(|x| row[around(x, w)].iter().all(|&m| m)));
        }
        let mut inside = Vec::with_capacity(width * height);
        let mut all = vec![true; w];
        for y in 0..height {
            all.fill(true);
            for near in around((y / 2).min(h - 1), h) {
                all.iter_mut().zip(&along[near * w..][..w]).for_each(|(all, near)| *all &= near);
            }
            inside.extend((0..width).map(|x| all[(x / 2).min(w - 1)]));
        }
        Some(inside)
    }
}

/// Brightness once around the picture, clockwise; nothing if it is too small to have a border.
fn border(plane: &Plane) -> Vec<i32> {
    let (w, h) = (plane.width, plane.height);
    if w < 40 || h < 40 {
        return Vec::new();
    }
    let at = |x: usize, y: usize| i32::from(plane.samples[y * w + x]);
    let (across, down) = ((0..w).map(|x| at(x, 0)), (0..h).map(|y| at(w - 1, y)));
    let (back, up) = ((0..w).rev().map(|x| at(x, h - 1)), (0..h).rev().map(|y| at(0, y)));
    across.chain(down).chain(back).chain(up).collect()
}

/// The most frequent brightness along the border that is not the paper's.
fn level_along_border(border: &[i32], paper: i32) -> Option<i32> {
    let mut histogram = [0u32; 256];
    for v in border.iter().filter(|&v| (v - paper).abs() > APART) {
        histogram[*v as usize] += 1;
    }
    let within = |v: i32| -> u32 { ((v - 6).max(0)..=(v + 6).min(255)).map(|i| histogram[i as usize]).sum() };
    let level = (0..256).filter(|v| (v - paper).abs() > APART).max_by_key(|&v| within(v))?;
    shows(border, |v| (v - level).abs() <= SPREAD && (v - paper).abs() > APART).then_some(level)
}

/// Whether the border has a long enough run of what is `like` the backing.
fn shows(border: &[i32], like: impl Fn(i32) -> bool) -> bool {
    let longest = border.split(|&v| !like(v)).map(<[i32]>::len).max().unwrap_or(0);
    !border.is_empty() && longest as f32 >= BORDER_RUN * border.len() as f32
}

/// The backing as it is known, if the border shows it: nearer to the paper's brightness than could be learnt here.
fn from_model(plane: &Plane, border: &[i32], paper: i32, known: BackingModel) -> Option<(i32, Vec<bool>)> {
    let level = known.level.round() as i32;
    let apart = (paper - level).abs();
    let spread = (known.spread * 3.0).max(3.0) as i32;
    if apart < KNOWN_APART || (apart as f32) < KNOWN_SPREADS * known.spread || spread * 2 > apart {
        return None;
    }
    if !shows(border, |v| (v - level).abs() <= spread) {
        return None;
    }
    let inside = flooded(plane, level, paper, spread);
    jumps(plane, &inside, level, paper, apart / 2).then_some((level, inside))
}

/// Level and spread of what lies along the border.
fn model(border: &[i32], level: i32) -> Option<BackingModel> {
    let own: Vec<f32> = border.iter().filter(|&v| (v - level).abs() <= LEVEL_NEAR).map(|&v| v as f32).collect();
    let n = own.len() as f32;
    let mean = own.iter().sum::<f32>() / n;
    let variance = own.iter().map(|v| (v - mean).powi(2)).sum::<f32>() / n;
    (own.len() >= LEAST_SEEN).then(|| BackingModel { level: mean, spread: variance.sqrt() })
}

/// Whether the brightness jumps towards the paper's where the flood stopped.
fn jumps(plane: &Plane, inside: &[bool], level: i32, paper: i32, least: i32) -> bool {
    frontier_jump(plane, inside) * (paper - level).signum() >= least
}

/// The paper without its punched holes and what is next to them.
fn without_holes(plane: &Plane, paper: &[bool], level: i32, of_paper: i32) -> Vec<bool> {
    let near = SPREAD.min((of_paper - level).abs() / 2);
    let like = |i: usize| (i32::from(plane.samples[i]) - level).abs() <= near;
    let mut dark: Vec<bool> = (0..paper.len()).map(|i| paper[i] && like(i)).collect();
    let mut measured = paper.to_vec();
    let round = |c: &Component| {
        let (w, h) = (c.width() as f64 / plane.per_mm, c.height() as f64 / plane.per_mm);
        let fill = c.area as f64 / (c.width() * c.height()) as f64;
        HOLE_MM.contains(&w) && HOLE_MM.contains(&h) && (w / h - 1.0).abs() < 0.35 && HOLE_FILL.contains(&fill)
    };
    for hole in components(&mut dark, plane.width).iter().filter(|c| round(c)) {
        for y in hole.top.saturating_sub(1)..(hole.bottom + 2).min(plane.height) {
            let columns = hole.left.saturating_sub(1)..(hole.right + 2).min(plane.width);
            measured[y * plane.width..][columns].fill(false);
        }
    }
    measured
}

/// The median change of brightness from flooded pixels over their paper neighbour to the next one inwards.
fn frontier_jump(plane: &Plane, paper: &[bool]) -> i32 {
    let (w, h) = (plane.width, plane.height);
    let value = |i: usize| i32::from(plane.samples[i]);
    let mut jumps = Vec::new();
    for i in (0..w * h).filter(|&i| !paper[i]) {
        let (x, y) = (i % w, i / w);
        // Also from the outermost pixels: a rim of backing may be no wider than that.
        let inwards = [
            (x >= 2, i.wrapping_sub(1), i.wrapping_sub(2)),
            (x + 2 < w, i + 1, i + 2),
            (y >= 2, i.wrapping_sub(w), i.wrapping_sub(2 * w)),
            (y + 2 < h, i + w, i + 2 * w),
        ];
        for (_, near, next) in inwards.into_iter().filter(|(exists, ..)| *exists) {
            if paper[near] && paper[next] {
                jumps.push(value(next) - value(i));
            }
        }
    }
    let middle = jumps.len() / 2;
    if jumps.is_empty() { 0 } else { *jumps.select_nth_unstable(middle).1 }
}

/// Everything that cannot be reached from the border over the backing. The shadow of a lid may take the backing further
/// away from the paper's brightness, in small steps, but not towards it.
fn flooded(plane: &Plane, backing: i32, paper_level: i32, spread: i32) -> Vec<bool> {
    let (w, h) = (plane.width, plane.height);
    let value = |i: usize| i32::from(plane.samples[i]);
    let towards_paper = (paper_level - backing).signum();
    let alike = |i: usize| (value(i) - backing) * towards_paper <= spread;
    let mut paper = vec![true; w * h];
    let mut open: Vec<usize> =
        (0..w).flat_map(|x| [x, (h - 1) * w + x]).chain((0..h).flat_map(|y| [y * w, y * w + w - 1])).collect();
    open.retain(|&i| alike(i) && std::mem::take(&mut paper[i]));
    while let Some(i) = open.pop() {
        let (x, y) = (i % w, i / w);
        let near = [(x > 0, i.wrapping_sub(1)), (x + 1 < w, i + 1), (y > 0, i.wrapping_sub(w)), (y + 1 < h, i + w)];
        for (exists, n) in near {
            if exists && paper[n] && alike(n) && (value(n) - value(i)).abs() <= STEP {
                paper[n] = false;
                open.push(n);
            }
        }
    }
    paper
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_flood_stops_at_the_paper_and_stays_out_of_dark_ink() {
        let at = |x: usize, y: usize| match (x, y) {
            (40..160, 40..260) if (90..110).contains(&x) && (100..200).contains(&y) => 20,
            (40..160, 40..260) => 235,
            _ => 20,
        };
        let samples = (0..300).flat_map(|y| (0..200).map(move |x| at(x, y))).collect();
        let backing = Backing::find(&Plane { width: 200, height: 300, samples, factor: 1, per_mm: 3.0 }, 235, None);
        assert!(backing.level.is_some_and(|l| (14..=26).contains(&l)), "{:?}", backing.level);
        assert!(backing.well_inside(100, 150), "ink as dark as the backing is not backing");
        assert!(!backing.well_inside(10, 150) && !backing.well_inside(42, 150));
        let mask = backing.inside_mask(201, 300).unwrap();
        assert!((0..201 * 300).all(|i| mask[i] == backing.well_inside(i % 201, i / 201)), "the mask says the same");
    }

    #[test]
    fn shading_is_not_backing() {
        let samples = (0..300usize)
            .flat_map(|y| (0..200usize).map(move |x| (235 - x / 4 + (x * 7 + y * 13) % 9) as u8))
            .collect();
        let backing = Backing::find(&Plane { width: 200, height: 300, samples, factor: 1, per_mm: 3.0 }, 225, None);
        assert_eq!(backing.level, None);
    }

    #[test]
    fn without_backing_everything_is_paper() {
        let plane = Plane { width: 100, height: 100, samples: vec![240; 10_000], factor: 1, per_mm: 3.0 };
        let backing = Backing::find(&plane, 240, None);
        assert_eq!((backing.level, backing.inside_mask(100, 100)), (None, None));
        assert!(backing.well_inside(0, 0));
    }
}
