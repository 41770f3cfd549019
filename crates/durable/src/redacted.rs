//! Paths as a log line may show them: a trail's path holds a pupil's name.

use scantrail_core::ids::{PageId, PupilId};
use std::path::{Component, Path};

/// A path as a log line may show it: below `Pupils` only ids and our own fixed names are left.
pub fn redacted(path: &Path) -> String {
    let mut shown = std::path::PathBuf::new();
    let mut below = false;
    for part in path.components() {
        let text = part.as_os_str().to_string_lossy();
        if below && matches!(part, Component::Normal(_)) {
            shown.push(redacted_part(&text));
        } else {
            shown.push(part);
        }
        below |= text == "Pupils";
    }
    shown.display().to_string()
}

fn redacted_part(part: &str) -> String {
    const OURS: [&str; 12] = [
        "data",
        "audit",
        "pages",
        "_originals",
        ".pupil.json",
        "events.jsonl",
        "bagit.txt",
        "bag-info.txt",
        "manifest-sha256.txt",
        "tagmanifest-sha256.txt",
        "index",
        "index.html",
    ];
    let is_year = scantrail_core::school_year::SchoolYear::parse(part).is_some();
    if OURS.contains(&part) || is_year || page_of_file(part).is_some() {
        return part.to_owned();
    }
    pupil_of_folder(part).map_or_else(|| "…".to_owned(), |id| format!("… ({id})"))
}

/// Whose folder it is, by the id in brackets at its end.
pub fn pupil_of_folder(name: &str) -> Option<PupilId> {
    let (_, id) = name.strip_suffix(')')?.rsplit_once(" (")?;
    id.parse().ok().filter(|parsed: &PupilId| parsed.to_string() == id)
}

/// Whose file it is, by its name: `p01 [k3f9x2ab].pdf`, `k3f9x2ab.png`, `k3f9x2ab.json`.
pub fn page_of_file(name: &str) -> Option<PageId> {
    let (stem, extension) = name.rsplit_once('.')?;
    let id = match stem.strip_suffix(']').and_then(|rest| rest.split_once(" [")) {
        Some((place, id)) if place.trim_start_matches('p').bytes().all(|b| b.is_ascii_digit()) => id,
        Some(_) => return None,
        None => stem,
    };
    let plain = extension.len() <= 4 && extension.bytes().all(|b| b.is_ascii_alphanumeric());
    id.parse().ok().filter(|page: &PageId| plain && page.to_string() == id)
}
