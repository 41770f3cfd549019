//! Two documents that must keep step with the project: the table of fixtures and the map of the code.

use super::Finding;
use std::collections::BTreeMap;

/// A row for every file in `fixtures/`: file, source, licence, purpose.
pub(crate) const FIXTURES: &str = "fixtures/README.md";

/// A paragraph and an invariant for every crate.
pub(crate) const CODE_MAP: &str = "crates/README.md";

/// Every fixture is accounted for: it has a row, every cell of the row says something, and no row is left over.
pub(crate) fn check_fixtures(paths: &[String], table: Option<&str>) -> Vec<Finding> {
    let Some(table) = table else {
        return vec![Finding::new(FIXTURES, 0, "is missing: it accounts for every fixture")];
    };
    let mut findings = Vec::new();
    let mut rows = BTreeMap::new();
    for (line, cells) in rows_of(table) {
        let file = cells[0].trim_matches('`');
        if cells.len() < 4 || cells.iter().any(String::is_empty) {
            findings.push(Finding::new(
                FIXTURES,
                line,
                format!("`{file}`: a row has four cells: file, source, licence, purpose"),
            ));
        }
        if rows.insert(file.to_owned(), line).is_some() {
            findings.push(Finding::new(FIXTURES, line, format!("`{file}` has two rows")));
        }
    }
    for path in paths.iter().filter(|path| *path != FIXTURES) {
        if let Some(file) = path.strip_prefix("fixtures/")
            && rows.remove(file).is_none()
        {
            findings.push(Finding::new(
                path,
                0,
                format!("has no row in {FIXTURES}: where is it from, and may we have it?"),
            ));
        }
    }
    findings.extend(
        rows.into_iter().map(|(file, line)| Finding::new(FIXTURES, line, format!("there is no file `{file}`"))),
    );
    findings
}

/// The rows of all tables with their line numbers (from 1), cells trimmed, without heads and rules.
fn rows_of(table: &str) -> Vec<(usize, Vec<String>)> {
    let lines: Vec<&str> = table.lines().map(str::trim).collect();
    let is_rule = |line: &str| line.starts_with('|') && line.chars().all(|symbol| "|-: ".contains(symbol));
    let is_row = |index: usize| {
        let is_head = lines.get(index + 1).is_some_and(|next| is_rule(next));
        lines[index].starts_with('|') && !is_rule(lines[index]) && !is_head
    };
    let cells = |line: &str| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect();
    (0..lines.len()).filter(|&index| is_row(index)).map(|index| (index + 1, cells(lines[index]))).collect()
}

/// Every crate has a section with a paragraph and an invariant, and no section is about a crate that is not there.
pub(crate) fn check_code_map(paths: &[String], map: Option<&str>) -> Vec<Finding> {
    let Some(map) = map else { return vec![Finding::new(CODE_MAP, 0, "is missing: it is the map of the code")] };
    let mut findings = Vec::new();
    let mut sections = sections(map);
    let crates = paths.iter().filter_map(|path| path.strip_prefix("crates/")?.strip_suffix("/Cargo.toml"));
    for name in crates.filter(|name| !name.contains('/')) {
        let Some((line, body)) = sections.remove(name) else {
            findings.push(Finding::new(CODE_MAP, 0, format!("the crate `{name}` has no section `### {name}`")));
            continue;
        };
        let says = |text: &&str| !text.trim().is_empty();
        let (invariants, paragraphs): (Vec<&str>, Vec<&str>) =
            body.into_iter().filter(says).partition(|text| text.starts_with("**Invariant:**"));
        if paragraphs.is_empty() {
            findings.push(Finding::new(CODE_MAP, line, format!("`{name}` has no paragraph that says what it is for")));
        }
        if !invariants.iter().any(|text| text.len() > "**Invariant:** ".len()) {
            findings.push(Finding::new(
                CODE_MAP,
                line,
                format!("`{name}` has no line **Invariant:** that says what it never does"),
            ));
        }
    }
    let left = sections.into_iter();
    findings.extend(left.map(|(name, (line, _))| Finding::new(CODE_MAP, line, format!("there is no crate `{name}`"))));
    findings
}

/// The sections `### name` with their line (from 1) and the lines of their bodies.
fn sections(map: &str) -> BTreeMap<&str, (usize, Vec<&str>)> {
    let mut sections = BTreeMap::new();
    let mut current = None;
    for (index, line) in map.lines().enumerate() {
        if let Some(title) = line.strip_prefix("### ") {
            let name = title.trim().trim_matches('`');
            sections.insert(name, (index + 1, Vec::new()));
            current = Some(name);
        } else if line.starts_with('#') {
            current = None;
        } else if let Some((_, body)) = current.and_then(|name| sections.get_mut(name)) {
            body.push(line);
        }
    }
    sections
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(all: &[&str]) -> Vec<String> {
        all.iter().map(|path| (*path).to_owned()).collect()
    }

    fn shown(findings: &[Finding]) -> Vec<String> {
        findings.iter().map(ToString::to_string).collect()
    }

    const TABLE: &str = "# Fixtures\n\n| file | source | licence | purpose |\n|---|---|---|---|\n| `a.ttf` | npm | OFL | text |\n| `b/c.csv` | made here | MIT | roster |\n";

    #[test]
    fn a_table_that_accounts_for_every_fixture_is_right() {
        let all = paths(&["fixtures/README.md", "fixtures/a.ttf", "fixtures/b/c.csv", "crates/x/y.png"]);
        assert_eq!(shown(&check_fixtures(&all, Some(TABLE))), [""; 0]);
    }

    #[test]
    fn fixtures_without_a_row_and_rows_without_a_fixture_are_found() {
        let all = paths(&["fixtures/README.md", "fixtures/a.ttf", "fixtures/new.png"]);
        let found = shown(&check_fixtures(&all, Some(TABLE)));
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].starts_with("fixtures/new.png: has no row"), "{found:?}");
        assert_eq!(found[1], "fixtures/README.md:6: there is no file `b/c.csv`");
        assert_eq!(check_fixtures(&[], None).len(), 1);
    }

    #[test]
    fn a_row_says_everything_once() {
        let table = format!("{TABLE}| `a.ttf` | npm | | text |\n");
        let all = paths(&["fixtures/a.ttf", "fixtures/b/c.csv"]);
        let found = shown(&check_fixtures(&all, Some(&table)));
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].starts_with("fixtures/README.md:7: `a.ttf`: a row has four cells"), "{found:?}");
        assert_eq!(found[1], "fixtures/README.md:7: `a.ttf` has two rows");
    }

    const MAP: &str =
        "# Map\n\n### `core`\nThe words.\n\n**Invariant:** no input, no output.\n\n## Planned\n\nledger\n";

    #[test]
    fn a_map_with_a_paragraph_and_an_invariant_per_crate_is_right() {
        assert_eq!(shown(&check_code_map(&paths(&["crates/core/Cargo.toml", "crates/README.md"]), Some(MAP))), [""; 0]);
    }

    #[test]
    fn crates_without_a_section_and_sections_without_a_crate_are_found() {
        let found = shown(&check_code_map(&paths(&["crates/web/Cargo.toml"]), Some(MAP)));
        assert_eq!(
            found,
            [
                "crates/README.md: the crate `web` has no section `### web`",
                "crates/README.md:3: there is no crate `core`",
            ]
        );
        assert_eq!(check_code_map(&[], None).len(), 1);
    }

    #[test]
    fn a_section_needs_its_paragraph_and_its_invariant() {
        let all = paths(&["crates/a/Cargo.toml", "crates/b/Cargo.toml", "crates/c/Cargo.toml"]);
        let map = "### a\n**Invariant:** x\n### b\nText.\n### c\nText.\n**Invariant:**\n";
        let lines: Vec<_> = check_code_map(&all, Some(map)).into_iter().map(|finding| finding.line).collect();
        assert_eq!(lines, [1, 3, 5]);
    }
}
