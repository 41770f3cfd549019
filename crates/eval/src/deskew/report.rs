//! Adding up errors per tool and kind of page, and saying them as tables.

use super::subject::Kind;
use super::tools::{Answer, OURS};
use crate::clock::median;
use crate::table::{Table, figure, percent};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// An error of so many degrees is one that nobody sees.
const WITHIN_DEG: f64 = 0.1;
/// An error of so many degrees is one that everybody sees.
const BEYOND_DEG: f64 = 0.5;
/// Errors of the best so many pages, as DISE-2021 counts.
const TOP: f64 = 0.8;
/// Turning a page by less than this is not turning it.
const TURNED_DEG: f64 = 0.1;

/// What everybody said about one captured page.
#[derive(Debug, Clone)]
pub(super) struct Case {
    pub(super) kind: Kind,
    pub(super) name: String,
    /// How it lies: the turn made, and the scan's own.
    pub(super) truth: f64,
    pub(super) answers: Vec<Answer>,
}

impl Case {
    fn by(&self, tool: &str) -> Option<&Answer> {
        self.answers.iter().find(|answer| answer.tool == tool)
    }

    fn error(&self, tool: &str) -> Option<f64> {
        Some((self.by(tool)?.degrees? - self.truth).abs())
    }

    fn accepted_by_us(&self) -> bool {
        self.error(OURS).is_some()
    }

    /// One line about ours.
    pub(super) fn line(&self) -> String {
        let ours = self.by(OURS);
        let reason = ours.and_then(|answer| answer.reason.as_deref()).unwrap_or("");
        format!("{:<28} {:>8.3}  {:>7}  {reason}", self.name, self.truth, figure(self.error(OURS), 3))
    }
}

/// Tables over all cases, one for each kind of page and one for all with a turn.
pub(super) fn text(cases: &[Case], tools: &[String]) -> String {
    let mut text = String::new();
    let with_turn: Vec<&Case> = cases.iter().filter(|case| case.kind.has_turn()).collect();
    for kind in Kind::ALL {
        let these: Vec<&Case> = cases.iter().filter(|case| case.kind == kind).collect();
        if these.is_empty() {
            continue;
        }
        text += &if kind.has_turn() { errors(kind.word(), &these, tools) } else { turned(kind.word(), &these, tools) };
        text.push('\n');
    }
    text += &errors("all with a turn", &with_turn, tools);
    text += &declines(cases);
    text
}

fn errors(title: &str, cases: &[&Case], tools: &[String]) -> String {
    let title = format!("{title} ({} pages)", cases.len());
    let heading =
        [&title, "answered %", "mean", "top 80 %", "≤0.1° %", "worst", ">0.5°", "mean*", "≤0.1°* %", "worst*", "ms"];
    let mut table = Table::new(&heading.map(|cell: &str| cell));
    for tool in tools {
        let all: Vec<f64> = cases.iter().filter_map(|case| case.error(tool)).collect();
        let same: Vec<f64> = cases.iter().filter(|c| c.accepted_by_us()).filter_map(|c| c.error(tool)).collect();
        let (all, same) = (Errors::of(all), Errors::of(same));
        let times: Vec<f64> = cases.iter().filter_map(|case| Some(case.by(tool)?.milliseconds)).collect();
        table.row(vec![
            format!("  {tool}"),
            percent(all.0.len(), cases.len()),
            figure(all.mean(1.0), 3),
            figure(all.mean(TOP), 3),
            all.within(),
            figure(all.0.last().copied(), 2),
            all.0.iter().filter(|&&e| e > BEYOND_DEG).count().to_string(),
            figure(same.mean(1.0), 3),
            same.within(),
            figure(same.0.last().copied(), 2),
            figure(median(&times), 0),
        ]);
    }
    table.text() + "  * on the pages that ours accepted\n"
}

fn turned(title: &str, cases: &[&Case], tools: &[String]) -> String {
    let title = format!("{title} ({} pages)", cases.len());
    let mut table = Table::new(&[&title, "turned", "of these wrong by >0.5°", "ms"]);
    for tool in tools {
        let answers: Vec<(&Answer, f64)> = cases.iter().filter_map(|c| Some((c.by(tool)?, c.truth))).collect();
        let turned = answers.iter().filter(|(answer, _)| answer.applied.abs() >= TURNED_DEG);
        let wrong = turned.clone().filter(|(answer, truth)| (answer.applied - truth).abs() > BEYOND_DEG).count();
        let times: Vec<f64> = answers.iter().map(|(answer, _)| answer.milliseconds).collect();
        let cells = [turned.count().to_string(), wrong.to_string(), figure(median(&times), 0)];
        table.row([format!("  {tool}")].into_iter().chain(cells).collect());
    }
    table.text()
}

/// How often ours declined, and why.
fn declines(cases: &[Case]) -> String {
    let mut reasons: BTreeMap<(Kind, &str), usize> = BTreeMap::new();
    for case in cases {
        if let Some(reason) = case.by(OURS).and_then(|answer| answer.reason.as_deref()) {
            *reasons.entry((case.kind, reason)).or_default() += 1;
        }
    }
    let mut text = "\nours declined:\n".to_owned();
    for ((kind, reason), count) in reasons {
        let _ = writeln!(text, "  {count:>3} × {}: {reason}", kind.word());
    }
    text
}

/// Errors in degrees, smallest first.
struct Errors(Vec<f64>);

impl Errors {
    fn of(mut errors: Vec<f64>) -> Self {
        errors.sort_by(f64::total_cmp);
        Self(errors)
    }

    /// The mean over the best `share` of them.
    fn mean(&self, share: f64) -> Option<f64> {
        let count = (self.0.len() as f64 * share).ceil() as usize;
        (count > 0).then(|| self.0[..count].iter().sum::<f64>() / count as f64)
    }

    fn within(&self) -> String {
        percent(self.0.iter().filter(|&&e| e <= WITHIN_DEG).count(), self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(ours: Option<f64>, other: f64) -> Case {
        let answer = |tool: &str, degrees: Option<f64>| Answer {
            tool: tool.to_owned(),
            degrees,
            applied: degrees.unwrap_or(0.0),
            milliseconds: 4.0,
            reason: degrees.is_none().then(|| "NoLines".to_owned()),
        };
        let answers = vec![answer(OURS, ours), answer("b", Some(other))];
        Case { kind: Kind::Scan, name: "page".to_owned(), truth: 2.0, answers }
    }

    #[test]
    fn the_others_are_judged_on_all_pages_and_on_ours() {
        let cases = [case(Some(2.05), 2.2), case(None, 9.0)];
        let text = text(&cases, &[OURS.to_owned(), "b".to_owned()]);
        let row = |name: &str| text.lines().find(|line| line.trim_start().starts_with(name)).unwrap().to_owned();
        let ours: Vec<String> = row("ours ").split_whitespace().map(str::to_owned).collect();
        assert_eq!(ours[1..], ["50.0", "0.050", "0.050", "100.0", "0.05", "0", "0.050", "100.0", "0.05", "4"]);
        let other: Vec<String> = row("b ").split_whitespace().map(str::to_owned).collect();
        assert_eq!(other[1..], ["100.0", "3.600", "3.600", "0.0", "7.00", "1", "0.200", "0.0", "0.20", "4"]);
        assert!(text.contains("1 × scans: NoLines"), "{text}");
    }

    #[test]
    fn the_best_four_of_five_leave_the_worst_out() {
        let errors = Errors::of(vec![5.0, 0.1, 0.1, 0.1, 0.1]);
        assert!((errors.mean(0.8).unwrap() - 0.1).abs() < 1e-9);
    }
}
