//! The scanner's backing around the paper: its brightness is learnt from the border, its extent flooded from there.

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
/// How far, in pixels of half the working size, the backing's influence reaches into the paper's edge.
const FRINGE: usize = 1;

/// What of the picture is paper.
#[derive(Debug)]
pub(crate) struct Backing {
    /// Half the working size: fine enough for edges, coarse enough to smooth the grain.
    pub(crate) small: Plane,
    /// The backing's brightness, if the border shows any.
    pub(crate) level: Option<i32>,
    /// Pixels of `small` that the flood did not reach.
    pub(crate) paper: Vec<bool>,
}

impl Backing {
    /// `paper` is the brightness of the paper.
    pub(crate) fn find(plane: &Plane, paper: i32) -> Self {
        let small = plane.halved();
        let found = level_along_border(&small, paper).and_then(|level| {
            let inside = flooded(&small, level, SPREAD.min((paper - level).abs() * 2 / 3));
            let towards_paper = (paper - level).signum();
            (frontier_jump(&small, &inside) * towards_paper >= FRONTIER).then_some((level, inside))
        });
        match found {
            Some((level, paper)) => Self { small, level: Some(level), paper },
            None => Self { level: None, paper: vec![true; small.samples.len()], small },
        }
    }

    /// Whether a pixel of the working picture is paper and no backing is next to it.
    pub(crate) fn well_inside(&self, x: usize, y: usize) -> bool {
        let (x, y) = ((x / 2).min(self.small.width - 1), (y / 2).min(self.small.height - 1));
        let columns = x.saturating_sub(FRINGE)..(x + FRINGE + 1).min(self.small.width);
        (y.saturating_sub(FRINGE)..(y + FRINGE + 1).min(self.small.height))
            .all(|y| self.paper[y * self.small.width..][columns.clone()].iter().all(|&p| p))
    }

    /// [`Self::well_inside`] for every pixel of a working picture of `width × height`; `None` without backing.
    pub(crate) fn inside_mask(&self, width: usize, height: usize) -> Option<Vec<bool>> {
        self.level?;
        Some((0..width * height).map(|i| self.well_inside(i % width, i / width)).collect())
    }
}

/// The most frequent brightness along the border that is not the paper's.
fn level_along_border(plane: &Plane, paper: i32) -> Option<i32> {
    let (w, h) = (plane.width, plane.height);
    if w < 40 || h < 40 {
        return None;
    }
    let at = |x: usize, y: usize| i32::from(plane.samples[y * w + x]);
    // Once around, clockwise.
    let (across, down) = ((0..w).map(|x| at(x, 0)), (0..h).map(|y| at(w - 1, y)));
    let (back, up) = ((0..w).rev().map(|x| at(x, h - 1)), (0..h).rev().map(|y| at(0, y)));
    let border: Vec<i32> = across.chain(down).chain(back).chain(up).collect();
    let mut histogram = [0u32; 256];
    for v in border.iter().filter(|&v| (v - paper).abs() > APART) {
        histogram[*v as usize] += 1;
    }
    let within = |v: i32| -> u32 { ((v - 6).max(0)..=(v + 6).min(255)).map(|i| histogram[i as usize]).sum() };
    let level = (0..256).filter(|v| (v - paper).abs() > APART).max_by_key(|&v| within(v))?;
    let longest = border.split(|v| (v - level).abs() > SPREAD || (v - paper).abs() <= APART).map(<[i32]>::len).max()?;
    (longest as f32 >= BORDER_RUN * border.len() as f32).then_some(level)
}

/// The median change of brightness from flooded pixels over their paper neighbour to the next one inwards.
fn frontier_jump(plane: &Plane, paper: &[bool]) -> i32 {
    let (w, h) = (plane.width, plane.height);
    let value = |i: usize| i32::from(plane.samples[i]);
    let mut jumps = Vec::new();
    for y in 2..h.saturating_sub(2) {
        for x in 2..w.saturating_sub(2) {
            let i = y * w + x;
            if paper[i] {
                continue;
            }
            for (near, next) in [(i - 1, i - 2), (i + 1, i + 2), (i - w, i - 2 * w), (i + w, i + 2 * w)] {
                if paper[near] && paper[next] {
                    jumps.push(value(next) - value(i));
                }
            }
        }
    }
    let middle = jumps.len() / 2;
    if jumps.is_empty() { 0 } else { *jumps.select_nth_unstable(middle).1 }
}

/// Everything that cannot be reached from the border over the backing.
fn flooded(plane: &Plane, backing: i32, spread: i32) -> Vec<bool> {
    let (w, h) = (plane.width, plane.height);
    let value = |i: usize| i32::from(plane.samples[i]);
    let alike = |i: usize| (value(i) - backing).abs() <= spread;
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
        let backing = Backing::find(&Plane { width: 200, height: 300, samples, factor: 1, per_mm: 3.0 }, 235);
        assert!(backing.level.is_some_and(|l| (14..=26).contains(&l)), "{:?}", backing.level);
        assert!(backing.well_inside(100, 150), "ink as dark as the backing is not backing");
        assert!(!backing.well_inside(10, 150) && !backing.well_inside(40, 150));
    }

    #[test]
    fn shading_is_not_backing() {
        let samples = (0..300usize)
            .flat_map(|y| (0..200usize).map(move |x| (235 - x / 4 + (x * 7 + y * 13) % 9) as u8))
            .collect();
        let backing = Backing::find(&Plane { width: 200, height: 300, samples, factor: 1, per_mm: 3.0 }, 225);
        assert_eq!(backing.level, None);
    }

    #[test]
    fn without_backing_everything_is_paper() {
        let plane = Plane { width: 100, height: 100, samples: vec![240; 10_000], factor: 1, per_mm: 3.0 };
        let backing = Backing::find(&plane, 240);
        assert_eq!((backing.level, backing.inside_mask(100, 100)), (None, None));
        assert!(backing.well_inside(0, 0));
    }
}
