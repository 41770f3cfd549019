//! The figures as tables, and the ratios that are to be quoted. It must not know how they were measured.

use super::run::Run;
use crate::table::{Table, figure};
use std::fmt::Write as _;

/// Who, and all its rounds.
#[derive(Debug, Clone)]
pub(super) struct Contestant {
    pub(super) name: &'static str,
    pub(super) run: Run,
}

impl Contestant {
    pub(super) fn new(name: &'static str) -> Self {
        Self { name, run: Run::default() }
    }
}

/// Three tables: all contestants, ours by part, the largest processes. Ours is the first.
pub(super) fn text(measured: &[Contestant]) -> String {
    let Some((ours, _)) = measured.split_first() else { return String::new() };
    let mut table = Table::new(&["", "pages", "pages/min", "ours is ×", "CPU s/page", "ours is ×", "peak MB"]);
    for Contestant { name, run } in measured {
        table.row(vec![
            (*name).to_owned(),
            run.pages.to_string(),
            figure(Some(run.pages_a_minute()), 1),
            figure(Some(ours.run.pages_a_minute() / run.pages_a_minute()), 2),
            figure(Some(run.cpu_a_page()), 3),
            figure(Some(ours.run.cpu_a_page() / run.cpu_a_page()), 2),
            figure(Some(run.peak.pss_mb), 0),
        ]);
    }
    let mut parts = Table::new(&["part", "ours: CPU ms/page", "share %"]);
    for (name, seconds) in &ours.run.parts {
        parts.row(vec![
            (*name).to_owned(),
            figure(Some(seconds / ours.run.pages as f64 * 1e3), 1),
            figure(Some(seconds / ours.run.cpu_s * 100.0), 1),
        ]);
    }
    let mut text = table.text();
    _ = write!(text, "\n{}\nlargest process of each name, VmHWM in MB:\n", parts.text());
    for Contestant { name, run } in measured {
        let each: Vec<String> =
            run.peak.each_mb.iter().map(|(name, mb)| format!("{name} {}", figure(Some(*mb), 0))).collect();
        _ = writeln!(text, "  {name}: {}", each.join(", "));
    }
    text + "peak MB: Pss of all its processes at the same moment, looked at every 50 ms\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::Peak;
    use std::collections::BTreeMap;

    #[test]
    fn ratios_are_ours_over_theirs() {
        let peak = Peak { pss_mb: 300.0, each_mb: BTreeMap::from([("scantrail".to_owned(), 80.0)]) };
        let parts = vec![("decode", 1.0), ("read print", 5.0)];
        let run = |wall_s, cpu_s| Run { pages: 10, wall_s, cpu_s, peak: peak.clone(), parts: parts.clone() };
        let told = text(&[
            Contestant { name: "ours", run: run(10.0, 6.0) },
            Contestant { name: "theirs", run: run(40.0, 30.0) },
        ]);
        let lines: Vec<Vec<&str>> = told.lines().map(|line| line.split_whitespace().collect()).collect();
        assert_eq!(lines[1], ["ours", "10", "60.0", "1.00", "0.600", "1.00", "300"], "{told}");
        assert_eq!(lines[2], ["theirs", "10", "15.0", "4.00", "3.000", "0.20", "300"], "{told}");
        assert!(lines.contains(&vec!["decode", "100.0", "16.7"]), "{told}");
        assert!(told.contains("theirs: scantrail 80"), "{told}");
    }
}
