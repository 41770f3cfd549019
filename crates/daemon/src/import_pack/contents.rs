//! What is in a pack: pieces and the file of each page that is to be taken in. Of a pack of ours, what it says itself; of any
//! other bag, its pictures and documents, a folder a piece.

use crate::api::LeftOut;
use crate::error::DaemonError;
use scantrail_archive::bag::{BagCheck, CheckedFile};
use scantrail_archive::outside;
use scantrail_core::ids::PageId;
use scantrail_core::jiff::civil::Date;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

/// What a pack of ours says of itself, as far as it is believed.
const ABOUT: &str = "pack.json";
/// What can be taken in, by the ending of its name.
const TAKEN: [&str; 6] = ["jpg", "jpeg", "png", "pdf", "tif", "tiff"];

/// What comes.
pub(super) struct Contents {
    pub(super) school: Option<String>,
    pub(super) name: Option<String>,
    /// In order of date.
    pub(super) groups: Vec<Group>,
    pub(super) left_out: Vec<LeftOut>,
}

/// Files that become one batch.
pub(super) struct Group {
    pub(super) date: Date,
    pub(super) subject: String,
    pub(super) title: String,
    /// Photos and artwork, which are not straightened as sheets are.
    pub(super) pictures: bool,
    /// The pack it is from, without a name.
    pub(super) from: String,
    pub(super) files: Vec<Taken>,
}

/// A file of the payload.
pub(super) struct Taken {
    /// In the pack.
    pub(super) path: String,
    /// By what it is known when it comes again.
    pub(super) source: String,
    /// The page it is, in the catalogue it comes from.
    pub(super) page: Option<PageId>,
    /// Its record in the pack.
    pub(super) record: Option<String>,
}

#[derive(Deserialize)]
struct About {
    schema: u32,
    export: String,
    school: String,
    name: String,
    pages: Vec<AboutPage>,
}

#[derive(Deserialize)]
struct AboutPage {
    page: String,
    date: String,
    subject: String,
    title: String,
    copy: Option<AboutFile>,
    original: Option<AboutFile>,
}

#[derive(Deserialize)]
struct AboutFile {
    path: String,
}

/// Reads a bag that was found sound.
pub(super) fn read(pack: &Path, checked: &BagCheck, today: Date) -> Result<Contents, DaemonError> {
    let payload: BTreeMap<&str, &CheckedFile> = checked.payload.iter().map(|file| (file.path.as_str(), file)).collect();
    // Only what the tag manifest vouches for is read.
    let vouched = checked.tags.iter().any(|file| file.path == ABOUT);
    let about = if vouched { outside::read(&pack.join(ABOUT))? } else { None };
    let about = about.and_then(|text| serde_json::from_slice::<About>(&text).ok()).filter(|about| about.schema == 1);
    Ok(match about {
        Some(about) => ours(about, &payload),
        None => anybodys(checked, today),
    })
}

/// A PDF or TIFF is a batch of its own, like any container.
fn alone(path: &str) -> bool {
    matches!(ending(path).as_str(), "pdf" | "tif" | "tiff")
}

/// The ending of a name, in small letters.
fn ending(path: &str) -> String {
    Path::new(path).extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default()
}

fn ours(about: About, payload: &BTreeMap<&str, &CheckedFile>) -> Contents {
    let mut groups: Vec<Group> = Vec::new();
    let mut left_out = Vec::new();
    for page in about.pages {
        let Ok(date) = page.date.parse::<Date>() else {
            left_out.push(LeftOut { page: page.page, why: "the pack does not tell its date".into() });
            continue;
        };
        let there = |file: &Option<AboutFile>| payload.get(file.as_ref()?.path.as_str()).copied();
        let Some(file) = there(&page.original).or_else(|| there(&page.copy)) else {
            left_out.push(LeftOut { page: page.page, why: "the pack holds no file of it".into() });
            continue;
        };
        let pictures = page.copy.as_ref().is_some_and(|copy| ending(&copy.path) == "jpg");
        let taken = Taken {
            path: file.path.clone(),
            // A page keeps its id in every pack, with its original or without.
            source: format!("pack:page/{}", page.page),
            page: page.page.parse().ok(),
            record: Some(format!("audit/pages/{}.json", page.page)),
        };
        let fits = |group: &&mut Group| {
            let same = (group.date, &group.subject, &group.title, group.pictures)
                == (date, &page.subject, &page.title, pictures);
            same && !alone(&file.path) && !group.files.iter().any(|other| alone(&other.path))
        };
        match groups.last_mut().filter(|group| fits(group)) {
            Some(group) => group.files.push(taken),
            None => groups.push(Group {
                date,
                subject: page.subject,
                title: page.title,
                pictures,
                from: format!("pack {}", about.export),
                files: vec![taken],
            }),
        }
    }
    Contents { school: Some(about.school), name: Some(about.name), groups, left_out }
}

fn anybodys(checked: &BagCheck, today: Date) -> Contents {
    let mut folders: BTreeMap<(&str, bool), Vec<&CheckedFile>> = BTreeMap::new();
    let mut left_out = Vec::new();
    for file in &checked.payload {
        let (folder, _) = file.path.rsplit_once('/').unwrap_or(("", &file.path));
        if !TAKEN.contains(&ending(&file.path).as_str()) {
            let why = "it is no picture and no PDF".into();
            left_out.push(LeftOut { page: file.path.clone(), why });
            continue;
        }
        // Containers have a key of their own, so that each is a group.
        let own = if alone(&file.path) { file.path.as_str() } else { folder };
        folders.entry((own, alone(&file.path))).or_default().push(file);
    }
    let school = checked.said("Source-Organization").map(str::to_owned);
    let mut groups: Vec<Group> = Vec::new();
    for ((key, alone), files) in folders {
        let folder = if alone { key.rsplit_once('/').map_or("", |(folder, _)| folder) } else { key };
        let (date, title) = dated(folder.rsplit('/').next().unwrap_or_default());
        groups.push(Group {
            date: date.or_else(|| checked.said("Bagging-Date")?.parse().ok()).unwrap_or(today),
            subject: String::new(),
            title,
            pictures: false,
            from: "bag".into(),
            files: files
                .into_iter()
                .map(|file| Taken {
                    path: file.path.clone(),
                    source: format!("pack:bag/{}/{}", file.digest, file.path),
                    page: None,
                    record: None,
                })
                .collect(),
        });
    }
    groups.sort_by_key(|group| group.date);
    Contents { school, name: None, groups, left_out }
}

/// `2026-11-21 Fractions`: a date and a title; or a title alone.
fn dated(folder: &str) -> (Option<Date>, String) {
    let title = |text: &str| if text == "data" { String::new() } else { text.trim().to_owned() };
    match folder.get(..10).and_then(|date| date.parse().ok()) {
        Some(date) => (Some(date), title(&folder[10..])),
        None => (None, title(folder)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use scantrail_core::jiff::civil::date;

    #[test]
    fn folders_tell_dates_and_titles() {
        assert_eq!(dated("2026-11-21 Fractions"), (Some(date(2026, 11, 21)), "Fractions".into()));
        assert_eq!(dated("Übungen"), (None, "Übungen".into()));
        assert_eq!(dated("data"), (None, String::new()));
    }
}
