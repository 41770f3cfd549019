//! The map between a curved page and the same page lying flat: every column slides up or down, and stretches a little.
//!
//! A bound page bends like a part of a cylinder whose axis runs along the spine: seen upright, its lines of print bend,
//! all in nearly the same way, and perspective changes that way evenly from the top line to the bottom line. So the map
//! is two curves, one at the top and one at the bottom edge of the flat page, with straight columns in between:
//!
//! ```text
//! y_seen = y + (1 − y/h) · top(x) + y/h · bottom(x),    x_seen = x
//! ```
//!
//! In each column this is linear in `y`, so it is taken back exactly. It must not know how curves are found.

use scantrail_core::units::Point;

/// Pieces of the cubic splines over the width. A page of 200 mm has one for every 25 mm: paper does not bend closer.
pub const PIECES: usize = 8;
/// Coefficients of a cubic B-spline of [`PIECES`] pieces.
pub const COEFFICIENTS: usize = PIECES + 3;
/// No column is squeezed or stretched beyond this share of its length: nothing turns over.
const MOST_STRETCH: f64 = 0.5;

/// How a page of known size curves, in its pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Curl {
    width: f64,
    height: f64,
    /// Coefficients: pixels by which the top edge of the flat page is seen lower…
    top: [f64; COEFFICIENTS],
    /// …and its bottom edge.
    bottom: [f64; COEFFICIENTS],
}

impl Curl {
    /// From the coefficients of two uniform cubic B-splines over the whole width of a page of `width × height` pixels,
    /// in pixels downwards; `None` if a column would be squeezed or stretched by more than half.
    pub fn new((width, height): (f64, f64), top: [f64; COEFFICIENTS], bottom: [f64; COEFFICIENTS]) -> Option<Self> {
        // A spline lies between the least and the greatest of its coefficients.
        let kept = top.iter().zip(&bottom).all(|(t, b)| (b - t).abs() <= MOST_STRETCH * height);
        let finite = width.is_finite() && height.is_finite() && top.iter().chain(&bottom).all(|c| c.is_finite());
        (kept && finite && width > 0.0 && height > 0.0).then_some(Self { width, height, top, bottom })
    }

    /// The same for the picture resampled to `factor` times as many pixels on both axes.
    #[must_use]
    pub fn scaled(&self, factor: f64) -> Self {
        let all = |c: [f64; COEFFICIENTS]| c.map(|v| v * factor);
        Self { width: self.width * factor, height: self.height * factor, top: all(self.top), bottom: all(self.bottom) }
    }

    /// Where a point of the curved page lies on the flat one.
    pub fn map_forward(&self, seen: Point) -> Point {
        let (offset, stretch) = self.column(seen.x);
        Point { x: seen.x, y: (seen.y - offset) / stretch }
    }

    /// Where a point of the flat page is seen on the curved one.
    pub fn map_back(&self, flat: Point) -> Point {
        let (offset, stretch) = self.column(flat.x);
        Point { x: flat.x, y: offset + stretch * flat.y }
    }

    /// What column `x` does: `y_seen = offset + stretch · y`. Beyond the sides as at the sides.
    pub fn column(&self, x: f64) -> (f64, f64) {
        let (first, weights) = basis(x / self.width);
        let of = |c: &[f64; COEFFICIENTS]| weights.iter().zip(&c[first..]).map(|(w, c)| w * c).sum::<f64>();
        let (top, bottom) = (of(&self.top), of(&self.bottom));
        (top, 1.0 + (bottom - top) / self.height)
    }
}

/// The first of four coefficients that count at the share `u` of the width, and their weights, which add up to 1.
pub(crate) fn basis(u: f64) -> (usize, [f64; 4]) {
    let (first, t) = piece(u);
    let (t2, t3) = (t * t, t * t * t);
    let s = 1.0 - t;
    (first, [s * s * s / 6.0, (3.0 * t3 - 6.0 * t2 + 4.0) / 6.0, (3.0 * (t + t2 - t3) + 1.0) / 6.0, t3 / 6.0])
}

/// The same for the slope over `u`.
pub(crate) fn basis_slope(u: f64) -> (usize, [f64; 4]) {
    let (first, t) = piece(u);
    let s = 1.0 - t;
    let n = PIECES as f64 / 2.0;
    (first, [-s * s * n, (3.0 * t - 4.0) * t * n, (1.0 + 2.0 * t - 3.0 * t * t) * n, t * t * n])
}

fn piece(u: f64) -> (usize, f64) {
    // Not a number counts as the left side.
    let at = if u > 0.0 { (u * PIECES as f64).min(PIECES as f64) } else { 0.0 };
    let first = (at as usize).min(PIECES - 1);
    (first, at - first as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::affine::Affine;
    use crate::geometry::outline;
    use crate::geometry::projective::Projective;
    use crate::geometry::transform::Transform;
    use proptest::prelude::*;
    use scantrail_core::units::{Angle, Quad};

    fn curl(top: [f64; COEFFICIENTS], bottom: [f64; COEFFICIENTS]) -> Curl {
        Curl::new((800.0, 1100.0), top, bottom).unwrap()
    }

    #[test]
    fn weights_add_up_and_the_slope_is_that_of_the_curve() {
        for i in 0..=100 {
            let u = f64::from(i) / 100.0;
            let ((first, w), (_, slope)) = (basis(u), basis_slope(u));
            assert!((w.iter().sum::<f64>() - 1.0).abs() < 1e-12 && slope.iter().sum::<f64>().abs() < 1e-9);
            let ((near, v), step) = (basis(u + 1e-6), 1e-6);
            if near == first && i < 100 {
                w.iter().zip(v).zip(slope).for_each(|((w, v), s)| assert!(((v - w) / step - s).abs() < 1e-3));
            }
        }
    }

    #[test]
    fn a_page_that_would_turn_over_is_no_page() {
        let mut bottom = [0.0; COEFFICIENTS];
        bottom[4] = -600.0;
        assert_eq!(Curl::new((800.0, 1100.0), [0.0; COEFFICIENTS], bottom), None);
        bottom[4] = f64::NAN;
        assert_eq!(Curl::new((800.0, 1100.0), [0.0; COEFFICIENTS], bottom), None);
    }

    #[test]
    fn twice_the_pixels_curve_twice_as_far() {
        let one = curl([9.0; COEFFICIENTS], std::array::from_fn(|i| i as f64 * 4.0));
        let p = one.map_back(Point { x: 300.0, y: 400.0 });
        let q = one.scaled(2.0).map_back(Point { x: 600.0, y: 800.0 });
        assert!((q.x - 2.0 * p.x).abs() < 1e-9 && (q.y - 2.0 * p.y).abs() < 1e-9);
    }

    proptest! {
        #[test]
        fn there_and_back_is_nowhere_and_order_is_kept(
            top in prop::array::uniform11(-250.0..250.0f64),
            bottom in prop::array::uniform11(-250.0..250.0f64),
            x in -100.0..900.0f64,
            y in -200.0..1300.0f64,
        ) {
            let curl = curl(top, bottom);
            let p = Point { x, y };
            let home = curl.map_forward(curl.map_back(p));
            prop_assert!((home.x - x).abs() < 1e-9 && (home.y - y).abs() < 1e-6);
            let below = curl.map_back(Point { x, y: y + 1.0 });
            prop_assert!(below.y > curl.map_back(p).y);
        }

        #[test]
        fn a_transform_with_a_curl_in_it_goes_there_and_back(
            top in prop::array::uniform11(-60.0..60.0f64),
            bottom in prop::array::uniform11(-60.0..60.0f64),
            deg in -5.0..5.0f64,
            x in 0.0..800.0f64,
            y in 0.0..1100.0f64,
        ) {
            let curl = curl(top, bottom);
            let seen = Quad([(50.0, 20.0), (760.0, 60.0), (790.0, 1050.0), (10.0, 1090.0)].map(|(x, y)| Point { x, y }));
            let flatten = Projective::between(&seen, &outline(800, 1100)).unwrap();
            let turn = Affine::rotation(Angle::from_degrees(deg), Point { x: 350.0, y: 500.0 });
            let whole = Transform::from(flatten).then_curl(curl).then(turn);
            let p = Point { x, y };
            let there = whole.map_forward(p);
            let stepwise = turn.map_forward(curl.map_forward(flatten.map_forward(p)));
            prop_assert!((there.x - stepwise.x).hypot(there.y - stepwise.y) < 1e-6);
            let home = whole.map_back(there);
            prop_assert!((home.x - x).hypot(home.y - y) < 1e-6);
            prop_assert_eq!(whole.as_plane(), None);
            prop_assert!(whole.source_of(there).is_some_and(|s| (s.x - x).hypot(s.y - y) < 1e-6));
        }
    }
}
