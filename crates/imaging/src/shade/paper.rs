//! What of a picture is paper under changing light: everything that can be reached without crossing a sharp edge and
//! has the paper's colour. It must not know what is done about the light.

use super::small::Small;

/// An edge this steep (natural logarithm of brightness, over four pixels = 2.7 mm)…
const STEP: f32 = 0.04;
/// …is an object's and not a shadow's if it makes up this share of the change over twelve pixels (8 mm): a penumbra of
/// 8 mm and more gives a third.
const SHARP: f32 = 0.62;
/// Paper's chroma may differ by this (logarithm of red or blue to green) from the paper's own: skylight in a shadow
/// measured up to 0.06, the palest highlighter 0.15.
const CHROMA: f32 = 0.09;
/// A pixel belongs to its paper, and not to ink on it, from this share of the envelope up.
pub(super) const BARE: f32 = 0.97;

/// The paper of a small picture.
#[derive(Debug)]
pub(super) struct Paper {
    /// Whether a pixel is paper (under ink or bare).
    pub(super) mask: Vec<bool>,
    /// Brightness without ink.
    pub(super) envelope: Vec<f32>,
    /// Share of the picture behind a sharp edge that has the paper's colour and reaches the border: a hard shadow.
    pub(super) hard: f32,
}

impl Paper {
    pub(super) fn find(small: &Small) -> Self {
        let (w, h) = (small.width, small.height);
        let envelope = small.envelope();
        let log: Vec<f32> = smoothed(&envelope, w, h).iter().map(|v| v.max(1.0).ln()).collect();
        let sharp = sharp_edges(&log, w, h);
        let (labels, sizes) = components(&sharp, w, h);
        let mut brightness = vec![0f64; sizes.len()];
        labels.iter().zip(&envelope).filter(|(l, _)| **l > 0).for_each(|(&l, &v)| brightness[l] += f64::from(v));
        // The largest by the light it holds: a page outweighs a dark desk of its size.
        let Some(best) = (1..sizes.len()).max_by(|&a, &b| brightness[a].total_cmp(&brightness[b])) else {
            return Self { mask: vec![false; w * h], envelope, hard: 0.0 };
        };
        let colour = median_chroma(small, &envelope, |i| labels[i] == best);
        let like_paper = |i: usize| {
            let [r, b] = chroma(small.rgb[i]);
            // Ink on the paper has a colour of its own.
            small.luma[i] < BARE * envelope[i] || (r - colour[0]).abs().max((b - colour[1]).abs()) < CHROMA
        };
        let level = (brightness[best] / f64::from(sizes[best])) as f32;
        let mask: Vec<bool> = (0..w * h).map(|i| labels[i] == best && like_paper(i)).collect();
        let mut at_border = vec![false; sizes.len()];
        for i in (0..w).flat_map(|x| [x, (h - 1) * w + x]).chain((0..h).flat_map(|y| [y * w, y * w + w - 1])) {
            at_border[labels[i]] = true;
        }
        let shadow = |i: &usize| {
            let l = labels[*i];
            l > 0 && l != best && at_border[l] && sizes[l] as usize * 100 > w * h && like_paper(*i) && {
                (0.35 * level..0.96 * level).contains(&envelope[*i])
            }
        };
        let hard = (0..w * h).filter(shadow).count() as f32 / (w * h) as f32;
        Self { mask, envelope, hard }
    }
}

/// Logarithms of red and blue to green.
pub(super) fn chroma([r, g, b]: [f32; 3]) -> [f32; 2] {
    [r, b].map(|v| (v.max(1.0) / g.max(1.0)).ln())
}

fn median_chroma(small: &Small, envelope: &[f32], counts: impl Fn(usize) -> bool) -> [f32; 2] {
    let bare = (0..envelope.len()).filter(|&i| counts(i) && small.luma[i] >= BARE * envelope[i]);
    let all: Vec<[f32; 2]> = bare.step_by(7).map(|i| chroma(small.rgb[i])).collect();
    [0, 1].map(|c| {
        let mut values: Vec<f32> = all.iter().map(|v| v[c]).collect();
        let middle = values.len() / 2;
        if values.is_empty() { 0.0 } else { *values.select_nth_unstable_by(middle, f32::total_cmp).1 }
    })
}

/// Weights 1, 2, 1 on both axes.
fn smoothed(values: &[f32], w: usize, h: usize) -> Vec<f32> {
    let line = |before: f32, here: f32, after: f32| (before + 2.0 * here + after) * 0.25;
    let mut across = Vec::with_capacity(values.len());
    for row in values.chunks_exact(w) {
        across.extend((0..w).map(|x| line(row[x.saturating_sub(1)], row[x], row[(x + 1).min(w - 1)])));
    }
    let mut out = Vec::with_capacity(values.len());
    for y in 0..h {
        let row = |y: usize| &across[y * w..][..w];
        let (above, here, below) = (row(y.saturating_sub(1)), row(y), row((y + 1).min(h - 1)));
        out.extend((0..w).map(|x| line(above[x], here[x], below[x])));
    }
    out
}

/// Pixels at an edge too sharp for light on paper, widened by a pixel.
fn sharp_edges(log: &[f32], w: usize, h: usize) -> Vec<bool> {
    let mut sharp = vec![false; w * h];
    let steep = |i: usize, at: usize, n: usize, stride: usize| {
        let value = |to: usize| log[i + to * stride - at * stride];
        let near = (value((at + 2).min(n - 1)) - value(at.saturating_sub(2))).abs();
        let far = (value((at + 6).min(n - 1)) - value(at.saturating_sub(6))).abs();
        near >= STEP && near >= SHARP * far
    };
    for y in 0..h {
        for x in 0..w {
            let i = y * w + x;
            // At the border both differences are of fewer pixels; three from it nothing can be told.
            let (across, down) = (x >= 3 && x + 3 < w, y >= 3 && y + 3 < h);
            sharp[i] = across && steep(i, x, w, 1) || down && steep(i, y, h, w);
        }
    }
    sharp
}

/// Connected areas without a sharp edge: labels from 1 (0: edge) and how many pixels each has.
fn components(edge: &[bool], w: usize, h: usize) -> (Vec<usize>, Vec<u32>) {
    let mut labels = vec![0; w * h];
    let mut sizes = vec![0u32];
    let mut open = Vec::new();
    for start in 0..w * h {
        if edge[start] || labels[start] > 0 {
            continue;
        }
        let label = sizes.len();
        sizes.push(0);
        labels[start] = label;
        open.push(start);
        while let Some(i) = open.pop() {
            sizes[label] += 1;
            let (x, y) = (i % w, i / w);
            let near = [(x > 0, i.wrapping_sub(1)), (x + 1 < w, i + 1), (y > 0, i.wrapping_sub(w)), (y + 1 < h, i + w)];
            for (exists, n) in near {
                if exists && !edge[n] && labels[n] == 0 {
                    labels[n] = label;
                    open.push(n);
                }
            }
        }
    }
    (labels, sizes)
}
