//! The straight mapping from millimetres on paper to pixels, fitted to pairs of points.

use scantrail_core::units::Point;

/// `x = x₀ + xₘ·m + xₙ·n` and `y = y₀ + yₘ·m + yₙ·n` for a place (m, n) in millimetres.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Mapping {
    x: [f64; 3],
    y: [f64; 3],
}

/// A place on paper and where it is in the picture.
pub(super) type Pair = ((f64, f64), Point);

impl Mapping {
    /// The mapping with the least squared errors; `None` if the places lie on a line.
    pub(super) fn fit(pairs: &[Pair]) -> Option<Self> {
        let mut normal = [[0.0; 3]; 3];
        let (mut to_x, mut to_y) = ([0.0; 3], [0.0; 3]);
        for &((m, n), point) in pairs {
            let row = [1.0, m, n];
            for i in 0..3 {
                for j in 0..3 {
                    normal[i][j] += row[i] * row[j];
                }
                to_x[i] += row[i] * point.x;
                to_y[i] += row[i] * point.y;
            }
        }
        Some(Self { x: solve(normal, to_x)?, y: solve(normal, to_y)? })
    }

    pub(super) fn to_pixels(self, (m, n): (f64, f64)) -> Point {
        let at = |c: [f64; 3]| c[0] + c[1] * m + c[2] * n;
        Point { x: at(self.x), y: at(self.y) }
    }

    pub(super) fn to_paper(self, point: Point) -> (f64, f64) {
        let (dx, dy) = (point.x - self.x[0], point.y - self.y[0]);
        let determinant = self.x[1] * self.y[2] - self.x[2] * self.y[1];
        ((dx * self.y[2] - dy * self.x[2]) / determinant, (dy * self.x[1] - dx * self.y[1]) / determinant)
    }

    /// Pixels to a millimetre of the sheet's width and of its height.
    pub(super) fn per_mm(self) -> (f64, f64) {
        (self.x[1].hypot(self.y[1]), self.x[2].hypot(self.y[2]))
    }
}

/// Three equations by elimination with pivots.
fn solve(mut a: [[f64; 3]; 3], mut b: [f64; 3]) -> Option<[f64; 3]> {
    for column in 0..3 {
        let pivot = (column..3).max_by(|&i, &j| a[i][column].abs().total_cmp(&a[j][column].abs()))?;
        if a[pivot][column].abs() < 1e-9 {
            return None;
        }
        a.swap(column, pivot);
        b.swap(column, pivot);
        for row in column + 1..3 {
            let factor = a[row][column] / a[column][column];
            let above = a[column];
            for (value, above) in a[row].iter_mut().zip(above).skip(column) {
                *value -= factor * above;
            }
            b[row] -= factor * b[column];
        }
    }
    let mut solution = [0.0; 3];
    for row in (0..3).rev() {
        let known: f64 = (row + 1..3).map(|k| a[row][k] * solution[k]).sum();
        solution[row] = (b[row] - known) / a[row][row];
    }
    Some(solution)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mapping_is_found_again() {
        let truth = Mapping { x: [12.0, 11.8, -0.4], y: [-7.0, 0.4, 11.9] };
        let places = [(0.0, 0.0), (200.0, 3.0), (180.0, 290.0), (4.0, 270.0)];
        let pairs = places.map(|place| (place, truth.to_pixels(place)));
        let found = Mapping::fit(&pairs).unwrap();
        for place in places {
            let back = found.to_paper(truth.to_pixels(place));
            assert!((back.0 - place.0).abs() < 1e-6 && (back.1 - place.1).abs() < 1e-6);
        }
        assert!((found.per_mm().0 - 11.8_f64.hypot(0.4)).abs() < 1e-6);
        assert_eq!(Mapping::fit(&pairs[..1]), None);
    }
}
