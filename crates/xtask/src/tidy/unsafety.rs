//! Where `unsafe` may stand, and that each use says why it is sound.

use super::Finding;
use super::source::Source;

/// The only places: bindings to C and the sandbox. A new one is a decision, made here.
const ALLOWED: &[(&str, &str)] = &[
    ("crates/sane-rs/", "the scanner library is C, and is told things by the environment"),
    ("crates/ocr/src/", "Tesseract is C++ behind a C interface"),
    ("crates/workers/src/sandbox", "the decoder locks itself in by system calls"),
    ("crates/workers/src/bin/scantrail-decode-worker/sandbox", "the decoder locks itself in by system calls"),
    ("crates/capture/src/camera", "cameras are driven by ioctl"),
    ("crates/capture/src/watch/settle", "a read lease on a dropped file: no safe binding offers F_SETLEASE"),
];

/// What stands behind the word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Use {
    /// `unsafe { … }`, `unsafe impl`, `unsafe extern { … }`, `unsafe(no_mangle)`: somebody vouches for something.
    Promise,
    /// `unsafe fn name`, `unsafe trait`: somebody is asked to vouch.
    Demand,
    /// `unsafe fn(…)` as a type: nothing happens.
    Type,
}

/// The rule.
pub(crate) fn check(source: &Source) -> Vec<Finding> {
    let code = &source.masked.code;
    let is_word = |symbol: char| symbol.is_alphanumeric() || symbol == '_';
    let mut findings = Vec::new();
    for (at, word) in code.match_indices("unsafe") {
        let rest = &code[at + word.len()..];
        if code[..at].ends_with(is_word) || rest.starts_with(is_word) {
            continue;
        }
        let line = source.masked.line_of(at);
        if !ALLOWED.iter().any(|(place, _)| source.path.starts_with(place)) {
            let message = "`unsafe` may stand only where the list in `xtask/src/tidy/unsafety.rs` says";
            findings.push(Finding::new(&source.path, line + 1, message));
        }
        let wanted: &[&str] = match what_follows(rest) {
            Use::Type => continue,
            Use::Promise => &["SAFETY:"],
            Use::Demand => &["SAFETY:", "# Safety"],
        };
        if !is_explained(source, line, wanted) {
            let message = format!("`unsafe` without a comment `{}` above it", wanted.join("` or `"));
            findings.push(Finding::new(&source.path, line + 1, message));
        }
    }
    findings
}

fn what_follows(rest: &str) -> Use {
    let rest = rest.trim_start();
    // The name of the calling convention is a literal and so already blank.
    let rest = rest.strip_prefix("extern").map_or(rest, str::trim_start);
    match rest.strip_prefix("fn").map(str::trim_start) {
        Some(name) if name.starts_with('(') => Use::Type,
        Some(_) => Use::Demand,
        None if rest.starts_with("trait") => Use::Demand,
        None => Use::Promise,
    }
}

/// Looks on the line itself and upwards through comments, attributes and the beginning of the same statement.
fn is_explained(source: &Source, line: usize, wanted: &[&str]) -> bool {
    let comments: Vec<&str> = source.masked.comments.lines().collect();
    let code: Vec<&str> = source.masked.code.lines().collect();
    let says = |line: usize| wanted.iter().any(|words| comments.get(line).is_some_and(|text| text.contains(words)));
    if says(line) {
        return true;
    }
    for above in (0..line).rev() {
        let text = code[above].trim();
        let is_blank = text.is_empty() && comments[above].trim().is_empty();
        let is_attribute = text.starts_with("#[") || text.starts_with(")]");
        let ends_another = !is_attribute && text.ends_with([';', '{', '}']);
        if is_blank || ends_another {
            return false;
        }
        if says(above) {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::super::{TextFile, source};
    use super::*;

    fn findings(path: &str, text: &str) -> Vec<(usize, String)> {
        let source = source::parse(&[TextFile { path: path.to_owned(), text: text.to_owned() }]).remove(0);
        check(&source).into_iter().map(|finding| (finding.line, finding.message)).collect()
    }

    fn unexplained(text: &str) -> Vec<usize> {
        findings("crates/sane-rs/src/ffi.rs", text).into_iter().map(|(line, _)| line).collect()
    }

    #[test]
    fn unsafe_has_its_places() {
        let text = "// SAFETY: a\nunsafe { b() }\n";
        assert_eq!(findings("crates/ocr/src/engine.rs", text), []);
        assert_eq!(findings("crates/workers/src/bin/scantrail-decode-worker/sandbox/seccomp.rs", text), []);
        for path in ["crates/core/src/lib.rs", "crates/workers/src/lib.rs", "tests/src/main.rs"] {
            assert_eq!(findings(path, text)[0].0, 2, "{path}");
        }
    }

    #[test]
    fn prose_and_lint_names_are_not_unsafe() {
        let text = "//! unsafe\n#![expect(unsafe_code, reason = \"unsafe { }\")]\nlet not_unsafe = 1;\n";
        assert_eq!(findings("crates/core/src/lib.rs", text), []);
    }

    #[test]
    fn each_promise_is_explained_above_or_beside_it() {
        for text in [
            "// SAFETY: a\nunsafe { b() }\n",
            "unsafe { b() } // SAFETY: a\n",
            "// SAFETY: a\n// and so on\n#[inline]\nlet c =\n    unsafe { b() };\n",
            "// SAFETY: a\nunsafe impl Send for B {}\n",
            "// SAFETY: as in the header\nunsafe extern \"C\" {\n}\n",
        ] {
            assert_eq!(unexplained(text), [0; 0], "{text}");
        }
        for (text, line) in [
            ("unsafe { b() }\n", 1),
            ("// SAFETY: a\n\nunsafe { b() }\n", 3),
            ("// SAFETY: a\nlet c = unsafe { b() };\nunsafe { d() };\n", 3),
            ("// sound, trust me\nunsafe { b() }\n", 2),
            ("let s = \"SAFETY:\"; unsafe { b() }\n", 1),
            ("unsafe extern \"C\" {\n}\n", 1),
        ] {
            assert_eq!(unexplained(text), [line], "{text}");
        }
    }

    #[test]
    fn a_demand_says_what_the_caller_must_keep_and_a_type_demands_nothing() {
        assert_eq!(unexplained("/// # Safety\n/// Not null.\npub unsafe fn a(b: *const u8) {}\n"), [0; 0]);
        assert_eq!(unexplained("/// Does a.\npub unsafe fn a(b: *const u8) {}\n"), [2]);
        assert_eq!(unexplained("type A = unsafe extern \"C\" fn(u8);\ntype B = unsafe fn(u8);\n"), [0; 0]);
    }
}
