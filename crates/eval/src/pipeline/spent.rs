//! What a daemon tells of its stages, out of its log. It must not know what the stages are.

use regex::Regex;
use std::collections::BTreeMap;

/// Sums over the lines of a log.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Spent {
    us: BTreeMap<String, f64>,
    codes_ms: f64,
    prepare_ms: f64,
}

impl Spent {
    pub(super) fn of(log: &str) -> Self {
        let field = |name: &str| Regex::new(&format!(r#"\b{name}="?([^"=]+?)"?(?: \w+=|\s*$)"#)).expect("it is sound");
        let (stage, cpu_us, codes, prepare) = (field("stage"), field("cpu_us"), field("codes_ms"), field("prepare_ms"));
        let mut spent = Self::default();
        for line in log.lines() {
            let value = |of: &Regex| of.captures(line).map(|found| found[1].to_owned());
            let number = |of: &Regex| value(of).and_then(|text| text.parse::<f64>().ok());
            if let (Some(stage), Some(us)) = (value(&stage), number(&cpu_us)) {
                *spent.us.entry(stage).or_default() += us;
            }
            spent.codes_ms += number(&codes).unwrap_or(0.0);
            spent.prepare_ms += number(&prepare).unwrap_or(0.0);
        }
        spent
    }

    /// Microseconds of processor time in the daemon's own threads.
    pub(super) fn us(&self, stage: &str) -> f64 {
        self.us.get(stage).copied().unwrap_or(0.0)
    }

    /// How much of looking at pages was looking for codes; the two are measured by the wall.
    pub(super) fn share_of_codes(&self) -> f64 {
        let both = self.codes_ms + self.prepare_ms;
        if both > 0.0 { self.codes_ms / both } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stages_are_summed_and_other_lines_passed_over() {
        let log = "2026-11-22T10:00:00Z DEBUG page{page_id=a1}: scantrail_daemon::spent: spent stage=\"decode\" cpu_us=1200\n\
                   2026-11-22T10:00:00Z DEBUG page{page_id=a1}: scantrail_daemon::derive::stages: seen codes_ms=10.5 prepare_ms=31.5\n\
                   2026-11-22T10:00:01Z DEBUG scantrail_daemon::spent: spent stage=\"take in\" cpu_us=300\n\
                   2026-11-22T10:00:01Z DEBUG page{page_id=a2}: scantrail_daemon::spent: spent stage=\"decode\" cpu_us=800\n\
                   2026-11-22T10:00:01Z  WARN something else\n";
        let spent = Spent::of(log);
        assert!((spent.us("decode") - 2000.0).abs() < 1e-9, "{spent:?}");
        assert!((spent.us("take in") - 300.0).abs() < 1e-9, "{spent:?}");
        assert!((spent.share_of_codes() - 0.25).abs() < 1e-9, "{spent:?}");
        assert!(spent.us("encode").abs() < 1e-9);
    }
}
