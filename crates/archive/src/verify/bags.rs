//! The manifests of the bags against what should be in them.

use super::{Expected, ManifestFault, Problem, Report, walk};
use crate::bag::{OWN_FILES, parse_manifest};
use crate::durable;
use scantrail_core::units::Digest;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

const MANIFEST: &str = OWN_FILES[2];
const TAG_MANIFEST: &str = OWN_FILES[3];

/// Whether `path` is one of the four files that make a bag, of a bag with something expected in it.
pub(super) fn is_own_file(path: &str, expected: &BTreeMap<String, Expected>) -> bool {
    let Some((bag, name)) = path.rsplit_once('/') else { return false };
    let prefix = format!("{bag}/data/");
    OWN_FILES.contains(&name)
        && bag_of(&format!("{prefix}x")) == Some(bag)
        && expected.range(prefix.clone()..).next().is_some_and(|(path, _)| path.starts_with(&prefix))
}

/// The bag a path lies in: `Pupils/<pupil>/<year>` of `Pupils/<pupil>/<year>/data/…`.
fn bag_of(path: &str) -> Option<&str> {
    let mut slashes = path.match_indices('/').map(|(at, _)| at);
    let (_, _, end) = (slashes.next()?, slashes.next()?, slashes.next()?);
    path.starts_with("Pupils/").then_some(&path[..end])
}

/// Compares both manifests of every bag that has something expected in its payload.
pub(super) fn check(root: &Path, expected: &BTreeMap<String, Expected>, report: &mut Report) {
    let payload = expected.keys().filter(|path| path.split('/').nth(3) == Some("data"));
    let bags: BTreeSet<&str> = payload.filter_map(|path| bag_of(path)).collect();
    for bag in bags {
        let inside = |path: &str| path.strip_prefix(bag)?.strip_prefix('/').map(str::to_owned);
        let files = expected.values().filter_map(|file| Some((inside(file.path.as_str())?, file.digest)));
        let (payload, mut tags): (BTreeMap<_, _>, BTreeMap<_, _>) =
            files.partition(|(path, _)| path.starts_with("data/"));
        compare(root, &format!("{bag}/{MANIFEST}"), &payload, report);
        tags.retain(|path, _| path != TAG_MANIFEST);
        for name in &OWN_FILES[..3] {
            // Derived from the rest: the tag manifest is right if it says what lies there.
            let path = format!("{bag}/{name}");
            match durable::measure(&root.join(&path)) {
                Ok(Some(found)) => drop(tags.entry((*name).to_owned()).or_insert(found.digest)),
                // A missing manifest was told already.
                Ok(None) if *name == MANIFEST || expected.contains_key(&path) => {}
                Ok(None) => report.problems.push(Problem::Missing { path: path.into() }),
                Err(error) => {
                    report.problems.push(Problem::Unreadable { path: path.into(), why: walk::reason(&error) });
                }
            }
        }
        compare(root, &format!("{bag}/{TAG_MANIFEST}"), &tags, report);
    }
}

fn compare(root: &Path, path: &str, wanted: &BTreeMap<String, Digest>, report: &mut Report) {
    let full = root.join(path);
    let mut differs = |how| report.problems.push(Problem::ManifestDiffers { path: PathBuf::from(path), how });
    let text = match durable::read(&full) {
        Ok(Some(bytes)) => String::from_utf8_lossy(&bytes).into_owned(),
        Ok(None) => return differs(ManifestFault::Missing),
        Err(error) => {
            let why = walk::reason(&error);
            return report.problems.push(Problem::Unreadable { path: path.into(), why });
        }
    };
    let said: BTreeMap<String, Digest> = match parse_manifest(&text) {
        Ok(lines) => lines.into_iter().collect(),
        Err(bad) => return differs(ManifestFault::BrokenLine(bad.line)),
    };
    let lacks: Vec<String> = wanted.keys().filter(|path| !said.contains_key(*path)).cloned().collect();
    let surplus: Vec<String> = said.keys().filter(|path| !wanted.contains_key(*path)).cloned().collect();
    let other = |path: &&String| wanted.get(*path).is_some_and(|digest| said[*path] != *digest);
    let other: Vec<String> = said.keys().filter(other).cloned().collect();
    for (paths, fault) in [
        (lacks, ManifestFault::Lacks as fn(Vec<String>) -> ManifestFault),
        (surplus, ManifestFault::Surplus),
        (other, ManifestFault::OtherDigest),
    ] {
        if !paths.is_empty() {
            differs(fault(paths));
        }
    }
}
