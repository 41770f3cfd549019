//! Touching items taken apart, on clear evidence only: two shapes that explain the outline far better than one, and an
//! edge to be seen between them, or a narrow neck. It knows no mat.

use super::colour::ColourPlane;
use super::shape::{Line, area, cross, distance, hull, simplified, smallest_rectangle};
use crate::warp::reference::contains;
use scantrail_core::units::Point;

/// How many items may come of one region.
const MOST_PARTS: usize = 6;
/// Outlines are simplified to this (working pixels) before corners are looked for.
const SMOOTH: f64 = 2.0;
/// A bay in the outline counts from this depth, in millimetres: torn edges and curled corners stay below it.
const BAY_MM: f64 = 3.0;
/// Both parts must fill their rectangles to this share…
const PART_FILL: f64 = 0.93;
/// …and the whole must fill its own less than that by this much.
const WHOLE_LESS: f64 = 0.06;
/// Share of the cut along which an edge must be seen.
const SEEN: f64 = 0.6;
/// The same if the operator expects more items than there are regions.
const SEEN_IF_EXPECTED: f64 = 0.4;
/// A neck of at most this share of the lesser part's size needs no edge…
const NECK: f64 = 0.18;
/// …nor one of this share if more items are expected.
const NECK_IF_EXPECTED: f64 = 0.4;
/// The least part, in square millimetres: a tenth of a card.
const LEAST_PART_MM2: f64 = 400.0;
/// An edge changes some channel by this much across two pixels, or is darker than both sides by half of it.
const STEP: f32 = 12.0;

/// How willing one is to take apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Evidence {
    /// Nobody expects more items.
    Clear,
    /// The operator expects more items than were found.
    Expected,
}

/// One way to take an outline apart.
struct Cut {
    parts: [Vec<Point>; 2],
    worth: f64,
}

/// The parts of an outline (clockwise, working pixels); the outline itself if there is no clear evidence.
pub(super) fn split(outline: &[Point], plane: &ColourPlane, per_mm: f64, evidence: Evidence) -> Vec<Vec<Point>> {
    let mut whole = vec![simplified(outline, SMOOTH)];
    let mut parts: Vec<Vec<Point>> = Vec::new();
    while let Some(piece) = whole.pop() {
        let cut = (parts.len() + whole.len() + 1 < MOST_PARTS).then(|| best_cut(&piece, plane, per_mm, evidence));
        match cut.flatten() {
            Some(cut) => whole.extend(cut.parts),
            None => parts.push(piece),
        }
    }
    if parts.len() == 1 { vec![outline.to_vec()] } else { parts }
}

fn fill(polygon: &[Point]) -> f64 {
    area(polygon) / smallest_rectangle(&hull(polygon)).area().max(1e-9)
}

fn best_cut(piece: &[Point], plane: &ColourPlane, per_mm: f64, evidence: Evidence) -> Option<Cut> {
    let whole = fill(piece);
    let bays = bays(piece, BAY_MM * per_mm);
    let least = LEAST_PART_MM2 * per_mm * per_mm;
    let mut best: Option<Cut> = None;
    let mut offer = |cut: Option<Cut>| {
        if let Some(cut) = cut.filter(|cut| best.as_ref().is_none_or(|b| cut.worth > b.worth)) {
            best = Some(cut);
        }
    };
    for (n, &i) in bays.iter().enumerate() {
        for &j in &bays[n + 1..] {
            for path in paths(piece, i, j) {
                offer(judge(piece, (i, j), &path, plane, (whole, least), evidence));
            }
        }
        for end in rays(piece, i) {
            let (with_end, i, j) = inserted(piece, i, end);
            offer(judge(&with_end, (i, j), &[], plane, (whole, least), evidence));
        }
    }
    best
}

/// Corners that point inwards and lie this deep inside the hull.
fn bays(piece: &[Point], depth: f64) -> Vec<usize> {
    let n = piece.len();
    let hull = hull(piece);
    let deep = |p: Point| {
        let sides = hull.iter().zip(hull.iter().cycle().skip(1));
        sides.map(|(a, b)| Line::between(*a, *b).away(p)).fold(f64::INFINITY, f64::min)
    };
    (0..n)
        .filter(|&i| {
            let (a, b, c) = (piece[(i + n - 1) % n], piece[i], piece[(i + 1) % n]);
            // At least 15° inwards.
            let sine = cross(a, b, c) / (distance(a, b) * distance(b, c)).max(1e-9);
            sine < -0.26 && deep(b) >= depth
        })
        .collect()
}

/// The ways from corner `i` to corner `j` through the piece: straight, and round the corner of either sheet if it lies
/// on the other. Given without their ends.
fn paths(piece: &[Point], i: usize, j: usize) -> Vec<Vec<Point>> {
    let n = piece.len();
    let at = |k: usize| piece[k % n];
    let mut paths = vec![Vec::new()];
    // The sheet of the chain i..j goes on beyond both ends, or that of the chain j..i does.
    for (first, last) in [((i + 1, i), (j + n - 1, j)), ((i + n - 1, i), (j + 1, j))] {
        let (from, to) = (Line::between(at(first.0), at(first.1)), Line::between(at(last.0), at(last.1)));
        if let Some(corner) = from.crossing(&to) {
            let ahead =
                |line: &Line, end: Point| (corner.x - end.x) * line.along.x + (corner.y - end.y) * line.along.y > 1.0;
            if ahead(&from, at(i)) && ahead(&to, at(j)) && contains(piece, corner) {
                paths.push(vec![corner]);
            }
        }
    }
    paths
}

/// Where the two sides that meet at corner `i` would go on through the piece and leave it: the side that is left, and
/// the place.
fn rays(piece: &[Point], i: usize) -> Vec<(usize, Point)> {
    let n = piece.len();
    let mut ends = Vec::new();
    for before in [(i + n - 1) % n, (i + 1) % n] {
        let ray = Line::between(piece[before], piece[i]);
        let mut nearest: Option<(f64, usize, Point)> = None;
        for k in 0..n {
            let (a, b) = (piece[k], piece[(k + 1) % n]);
            if k == i || (k + 1) % n == i {
                continue;
            }
            let (da, db) = (ray.away(a), ray.away(b));
            if (da <= 0.0) == (db <= 0.0) {
                continue;
            }
            let t = da / (da - db);
            let p = Point { x: a.x + t * (b.x - a.x), y: a.y + t * (b.y - a.y) };
            let ahead = (p.x - piece[i].x) * ray.along.x + (p.y - piece[i].y) * ray.along.y;
            if ahead > 1.0 && nearest.is_none_or(|(d, ..)| ahead < d) {
                nearest = Some((ahead, k, p));
            }
        }
        ends.extend(nearest.map(|(_, k, p)| (k, p)));
    }
    ends
}

/// The piece with a new corner on the side after `k`, and the places of corner `i` and of the new one, in order.
fn inserted(piece: &[Point], i: usize, (k, end): (usize, Point)) -> (Vec<Point>, usize, usize) {
    let mut longer = piece.to_vec();
    longer.insert(k + 1, end);
    let i = if i > k { i + 1 } else { i };
    (longer, i.min(k + 1), i.max(k + 1))
}

fn judge(
    piece: &[Point],
    (i, j): (usize, usize),
    path: &[Point],
    plane: &ColourPlane,
    (whole, least): (f64, f64),
    evidence: Evidence,
) -> Option<Cut> {
    let chain = piece[i..=j].to_vec();
    let other: Vec<Point> = piece[j..].iter().chain(&piece[..=i]).copied().collect();
    if chain.len() < 3 || other.len() < 3 {
        return None;
    }
    let mut parts = [chain, other];
    let full = [completed(&parts[0]), completed(&parts[1])];
    parts[0].extend(path.iter().rev());
    parts[1].extend(path);
    let areas = [area(&parts[0]), area(&parts[1])];
    if areas[0].min(areas[1]) < least || areas[0] + areas[1] > 1.02 * area(piece) {
        return None;
    }
    // The sheet below is seen in part: it counts with the corner that is covered.
    let fills = [0, 1].map(|k| fill(&parts[k]).max(full[k]));
    let (lesser, greater) = (fills[0].min(fills[1]), fills[0].max(fills[1]));
    let way: Vec<Point> = std::iter::once(piece[i]).chain(path.iter().copied()).chain([piece[j]]).collect();
    let length: f64 = way.windows(2).map(|w| distance(w[0], w[1])).sum();
    let neck = length / areas[0].min(areas[1]).sqrt();
    let seen = seen_along(&way, plane);
    let (least_seen, most_neck) = match evidence {
        Evidence::Clear => (SEEN, NECK),
        Evidence::Expected => (SEEN_IF_EXPECTED, NECK_IF_EXPECTED),
    };
    let sheets = lesser >= PART_FILL && lesser >= whole + WHOLE_LESS;
    let one_sheet = evidence == Evidence::Expected && greater >= PART_FILL && whole < PART_FILL - WHOLE_LESS;
    let clear = ((sheets || one_sheet) && (seen >= least_seen || neck <= most_neck)) || neck <= NECK;
    // Better shapes first, then the better seen edge, then the shorter way.
    clear.then_some(Cut { parts, worth: lesser + 0.3 * seen - 0.05 * neck })
}

/// How well a chain fills its rectangle if its first and last sides are drawn on until they meet; 0 if they do not.
fn completed(chain: &[Point]) -> f64 {
    let n = chain.len();
    let (first, last) = (Line::between(chain[1], chain[0]), Line::between(chain[n - 2], chain[n - 1]));
    let Some(corner) = first.crossing(&last) else { return 0.0 };
    let ahead = |line: &Line, end: Point| (corner.x - end.x) * line.along.x + (corner.y - end.y) * line.along.y;
    if ahead(&first, chain[0]) < 0.0 || ahead(&last, chain[n - 1]) < 0.0 {
        return 0.0;
    }
    let mut whole = chain.to_vec();
    whole.push(corner);
    fill(&whole)
}

/// The share of a way along which an edge is seen.
fn seen_along(way: &[Point], plane: &ColourPlane) -> f64 {
    let (mut seen, mut all) = (0, 0);
    for pair in way.windows(2) {
        let line = Line::between(pair[0], pair[1]);
        let steps = distance(pair[0], pair[1]) as usize;
        // The ends lie at the outline, where there always is an edge.
        for s in 2..steps.saturating_sub(1) {
            let p = Point { x: line.at.x + s as f64 * line.along.x, y: line.at.y + s as f64 * line.along.y };
            all += 1;
            seen += usize::from((-2..=2).any(|off| is_edge(plane, p, line.along, f64::from(off))));
        }
    }
    if all == 0 { 0.0 } else { f64::from(seen as u32) / f64::from(all) }
}

fn is_edge(plane: &ColourPlane, p: Point, along: Point, off: f64) -> bool {
    let at = |side: f64| {
        let (x, y) = (p.x - (off + side) * along.y, p.y + (off + side) * along.x);
        let (x, y) = ((x.max(0.0) as usize).min(plane.width - 1), (y.max(0.0) as usize).min(plane.height - 1));
        plane.pixels[y * plane.width + x].map(f32::from)
    };
    let (left, middle, right) = (at(-1.5), at(0.0), at(1.5));
    let across = (0..3).map(|c| (left[c] - right[c]).abs()).fold(0.0, f32::max);
    let darker = (0..3).map(|c| left[c].min(right[c]) - middle[c]).fold(f32::INFINITY, f32::min);
    across >= STEP || darker >= STEP / 2.0
}
