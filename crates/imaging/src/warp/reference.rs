//! The plainest way to resample: every pixel by its own map, in floating point. What the fast kernels are held to.

use super::Canvas;
use crate::geometry::transform::Transform;
use scantrail_core::raster::{Channels, Raster};
use scantrail_core::units::Point;

/// Resamples `input` through `transform` (input to output) onto `canvas`, bilinearly.
///
/// What lies outside the input, or outside the polygon `keep` (in input pixels; empty keeps all), is filled. Half a
/// pixel beyond the edge still repeats the edge.
#[must_use]
pub fn render(input: &Raster, transform: &Transform, canvas: Canvas, keep: &[Point]) -> Raster {
    let channels = input.channels().count();
    let fill = if input.channels() == Channels::Rgb { canvas.fill.to_vec() } else { vec![canvas.fill[1]] };
    let mut samples = Vec::with_capacity(canvas.width as usize * canvas.height as usize * channels);
    for y in 0..canvas.height {
        for x in 0..canvas.width {
            let from = transform.source_of(Point { x: f64::from(x) + 0.5, y: f64::from(y) + 0.5 });
            let kept = from.filter(|&from| keep.is_empty() || contains(keep, from));
            match kept.and_then(|from| (0..channels).map(|c| sample(input, from, c)).collect::<Option<Vec<u8>>>()) {
                Some(pixel) => samples.extend(pixel),
                None => samples.extend(&fill),
            }
        }
    }
    Raster::new(canvas.width, canvas.height, input.channels(), samples)
        .expect("the buffer was made from this size")
        .with_resolution(input.resolution())
}

/// The value of channel `c` at a point; `None` outside the picture.
fn sample(input: &Raster, at: Point, c: usize) -> Option<u8> {
    let (w, h) = (f64::from(input.width()), f64::from(input.height()));
    // Not written as "outside if": a point at infinity is not inside either.
    let inside = at.x >= 0.0 && at.y >= 0.0 && at.x <= w && at.y <= h;
    if !inside {
        return None;
    }
    let (x, y) = (at.x - 0.5, at.y - 0.5);
    let (x0, y0) = (x.floor(), y.floor());
    let value = |x: f64, y: f64| {
        let (x, y) = (x.clamp(0.0, w - 1.0) as usize, y.clamp(0.0, h - 1.0) as u32);
        f64::from(input.row(y)[x * input.channels().count() + c])
    };
    let (wx, wy) = (x - x0, y - y0);
    let top = value(x0, y0) * (1.0 - wx) + value(x0 + 1.0, y0) * wx;
    let bottom = value(x0, y0 + 1.0) * (1.0 - wx) + value(x0 + 1.0, y0 + 1.0) * wx;
    Some((top * (1.0 - wy) + bottom * wy).round() as u8)
}

/// Whether a point lies in a polygon (even–odd rule).
pub(crate) fn contains(polygon: &[Point], p: Point) -> bool {
    let mut inside = false;
    for (a, b) in polygon.iter().zip(polygon.iter().cycle().skip(1)) {
        if (a.y <= p.y) != (b.y <= p.y) && p.x < a.x + (p.y - a.y) / (b.y - a.y) * (b.x - a.x) {
            inside = !inside;
        }
    }
    inside
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::outline;
    use crate::geometry::projective::Projective;
    use scantrail_core::units::Quad;

    #[test]
    fn a_page_seen_askew_comes_out_flat() {
        let seen = Quad([(12.0, 8.0), (88.0, 14.0), (94.0, 90.0), (6.0, 84.0)].map(|(x, y)| Point { x, y }));
        let flat = Projective::between(&seen, &outline(60, 60)).unwrap();
        // Left half dark, right half bright, in coordinates of the page.
        let samples = (0..100 * 100)
            .map(|i| flat.map_forward(Point { x: f64::from(i % 100) + 0.5, y: f64::from(i / 100) + 0.5 }))
            .map(|p| if (0.0..30.0).contains(&p.x) { 40 } else { 220 });
        let input = Raster::new(100, 100, Channels::Grey, samples.collect()).unwrap();
        let canvas = Canvas { width: 60, height: 60, fill: [0; 3] };
        let page = render(&input, &flat.into(), canvas, &seen.0);
        for y in 3..57 {
            assert!(page.row(y)[3..28].iter().all(|&v| v < 60), "row {y}");
            assert!(page.row(y)[33..57].iter().all(|&v| v > 200), "row {y}");
        }
    }
}
