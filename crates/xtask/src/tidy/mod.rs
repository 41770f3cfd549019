//! `cargo xtask tidy`: the rules of the house that no compiler or linter knows.
//!
//! Each rule is a pure function from what it looks at to findings; this file reads the project once, asks every rule,
//! and shows all findings at once. A rule without a test on an input that breaks it is not a rule.

mod arrows;
mod masked;
mod places;
mod source;
mod supply;
mod tables;
mod unsafety;
mod words;

use crate::command;
use crate::workspace::Workspace;
use anyhow::{Context as _, Result, bail};
use std::fmt;
use std::path::Path;
use std::process::Command;

/// A place where a rule is broken.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Finding {
    /// Relative to the root of the project, with `/`.
    path: String,
    /// From 1; 0 when the whole file is meant.
    line: usize,
    /// What is wrong and what to do, in one line.
    message: String,
}

impl Finding {
    fn new(path: &str, line: usize, message: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, message: message.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.path, self.message),
            line => write!(f, "{}:{line}: {}", self.path, self.message),
        }
    }
}

/// A file of the project that holds text.
#[derive(Debug, Clone)]
pub(crate) struct TextFile {
    /// Relative to the root of the project, with `/`.
    pub(crate) path: String,
    pub(crate) text: String,
}

impl TextFile {
    fn is_rust(&self) -> bool {
        Path::new(&self.path).extension().is_some_and(|extension| extension == "rs")
    }
}

/// Everything the rules look at.
struct Project {
    /// Every file that git knows or would take, relative, with `/`, sorted.
    paths: Vec<String>,
    /// Those of them that are text.
    texts: Vec<TextFile>,
}

/// Asks every rule; all findings are shown, and any of them is an error.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    let project = read(workspace)?;
    let mut findings = findings(&project, &workspace.metadata);
    findings.extend(supply::check(&workspace.metadata_with_dependencies()?));
    findings.sort();
    findings.dedup();
    for hint in source::long_files(&project.texts) {
        eprintln!("hint: {hint}");
    }
    for finding in &findings {
        eprintln!("{finding}");
    }
    if !findings.is_empty() {
        bail!("{} places break the rules of the house", findings.len());
    }
    eprintln!("{} files keep the rules of the house", project.paths.len());
    Ok(())
}

fn findings(project: &Project, metadata: &serde_json::Value) -> Vec<Finding> {
    let mut all = arrows::check(metadata);
    all.extend(places::check_top_level(&project.paths));
    all.extend(tables::check_code_map(&project.paths, text_of(project, tables::CODE_MAP)));
    all.extend(tables::check_fixtures(&project.paths, text_of(project, tables::FIXTURES)));
    let sources: Vec<source::Source> = source::parse(&project.texts);
    for source in &sources {
        all.extend(source::check(source));
        all.extend(unsafety::check(source));
    }
    for file in &project.texts {
        all.extend(words::check(file, sources.iter().find(|source| source.path == file.path)));
    }
    all
}

fn text_of<'a>(project: &'a Project, path: &str) -> Option<&'a str> {
    project.texts.iter().find(|file| file.path == path).map(|file| file.text.as_str())
}

fn read(workspace: &Workspace) -> Result<Project> {
    let mut ask = Command::new("git");
    // `safe.directory`: a checkout that belongs to another account is still this checkout.
    ask.args(["-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
    let answer = command::output(ask.current_dir(&workspace.root)).context("tidy asks git which files there are")?;
    let mut paths: Vec<String> = answer
        .split('\0')
        // A file deleted but not yet committed is still listed.
        .filter(|path| !path.is_empty() && workspace.root.join(path).is_file())
        .map(str::to_owned)
        .collect();
    paths.sort();
    paths.dedup();
    let mut texts = Vec::new();
    for path in &paths {
        let bytes = std::fs::read(workspace.root.join(path)).with_context(|| format!("could not read {path}"))?;
        if let Ok(text) = String::from_utf8(bytes) {
            texts.push(TextFile { path: path.clone(), text });
        }
    }
    Ok(Project { paths, texts })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn findings_name_file_and_line_and_come_in_order() {
        let mut findings = [Finding::new("b.rs", 2, "y"), Finding::new("a.rs", 10, "x"), Finding::new("a.rs", 9, "x")];
        findings.sort();
        let shown: Vec<_> = findings.iter().map(ToString::to_string).collect();
        assert_eq!(shown, ["a.rs:9: x", "a.rs:10: x", "b.rs:2: y"]);
        assert_eq!(Finding::new("udev", 0, "z").to_string(), "udev: z");
    }

    #[test]
    fn every_rule_is_asked() {
        let file = |path: &str, text: &str| TextFile { path: path.to_owned(), text: text.to_owned() };
        let texts = vec![
            file("crates/core/src/lib.rs", "fn f() { unsafe { g() } }\n#[ignore]\nfn h() {}\n"),
            file("crates/core/note.md", concat!("see /wo", "rk/main\n")),
        ];
        let paths = ["crates/core/Cargo.toml", "crates/core/src/lib.rs", "fixtures/a.png", "scratch/x"];
        let project = Project { paths: paths.map(str::to_owned).to_vec(), texts };
        let metadata = serde_json::json!({ "packages": [{ "name": "stranger", "manifest_path": "/p/Cargo.toml", "dependencies": [] }] });
        let shown: Vec<_> = findings(&project, &metadata).iter().map(ToString::to_string).collect();
        for words in
            ["stranger", "scratch", "crates/README.md", "fixtures/README.md", "//!", "ignore", "unsafe", "note.md:1"]
        {
            assert!(shown.iter().any(|finding| finding.contains(words)), "no finding about {words}: {shown:#?}");
        }
    }
}
