//! What was found compared with what lies there. It must not know who found it.

use super::scene::{SIZE, Scene};
use scantrail_core::units::Point;

/// A shape that was found, in pixels.
pub(crate) struct Shape {
    pub(crate) outline: Vec<Point>,
    /// The corners of its crop, margin included.
    pub(crate) crop: Vec<Point>,
}

/// What one reading of one scene was worth.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Score {
    /// As many as there are, each where one is.
    pub(crate) right: bool,
    pub(crate) found: usize,
    pub(crate) there: usize,
    /// Intersection over union for each thing that was found, thin ones aside.
    pub(crate) overlaps: Vec<f64>,
    /// Pixels of things that were found but lie outside their own crops, and of how many such things.
    pub(crate) lost_pixels: usize,
    pub(crate) clipped: usize,
}

/// Shapes and things meet from this overlap on; thin ones from the lesser.
const MEET: f64 = 0.5;
const MEET_THIN: f64 = 0.2;

impl Score {
    pub(crate) fn of(scene: &Scene, found: &[Shape]) -> Self {
        let work: Vec<usize> = (0..scene.things.len()).filter(|&k| !scene.things[k].is_card()).collect();
        let mut sizes = vec![0usize; scene.things.len() + 1];
        scene.owner.iter().for_each(|&o| sizes[usize::from(o)] += 1);
        let shares: Vec<(Vec<usize>, usize)> = found.iter().map(|f| share(scene, &f.outline)).collect();
        let mut score = Self { found: found.len(), there: work.len(), ..Self::default() };
        let mut met = 0;
        for &k in &work {
            let overlap = |(n, (hits, area)): (usize, &(Vec<usize>, usize))| {
                let common = hits[k + 1];
                (n, common as f64 / (sizes[k + 1] + area - common).max(1) as f64)
            };
            let best = shares.iter().enumerate().map(overlap).max_by(|a, b| a.1.total_cmp(&b.1));
            let thin = scene.things[k].is_thin();
            let Some((n, overlap)) = best.filter(|(_, v)| *v >= if thin { MEET_THIN } else { MEET }) else { continue };
            met += 1;
            if !thin {
                score.overlaps.push(overlap);
            }
            let inside = share(scene, &found[n].crop).0[k + 1];
            score.lost_pixels += sizes[k + 1] - inside;
            score.clipped += usize::from(inside < sizes[k + 1]);
        }
        score.right = met == work.len() && found.len() == work.len();
        score
    }
}

/// How many pixels of each owner lie in a polygon, and how many at all.
fn share(scene: &Scene, polygon: &[Point]) -> (Vec<usize>, usize) {
    let mut hits = vec![0usize; scene.things.len() + 1];
    let mut all = 0;
    let (w, h) = (SIZE.0 as usize, SIZE.1 as usize);
    let low = polygon.iter().map(|p| p.y).fold(f64::INFINITY, f64::min).max(0.0) as usize;
    let high = polygon.iter().map(|p| p.y).fold(0.0, f64::max).ceil().clamp(0.0, h as f64) as usize;
    let mut crossings: Vec<f64> = Vec::new();
    for y in low..high {
        let middle = y as f64 + 0.5;
        crossings.clear();
        for (a, b) in polygon.iter().zip(polygon.iter().cycle().skip(1)) {
            if (a.y <= middle) != (b.y <= middle) {
                crossings.push(a.x + (middle - a.y) / (b.y - a.y) * (b.x - a.x));
            }
        }
        crossings.sort_by(f64::total_cmp);
        for pair in crossings.chunks_exact(2) {
            // Pixels whose middles lie between.
            let from = (pair[0] - 0.5).ceil().clamp(0.0, w as f64) as usize;
            let to = (pair[1] - 0.5).ceil().clamp(0.0, w as f64) as usize;
            for &o in &scene.owner[y * w + from..y * w + to.max(from)] {
                hits[usize::from(o)] += 1;
                all += 1;
            }
        }
    }
    (hits, all)
}

/// Whether an outline is that of a card.
pub(crate) fn is_on_card(scene: &Scene, outline: &[Point]) -> bool {
    let (hits, all) = share(scene, outline);
    (0..scene.things.len()).any(|k| scene.things[k].is_card() && 2 * hits[k + 1] > all)
}

#[cfg(test)]
mod tests {
    use super::super::mats::Mat;
    use super::super::scene::Load;
    use super::*;

    #[test]
    fn the_truth_itself_is_right_and_half_of_it_is_not() {
        let scene = Scene::new(Mat::Grey, Load::Near, 1, &[]);
        let boxes: Vec<Shape> = scene
            .things
            .iter()
            .enumerate()
            .map(|(k, _)| {
                let w = SIZE.0 as usize;
                let of = |i: &usize| usize::from(scene.owner[*i]) == k + 1;
                let mine: Vec<usize> = (0..scene.owner.len()).filter(of).collect();
                let (l, r) = (mine.iter().map(|i| i % w).min().unwrap(), mine.iter().map(|i| i % w).max().unwrap());
                let (t, b) = (mine[0] / w, mine[mine.len() - 1] / w);
                let corners = [(l, t), (r + 1, t), (r + 1, b + 1), (l, b + 1)];
                let outline: Vec<Point> = corners.iter().map(|&(x, y)| Point { x: x as f64, y: y as f64 }).collect();
                Shape { crop: outline.clone(), outline }
            })
            .collect();
        let score = Score::of(&scene, &boxes);
        assert!(score.right && score.lost_pixels == 0, "{score:?}");
        assert!(!Score::of(&scene, &boxes[1..]).right, "one is missing");
    }
}
