//! Rules about one Rust file: how it opens, how long it is, and words that promise work not done.

use super::masked::Masked;
use super::{Finding, TextFile};

/// No file is longer.
const MOST_LINES: usize = 500;

/// Above this a file deserves a second look.
const MANY_LINES: usize = 350;

/// A Rust file, taken apart.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    pub(crate) path: String,
    pub(crate) masked: Masked,
    text: String,
    /// For each line: is it code that exists in tests only?
    test_lines: Vec<bool>,
}

impl Source {
    /// Is the line (from 0) test code?
    pub(crate) fn is_test(&self, line: usize) -> bool {
        self.test_lines.get(line).copied().unwrap_or(false)
    }
}

/// Takes all Rust files apart and finds out which of them are test code as a whole.
pub(crate) fn parse(files: &[TextFile]) -> Vec<Source> {
    let rust = files.iter().filter(|file| file.is_rust());
    let mut sources: Vec<Source> = rust
        .map(|file| {
            let masked = Masked::new(&file.text);
            let test_lines = masked.test_lines();
            Source { path: file.path.clone(), masked, text: file.text.clone(), test_lines }
        })
        .collect();
    let declared: Vec<String> = sources.iter().flat_map(declared_test_modules).collect();
    for source in &mut sources {
        if is_test_path(&source.path) || declared.iter().any(|stem| belongs_to(&source.path, stem)) {
            source.test_lines.fill(true);
        }
    }
    sources
}

/// All rules of this file.
pub(crate) fn check(source: &Source) -> Vec<Finding> {
    let mut findings = Vec::from_iter(check_header(source));
    findings.extend(check_length(source));
    findings.extend(check_ignored(source));
    findings.extend(check_unwrap(source));
    findings.extend(check_stubs(source));
    findings
}

/// Files that are allowed but long.
pub(crate) fn long_files(files: &[TextFile]) -> Vec<String> {
    let lines = |file: &TextFile| file.text.lines().count();
    let long = files.iter().filter(|file| file.is_rust() && lines(file) > MANY_LINES);
    long.map(|file| format!("{} has {} lines: one file, one thought", file.path, lines(file))).collect()
}

fn check_header(source: &Source) -> Option<Finding> {
    let opens = source.text.starts_with("//!");
    (!opens)
        .then(|| Finding::new(&source.path, 1, "does not open with `//!`: what it is, why, and what it must not know"))
}

fn check_length(source: &Source) -> Option<Finding> {
    let lines = source.text.lines().count();
    (lines > MOST_LINES).then(|| Finding::new(&source.path, 0, format!("has {lines} lines, more than {MOST_LINES}")))
}

fn check_ignored(source: &Source) -> Vec<Finding> {
    let code = &source.masked.code;
    let marks = ["#[ignore", ", ignore)", ", ignore ="].into_iter().flat_map(|mark| code.match_indices(mark));
    let message = "an ignored test proves nothing: make it run, or delete it (`ignore`)";
    marks.map(|(at, _)| Finding::new(&source.path, source.masked.line_of(at) + 1, message)).collect()
}

fn check_unwrap(source: &Source) -> Vec<Finding> {
    let message = "`unwrap` outside tests: return the error, or `expect(\"why it cannot fail\")`";
    outside_tests(source, ".unwrap()", message)
}

fn check_stubs(source: &Source) -> Vec<Finding> {
    let message = "a stub: leave the thing out and say so, or do it";
    ["todo!", "unimplemented!"].into_iter().flat_map(|word| outside_words(source, word, message)).collect()
}

fn outside_words(source: &Source, word: &str, message: &str) -> Vec<Finding> {
    let boundary =
        |at: usize| !source.masked.code[..at].ends_with(|symbol: char| symbol.is_alphanumeric() || symbol == '_');
    let hits = source.masked.code.match_indices(word).filter(|(at, _)| boundary(*at));
    hits.map(|(at, _)| Finding::new(&source.path, source.masked.line_of(at) + 1, message)).collect()
}

fn outside_tests(source: &Source, word: &str, message: &str) -> Vec<Finding> {
    let lines = source.masked.code.match_indices(word).map(|(at, _)| source.masked.line_of(at));
    lines.filter(|&line| !source.is_test(line)).map(|line| Finding::new(&source.path, line + 1, message)).collect()
}

fn is_test_path(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    path.split('/').any(|folder| folder == "tests") || name == "tests.rs" || name.ends_with("_tests.rs")
}

/// `crates/a/src/b/samples` for a module `samples` that `crates/a/src/b.rs` declares for tests only.
fn declared_test_modules(source: &Source) -> Vec<String> {
    let Some(stem) = source.path.strip_suffix(".rs") else { return Vec::new() };
    let (folder, name) = stem.rsplit_once('/').unwrap_or(("", stem));
    let home = if matches!(name, "lib" | "main" | "mod") { folder } else { stem };
    source.masked.test_modules().into_iter().map(|module| format!("{home}/{module}")).collect()
}

fn belongs_to(path: &str, stem: &str) -> bool {
    path.strip_prefix(stem).is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(path: &str, text: &str) -> Source {
        parse(&[TextFile { path: path.to_owned(), text: text.to_owned() }]).remove(0)
    }

    fn shown(findings: impl IntoIterator<Item = Finding>) -> Vec<(usize, String)> {
        findings.into_iter().map(|finding| (finding.line, finding.message)).collect()
    }

    fn lines(findings: impl IntoIterator<Item = Finding>) -> Vec<usize> {
        findings.into_iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn a_file_opens_with_what_it_is() {
        assert!(check_header(&one("a.rs", "//! A.\nfn a() {}\n")).is_none());
        assert_eq!(lines(check_header(&one("a.rs", "use a;\n//! A.\n"))), [1]);
        assert_eq!(lines(check_header(&one("build.rs", "// A.\n"))), [1]);
    }

    #[test]
    fn a_file_of_501_lines_is_too_long_and_one_of_351_gets_a_hint() {
        assert!(check_length(&one("a.rs", &"//! A.\n".repeat(500))).is_none());
        assert_eq!(shown(check_length(&one("a.rs", &"//! A.\n".repeat(501))))[0].1, "has 501 lines, more than 500");
        let file = |lines: usize| TextFile { path: "a.rs".to_owned(), text: "x\n".repeat(lines) };
        assert_eq!(long_files(&[file(350)]), Vec::<String>::new());
        assert_eq!(long_files(&[file(351)]).len(), 1);
    }

    #[test]
    fn ignored_tests_are_found_wherever_they_are() {
        let text =
            "//! A, not #[ignore].\n#[test]\n#[ignore = \"slow\"]\nfn a() {}\n#[cfg_attr(x, ignore)]\nfn b() {}\n";
        assert_eq!(lines(check_ignored(&one("crates/a/tests/b.rs", text))), [3, 5]);
    }

    #[test]
    fn unwrap_is_for_tests_only() {
        let text = "//! `.unwrap()`\nfn a() {\n    b(\".unwrap()\").unwrap();\n}\n#[cfg(test)]\nmod tests {\n    fn c() { d().unwrap(); }\n}\n";
        assert_eq!(lines(check_unwrap(&one("crates/a/src/b.rs", text))), [3]);
        for path in
            ["crates/a/tests/b.rs", "tests/src/main.rs", "crates/a/src/warp_tests.rs", "crates/a/src/b/tests.rs"]
        {
            assert_eq!(lines(check_unwrap(&one(path, text))), [0; 0], "{path}");
        }
    }

    #[test]
    fn a_module_declared_for_tests_is_test_code_in_its_own_file() {
        let file = |path: &str, text: &str| TextFile { path: path.to_owned(), text: text.to_owned() };
        let files = [
            file("crates/a/src/lib.rs", "#[cfg(test)]\nmod samples;\nmod other;\n"),
            file("crates/a/src/samples.rs", "fn a() { b().unwrap() }\n"),
            file("crates/a/src/samples/more.rs", "fn a() { b().unwrap() }\n"),
            file("crates/a/src/other.rs", "#[cfg(test)]\nmod deep;\nfn a() { b().unwrap() }\n"),
            file("crates/a/src/other/deep.rs", "fn a() { b().unwrap() }\n"),
        ];
        let red: Vec<_> = parse(&files).iter().flat_map(check_unwrap).map(|finding| finding.path).collect();
        assert_eq!(red, ["crates/a/src/other.rs"]);
    }

    #[test]
    fn stubs_are_found_even_in_tests_but_not_in_prose() {
        let text = "//! todo!\nfn a() { todo!() }\nfn b() { my_todo!() }\n#[test]\nfn c() { unimplemented!(\"x\") }\n";
        assert_eq!(lines(check_stubs(&one("a.rs", text))), [2, 5]);
    }

    #[test]
    fn all_rules_are_asked() {
        let text = "fn a() { todo!() }\n#[ignore]\nfn b() { c().unwrap() }\n".to_owned() + &"\n".repeat(500);
        assert_eq!(lines(check(&one("crates/a/src/b.rs", &text))), [1, 0, 2, 3, 1]);
    }
}
