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
fn first_page_with(pages: Vec<OnPage>, wanted: &Found) -> (u32, Vec<ReadWord>, Vec<usize>) {
    let mut first = None;
    for (number, page) in (1..).zip(pages) {
        let mut words = page.printed;
        words.extend(page.guessed);
        let found: Vec<usize> = (0..words.len()).filter(|&at| wanted.marks(&words[at].t)).collect();
        if !found.is_empty() {
            return (number, words, found);
        }
        first.get_or_insert(words);
    }
    (1, first.unwrap_or_default(), Vec::new())
}

/// The words on one page of a copy.
#[derive(Debug, Clone, Default)]
pub(crate) struct OnPage {
    pub(crate) printed: Vec<ReadWord>,
    /// Guessed from handwriting: for finding, not for reading.
    pub(crate) guessed: Vec<ReadWord>,
}

/// The words of each page of a copy, from its record or, while it is on its way, from the notes.
pub(crate) fn words(engine: &Engine, page: PageId) -> Result<Vec<OnPage>, DaemonError> {
    let read = |reading: Option<Reading>| reading.map(|reading| reading.words).unwrap_or_default();
    let on_page = |printed, guessed| OnPage { printed: read(printed), guessed: read(guessed) };
    let files = engine.catalogue.files_of(page)?;
    if let Some(sidecar) = files.iter().find(|file| file.role == FileRole::Sidecar)
        && let Some(text) = durable::read(&filing::locate(engine, &sidecar.path)?)?
        && let Ok(record) = PageRecord::from_json(&text)
    {
        let further = record.further.into_iter().map(|page| on_page(page.reading, page.guessed));
        return Ok(std::iter::once(on_page(record.reading, record.guessed)).chain(further).collect());
    }
    let notes = derive::notes(engine, &engine.catalogue.page(page)?)?;
    let parts = notes.map(|notes| notes.parts).unwrap_or_default();
    Ok(parts.into_iter().map(|part| on_page(part.reading, part.guessed)).collect())
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
        let pages = words(engine, *page)?;
        let text =
            |of: fn(&OnPage) -> &[ReadWord]| pages.iter().map(|it| in_lines(of(it))).collect::<Vec<_>>().join("\n");
        let (printed, guessed) = (text(|page| &page.printed), text(|page| &page.guessed));
        engine.catalogue.put_text(*page, PageText { words: &printed, guessed: &guessed })?;
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
