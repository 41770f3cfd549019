//! Manifest lines (RFC 8493, 2.1.3): `<64 hex digits>  <path>`, with `%`, CR and LF in paths percent-encoded.

use super::BagFile;
use scantrail_core::units::Digest;
use std::borrow::Cow;
use std::fmt::Write as _;

/// A line of a manifest is not one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line} is not a digest and a path")]
pub struct BadManifest {
    /// Which, from 1.
    pub line: usize,
}

/// The text of a manifest, one line per file in the order given.
pub fn manifest<'a>(files: impl IntoIterator<Item = &'a &'a BagFile>) -> String {
    files.into_iter().fold(String::new(), |mut text, file| {
        writeln!(text, "{}  {}", file.digest, encode(file.path.as_str())).expect("a string takes everything");
        text
    })
}

/// Reads a manifest: paths and digests in the order of the lines. Paths are what is written there and not checked:
/// anybody may have written it.
pub fn parse_manifest(text: &str) -> Result<Vec<(String, Digest)>, BadManifest> {
    let lines = text.split(['\n', '\r']).enumerate().filter(|(_, line)| !line.is_empty());
    lines.map(|(at, line)| parse_line(line).ok_or(BadManifest { line: at + 1 })).collect()
}

fn parse_line(line: &str) -> Option<(String, Digest)> {
    let (digest, path) = line.split_once([' ', '\t'])?;
    // md5sum and its kin write an asterisk before the name of a file read as binary.
    let path = path.trim_start_matches([' ', '\t']);
    let path = path.strip_prefix('*').unwrap_or(path);
    (!path.is_empty()).then_some((decode(path), Digest::from_hex(digest)?))
}

fn encode(path: &str) -> Cow<'_, str> {
    if !path.contains(['%', '\r', '\n']) {
        return Cow::Borrowed(path);
    }
    Cow::Owned(path.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A"))
}

/// Undoes [`encode`] and nothing more: other percent signs stand for themselves.
fn decode(path: &str) -> String {
    let mut text = String::with_capacity(path.len());
    let mut rest = path;
    while let Some(at) = rest.find('%') {
        text.push_str(&rest[..at]);
        let (sign, taken) = match rest.get(at..at + 3).map(str::to_ascii_uppercase).as_deref() {
            Some("%25") => ('%', 3),
            Some("%0D") => ('\r', 3),
            Some("%0A") => ('\n', 3),
            _ => ('%', 1),
        };
        text.push(sign);
        rest = &rest[at + taken..];
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::TrailPath;
    use proptest::prelude::*;

    #[test]
    fn lines_are_what_sha256sum_reads() {
        let file = BagFile { path: TrailPath::new("data/50% of x.pdf").unwrap(), digest: Digest([0xab; 32]), bytes: 3 };
        let text = manifest(&[&file]);
        assert_eq!(text, format!("{}  data/50%25 of x.pdf\n", "ab".repeat(32)));
        assert_eq!(parse_manifest(&text).unwrap(), [("data/50% of x.pdf".to_owned(), Digest([0xab; 32]))]);
    }

    #[test]
    fn a_broken_line_is_named() {
        let good = "ab".repeat(32);
        for (text, line) in [("x", 1), (&*format!("{good}  a\n{good}\n"), 2), (&*format!("{good}  a\n\nzz  b\n"), 3)] {
            assert_eq!(parse_manifest(text), Err(BadManifest { line }), "{text}");
        }
        assert_eq!(parse_manifest(&format!("{good} *a\r\n")).unwrap()[0].0, "a");
    }

    proptest! {
        #[test]
        fn paths_survive(path in "[a-z%025ADad/\r\n é]{1,40}") {
            prop_assert_eq!(decode(&encode(&path)), path.clone());
            prop_assert!(!encode(&path).contains(['\r', '\n']));
        }

        #[test]
        fn any_text_is_read_or_refused(text in ".*") {
            let _ = parse_manifest(&text);
        }
    }
}
