//! Maps that turn and move: parallel lines stay parallel, and lengths stay lengths.

use scantrail_core::units::{Angle, Point, Quad, Turn};

/// An invertible map `x' = a·x + b·y + c`, `y' = d·x + e·y + f`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Affine {
    rows: [[f64; 3]; 2],
}

impl Default for Affine {
    fn default() -> Self {
        Self::IDENTITY
    }
}

impl Affine {
    /// Leaves every point where it is.
    pub const IDENTITY: Self = Self { rows: [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]] };

    /// Moves by `(x, y)` pixels.
    pub const fn translation(x: f64, y: f64) -> Self {
        Self { rows: [[1.0, 0.0, x], [0.0, 1.0, y]] }
    }

    /// Turns the picture clockwise by `angle` about `centre`.
    pub fn rotation(angle: Angle, centre: Point) -> Self {
        let (sin, cos) = angle.radians().sin_cos();
        Self {
            rows: [
                [cos, -sin, centre.x - cos * centre.x + sin * centre.y],
                [sin, cos, centre.y - sin * centre.x - cos * centre.y],
            ],
        }
    }

    /// Turns a picture of `width × height` pixels back by `turn`, so that the result starts at (0, 0) again.
    pub fn turning_back(turn: Turn, width: u32, height: u32) -> Self {
        let (w, h) = (f64::from(width), f64::from(height));
        let rows = match turn {
            Turn::None => return Self::IDENTITY,
            // The content is turned clockwise; back means anticlockwise: the right edge becomes the top.
            Turn::Quarter => [[0.0, 1.0, 0.0], [-1.0, 0.0, w]],
            Turn::Half => [[-1.0, 0.0, w], [0.0, -1.0, h]],
            Turn::ThreeQuarters => [[0.0, -1.0, h], [1.0, 0.0, 0.0]],
        };
        Self { rows }
    }

    /// This map first, then `next`.
    #[must_use]
    pub fn then(&self, next: &Self) -> Self {
        let [p, q] = self.rows;
        let combine =
            |r: [f64; 3]| [r[0] * p[0] + r[1] * q[0], r[0] * p[1] + r[1] * q[1], r[0] * p[2] + r[1] * q[2] + r[2]];
        Self { rows: next.rows.map(combine) }
    }

    /// The map that undoes this one.
    #[must_use]
    pub fn inverse(&self) -> Self {
        let [[a, b, c], [d, e, f]] = self.rows;
        // Never zero: every constructor makes a rotation or a translation, and `then` multiplies determinants.
        let det = a * e - b * d;
        Self { rows: [[e / det, -b / det, (b * f - c * e) / det], [-d / det, a / det, (c * d - a * f) / det]] }
    }

    /// Where a point of the input lies in the output.
    pub fn map_forward(&self, point: Point) -> Point {
        let [[a, b, c], [d, e, f]] = self.rows;
        Point { x: a * point.x + b * point.y + c, y: d * point.x + e * point.y + f }
    }

    /// Where a point of the output came from.
    pub fn map_back(&self, point: Point) -> Point {
        self.inverse().map_forward(point)
    }

    /// Each corner of a quad, mapped forward.
    pub fn map_quad(&self, quad: &Quad) -> Quad {
        Quad(quad.0.map(|corner| self.map_forward(corner)))
    }

    /// The coefficients `[[a, b, c], [d, e, f]]`, for the record.
    pub fn coefficients(&self) -> [[f64; 3]; 2] {
        self.rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn close(a: Point, b: Point) -> bool {
        (a.x - b.x).hypot(a.y - b.y) < 1e-6
    }

    #[test]
    fn turning_back_brings_the_corner_home() {
        // A mark in the top left corner of an upright 300×200 page, seen after each turn of the page.
        for (turn, seen) in [
            (Turn::None, Point { x: 1.0, y: 2.0 }),
            (Turn::Quarter, Point { x: 198.0, y: 1.0 }),
            (Turn::Half, Point { x: 299.0, y: 198.0 }),
            (Turn::ThreeQuarters, Point { x: 2.0, y: 299.0 }),
        ] {
            let (w, h) = if matches!(turn, Turn::Quarter | Turn::ThreeQuarters) { (200, 300) } else { (300, 200) };
            let home = Affine::turning_back(turn, w, h).map_forward(seen);
            assert!(close(home, Point { x: 1.0, y: 2.0 }), "{turn:?}: {home:?}");
        }
    }

    #[test]
    fn a_clockwise_rotation_takes_right_to_down() {
        let p = Affine::rotation(Angle::from_degrees(90.0), Point::default()).map_forward(Point { x: 1.0, y: 0.0 });
        assert!(close(p, Point { x: 0.0, y: 1.0 }));
    }

    proptest! {
        #[test]
        fn there_and_back(deg in -180.0..180.0f64, cx in -3e3..3e3f64, tx in -3e3..3e3f64, x in -1e4..1e4f64, y in -1e4..1e4f64) {
            let map = Affine::rotation(Angle::from_degrees(deg), Point { x: cx, y: 7.0 })
                .then(&Affine::translation(tx, 5.0))
                .then(&Affine::turning_back(Turn::Quarter, 100, 60));
            let p = Point { x, y };
            prop_assert!(close(map.map_back(map.map_forward(p)), p));
        }

        #[test]
        fn then_is_one_after_the_other(deg in -90.0..90.0f64, tx in -1e3..1e3f64, x in -1e3..1e3f64) {
            let (a, b) = (Affine::rotation(Angle::from_degrees(deg), Point { x: 3.0, y: 4.0 }), Affine::translation(tx, 1.0));
            let p = Point { x, y: 9.0 };
            prop_assert!(close(a.then(&b).map_forward(p), b.map_forward(a.map_forward(p))));
        }
    }
}
