//! How a thing with four corners lies in a picture.

use scantrail_core::units::{Angle, Point, Quad, Turn};

/// The turn found in a picture: a quarter turn and what remains.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Attitude {
    /// The nearest quarter turn.
    pub turn: Turn,
    /// What remains after it, −45° to 45°.
    pub rest: Angle,
}

impl Attitude {
    /// From corners in order, clockwise from the top left of the thing itself.
    pub fn of(corners: &Quad) -> Self {
        let [a, b, c, d] = corners.0;
        // The mean of the upper and the lower edge, so that perspective does not pull to one side.
        let (dx, dy) = (b.x - a.x + c.x - d.x, b.y - a.y + c.y - d.y);
        let degrees = dy.atan2(dx).to_degrees();
        let quarters = (degrees / 90.0).round();
        let turn = Turn::ALL[(quarters as i32).rem_euclid(4) as usize];
        Self { turn, rest: Angle::from_degrees(degrees - 90.0 * quarters) }
    }
}

/// The mean of the corners.
pub(crate) fn centre(quad: &Quad) -> Point {
    let sum = quad.0.iter().fold((0.0, 0.0), |(x, y), p| (x + p.x, y + p.y));
    Point { x: sum.0 / 4.0, y: sum.1 / 4.0 }
}

/// The quad half as large again, about its centre.
pub(crate) fn grow(quad: &Quad) -> Quad {
    let middle = centre(quad);
    Quad(quad.0.map(|p| Point { x: middle.x + (p.x - middle.x) * 1.5, y: middle.y + (p.y - middle.y) * 1.5 }))
}

/// Whether a point lies within a convex quad.
pub(crate) fn contains(quad: &Quad, point: Point) -> bool {
    let side = |i: usize| {
        let (a, b) = (quad.0[i], quad.0[(i + 1) % 4]);
        (b.x - a.x) * (point.y - a.y) - (b.y - a.y) * (point.x - a.x)
    };
    let sides: [f64; 4] = std::array::from_fn(side);
    sides.iter().all(|&s| s >= 0.0) || sides.iter().all(|&s| s <= 0.0)
}

/// Whether corners that should run clockwise run the other way.
pub(crate) fn is_mirrored(quad: &Quad) -> bool {
    let double_area: f64 = (0..4).map(|i| (quad.0[i], quad.0[(i + 1) % 4])).map(|(a, b)| a.x * b.y - b.x * a.y).sum();
    double_area < 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turned(degrees: f64) -> Quad {
        let (sin, cos) = degrees.to_radians().sin_cos();
        let corner = |x: f64, y: f64| Point { x: x * cos - y * sin, y: x * sin + y * cos };
        Quad([corner(0.0, 0.0), corner(10.0, 0.0), corner(10.0, 10.0), corner(0.0, 10.0)])
    }

    #[test]
    fn a_turn_is_told_from_what_remains() {
        for (degrees, turn, rest) in [
            (0.0, Turn::None, 0.0),
            (92.0, Turn::Quarter, 2.0),
            (-3.0, Turn::None, -3.0),
            (177.0, Turn::Half, -3.0),
            (-177.0, Turn::Half, 3.0),
            (-90.0, Turn::ThreeQuarters, 0.0),
        ] {
            let attitude = Attitude::of(&turned(degrees));
            assert_eq!(attitude.turn, turn, "{degrees}");
            assert!((attitude.rest.degrees() - rest).abs() < 1e-9, "{degrees}");
        }
    }

    #[test]
    fn a_mirrored_quad_is_noticed() {
        let quad = turned(30.0);
        assert!(!is_mirrored(&quad));
        assert!(is_mirrored(&Quad([quad.0[1], quad.0[0], quad.0[3], quad.0[2]])));
        assert!(contains(&quad, centre(&quad)) && !contains(&quad, Point { x: -50.0, y: 0.0 }));
    }
}
