//! How right corners are, per tool and kind of picture, as a table.

use super::tools::Answer;
use crate::clock::median;
use crate::table::{Table, figure, percent};
use scantrail_core::units::{Point, Quad};

/// An accepted outline with less overlap than this is wrong.
const WRONG: f64 = 0.9;
/// Corners within this share of the picture's diagonal are right.
const RIGHT: f64 = 0.003;

/// What everybody said about one picture.
#[derive(Debug, Clone)]
pub(super) struct Case {
    pub(super) group: &'static str,
    pub(super) name: String,
    pub(super) size: (u32, u32),
    /// `None`: there is no outline, and nothing may be cut away.
    pub(super) truth: Option<Quad>,
    pub(super) answers: Vec<Answer>,
}

impl Case {
    /// Overlap of what was found and what is there, within the picture, 0..=1; `None` if it declined.
    pub(super) fn jaccard(&self, tool: usize) -> Option<f64> {
        let found = self.answers[tool].quad?;
        let whole = frame(self.size);
        let (found, truth) = (clipped(&found.0, &whole), clipped(&self.truth.unwrap_or(Quad(whole)).0, &whole));
        let both = area(&clipped(&found, &truth));
        Some(both / (area(&found) + area(&truth) - both).max(1e-9))
    }

    /// The corner farthest off, as a share of the diagonal, among those in the picture.
    pub(super) fn off(&self, tool: usize) -> Option<f64> {
        let (found, truth) = (self.answers[tool].quad?, self.truth?);
        let (w, h) = (f64::from(self.size.0), f64::from(self.size.1));
        let visible = |p: &Point| (0.0..=w).contains(&p.x) && (0.0..=h).contains(&p.y);
        let farthest = |turn: usize| {
            let pairs = (0..4).map(|k| (truth.0[k], found.0[(k + turn) % 4]));
            pairs.filter(|(t, _)| visible(t)).map(|(t, f)| (t.x - f.x).hypot(t.y - f.y)).fold(0.0, f64::max)
        };
        Some((0..4).map(farthest).fold(f64::INFINITY, f64::min) / w.hypot(h))
    }

    fn wrong(&self, tool: usize) -> bool {
        self.jaccard(tool).is_some_and(|overlap| overlap < WRONG)
    }

    /// One line about ours.
    pub(super) fn line(&self) -> String {
        let ours = &self.answers[0];
        let sides = ["top", "right", "bottom", "left"].into_iter().zip(ours.seen);
        let unseen: Vec<&str> = sides.filter(|(_, seen)| !seen).map(|(side, _)| side).collect();
        let unseen = if unseen.is_empty() { String::new() } else { format!(", not seen: {}", unseen.join(" ")) };
        format!(
            "{:<20} {:<28} {:>6} {:>6}  {}{}{}",
            self.group,
            self.name,
            figure(self.jaccard(0), 3),
            figure(self.off(0).map(|off| 100.0 * off), 2),
            ours.said,
            unseen,
            if self.wrong(0) { "  WRONG" } else { "" },
        )
    }
}

pub(super) fn text(cases: &[Case], tools: &[String]) -> String {
    let heading =
        ["pictures", "by", "n", "accepted %", "Jaccard", "worst", "≤0.3 % of diag %", "worst corner %", "WRONG", "ms"];
    let mut table = Table::new(&heading);
    let mut groups: Vec<&str> = Vec::new();
    for case in cases {
        if !groups.contains(&case.group) {
            groups.push(case.group);
        }
    }
    let mut rows: Vec<(&str, Vec<&Case>)> =
        groups.iter().map(|group| (*group, cases.iter().filter(|case| case.group == *group).collect())).collect();
    rows.push(("all with a page", cases.iter().filter(|case| case.truth.is_some()).collect()));
    rows.push(("all without", cases.iter().filter(|case| case.truth.is_none()).collect()));
    for (group, these) in rows {
        for (tool, name) in tools.iter().enumerate() {
            table.row(row(group, name, &these, tool));
        }
    }
    table.text()
}

fn row(group: &str, name: &str, cases: &[&Case], tool: usize) -> Vec<String> {
    let overlaps: Vec<f64> = cases.iter().filter_map(|case| case.jaccard(tool)).collect();
    let offs: Vec<f64> = cases.iter().filter_map(|case| case.off(tool)).collect();
    let times: Vec<f64> = cases.iter().map(|case| case.answers[tool].milliseconds).collect();
    let mean = (!overlaps.is_empty()).then(|| overlaps.iter().sum::<f64>() / overlaps.len() as f64);
    vec![
        group.to_owned(),
        name.to_owned(),
        cases.len().to_string(),
        percent(overlaps.len(), cases.len()),
        figure(mean, 3),
        figure(overlaps.iter().copied().min_by(f64::total_cmp), 3),
        percent(offs.iter().filter(|off| **off <= RIGHT).count(), offs.len()),
        figure(offs.iter().copied().max_by(f64::total_cmp).map(|off| 100.0 * off), 2),
        cases.iter().filter(|case| case.wrong(tool)).count().to_string(),
        figure(median(&times), 1),
    ]
}

fn frame((w, h): (u32, u32)) -> [Point; 4] {
    let (w, h) = (f64::from(w), f64::from(h));
    [(0.0, 0.0), (w, 0.0), (w, h), (0.0, h)].map(|(x, y)| Point { x, y })
}

/// The part of a polygon inside a convex one, both clockwise with y down (I. Sutherland and G. Hodgman,
/// doi:10.1145/360767.360802).
fn clipped(polygon: &[Point], window: &[Point]) -> Vec<Point> {
    let mut kept = polygon.to_vec();
    for (i, a) in window.iter().enumerate() {
        let b = window[(i + 1) % window.len()];
        let inside = |p: &Point| (b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x);
        let before = std::mem::take(&mut kept);
        for (k, q) in before.iter().enumerate() {
            let p = before[(k + before.len() - 1) % before.len()];
            let (from, to) = (inside(&p), inside(q));
            if (from < 0.0) != (to < 0.0) {
                let t = from / (from - to);
                kept.push(Point { x: p.x + t * (q.x - p.x), y: p.y + t * (q.y - p.y) });
            }
            if to >= 0.0 {
                kept.push(*q);
            }
        }
    }
    kept
}

fn area(polygon: &[Point]) -> f64 {
    let pairs = polygon.iter().zip(polygon.iter().cycle().skip(1));
    (pairs.map(|(p, q)| p.x * q.y - q.x * p.y).sum::<f64>() / 2.0).abs()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(found: [(f64, f64); 4]) -> Case {
        let quad = Some(Quad(found.map(|(x, y)| Point { x, y })));
        let truth = Quad([(10.0, 10.0), (60.0, 10.0), (60.0, 110.0), (10.0, 110.0)].map(|(x, y)| Point { x, y }));
        let answer = Answer { quad, seen: [true; 4], milliseconds: 1.0, said: String::new() };
        Case { group: "x", name: "x".to_owned(), size: (100, 100), truth: Some(truth), answers: vec![answer] }
    }

    #[test]
    fn overlap_counts_only_what_the_picture_shows() {
        let same = case([(10.0, 10.0), (60.0, 10.0), (60.0, 100.0), (10.0, 100.0)]);
        assert!((same.jaccard(0).unwrap() - 1.0).abs() < 1e-12);
        let half = case([(10.0, 10.0), (35.0, 10.0), (35.0, 110.0), (10.0, 110.0)]);
        assert!((half.jaccard(0).unwrap() - 0.5).abs() < 1e-12 && half.wrong(0));
    }

    #[test]
    fn corners_may_start_anywhere_and_those_outside_do_not_count() {
        let turned = case([(60.0, 10.0), (60.0, 200.0), (10.0, 200.0), (10.0, 11.0)]);
        assert!((turned.off(0).unwrap() - 1.0 / 100f64.hypot(100.0)).abs() < 1e-12);
    }
}
