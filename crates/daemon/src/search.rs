//! Searching: the catalogue finds pages, their records give the words around the hit and where it stands.

use crate::api::{HitReply, SnippetWord};
use crate::engine::Engine;
use crate::error::DaemonError;
use crate::{derive, filing, queries};
use scantrail_archive::durable;
use scantrail_archive::sidecar::{PageRecord, ReadWord, Reading};
use scantrail_catalogue::{FileRole, FileRow, Found, Hit, How, PageText, Query, Reader, Total};
use scantrail_core::ids::PageId;

/// Words shown before and after the first hit.
const AROUND: usize = 6;

/// Pages on which all words occur, best first, and how many there are.
pub(crate) fn search(engine: &Engine, query: &Query) -> Result<(Vec<HitReply>, Total), DaemonError> {
    let found = engine.catalogue.search(query)?;
    let hits = found.hits.iter().map(|hit| reply(engine, hit)).collect::<Result<_, _>>()?;
    Ok((hits, found.total))
}

fn reply(engine: &Engine, hit: &Hit) -> Result<HitReply, DaemonError> {
    let (at_page, words, found) = first_page_with(words(engine, hit.page)?, &hit.found);
    let snippet = snippet(&words, &found);
    let files = engine.catalogue.files_of(hit.page)?;
    let of = |role| files.iter().find(|file: &&FileRow| file.role == role).map(|file| file.path.clone());
    Ok(HitReply {
        page: hit.page.to_string(),
        pupil: hit.pupil.map(|id| engine.catalogue.pupil(id).map(|p| queries::pupil_reply(&p))).transpose()?,
        state: hit.state.clone(),
        file: of(FileRole::Page).or_else(|| of(FileRole::Original)),
        near: hit.found.how == How::Near,
        guessed: hit.found.column == Reader::Guessed,
        snippet: snippet.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" "),
        snippet_words: snippet,
        copy_page: at_page,
        places: found.iter().map(|&at| words[at].b).collect(),
    })
}

/// The first page of the copy with a word that was found: its number, its words, and which of them were found.
fn first_page_with(pages: Vec<Vec<ReadWord>>, wanted: &Found) -> (u32, Vec<ReadWord>, Vec<usize>) {
    let mut first = None;
    for (number, words) in (1..).zip(pages) {
        let found: Vec<usize> = (0..words.len()).filter(|&at| wanted.marks(&words[at].t)).collect();
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

/// The words around the first that was found, and whether each was found.
fn snippet(words: &[ReadWord], found: &[usize]) -> Vec<SnippetWord> {
    let Some(&first) = found.first() else { return Vec::new() };
    let from = first.saturating_sub(AROUND);
    let to = (first + AROUND + 1).min(words.len());
    let mut parts = Vec::new();
    if from > 0 {
        parts.push(SnippetWord { text: "…".to_owned(), found: false });
    }
    parts.extend((from..to).map(|at| SnippetWord { text: words[at].t.clone(), found: found.contains(&at) }));
    if to < words.len() {
        parts.push(SnippetWord { text: "…".to_owned(), found: false });
    }
    parts
}

/// Puts words into an index of a newer make again, from the pages' records; says whether there were any to put in.
pub(crate) fn index_again(engine: &Engine) -> Result<bool, DaemonError> {
    /// Pages at a time: whoever waits for the catalogue waits no longer than these take.
    const AT_ONCE: u32 = 20;
    let due = engine.catalogue.pages_to_index(AT_ONCE)?;
    for page in &due {
        let text: Vec<String> = words(engine, *page)?.iter().map(|words| in_lines(words)).collect();
        engine.catalogue.put_text(*page, PageText::from(&text.join("\n")))?;
    }
    Ok(!due.is_empty())
}

/// Words as they stand on the page, a line break where the line changes.
fn in_lines(words: &[ReadWord]) -> String {
    let lines: Vec<String> = words
        .chunk_by(|a, b| a.l == b.l)
        .map(|line| line.iter().map(|word| word.t.as_str()).collect::<Vec<_>>().join(" "))
        .collect();
    lines.join("\n")
}
