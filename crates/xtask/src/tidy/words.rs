//! Words that must not be in the project: places on somebody's machine, and hosts that serve packages.
//!
//! The project is built on machines we do not know, through whatever mirror they have.

use super::source::Source;
use super::{Finding, TextFile};

/// Where a word may stand all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Allowed {
    Nowhere,
    /// Tests, documents and scripts may; the product's own code may not.
    OutsideProductCode,
}

/// A word in two halves, so that this table does not find itself.
struct Word {
    halves: (&'static str, &'static str),
    allowed: Allowed,
    why: &'static str,
}

const fn place(first: &'static str, second: &'static str) -> Word {
    Word { halves: (first, second), allowed: Allowed::Nowhere, why: "is a place on somebody's machine" }
}

const fn host(first: &'static str, second: &'static str) -> Word {
    Word { halves: (first, second), allowed: Allowed::Nowhere, why: "serves packages here and now: name the package" }
}

const TEMPORARY: Word = Word {
    halves: ("/t", "mp/"),
    allowed: Allowed::OutsideProductCode,
    why: "may be elsewhere: ask the system for it",
};

const WORDS: &[Word] = &[
    place("/wo", "rk/"),
    place("/ro", "ot/"),
    TEMPORARY,
    host("py", "pi.org"),
    host("python", "hosted.org"),
    host("registry.", "npmjs"),
    host("deb.", "debian.org"),
    host("index.crates.", "io"),
    host("static.crates.", "io"),
];

/// The rule for one file; `source` is the same file taken apart when it is Rust.
pub(crate) fn check(file: &TextFile, source: Option<&Source>) -> Vec<Finding> {
    // Written by cargo, and about where packages come from.
    if file.path == "Cargo.lock" {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for (index, line) in file.text.lines().enumerate() {
        let is_product_code = source.is_some_and(|source| !source.is_test(index));
        for word in WORDS {
            let text = format!("{}{}", word.halves.0, word.halves.1);
            let counts = word.allowed == Allowed::Nowhere || is_product_code;
            if counts && stands_in(line, &text) {
                findings.push(Finding::new(&file.path, index + 1, format!("`{text}` {}", word.why)));
            }
        }
    }
    findings
}

/// A path counts only where it begins: in the middle of a longer path it is an ordinary name.
fn stands_in(line: &str, word: &str) -> bool {
    let goes_on = |before: &str| before.ends_with(|symbol: char| symbol.is_alphanumeric() || "._-}~".contains(symbol));
    line.match_indices(word).any(|(at, _)| !word.starts_with('/') || !goes_on(&line[..at]))
}

#[cfg(test)]
mod tests {
    use super::super::source;
    use super::*;

    fn lines(path: &str, text: &str) -> Vec<usize> {
        let files = [TextFile { path: path.to_owned(), text: text.to_owned() }];
        let sources = source::parse(&files);
        check(&files[0], sources.first()).into_iter().map(|finding| finding.line).collect()
    }

    fn word(halves: (&str, &str), rest: &str) -> String {
        format!("{}{}{rest}\n", halves.0, halves.1)
    }

    #[test]
    fn every_word_is_found_in_documents_and_code_alike() {
        for Word { halves, allowed, .. } in WORDS {
            let text = format!("first line\nsee {}", word(*halves, "x"));
            assert_eq!(lines("crates/a/src/b.rs", &text), [2], "{halves:?}");
            let elsewhere: &[usize] = if *allowed == Allowed::Nowhere { &[2] } else { &[] };
            assert_eq!(lines("crates/a/NOTES.md", &text), elsewhere, "{halves:?}");
            assert_eq!(lines("crates/a/tests/b.rs", &text), elsewhere, "{halves:?}");
        }
    }

    #[test]
    fn tests_inside_product_code_may_speak_of_the_temporary_folder() {
        let text = format!(
            "//! A.\n#[cfg(test)]\nmod tests {{\n // {}}}\n// {}",
            word(("/t", "mp/"), ""),
            word(("/t", "mp/"), "")
        );
        assert_eq!(lines("crates/a/src/b.rs", &text), [6]);
    }

    #[test]
    fn a_longer_path_is_another_path_and_the_lock_file_is_cargos() {
        assert_eq!(lines("a.md", &format!("crates{}", word(("/wo", "rk/"), "b"))), [0; 0]);
        assert_eq!(lines("a.md", &format!("`{}", word(("/wo", "rk/"), "b`"))), [1]);
        assert_eq!(lines("Cargo.lock", &word(("index.crates.", "io"), "")), [0; 0]);
    }
}
