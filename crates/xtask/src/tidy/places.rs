//! What may lie at the top level of the project: what its owner fixed, what the ecosystem expects, and nothing more.

use super::Finding;
use std::collections::BTreeSet;

/// Folders; what is in them is a matter of their own.
const FOLDERS: &[&str] = &["crates", "config", "udev", "systemd", "tests", "fixtures"];

/// Files, dot-files and files in dot-folders.
const FILES: &[&str] = &[
    "Cargo.toml",
    "Cargo.lock",
    "README.md",
    "LICENSE",
    "CHANGELOG.md",
    ".cargo/config.toml",
    ".config/nextest.toml",
    ".clippy.toml",
    ".rustfmt.toml",
    ".ci/run",
    ".gitignore",
];

/// The rule: nothing else lies there, and all of it does.
pub(crate) fn check_top_level(paths: &[String]) -> Vec<Finding> {
    let is_allowed = |path: &str| {
        let first = path.split('/').next().unwrap_or(path);
        FILES.contains(&path) || (FOLDERS.contains(&first) && path.contains('/'))
    };
    let strangers = paths.iter().filter(|path| !is_allowed(path));
    // One finding for a whole strange folder; dot-folders are shared, so there each file counts.
    let places: BTreeSet<&str> = strangers
        .map(|path| if path.starts_with('.') { path.as_str() } else { path.split('/').next().unwrap_or(path) })
        .collect();
    let strange =
        places.into_iter().map(|place| Finding::new(place, 0, "does not belong at the top level: it is fixed"));

    let files = FILES.iter().filter(|file| !paths.iter().any(|path| path == *file));
    let folders = FOLDERS.iter().filter(|folder| !paths.iter().any(|path| path.starts_with(&format!("{folder}/"))));
    let missing = files.chain(folders).map(|place| Finding::new(place, 0, "is missing: the top level is fixed"));
    strange.chain(missing).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole() -> Vec<String> {
        let files = FILES.iter().map(|file| (*file).to_owned());
        files.chain(FOLDERS.iter().map(|folder| format!("{folder}/x"))).collect()
    }

    fn shown(paths: &[String]) -> Vec<String> {
        check_top_level(paths).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_whole_top_level_and_nothing_else_is_right() {
        assert_eq!(shown(&whole()), [""; 0]);
    }

    #[test]
    fn strangers_are_found_once_each() {
        let strangers = ["docs/a.md", "docs/b.md", "Makefile", ".github/workflows/ci.yml", ".ci/other", "crates.txt"];
        let paths: Vec<String> = whole().into_iter().chain(strangers.map(str::to_owned)).collect();
        let wanted = [".ci/other", ".github/workflows/ci.yml", "Makefile", "crates.txt", "docs"];
        let wanted = wanted.map(|place| format!("{place}: does not belong at the top level: it is fixed"));
        assert_eq!(shown(&paths), wanted);
    }

    #[test]
    fn a_folder_that_became_a_file_does_not_count() {
        let mut paths = whole();
        paths.retain(|path| path != "udev/x" && path != "LICENSE");
        paths.push("udev".to_owned());
        let found = shown(&paths);
        assert!(found.contains(&"udev: does not belong at the top level: it is fixed".to_owned()), "{found:?}");
        assert!(found.contains(&"udev: is missing: the top level is fixed".to_owned()), "{found:?}");
        assert!(found.contains(&"LICENSE: is missing: the top level is fixed".to_owned()), "{found:?}");
    }
}
