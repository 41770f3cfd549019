//! Maps between planes seen by a camera: straight lines stay straight, nothing else is promised.
//!
//! After R. Hartley and A. Zisserman, *Multiple View Geometry*, 2nd ed., chapters 2 and 4.

use super::affine::Affine;
use scantrail_core::units::{Point, Quad};

/// An invertible map `(x, y) → ((a·x + b·y + c) / w, (d·x + e·y + f) / w)` with `w = g·x + h·y + i`.
///
/// Only points with `w > 0` are in front of the camera; all constructors keep the outline they were made from there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Projective {
    rows: [[f64; 3]; 3],
}

/// Four corners that do not make a convex quadrilateral.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the four corners do not make a convex quadrilateral")]
pub struct NotConvex;

impl Projective {
    /// Leaves every point where it is.
    pub const IDENTITY: Self = Self { rows: [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]] };

    /// The map that takes the corners of `from` to those of `to`, in order. Both must be convex and run the same way
    /// round.
    pub fn between(from: &Quad, to: &Quad) -> Result<Self, NotConvex> {
        let onto_to = Self::from_unit_square(to)?;
        Ok(Self::from_unit_square(from)?.inverse().then(&onto_to))
    }

    /// The map that takes the unit square (0, 0), (1, 0), (1, 1), (0, 1) to a convex quad (P. Heckbert, *Fundamentals
    /// of Texture Mapping and Image Warping*, 1989, section 2.2.3).
    fn from_unit_square(quad: &Quad) -> Result<Self, NotConvex> {
        let [p0, p1, p2, p3] = quad.0;
        if !is_convex(quad) {
            return Err(NotConvex);
        }
        let (sx, sy) = (p0.x - p1.x + p2.x - p3.x, p0.y - p1.y + p2.y - p3.y);
        let (dx1, dx2, dy1, dy2) = (p1.x - p2.x, p3.x - p2.x, p1.y - p2.y, p3.y - p2.y);
        let det = dx1 * dy2 - dx2 * dy1;
        let (g, h) = ((sx * dy2 - dx2 * sy) / det, (dx1 * sy - sx * dy1) / det);
        Ok(Self {
            rows: [
                [p1.x - p0.x + g * p1.x, p3.x - p0.x + h * p3.x, p0.x],
                [p1.y - p0.y + g * p1.y, p3.y - p0.y + h * p3.y, p0.y],
                [g, h, 1.0],
            ],
        })
    }

    /// Enlarges by `x` and `y` about the origin; both above 0.
    pub const fn scaling(x: f64, y: f64) -> Self {
        Self { rows: [[x, 0.0, 0.0], [0.0, y, 0.0], [0.0, 0.0, 1.0]] }
    }

    /// This map first, then `next`.
    #[must_use]
    pub fn then(&self, next: &Self) -> Self {
        let (m, n) = (next.rows, self.rows);
        let cell = |r: usize, c: usize| m[r][0] * n[0][c] + m[r][1] * n[1][c] + m[r][2] * n[2][c];
        Self { rows: std::array::from_fn(|r| std::array::from_fn(|c| cell(r, c))) }.normalised()
    }

    /// The map that undoes this one.
    #[must_use]
    pub fn inverse(&self) -> Self {
        let [[a, b, c], [d, e, f], [g, h, i]] = self.rows;
        // The adjugate: a common factor does not matter. Its sign does, for `w > 0`.
        let det = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
        let rows = [
            [e * i - f * h, c * h - b * i, b * f - c * e],
            [f * g - d * i, a * i - c * g, c * d - a * f],
            [d * h - e * g, b * g - a * h, a * e - b * d],
        ];
        Self { rows: rows.map(|row| row.map(|v| v / det)) }.normalised()
    }

    /// Where a point of the input lies in the output.
    pub fn map_forward(&self, point: Point) -> Point {
        let [x, y, w] = self.rows.map(|[a, b, c]| a * point.x + b * point.y + c);
        Point { x: x / w, y: y / w }
    }

    /// Like [`Self::map_forward`], but `None` for a point on or behind the horizon.
    #[inline]
    pub fn map_seen(&self, point: Point) -> Option<Point> {
        let [x, y, w] = self.rows.map(|[a, b, c]| a * point.x + b * point.y + c);
        let scale = 1.0 / w;
        (w > 0.0).then_some(Point { x: x * scale, y: y * scale })
    }

    /// Each corner of a quad, mapped forward.
    pub fn map_quad(&self, quad: &Quad) -> Quad {
        Quad(quad.0.map(|corner| self.map_forward(corner)))
    }

    /// The coefficients, row by row; the last is 1 unless the origin lies on the horizon.
    pub fn coefficients(&self) -> [[f64; 3]; 3] {
        self.rows
    }

    /// Whether parallel lines stay parallel, to a thousandth of a pixel over 10 000 pixels.
    pub fn is_affine(&self) -> bool {
        self.rows[2][0].abs() < 1e-11 && self.rows[2][1].abs() < 1e-11
    }

    fn normalised(self) -> Self {
        let last = self.rows[2][2];
        // Only a positive factor keeps what is in front of the camera there.
        if last > 1e-12 { Self { rows: self.rows.map(|row| row.map(|v| v / last)) } } else { self }
    }
}

impl From<Affine> for Projective {
    fn from(affine: Affine) -> Self {
        let [first, second] = affine.coefficients();
        Self { rows: [first, second, [0.0, 0.0, 1.0]] }
    }
}

/// Whether the corners run clockwise (y down) and every corner is a real one.
pub fn is_convex(quad: &Quad) -> bool {
    (0..4).all(|k| {
        let [a, b, c] = [quad.0[k], quad.0[(k + 1) % 4], quad.0[(k + 2) % 4]];
        (b.x - a.x) * (c.y - b.y) - (b.y - a.y) * (c.x - b.x) > 1e-9
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn close(a: Point, b: Point) -> bool {
        (a.x - b.x).hypot(a.y - b.y) < 1e-6
    }

    fn quad(corners: [(f64, f64); 4]) -> Quad {
        Quad(corners.map(|(x, y)| Point { x, y }))
    }

    #[test]
    fn bow_ties_and_mirrors_are_refused() {
        let page = quad([(0.0, 0.0), (10.0, 0.0), (10.0, 14.0), (0.0, 14.0)]);
        for bad in [
            quad([(0.0, 0.0), (10.0, 0.0), (0.0, 14.0), (10.0, 14.0)]),
            quad([(10.0, 0.0), (0.0, 0.0), (0.0, 14.0), (10.0, 14.0)]),
            quad([(0.0, 0.0), (5.0, 0.0), (10.0, 0.0), (0.0, 14.0)]),
        ] {
            assert_eq!(Projective::between(&bad, &page), Err(NotConvex));
        }
    }

    proptest! {
        #[test]
        fn corners_land_on_corners_and_come_back(jitter in prop::array::uniform8(-200.0..200.0f64), x in 0.0..2000.0f64, y in 0.0..3000.0f64) {
            let j = |i: usize| jitter[i];
            let seen = quad([(j(0), j(1)), (2000.0 + j(2), j(3)), (2000.0 + j(4), 3000.0 + j(5)), (j(6), 3000.0 + j(7))]);
            let flat = quad([(0.0, 0.0), (2100.0, 0.0), (2100.0, 2970.0), (0.0, 2970.0)]);
            let map = Projective::between(&seen, &flat).unwrap();
            for (from, to) in seen.0.iter().zip(&flat.0) {
                prop_assert!(close(map.map_forward(*from), *to));
            }
            let p = Point { x, y };
            prop_assert!(close(map.inverse().map_forward(map.map_forward(p)), p));
            let whole = map.then(&Projective::scaling(0.5, 0.25));
            let (once, twice) = (whole.map_forward(p), map.map_forward(p));
            let scaled = Point { x: twice.x * 0.5, y: twice.y * 0.25 };
            prop_assert!(close(once, scaled));
        }
    }
}
