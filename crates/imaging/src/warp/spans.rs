//! Which pixels of each output row come from inside the polygon that is kept.

use super::Canvas;
use super::reference::contains;
use crate::geometry::transform::Transform;
use scantrail_core::units::Point;
use std::ops::Range;

/// A little slack keeps the outermost pixels of an unturned picture despite rounding.
const SLACK: f64 = 1e-6;
/// Edges of the polygon are followed in steps of this many source pixels where the page is curved.
const BENT_STEP: f64 = 8.0;

/// The kept pixels of every row.
#[derive(Debug)]
pub(crate) struct Spans<'a> {
    width: usize,
    shape: Shape<'a>,
}

#[derive(Debug)]
enum Shape<'a> {
    All,
    /// Corners on the page.
    Polygon(Vec<Point>),
    /// Part of the polygon has no place on the page: every pixel is asked for itself.
    Asked(&'a Transform, &'a [Point]),
}

impl<'a> Spans<'a> {
    pub(crate) fn new(transform: &'a Transform, canvas: Canvas, keep: &'a [Point]) -> Self {
        let shape = if keep.is_empty() {
            Shape::All
        } else {
            on_page(transform, keep).map_or(Shape::Asked(transform, keep), Shape::Polygon)
        };
        Self { width: canvas.width as usize, shape }
    }

    /// The kept pixels of row `y`, from left to right, none twice.
    pub(crate) fn of_row(&self, y: u32, out: &mut Vec<Range<usize>>) {
        out.clear();
        match &self.shape {
            Shape::All => out.push(0..self.width),
            Shape::Polygon(corners) => self.between_edges(corners, f64::from(y) + 0.5, out),
            Shape::Asked(transform, keep) => {
                let inside = |x: usize| {
                    let at = Point { x: x as f64 + 0.5, y: f64::from(y) + 0.5 };
                    transform.source_of(at).is_some_and(|p| contains(keep, p))
                };
                for x in (0..self.width).filter(|&x| inside(x)) {
                    match out.last_mut() {
                        Some(last) if last.end == x => last.end = x + 1,
                        _ => out.push(x..x + 1),
                    }
                }
            }
        }
    }

    fn between_edges(&self, corners: &[Point], y: f64, out: &mut Vec<Range<usize>>) {
        let edges = corners.iter().zip(corners.iter().cycle().skip(1));
        let crossing = edges.filter(|(p, q)| (p.y <= y) != (q.y <= y));
        let mut crossings: Vec<f64> = crossing.map(|(p, q)| p.x + (y - p.y) / (q.y - p.y) * (q.x - p.x)).collect();
        crossings.sort_by(f64::total_cmp);
        for pair in crossings.as_chunks::<2>().0 {
            let first = (pair[0] - 0.5 - SLACK).ceil().clamp(0.0, self.width as f64) as usize;
            let end = ((pair[1] - 0.5 + SLACK).floor() + 1.0).clamp(0.0, self.width as f64) as usize;
            let first = out.last().map_or(first, |last| first.max(last.end));
            if first < end {
                out.push(first..end);
            }
        }
    }
}

/// The polygon on the page; `None` if part of it has no place there.
fn on_page(transform: &Transform, keep: &[Point]) -> Option<Vec<Point>> {
    let forward = |p: Point| {
        let there = transform.map_forward(p);
        // A point behind the camera does not come back.
        let back = transform.source_of(there)?;
        ((back.x - p.x).hypot(back.y - p.y) < 1.0).then_some(there)
    };
    if let Some(plane) = transform.as_plane() {
        return keep.iter().map(|&p| plane.map_seen(p)).collect();
    }
    let mut corners = Vec::new();
    for (p, q) in keep.iter().zip(keep.iter().cycle().skip(1)) {
        let steps = ((q.x - p.x).hypot(q.y - p.y) / BENT_STEP).ceil().clamp(1.0, 2000.0) as usize;
        for i in 0..steps {
            let t = i as f64 / steps as f64;
            corners.push(forward(Point { x: p.x + t * (q.x - p.x), y: p.y + t * (q.y - p.y) })?);
        }
    }
    Some(corners)
}
