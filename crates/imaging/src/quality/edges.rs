//! How wide the edges along one row are. It must not know what wide edges mean.
//!
//! Most of a row is paper, on which brightness goes up and down by a few levels from pixel to pixel; to follow each of
//! these little steps costs more than everything else. Pieces of a row whose brightness does not range far enough for an
//! edge are therefore passed at once, with vector instructions.

use crate::wide::wide;
use scantrail_core::raster::Raster;
use std::ops::Range;

/// An edge spans at least this many grey levels.
const CONTRAST: i16 = 50;
/// Steps looked at together.
const BLOCK: usize = 32;

/// Buffers for one row after the other.
#[derive(Debug, Default)]
pub(super) struct Edges {
    levels: Vec<i16>,
    /// From each pixel to the next.
    steps: Vec<i16>,
    /// All bits set where a step leads the same way as the one before it, none where it does not.
    goes_on: Vec<i16>,
    /// The range of brightness in each block of steps.
    ranges: Vec<i16>,
}

impl Edges {
    /// Widths of the monotonous edges of a piece of a row: contrast over the steepest step. What the ends of the piece cut
    /// is only part of an edge and does not count.
    pub(super) fn widths(&mut self, page: &Raster, y: u32, columns: Range<u32>, out: &mut Vec<f32>) {
        let channels = page.channels().count();
        let row = &page.row(y)[columns.start as usize * channels..columns.end as usize * channels];
        if columns.len() < 3 {
            return;
        }
        wide(
            #[inline(always)]
            || self.measure(row, channels),
        );
        self.follow(out);
    }

    #[expect(clippy::inline_always, reason = "compiled together with its caller for the processor at hand")]
    #[inline(always)]
    fn measure(&mut self, row: &[u8], channels: usize) {
        self.levels.clear();
        // Green is near enough to brightness, and the sharpest channel of most sensors.
        if channels == 3 {
            self.levels.extend(row.as_chunks::<3>().0.iter().map(|p| i16::from(p[1])));
        } else {
            self.levels.extend(row.iter().map(|&v| i16::from(v)));
        }
        self.steps.clear();
        self.steps.extend(self.levels.iter().zip(&self.levels[1..]).map(|(a, b)| b - a));
        self.goes_on.clear();
        self.goes_on.push(0);
        self.goes_on.extend(self.steps.iter().zip(&self.steps[1..]).map(|(&before, &step)| goes_on(before, step)));
        self.ranges.clear();
        for start in (0..self.steps.len()).step_by(BLOCK) {
            // A block of steps touches one pixel more than it has steps.
            let levels = &self.levels[start..(start + BLOCK + 1).min(self.levels.len())];
            let (least, most) = levels.iter().fold((i16::MAX, 0), |(l, m), &v| (v.min(l), v.max(m)));
            self.ranges.push(most - least);
        }
    }

    fn follow(&self, out: &mut Vec<f32>) {
        let Some(&first) = self.steps.first() else { return };
        let mut open = Open { cut: true, contrast: first, steepest: first.abs() };
        for (block, &range) in self.ranges.iter().enumerate() {
            let (from, end) = ((block * BLOCK).max(1), ((block + 1) * BLOCK).min(self.steps.len()));
            let (steps, goes_on) = (&self.steps[from..end], &self.goes_on[from..end]);
            if open.contrast.abs() + range < CONTRAST {
                // No edge can end here; one may begin, or the open one go on beyond. What begins last lies in the last
                // steps that lead the same way.
                let begin = goes_on.iter().rposition(|&goes_on| goes_on == 0).unwrap_or(0);
                for (&step, &goes_on) in steps[begin..].iter().zip(&goes_on[begin..]) {
                    open = open.then(step, goes_on);
                }
                continue;
            }
            for (&step, &goes_on) in steps.iter().zip(goes_on) {
                if goes_on == 0 && open.contrast.abs() >= CONTRAST && !open.cut {
                    out.push(f32::from(open.contrast.abs()) / f32::from(open.steepest));
                }
                open = open.then(step, goes_on);
            }
        }
    }
}

/// Whether a step leads the same way as the one before it; flat places lead nowhere.
fn goes_on(before: i16, step: i16) -> i16 {
    -i16::from(before.signum() * step.signum() > 0)
}

/// An edge whose end is not yet seen.
#[derive(Debug, Clone, Copy)]
struct Open {
    /// It begins where the piece begins, or before.
    cut: bool,
    contrast: i16,
    steepest: i16,
}

impl Open {
    /// The edge with one more step, or the one that begins with it. No branch: which way grain goes cannot be foreseen.
    fn then(self, step: i16, goes_on: i16) -> Self {
        Self {
            cut: self.cut && goes_on != 0,
            contrast: (self.contrast & goes_on) + step,
            steepest: (self.steepest & goes_on).max(step.abs()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Dice;
    use scantrail_core::raster::Channels;

    fn grey_row(page: &Raster, y: u32, x0: u32, width: u32) -> Vec<i32> {
        let channels = page.channels().count();
        let row = &page.row(y)[x0 as usize * channels..(x0 + width) as usize * channels];
        // Green is near enough to brightness, and the sharpest channel of most sensors.
        row.chunks_exact(channels).map(|p| i32::from(p[channels / 2])).collect()
    }

    /// What [`Edges::widths`] must find, step by step.
    fn edge_widths(row: &[i32], out: &mut Vec<f32>) {
        let mut start = 0;
        while start + 1 < row.len() {
            let sign = (row[start + 1] - row[start]).signum();
            let mut end = start + 1;
            let mut steepest = (row[end] - row[start]).abs();
            while sign != 0 && end + 1 < row.len() && (row[end + 1] - row[end]).signum() == sign {
                steepest = steepest.max((row[end + 1] - row[end]).abs());
                end += 1;
            }
            let contrast = (row[end] - row[start]).abs();
            // What the tile's border cuts is only part of an edge.
            if contrast >= i32::from(CONTRAST) && start > 0 && end + 1 < row.len() {
                out.push(contrast as f32 / steepest as f32);
            }
            start = end;
        }
    }

    #[test]
    fn blocks_and_single_steps_find_the_same_edges() {
        let mut dice = Dice::new(9);
        let (mut fast, mut edges) = (Vec::new(), Edges::default());
        for grain in [0.0, 3.0, 20.0, 60.0, 250.0] {
            for soft in [1.0, 4.0, 30.0, 200.0] {
                for (width, channels) in [
                    (1, Channels::Grey),
                    (2, Channels::Rgb),
                    (3, Channels::Grey),
                    (310, Channels::Rgb),
                    (309, Channels::Grey),
                ] {
                    let phase = dice.roll() * 9.0;
                    let at = |x: usize| 128.0 + 110.0 * (x as f64 / soft + phase).sin();
                    let samples = (0..width * channels.count())
                        .map(|i| (at(i / channels.count()) + (dice.roll() - 0.5) * grain) as u8)
                        .collect();
                    let page = Raster::new(width as u32, 1, channels, samples).unwrap();
                    for first in [0, width as u32 / 3] {
                        let mut slow = Vec::new();
                        edge_widths(&grey_row(&page, 0, first, width as u32 - first), &mut slow);
                        fast.clear();
                        edges.widths(&page, 0, first..width as u32, &mut fast);
                        assert_eq!(fast, slow, "{width} from {first}, grain {grain}, soft {soft}");
                    }
                }
            }
        }
    }
}
