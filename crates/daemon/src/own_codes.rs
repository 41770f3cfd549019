//! The codes a school had before us: library numbers, admission numbers. A pattern of the configuration says what they
//! look like, what a sheet with one does, and which of a pupil's numbers it carries.

use crate::error::DaemonError;
use regex::Regex;
use scantrail_catalogue::OwnCodeSeen;
use scantrail_config::{OwnCode, OwnCodeNames};
use scantrail_core::sheet::SheetKind;

/// The patterns of a configuration, ready for use.
pub(crate) struct OwnCodes(Vec<Pattern>);

struct Pattern {
    whole: Regex,
    kind: SheetKind,
    names: OwnCodeNames,
}

impl OwnCodes {
    /// The configuration has checked that each is a pattern.
    pub(crate) fn new(patterns: &[OwnCode]) -> Result<Self, DaemonError> {
        let compile = |own: &OwnCode| {
            let whole = Regex::new(&format!("^(?:{})$", own.pattern))
                .map_err(|source| DaemonError::inside("a pattern of the configuration cannot be used", source))?;
            Ok(Pattern { whole, kind: own.acts_as, names: own.names })
        };
        Ok(Self(patterns.iter().map(compile).collect::<Result<_, DaemonError>>()?))
    }

    /// Those of these texts that a pattern takes; the first pattern counts. The number is what its group `number` took,
    /// or else the first group, or else the whole text.
    pub(crate) fn take<'a>(&self, texts: impl Iterator<Item = &'a str>) -> Vec<OwnCodeSeen> {
        let mut seen = Vec::new();
        for text in texts.map(str::trim) {
            let found = self.0.iter().find_map(|pattern| Some((pattern, pattern.whole.captures(text)?)));
            let Some((pattern, groups)) = found else { continue };
            let value = groups.name("number").or_else(|| groups.get(1)).map_or(text, |group| group.as_str());
            let own = OwnCodeSeen {
                text: text.to_owned(),
                kind: pattern.kind,
                names: pattern.names.word().to_owned(),
                value: value.to_owned(),
            };
            if !seen.contains(&own) {
                seen.push(own);
            }
        }
        seen
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_takes_whole_codes_only() {
        let own = |pattern: &str, acts_as, names| OwnCode { pattern: pattern.to_owned(), acts_as, names };
        let codes = OwnCodes::new(&[
            own(r"ADM-(?P<number>\d{4})", SheetKind::Sticker, OwnCodeNames::AdmissionNumber),
            own("NEXT", SheetKind::Separator, OwnCodeNames::Nobody),
        ])
        .unwrap();
        let seen = codes.take(["ADM-0042", "xADM-0042", "ADM-00421", "NEXT", "9781234567897", "ADM-0042"].into_iter());
        let told: Vec<(&str, &str, &str)> =
            seen.iter().map(|own| (own.kind.word(), own.names.as_str(), own.value.as_str())).collect();
        assert_eq!(told, [("sticker", "admission-number", "0042"), ("separator", "nobody", "NEXT")]);
    }
}
