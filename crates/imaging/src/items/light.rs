//! How the light differs from place to place: a smooth surface through the logarithms of what is surely mat.
//!
//! One quadratic per channel, fitted robustly; a lamp moved, an exposure changed or a white balance shifted are all
//! smooth sums of logarithms. It knows no mat: it is given places and differences.

use super::colour::Rgb;

/// 1, x, y, x², xy, y².
const TERMS: usize = 6;

/// A smooth sum of logarithms for every place, one surface per channel.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Light {
    coefficients: [[f64; TERMS]; 3],
    across: f64,
    down: f64,
}

/// How many terms a surface has: fewer where there is less to learn it from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Degree {
    /// The same everywhere.
    Constant,
    /// A tilt.
    Plane,
    /// A tilt and a bowl.
    Quadratic,
}

impl Degree {
    fn terms(self) -> usize {
        match self {
            Self::Constant => 1,
            Self::Plane => 3,
            Self::Quadratic => 6,
        }
    }
}

impl Light {
    /// The same light everywhere, for a picture of this size.
    pub(super) fn even(width: usize, height: usize, level: Rgb) -> Self {
        let coefficients = level.map(|v| [f64::from(v), 0.0, 0.0, 0.0, 0.0, 0.0]);
        Self { coefficients, across: 2.0 / width.max(1) as f64, down: 2.0 / height.max(1) as f64 }
    }

    fn terms(&self, x: usize, y: usize) -> [f64; TERMS] {
        let (u, v) = (x as f64 * self.across - 1.0, y as f64 * self.down - 1.0);
        [1.0, u, v, u * u, u * v, v * v]
    }

    /// The surface at a working pixel.
    pub(super) fn at(&self, x: usize, y: usize) -> Rgb {
        let terms = self.terms(x, y);
        self.coefficients.map(|c| c.iter().zip(&terms).map(|(c, t)| c * t).sum::<f64>() as f32)
    }

    /// The surface nearest to some differences, each with its place and its weight. Too few leave it as it is.
    pub(super) fn fitted(&self, points: &[(usize, usize, Rgb, f32)], degree: Degree) -> Self {
        let n = degree.terms();
        if points.iter().filter(|p| p.3 > 0.0).count() < 8 * n {
            return self.clone();
        }
        let mut matrix = [[0.0f64; TERMS]; TERMS];
        let mut sides = [[0.0f64; TERMS]; 3];
        for &(x, y, value, weight) in points {
            let (terms, weight) = (self.terms(x, y), f64::from(weight));
            for i in 0..n {
                for j in 0..=i {
                    matrix[i][j] += weight * terms[i] * terms[j];
                }
                for c in 0..3 {
                    sides[c][i] += weight * terms[i] * f64::from(value[c]);
                }
            }
        }
        let Some(factor) = cholesky(&matrix, n) else { return self.clone() };
        Self { coefficients: sides.map(|side| solve(&factor, side, n)), ..self.clone() }
    }
}

/// The lower triangle `l` with `l·lᵀ` = a positive definite matrix (Golub and Van Loan, *Matrix Computations*, 4.2).
fn cholesky(matrix: &[[f64; TERMS]; TERMS], n: usize) -> Option<[[f64; TERMS]; TERMS]> {
    let mut l = [[0.0; TERMS]; TERMS];
    for i in 0..n {
        for j in 0..=i {
            let sum: f64 = (0..j).map(|k| l[i][k] * l[j][k]).sum();
            if i == j {
                let rest = matrix[i][i] - sum;
                if rest <= 1e-9 * matrix[i][i].max(1e-9) {
                    return None;
                }
                l[i][i] = rest.sqrt();
            } else {
                l[i][j] = (matrix[i][j] - sum) / l[j][j];
            }
        }
    }
    Some(l)
}

fn solve(l: &[[f64; TERMS]; TERMS], mut side: [f64; TERMS], n: usize) -> [f64; TERMS] {
    for i in 0..n {
        side[i] = (side[i] - (0..i).map(|k| l[i][k] * side[k]).sum::<f64>()) / l[i][i];
    }
    for i in (0..n).rev() {
        side[i] = (side[i] - (i + 1..n).map(|k| l[k][i] * side[k]).sum::<f64>()) / l[i][i];
    }
    side
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quadratic_is_found_again() {
        let even = Light::even(200, 100, [0.0; 3]);
        let truth = |x: usize, y: usize| {
            let (u, v) = (x as f32 / 100.0 - 1.0, y as f32 / 50.0 - 1.0);
            [0.1 + 0.2 * u, -0.3 * u * v, 0.05 * v * v - 0.1 * u]
        };
        let points: Vec<_> = (0..20_000).step_by(37).map(|i| (i % 200, i / 200)).collect();
        let points: Vec<_> = points.into_iter().map(|(x, y)| (x, y, truth(x, y), 1.0)).collect();
        let fitted = even.fitted(&points, Degree::Quadratic);
        for (x, y) in [(0, 0), (199, 99), (60, 70)] {
            for (a, b) in fitted.at(x, y).iter().zip(truth(x, y)) {
                assert!((a - b).abs() < 1e-4, "{a} for {b}");
            }
        }
        assert_eq!(even.fitted(&points[..3], Degree::Quadratic), even, "three points say nothing");
    }

    #[test]
    fn points_on_one_line_do_not_bend_the_surface() {
        let even = Light::even(100, 100, [0.0; 3]);
        let points: Vec<_> = (0..100).map(|x| (x, 50, [x as f32; 3], 1.0)).collect();
        assert_eq!(even.fitted(&points, Degree::Quadratic), even);
    }
}
