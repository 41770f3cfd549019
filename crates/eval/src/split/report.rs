//! Counting what was split right, missed and split wrongly.

use super::spread::{PER_MM, Truth};
use crate::clock::Times;
use crate::table::{Table, figure};
use scantrail_core::units::Point;
use scantrail_imaging::split::SplitDecline;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// A gutter found within this of the true one, at both ends, is found.
const WITHIN_MM: f64 = 2.0;
const NAMES: [&str; 2] = ["ours", "least ink"];

/// One answer.
#[derive(Debug, Clone, Default)]
pub(super) struct Found {
    pub(super) gutter: Option<[Point; 2]>,
    pub(super) crossed: bool,
    pub(super) reason: Option<SplitDecline>,
    /// `None` if it was not asked.
    pub(super) milliseconds: Option<f64>,
}

impl Found {
    pub(super) fn words(&self) -> String {
        match self.gutter {
            Some([a, b]) => format!("gutter from {:.0},{:.0} to {:.0},{:.0}", a.x, a.y, b.x, b.y),
            None => format!("not split: {:?}", self.reason),
        }
    }

    /// How far the ends of the true gutter lie from the line found.
    fn off_mm(&self, truth: &Truth) -> Option<f64> {
        let [a, b] = self.gutter?;
        let (dx, dy) = (b.x - a.x, b.y - a.y);
        let off = |p: Point| ((p.x - a.x) * dy - (p.y - a.y) * dx).abs() / dx.hypot(dy).max(1e-9) / PER_MM;
        Some(off(truth.gutter[0]).max(off(truth.gutter[1])))
    }
}

/// A spread.
#[derive(Debug, Clone)]
pub(super) struct Positive {
    pub(super) kind: &'static str,
    pub(super) truth: Truth,
    pub(super) found: [Found; 2],
}

/// One page, or none.
#[derive(Debug, Clone)]
pub(super) struct Negative {
    pub(super) group: &'static str,
    pub(super) name: String,
    pub(super) found: [Found; 2],
}

pub(super) fn text(positives: &[Positive], negatives: &[Negative]) -> String {
    let by = (0..NAMES.len()).filter(|&by| positives.iter().any(|c| c.found[by].milliseconds.is_some()));
    let by: Vec<usize> = by.collect();
    let mut table =
        Table::new(&["spreads", "by", "of", "split right", "missed", "gutter off", "mean mm", "crossing right", "ms"]);
    let mut kinds: Vec<&str> = positives.iter().map(|c| c.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    for kind in kinds.into_iter().chain(["all"]) {
        let these: Vec<&Positive> = positives.iter().filter(|c| kind == "all" || c.kind == kind).collect();
        for &by in &by {
            table.row(spread_row(kind, by, &these));
        }
    }
    let mut text = table.text() + "\n";
    let mut table = Table::new(&["not spreads", "by", "of", "FALSE splits", "ms"]);
    let mut groups: Vec<&str> = negatives.iter().map(|c| c.group).collect();
    groups.sort_unstable();
    groups.dedup();
    for group in groups.into_iter().chain(["all"]) {
        let these: Vec<&Negative> = negatives.iter().filter(|c| group == "all" || c.group == group).collect();
        for &by in &by {
            let falsely = these.iter().filter(|c| c.found[by].gutter.is_some()).count();
            let ms = median(these.iter().map(|c| &c.found[by]));
            table.row(vec![group.to_owned(), NAMES[by].to_owned(), these.len().to_string(), falsely.to_string(), ms]);
        }
    }
    text += &table.text();
    for case in negatives.iter().filter(|c| c.found[0].gutter.is_some()) {
        let _ = writeln!(text, "FALSE split: {} {}", case.group, case.name);
    }
    let mut reasons: BTreeMap<(&str, SplitDecline), usize> = BTreeMap::new();
    for case in positives {
        if let Some(why) = case.found[0].reason {
            *reasons.entry((case.kind, why)).or_default() += 1;
        }
    }
    for ((kind, why), count) in reasons {
        let _ = writeln!(text, "ours missed {count} × {kind}: {why:?}");
    }
    text
}

fn spread_row(kind: &str, by: usize, these: &[&Positive]) -> Vec<String> {
    let offs: Vec<f64> = these.iter().filter_map(|c| c.found[by].off_mm(&c.truth)).collect();
    let right: Vec<f64> = offs.iter().copied().filter(|&off| off <= WITHIN_MM).collect();
    let found = these.iter().filter(|c| c.found[by].gutter.is_some());
    let crossing = found.filter(|c| c.found[by].crossed == c.truth.crossed).count();
    vec![
        kind.to_owned(),
        NAMES[by].to_owned(),
        these.len().to_string(),
        right.len().to_string(),
        (these.len() - offs.len()).to_string(),
        (offs.len() - right.len()).to_string(),
        figure((!right.is_empty()).then(|| right.iter().sum::<f64>() / right.len() as f64), 2),
        if by == 0 { format!("{crossing} of {}", offs.len()) } else { "–".to_owned() },
        median(these.iter().map(|c| &c.found[by])),
    ]
}

fn median<'a>(found: impl Iterator<Item = &'a Found>) -> String {
    let mut times = Times::default();
    found.filter_map(|f| f.milliseconds).for_each(|ms| times.add(ms));
    figure(times.median(), 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gutter_too_far_off_is_not_right() {
        let at = |x: f64, y: f64| Point { x, y };
        let truth = Truth { gutter: [at(500.0, 0.0), at(500.0, 800.0)], crossed: false };
        let found = |x: f64| Found { gutter: Some([at(x, 0.0), at(500.0, 800.0)]), ..Found::default() };
        assert!((found(500.0 + 2.0 * PER_MM).off_mm(&truth).unwrap() - 2.0).abs() < 0.05);
        let case = |x: f64| Positive { kind: "shadow", truth, found: [found(x), Found::default()] };
        let row = spread_row("shadow", 0, &[&case(503.0), &case(530.0)]);
        assert_eq!(row[2..6], ["2", "1", "0", "1"]);
    }
}
