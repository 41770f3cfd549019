//! All the geometry of one prepared page, composed: from the input's pixels to the page's, and back.
//!
//! However many steps led to a page, its pixels are taken from the original once, through this.

use super::affine::Affine;
use super::curl::Curl;
use super::projective::Projective;
use scantrail_core::units::{Point, Quad};

/// From points of the input to points of a prepared page.
#[derive(Debug, Clone, PartialEq)]
pub struct Transform {
    steps: Vec<Step>,
}

/// One step that cannot be merged with its neighbours.
#[derive(Debug, Clone, PartialEq)]
enum Step {
    /// Turns, moves, scales and changes of perspective, already multiplied together.
    Plane(Projective),
    /// A curved page laid flat.
    Curl(Curl),
}

impl Transform {
    /// Leaves every point where it is.
    pub fn identity() -> Self {
        Self { steps: Vec::new() }
    }

    /// This transform first, then a change of the plane.
    #[must_use]
    pub fn then(mut self, next: impl Into<Projective>) -> Self {
        let next = next.into();
        if let Some(Step::Plane(last)) = self.steps.last_mut() {
            *last = last.then(&next);
        } else {
            self.steps.push(Step::Plane(next));
        }
        self
    }

    /// This transform first, then the page it leads to is laid flat.
    #[must_use]
    pub fn then_curl(mut self, curl: Curl) -> Self {
        self.steps.push(Step::Curl(curl));
        self
    }

    /// Where a point of the input lies on the page.
    pub fn map_forward(&self, point: Point) -> Point {
        self.steps.iter().fold(point, |p, step| match step {
            Step::Plane(plane) => plane.map_forward(p),
            Step::Curl(curl) => curl.map_forward(p),
        })
    }

    /// Where a point of the page came from.
    pub fn map_back(&self, point: Point) -> Point {
        self.steps.iter().rev().fold(point, |p, step| match step {
            Step::Plane(plane) => plane.inverse().map_forward(p),
            Step::Curl(curl) => curl.map_back(p),
        })
    }

    /// Like [`Self::map_back`], but `None` where no point of the input is seen: on or behind the horizon.
    pub fn source_of(&self, point: Point) -> Option<Point> {
        self.steps.iter().rev().try_fold(point, |p, step| match step {
            Step::Plane(plane) => plane.inverse().map_seen(p),
            Step::Curl(curl) => Some(curl.map_back(p)),
        })
    }

    /// Each corner of a quad, mapped forward.
    pub fn map_quad(&self, quad: &Quad) -> Quad {
        Quad(quad.0.map(|corner| self.map_forward(corner)))
    }

    /// The one plane map this is, if nothing is curved: the inverse of it drives the fastest kernels.
    pub fn as_plane(&self) -> Option<Projective> {
        match self.steps.as_slice() {
            [] => Some(Projective::IDENTITY),
            [Step::Plane(plane)] => Some(*plane),
            _ => None,
        }
    }
}

impl From<Affine> for Transform {
    fn from(affine: Affine) -> Self {
        Self::identity().then(affine)
    }
}

impl From<Projective> for Transform {
    fn from(plane: Projective) -> Self {
        Self::identity().then(plane)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::outline;
    use proptest::prelude::*;
    use scantrail_core::units::{Angle, Turn};

    proptest! {
        #[test]
        fn the_composed_transform_equals_the_sequence(deg in -20.0..20.0f64, dx in -300.0..300.0f64, x in 0.0..800.0f64, y in 0.0..1100.0f64) {
            let seen = Quad([(50.0, 20.0), (760.0 + dx / 10.0, 60.0), (790.0, 1050.0), (10.0, 1090.0)].map(|(x, y)| Point { x, y }));
            let flatten = Projective::between(&seen, &outline(700, 990)).unwrap();
            let turn = Affine::rotation(Angle::from_degrees(deg), Point { x: 350.0, y: 500.0 });
            let back = Affine::turning_back(Turn::Quarter, 700, 990);
            let whole = Transform::from(flatten).then(turn).then(back);
            let p = Point { x, y };
            let stepwise = back.map_forward(turn.map_forward(flatten.map_forward(p)));
            let at_once = whole.map_forward(p);
            prop_assert!((at_once.x - stepwise.x).hypot(at_once.y - stepwise.y) < 1e-6);
            let home = whole.map_back(at_once);
            prop_assert!((home.x - p.x).hypot(home.y - p.y) < 1e-6);
        }
    }
}
