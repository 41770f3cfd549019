//! What a trail says of pages that lay in it and belong to somebody else: that there were some, and when they went.
//!
//! It stands in a file of the payload, so that a folder from which the last page was moved is still a folder that can be
//! validated, and on the index page. It must never say whose they are.

use crate::engine::Engine;
use crate::error::DaemonError;
use crate::record::{self, time};
use crate::{filing, queries};
use scantrail_archive::names::TrailPath;
use scantrail_archive::{bag, durable};
use scantrail_catalogue::{Event, FileRole, FileRow};
use scantrail_core::ids::PupilId;
use scantrail_core::jiff::civil::Date;
use scantrail_core::jiff::tz::TimeZone;
use std::collections::{BTreeMap, BTreeSet};

/// Where it lies in a bag.
pub(crate) const PATH: &str = "data/Moved away.txt";

/// Where to look for more.
const WHERE: &str = "Which pages, by their ids, and at what time: audit/events.jsonl";

/// A sentence for each day on which pages left, oldest first; none if all that lay here lies here, or came and went with a
/// decision that was taken back: of that nothing is left.
pub(crate) fn sentences(
    engine: &Engine,
    pupil: PupilId,
    events: &[Event],
    files: &[FileRow],
) -> Result<Vec<String>, DaemonError> {
    let here: BTreeSet<String> = files.iter().filter_map(|file| Some(file.page?.to_string())).collect();
    let whose = pupil.to_string();
    let mut left: BTreeMap<&str, Date> = BTreeMap::new();
    for event in events.iter().filter(|event| event.kind == "left-trail" && event.pupil.as_ref() == Some(&whose)) {
        // The last time counts.
        if let Some(page) = event.page.as_deref().filter(|page| !here.contains(*page)) {
            left.insert(page, time(&event.at)?.to_zoned(TimeZone::system()).date());
        }
    }
    let mut days: BTreeMap<Date, usize> = BTreeMap::new();
    for (page, day) in left {
        let decisions = engine.catalogue.decisions_about(queries::page_id(page)?)?;
        if decisions.iter().any(|decision| decision.undone_at.is_none()) {
            *days.entry(day).or_default() += 1;
        }
    }
    let said = days.into_iter().map(|(day, count)| {
        let day = day.strftime("%-d %B %Y");
        match count {
            1 => format!("On {day} a page was taken out of this folder: it had been filed here by mistake."),
            _ => format!("On {day} {count} pages were taken out of this folder: they had been filed here by mistake."),
        }
    });
    Ok(said.collect())
}

/// The text of the file.
pub(crate) fn text(sentences: &[String]) -> String {
    format!("{}\n\n{WHERE}\n", sentences.join("\n"))
}

/// What the files of a bag tell of before the catalogue was built again.
pub(crate) fn told_before(engine: &Engine, bag: &TrailPath, files: &[FileRow]) -> Result<Vec<String>, DaemonError> {
    told(engine, bag, files, is_from_before)
}

/// All that the folders of a pupil tell, year by year.
pub(crate) fn of_pupil(engine: &Engine, pupil: PupilId) -> Result<Vec<String>, DaemonError> {
    let mut all = Vec::new();
    for (path, _) in engine.catalogue.bags_of(pupil)? {
        let bag = TrailPath::new(&path)
            .map_err(|source| DaemonError::inside("the catalogue holds a bag outside the data folder", source))?;
        let files = engine.catalogue.files_in_bag(&path)?;
        all.extend(told(engine, &bag, &files, |inside| inside.as_str() == PATH || is_from_before(inside))?);
    }
    Ok(all)
}

fn is_from_before(inside: &TrailPath) -> bool {
    record::is_kept_history(inside) && bag::is_payload(inside)
}

fn told(
    engine: &Engine,
    bag: &TrailPath,
    files: &[FileRow],
    wanted: impl Fn(&TrailPath) -> bool,
) -> Result<Vec<String>, DaemonError> {
    let mut told = Vec::new();
    for file in files.iter().filter(|file| file.role == FileRole::Tag) {
        if TrailPath::new(&file.path).ok().and_then(|path| path.within(bag)).is_some_and(|inside| wanted(&inside))
            && let Some(text) = durable::read(&filing::locate(engine, &file.path)?)?
        {
            told.extend(sentences_of(&String::from_utf8_lossy(&text)));
        }
    }
    Ok(told)
}

/// The sentences of such a file.
fn sentences_of(text: &str) -> impl Iterator<Item = String> {
    text.lines().take_while(|line| !line.is_empty()).map(str::to_owned)
}
