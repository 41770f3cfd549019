//! Plane shapes: hulls, rectangles, lines, simplified outlines. It knows no pixels.

use scantrail_core::units::{Angle, Point, Quad};

/// A rectangle in any direction.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rectangle {
    /// Its middle, in input pixels.
    pub centre: Point,
    /// Width and height in input pixels, along its own sides.
    pub size: (f64, f64),
    /// How far it is turned clockwise from upright: −45° (not included) to 45°.
    pub turn: Angle,
}

impl Rectangle {
    /// The corners, clockwise from the top left one of the rectangle turned back.
    pub fn corners(&self) -> Quad {
        let (sin, cos) = self.turn.radians().sin_cos();
        let (w, h) = (self.size.0 / 2.0, self.size.1 / 2.0);
        Quad(
            [(-w, -h), (w, -h), (w, h), (-w, h)]
                .map(|(x, y)| Point { x: self.centre.x + cos * x - sin * y, y: self.centre.y + sin * x + cos * y }),
        )
    }

    /// In square pixels.
    pub fn area(&self) -> f64 {
        self.size.0 * self.size.1
    }

    /// The same rectangle in a picture `factor` times as large.
    #[must_use]
    pub(crate) fn scaled(&self, factor: f64) -> Self {
        let centre = Point { x: self.centre.x * factor, y: self.centre.y * factor };
        Self { centre, size: (self.size.0 * factor, self.size.1 * factor), turn: self.turn }
    }
}

/// Twice the signed area of a triangle: above 0 if it runs clockwise (y down).
pub(super) fn cross(a: Point, b: Point, c: Point) -> f64 {
    (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)
}

pub(super) fn distance(a: Point, b: Point) -> f64 {
    (a.x - b.x).hypot(a.y - b.y)
}

/// The area of a polygon, whichever way round.
pub(super) fn area(polygon: &[Point]) -> f64 {
    let next = polygon.iter().cycle().skip(1);
    polygon.iter().zip(next).map(|(a, b)| a.x * b.y - b.x * a.y).sum::<f64>().abs() / 2.0
}

/// The convex hull, clockwise (A. Andrew, 1979, DOI 10.1016/0020-0190(79)90072-3).
pub(super) fn hull(points: &[Point]) -> Vec<Point> {
    let mut sorted = points.to_vec();
    sorted.sort_by(|a, b| a.x.total_cmp(&b.x).then(a.y.total_cmp(&b.y)));
    sorted.dedup();
    if sorted.len() < 3 {
        return sorted;
    }
    let mut whole: Vec<Point> = Vec::new();
    for pass in 0..2 {
        let start = whole.len();
        for &p in &sorted {
            while whole.len() >= start + 2 && cross(whole[whole.len() - 2], whole[whole.len() - 1], p) <= 0.0 {
                whole.pop();
            }
            whole.push(p);
        }
        whole.pop();
        if pass == 0 {
            sorted.reverse();
        }
    }
    whole
}

/// The smallest rectangle around a convex hull: one side lies along a side of the hull (H. Freeman and R. Shapira,
/// 1975, DOI 10.1145/360881.360919).
pub(super) fn smallest_rectangle(hull: &[Point]) -> Rectangle {
    let mut best: Option<Rectangle> = None;
    for (a, b) in hull.iter().zip(hull.iter().cycle().skip(1)) {
        if distance(*a, *b) > 1e-9 {
            let rectangle = rectangle_along(hull, (b.y - a.y).atan2(b.x - a.x));
            if best.is_none_or(|best| rectangle.area() < best.area()) {
                best = Some(rectangle);
            }
        }
    }
    best.unwrap_or_else(|| rectangle_along(hull, 0.0))
}

/// The rectangle around some points with a side in this direction (radians).
pub(super) fn rectangle_along(points: &[Point], direction: f64) -> Rectangle {
    use std::f64::consts::{FRAC_PI_2, FRAC_PI_4};
    let mut turn = direction.rem_euclid(FRAC_PI_2);
    if turn > FRAC_PI_4 {
        turn -= FRAC_PI_2;
    }
    let (sin, cos) = turn.sin_cos();
    let turned: Vec<Point> =
        points.iter().map(|p| Point { x: cos * p.x + sin * p.y, y: cos * p.y - sin * p.x }).collect();
    let [l, t, r, b] = crate::geometry::bounds(&turned);
    let (x, y) = (f64::midpoint(l, r), f64::midpoint(t, b));
    Rectangle {
        centre: Point { x: cos * x - sin * y, y: sin * x + cos * y },
        size: (r - l, b - t),
        turn: Angle::from_degrees(turn.to_degrees()),
    }
}

/// A line through a point in a direction of length 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Line {
    pub(super) at: Point,
    pub(super) along: Point,
}

impl Line {
    pub(super) fn between(a: Point, b: Point) -> Self {
        let length = distance(a, b).max(1e-9);
        Self { at: a, along: Point { x: (b.x - a.x) / length, y: (b.y - a.y) / length } }
    }

    /// Least squares across the line, twice, the second time without what lies further away than `reach`.
    pub(super) fn fitted(points: &[Point], reach: f64) -> Option<Self> {
        let first = Self::least_squares(points)?;
        let near: Vec<Point> = points.iter().copied().filter(|p| first.away(*p).abs() <= reach).collect();
        Self::least_squares(&near)
    }

    fn least_squares(points: &[Point]) -> Option<Self> {
        let n = points.len() as f64;
        if points.len() < 2 {
            return None;
        }
        let mx = points.iter().map(|p| p.x).sum::<f64>() / n;
        let my = points.iter().map(|p| p.y).sum::<f64>() / n;
        let (mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0);
        for p in points {
            let (dx, dy) = (p.x - mx, p.y - my);
            (xx, xy, yy) = (xx + dx * dx, xy + dx * dy, yy + dy * dy);
        }
        // The direction of the greater spread.
        let angle = 0.5 * (2.0 * xy).atan2(xx - yy);
        Some(Self { at: Point { x: mx, y: my }, along: Point { x: angle.cos(), y: angle.sin() } })
    }

    /// Distance of a point from the line, signed.
    pub(super) fn away(&self, p: Point) -> f64 {
        (p.y - self.at.y) * self.along.x - (p.x - self.at.x) * self.along.y
    }

    /// Where two lines cross; `None` within about 6° of parallel.
    pub(super) fn crossing(&self, other: &Self) -> Option<Point> {
        let det = self.along.x * other.along.y - self.along.y * other.along.x;
        if det.abs() < 0.1 {
            return None;
        }
        let (dx, dy) = (other.at.x - self.at.x, other.at.y - self.at.y);
        let t = (dx * other.along.y - dy * other.along.x) / det;
        Some(Point { x: self.at.x + t * self.along.x, y: self.at.y + t * self.along.y })
    }
}

/// A closed outline with fewer points, none of the others further away than `reach` (D. Douglas and T. Peucker, 1973,
/// DOI 10.3138/FM57-6770-U75U-7727).
pub(super) fn simplified(outline: &[Point], reach: f64) -> Vec<Point> {
    if outline.len() < 4 {
        return outline.to_vec();
    }
    let far = |from: Point| {
        let nearer = |a: &usize, b: &usize| distance(outline[*a], from).total_cmp(&distance(outline[*b], from));
        (0..outline.len()).max_by(nearer).unwrap_or(0)
    };
    // Two points that surely are corners: far from the first, and far from that.
    let a = far(outline[0]);
    let b = far(outline[a]);
    let (a, b) = (a.min(b), a.max(b));
    let once: Vec<Point> = outline[a..].iter().chain(&outline[..=a]).copied().collect();
    let mut kept = Vec::new();
    keep(&once[..=b - a], reach, &mut kept);
    keep(&once[b - a..], reach, &mut kept);
    kept
}

/// Keeps the first point and what is needed before the last.
fn keep(points: &[Point], reach: f64, kept: &mut Vec<Point>) {
    let (Some(&first), Some(&last)) = (points.first(), points.last()) else { return };
    let line = Line::between(first, last);
    let away = |p: &Point| if distance(first, last) < 1e-9 { distance(*p, first) } else { line.away(*p).abs() };
    let furthest = (1..points.len().saturating_sub(1)).max_by(|&a, &b| away(&points[a]).total_cmp(&away(&points[b])));
    match furthest.filter(|&i| away(&points[i]) > reach) {
        Some(i) => {
            keep(&points[..=i], reach, kept);
            keep(&points[i..], reach, kept);
        }
        None => kept.push(first),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn points(list: &[(f64, f64)]) -> Vec<Point> {
        list.iter().map(|&(x, y)| Point { x, y }).collect()
    }

    #[test]
    fn an_outline_keeps_its_corners() {
        let square: Vec<(f64, f64)> = (0..40)
            .map(|i| match i / 10 {
                0 => (f64::from(i), 0.0),
                1 => (10.0, f64::from(i - 10)),
                2 => (f64::from(30 - i), 10.0),
                _ => (0.0, f64::from(40 - i)),
            })
            .collect();
        let corners = simplified(&points(&square), 0.5);
        assert_eq!(corners.len(), 4, "{corners:?}");
        assert!((area(&corners) - 100.0).abs() < 1e-9);
    }

    #[test]
    fn few_points_are_no_trouble() {
        for n in 0..4 {
            let few = points(&[(1.0, 1.0), (2.0, 5.0), (4.0, 2.0)][..n]);
            let _ = (simplified(&few, 1.0), area(&few));
            if n > 0 {
                assert!(smallest_rectangle(&hull(&few)).area() >= 0.0);
            }
        }
    }

    proptest! {
        #[test]
        fn a_turned_rectangle_is_found_again(deg in -44.0..44.0f64, w in 20.0..300.0f64, h in 20.0..300.0f64) {
            let truth = Rectangle { centre: Point { x: 500.0, y: 300.0 }, size: (w, h), turn: Angle::from_degrees(deg) };
            let mut seen = truth.corners().0.to_vec();
            seen.push(truth.centre);
            let found = smallest_rectangle(&hull(&seen));
            prop_assert!((found.turn.degrees() - deg).abs() < 1e-6);
            prop_assert!((found.size.0 - w).abs() < 1e-6 && (found.size.1 - h).abs() < 1e-6);
        }

        #[test]
        fn a_hull_leaves_nobody_outside(list in prop::collection::vec((0.0..100.0f64, 0.0..100.0f64), 3..40)) {
            let points = points(&list);
            let hull = hull(&points);
            for p in &points {
                for (a, b) in hull.iter().zip(hull.iter().cycle().skip(1)) {
                    prop_assert!(cross(*a, *b, *p) >= -1e-6);
                }
            }
        }
    }
}
