//! Which crate may depend on which: the arrows of the architecture, and the libraries that only one crate may know.
//!
//! An arrow that is missing here is missing on purpose. Adding one is a decision about the architecture: say why in
//! `crates/README.md` in the same change.

use super::Finding;
use serde_json::Value;

/// What each crate of the workspace may depend on in the product; nothing else, in any direction.
const ARROWS: &[(&str, &[&str])] = &[
    ("scantrail-core", &[]),
    ("scantrail-imaging", &["scantrail-core"]),
    ("scantrail-sheets", &["scantrail-core"]),
    ("scantrail-ocr", &["scantrail-core"]),
    ("scantrail-roster", &["scantrail-core"]),
    ("scantrail-config", &["scantrail-core"]),
    ("scantrail-pipeline", &["scantrail-core", "scantrail-imaging", "scantrail-sheets"]),
    ("sane-rs", &[]),
    ("scantrail-capture", &["scantrail-core"]),
    ("scantrail-workers", &["sane-rs", "scantrail-capture", "scantrail-core", "scantrail-ocr"]),
    ("scantrail-durable", &["scantrail-core"]),
    ("scantrail-archive", &["scantrail-core", "scantrail-durable"]),
    ("scantrail-ledger", &["scantrail-core"]),
    ("scantrail-catalogue", &["scantrail-core", "scantrail-ledger"]),
    ("scantrail-web", &["scantrail-core"]),
    (
        "scantrail-daemon",
        &[
            "scantrail-archive",
            "scantrail-capture",
            "scantrail-catalogue",
            "scantrail-config",
            "scantrail-core",
            "scantrail-imaging",
            "scantrail-ledger",
            "scantrail-ocr",
            "scantrail-pipeline",
            "scantrail-roster",
            "scantrail-sheets",
            "scantrail-web",
        ],
    ),
    ("scantrail", &["scantrail-config", "scantrail-core", "scantrail-daemon"]),
    ("scantrail-testkit", &["scantrail-core"]),
    (
        "scantrail-eval",
        &[
            "scantrail-core",
            "scantrail-imaging",
            "scantrail-ocr",
            "scantrail-pipeline",
            "scantrail-sheets",
            "scantrail-testkit",
        ],
    ),
    ("scantrail-tests", &[]),
    ("xtask", &[]),
];

/// Tests may use the test kit besides what the crate may use anyway; only these crates' tests may use more.
const MORE_ARROWS_FOR_TESTS: &[(&str, &[&str])] = &[("scantrail-tests", &["scantrail-core", "scantrail-ledger"])];

/// The test kit: tests of every crate may use it, and no product code.
const TEST_KIT: &str = "scantrail-testkit";

/// Libraries that stand for an invariant, and the only crates that may depend on them.
const ONLY_IN: &[(&str, &[&str], &str)] = &[
    ("tokio", &["scantrail-daemon", "scantrail-web"], "stages are plain functions; only the edges wait"),
    ("axum", &["scantrail-web"], "one crate speaks HTTP"),
    ("maud", &["scantrail-web"], "one crate writes HTML"),
    ("rusqlite", &["scantrail-catalogue"], "nothing else names SQLite"),
    ("tesseract", &["scantrail-ocr", "scantrail-eval"], "nothing else names Tesseract, but to measure it beside ours"),
    ("tesseract-sys", &["scantrail-ocr"], "nothing else names Tesseract"),
    ("rten", &["scantrail-ocr"], "nothing else runs networks"),
    ("toml", &["scantrail-config"], "one crate reads the configuration"),
    ("ed25519-dalek", &["scantrail-ledger"], "one crate signs"),
    ("clap", &["scantrail", "scantrail-eval", TEST_KIT], "arguments are parsed at the edge"),
    ("age", &["scantrail-archive"], "one crate locks what leaves the school"),
    ("tar", &["scantrail-archive"], "one crate takes apart what comes from outside as a pack"),
    ("landlock", &["scantrail-workers"], "only a decoder locks itself in"),
    ("seccompiler", &["scantrail-workers"], "only a decoder locks itself in"),
];

/// Crates that may depend on these libraries of other people and no more.
const NOTHING_BUT: &[(&str, &[&str], &str)] = &[
    ("scantrail-core", &["jiff", "thiserror", "unicode-normalization"], "the core cannot touch the world"),
    (
        "scantrail-ledger",
        &["base64", "ed25519-dalek", "hmac", "sha2", "thiserror"],
        "what it computes can be computed again by anybody: no file, no clock, no dice",
    ),
    ("sane-rs", &["thiserror"], "it is to be published on its own"),
    ("xtask", &["anyhow", "serde_json"], "it builds before the system packages exist"),
];

/// One line of a `[dependencies]` section.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Dependency<'a> {
    name: &'a str,
    /// Lies in this workspace.
    is_ours: bool,
    is_for_tests: bool,
}

/// The rule, over the answer of `cargo metadata --no-deps`.
pub(crate) fn check(metadata: &Value) -> Vec<Finding> {
    let packages = metadata["packages"].as_array().map_or(&[][..], Vec::as_slice);
    let mut findings = Vec::new();
    for package in packages {
        let name = package["name"].as_str().unwrap_or_default();
        let manifest = relative_manifest(package, metadata);
        let Some((_, allowed)) = ARROWS.iter().find(|(of, _)| *of == name) else {
            let message = format!("`{name}` has no line in the table of arrows, `xtask/src/tidy/arrows.rs`");
            findings.push(Finding::new(manifest, 0, message));
            continue;
        };
        for dependency in dependencies(package) {
            let broken = if dependency.is_ours {
                check_ours(name, allowed, &dependency)
            } else {
                check_foreign(name, &dependency)
            };
            findings.extend(broken.map(|message| Finding::new(manifest, 0, message)));
        }
    }
    findings
}

fn check_ours(name: &str, allowed: &[&str], dependency: &Dependency) -> Option<String> {
    let more = MORE_ARROWS_FOR_TESTS.iter().find(|(of, _)| *of == name).map_or(&[][..], |(_, more)| more);
    let for_tests = dependency.is_for_tests && (dependency.name == TEST_KIT || more.contains(&dependency.name));
    let to = dependency.name;
    (!for_tests && !allowed.contains(&to)).then(|| format!("`{name}` must not depend on `{to}`: no such arrow"))
}

fn check_foreign(name: &str, dependency: &Dependency) -> Option<String> {
    if dependency.is_for_tests {
        return None;
    }
    let to = dependency.name;
    if let Some((_, _, why)) = ONLY_IN.iter().find(|(library, crates, _)| *library == to && !crates.contains(&name)) {
        return Some(format!("`{name}` must not depend on `{to}`: {why}"));
    }
    let (_, _, why) = NOTHING_BUT.iter().find(|(of, libraries, _)| *of == name && !libraries.contains(&to))?;
    Some(format!("`{name}` must not depend on `{to}`: {why}"))
}

fn dependencies(package: &Value) -> Vec<Dependency<'_>> {
    let all = package["dependencies"].as_array().map_or(&[][..], Vec::as_slice);
    all.iter()
        .map(|dependency| Dependency {
            name: dependency["name"].as_str().unwrap_or_default(),
            is_ours: !dependency["path"].is_null(),
            is_for_tests: dependency["kind"] == "dev",
        })
        .collect()
}

fn relative_manifest<'a>(package: &'a Value, metadata: &Value) -> &'a str {
    let path = package["manifest_path"].as_str().unwrap_or("Cargo.toml");
    let root = metadata["workspace_root"].as_str().unwrap_or_default();
    path.strip_prefix(root).unwrap_or(path).trim_start_matches('/')
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn messages(name: &str, dependencies: &Value) -> Vec<String> {
        let manifest = "/p/crates/x/Cargo.toml";
        let package = json!({ "name": name, "manifest_path": manifest, "dependencies": dependencies });
        let findings = check(&json!({ "workspace_root": "/p", "packages": [package] }));
        assert!(findings.iter().all(|finding| finding.path == "crates/x/Cargo.toml"));
        findings.into_iter().map(|finding| finding.message).collect()
    }

    fn ours(name: &str) -> Value {
        json!({ "name": name, "path": "/p/crates/y", "kind": null })
    }

    fn our_test(name: &str) -> Value {
        json!({ "name": name, "path": "/p/crates/y", "kind": "dev" })
    }

    fn foreign(name: &str) -> Value {
        json!({ "name": name, "kind": null })
    }

    #[test]
    fn an_arrow_may_not_be_turned_round_nor_invented() {
        assert_eq!(messages("scantrail-pipeline", &json!([ours("scantrail-imaging")])), [""; 0]);
        for (from, to) in [
            ("scantrail-imaging", "scantrail-pipeline"),
            ("scantrail-pipeline", "scantrail-ocr"),
            ("scantrail-core", "scantrail-roster"),
            ("scantrail-daemon", "sane-rs"),
            ("scantrail", "scantrail-testkit"),
        ] {
            assert_eq!(
                messages(from, &json!([ours(to)])),
                [format!("`{from}` must not depend on `{to}`: no such arrow")]
            );
        }
    }

    #[test]
    fn the_test_kit_is_for_tests_of_every_crate() {
        assert_eq!(messages("scantrail-imaging", &json!([our_test(TEST_KIT)])), [""; 0]);
        assert_eq!(messages("scantrail-tests", &json!([our_test(TEST_KIT), our_test("scantrail-core")])), [""; 0]);
        assert_eq!(messages("scantrail-imaging", &json!([our_test("scantrail-pipeline")])).len(), 1);
    }

    #[test]
    fn a_build_dependency_is_an_arrow_too() {
        let dependency = json!({ "name": "scantrail-testkit", "path": "/p/crates/y", "kind": "build" });
        assert_eq!(messages("scantrail-web", &json!([dependency])).len(), 1);
    }

    #[test]
    fn an_unknown_crate_must_be_put_into_the_table() {
        assert!(messages("scantrail-novelty", &json!([]))[0].contains("no line in the table of arrows"));
    }

    #[test]
    fn libraries_that_stand_for_an_invariant_stay_where_they_are() {
        assert_eq!(messages("scantrail-web", &json!([foreign("tokio"), foreign("axum")])), [""; 0]);
        for (name, library) in [
            ("scantrail-pipeline", "tokio"),
            ("scantrail-daemon", "rusqlite"),
            ("scantrail-core", "serde"),
            ("sane-rs", "libc"),
            ("xtask", "clap"),
        ] {
            assert_eq!(messages(name, &json!([foreign(library)])).len(), 1, "{name} {library}");
        }
        let in_tests = json!({ "name": "rusqlite", "kind": "dev" });
        assert_eq!(messages("scantrail-daemon", &json!([in_tests])), [""; 0]);
    }

    #[test]
    fn the_table_has_no_circle_and_no_unknown_name() {
        // Every crate depends only on crates that stand above it, so there can be no circle; the two that stand for
        // themselves are in the table all the same.
        for (index, (name, allowed)) in ARROWS.iter().enumerate() {
            for to in *allowed {
                assert!(ARROWS[..index].iter().any(|(above, _)| above == to), "{name} → {to}");
            }
        }
    }
}
