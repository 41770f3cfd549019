//! Searching: the catalogue finds pages, their records give the words around the hit and where it stands.

use crate::api::HitReply;
use crate::engine::Engine;
use crate::error::DaemonError;
use crate::{derive, filing, queries};
use scantrail_archive::durable;
use scantrail_archive::sidecar::{PageRecord, ReadWord, Reading};
use scantrail_catalogue::{FileRole, FileRow, Hit, Query};
use scantrail_core::ids::PageId;

/// Words shown before and after the first hit.
const AROUND: usize = 6;

/// Pages on which all words occur, best first.
pub(crate) fn search(engine: &Engine, query: &Query) -> Result<Vec<HitReply>, DaemonError> {
    let wanted = wanted(&query.words);
    engine.catalogue.search(query)?.into_iter().map(|hit| reply(engine, &hit, &wanted)).collect()
}

fn reply(engine: &Engine, hit: &Hit, wanted: &[String]) -> Result<HitReply, DaemonError> {
    let (at_page, words, found) = first_page_with(words(engine, hit.page)?, wanted);
    let files = engine.catalogue.files_of(hit.page)?;
    let of = |role| files.iter().find(|file: &&FileRow| file.role == role).map(|file| file.path.clone());
    Ok(HitReply {
        page: hit.page.to_string(),
        pupil: hit.pupil.map(|id| engine.catalogue.pupil(id).map(|p| queries::pupil_reply(&p))).transpose()?,
        state: hit.state.clone(),
        file: of(FileRole::Page).or_else(|| of(FileRole::Original)),
        snippet: snippet(&words, &found),
        copy_page: at_page,
        places: found.iter().map(|&at| words[at].b).collect(),
    })
}

/// The first page of the copy with a word that fits: its number, its words, and which of them fit.
fn first_page_with(pages: Vec<Vec<ReadWord>>, wanted: &[String]) -> (u32, Vec<ReadWord>, Vec<usize>) {
    let mut first = None;
    for (number, words) in (1..).zip(pages) {
        let found: Vec<usize> = (0..words.len()).filter(|&at| fits(&words[at].t, wanted)).collect();
        if !found.is_empty() {
            return (number, words, found);
        }
        first.get_or_insert(words);
    }
    (1, first.unwrap_or_default(), Vec::new())
}

/// The words of each page of a copy, from its record or, while it is on its way, from the notes.
pub(crate) fn words(engine: &Engine, page: PageId) -> Result<Vec<Vec<ReadWord>>, DaemonError> {
    let read = |reading: Option<Reading>| reading.map(|reading| reading.words).unwrap_or_default();
    let files = engine.catalogue.files_of(page)?;
    if let Some(sidecar) = files.iter().find(|file| file.role == FileRole::Sidecar)
        && let Some(text) = durable::read(&filing::locate(engine, &sidecar.path)?)?
        && let Ok(record) = PageRecord::from_json(&text)
    {
        let further = record.further.into_iter().map(|page| read(page.reading));
        return Ok(std::iter::once(read(record.reading)).chain(further).collect());
    }
    let notes = derive::notes(engine, &engine.catalogue.page(page)?)?;
    Ok(notes.map(|notes| notes.parts.into_iter().map(|part| read(part.reading)).collect()).unwrap_or_default())
}

/// The words looked for, folded.
pub(crate) fn wanted(words: &str) -> Vec<String> {
    words.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_lowercase).collect()
}

pub(crate) fn fits(word: &str, wanted: &[String]) -> bool {
    let folded = word.to_lowercase();
    let folded = folded.trim_matches(|c: char| !c.is_alphanumeric());
    wanted.iter().any(|wanted| folded.starts_with(wanted.as_str()))
}

fn snippet(words: &[ReadWord], found: &[usize]) -> String {
    let Some(&first) = found.first() else { return String::new() };
    let from = first.saturating_sub(AROUND);
    let to = (first + AROUND + 1).min(words.len());
    let inside: Vec<&str> = words[from..to].iter().map(|word| word.t.as_str()).collect();
    let (before, after) = (if from > 0 { "… " } else { "" }, if to < words.len() { " …" } else { "" });
    format!("{before}{}{after}", inside.join(" "))
}
