//! Two curves through many slopes: penalised splines (P. Eilers and B. Marx, 1996, doi:10.1214/ss/1038425655), fitted
//! again and again with less weight for what lies off (Tukey's biweight). It must not know pixels.

use super::slopes::Slope;
use crate::geometry::curl::{COEFFICIENTS, Curl, PIECES, basis, basis_slope};

/// Unknowns: the coefficients of both curves.
const N: usize = 2 * COEFFICIENTS;
/// Weight of bending against slopes of weight one. With some tens of blocks for each piece it only smooths noise and
/// goes on straight where there is nothing to see.
const STIFF: f64 = 1.0;
/// Weight of the two curves being alike.
const ALIKE: f64 = 0.3;
const ROUNDS: usize = 8;
/// Slopes are measured to about this (0.35°)…
const NOISE: f64 = 0.006;
/// …and count for nothing beyond so many times their spread.
const REACH: f64 = 4.685;
/// A slope within so many spreads agrees.
const AGREE: f64 = 3.0;

/// The curves, and how well they explain what was seen.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fit {
    pub(super) curl: Curl,
    /// Share of the weight of all slopes that lies near the curves, 0..=1.
    pub(super) agreeing: f64,
}

/// Fits slopes at places of the flat page of `size` working pixels; `None` if they do not tell.
pub(super) fn fit(slopes: &[Slope], size: (f64, f64)) -> Option<Fit> {
    let mut robust = vec![1.0; slopes.len()];
    let mut solution = [0.0; N];
    let mut spread = NOISE;
    for _ in 0..ROUNDS {
        solution = solve(slopes, &robust, size)?;
        let offs: Vec<f64> = slopes.iter().map(|s| s.slope - slope_at(&solution, s, size)).collect();
        let mut sorted: Vec<f64> = offs.iter().map(|o| o.abs()).collect();
        sorted.sort_by(f64::total_cmp);
        spread = (1.4826 * sorted.get(sorted.len() / 2)?).max(NOISE);
        for (weight, off) in robust.iter_mut().zip(&offs) {
            *weight = (1.0 - (off / (REACH * spread)).powi(2)).max(0.0).powi(2);
        }
    }
    let all: f64 = slopes.iter().map(|s| s.weight).sum();
    let near =
        slopes.iter().filter(|s| (s.slope - slope_at(&solution, s, size)).abs() <= AGREE * spread.min(2.0 * NOISE));
    let agreeing = near.map(|s| s.weight).sum::<f64>() / all.max(1e-9);
    let curves = centred(&solution, slopes, size);
    let curl = Curl::new(size, curves[0], curves[1])?;
    Some(Fit { curl, agreeing })
}

/// The equation of one slope: where its coefficients begin, and their factors for the top and for the bottom curve.
fn equation(s: &Slope, (width, height): (f64, f64)) -> (usize, [f64; 4], [f64; 4]) {
    let (first, w) = basis_slope(s.x / width);
    let t = s.y / height;
    (first, w.map(|w| w / width * (1.0 - t)), w.map(|w| w / width * t))
}

fn slope_at(solution: &[f64; N], s: &Slope, size: (f64, f64)) -> f64 {
    let (first, top, bottom) = equation(s, size);
    (0..4).map(|i| top[i] * solution[first + i] + bottom[i] * solution[COEFFICIENTS + first + i]).sum()
}

fn solve(slopes: &[Slope], robust: &[f64], size: (f64, f64)) -> Option<[f64; N]> {
    let mut a = [[0.0; N]; N];
    let mut b = [0.0; N];
    let mut add = |terms: &[(usize, f64)], value: f64, weight: f64| {
        for &(i, u) in terms {
            b[i] += weight * u * value;
            for &(j, v) in terms {
                a[i][j] += weight * u * v;
            }
        }
    };
    for (s, robust) in slopes.iter().zip(robust) {
        let (first, top, bottom) = equation(s, size);
        let terms: [(usize, f64); 8] = std::array::from_fn(|k| {
            if k < 4 { (first + k, top[k]) } else { (COEFFICIENTS + first + k - 4, bottom[k - 4]) }
        });
        add(&terms, s.slope, s.weight * robust);
    }
    // Penalties in slopes as well: a step from one coefficient to the next is a slope over one piece.
    let piece = PIECES as f64 / size.0;
    for i in 0..COEFFICIENTS - 1 {
        let (t, u) = (i, COEFFICIENTS + i);
        add(&[(t, -piece), (t + 1, piece), (u, piece), (u + 1, -piece)], 0.0, ALIKE);
        if i + 2 < COEFFICIENTS {
            add(&[(t, piece), (t + 1, -2.0 * piece), (t + 2, piece)], 0.0, STIFF);
            add(&[(u, piece), (u + 1, -2.0 * piece), (u + 2, piece)], 0.0, STIFF);
        }
    }
    // Slopes say nothing about how high a curve lies.
    for i in 0..N {
        add(&[(i, piece)], 0.0, 1e-6);
    }
    cholesky(&mut a, b)
}

/// Solves `a · x = b` for a symmetric positive matrix.
fn cholesky(a: &mut [[f64; N]; N], mut b: [f64; N]) -> Option<[f64; N]> {
    for j in 0..N {
        for i in j..N {
            let sum: f64 = (0..j).map(|k| a[i][k] * a[j][k]).sum();
            let rest = a[i][j] - sum;
            if i == j {
                a[j][j] = Some(rest).filter(|r| *r > 0.0)?.sqrt();
            } else {
                a[i][j] = rest / a[j][j];
            }
        }
    }
    for i in 0..N {
        let sum: f64 = (0..i).map(|k| a[i][k] * b[k]).sum();
        b[i] = (b[i] - sum) / a[i][i];
    }
    for i in (0..N).rev() {
        let sum: f64 = (i + 1..N).map(|k| a[k][i] * b[k]).sum();
        b[i] = (b[i] - sum) / a[i][i];
    }
    Some(b)
}

/// Both curves, moved so that lines keep their height on the whole.
fn centred(solution: &[f64; N], slopes: &[Slope], (width, _): (f64, f64)) -> [[f64; COEFFICIENTS]; 2] {
    [0, COEFFICIENTS].map(|from| {
        let mut curve: [f64; COEFFICIENTS] = std::array::from_fn(|i| solution[from + i]);
        let height = |s: &Slope| {
            let (first, weights) = basis(s.x / width);
            weights.iter().zip(&curve[first..]).map(|(w, c)| w * c).sum::<f64>()
        };
        let all: f64 = slopes.iter().map(|s| s.weight).sum();
        let mean = slopes.iter().map(|s| s.weight * height(s)).sum::<f64>() / all.max(1e-9);
        for c in &mut curve {
            *c -= mean;
        }
        curve
    })
}
