//! The words of a page for other programs.

use crate::api::{TextFormat, TextReply};
use crate::copies::{self, CopyPage, Filed};
use crate::engine::Engine;
use crate::error::DaemonError;
use crate::queries;
use scantrail_archive::pdf::pixels;
use scantrail_archive::sidecar::Reading;
use scantrail_archive::transcript::{Format, Transcript, TranscriptPage};
use scantrail_catalogue::{FileRole, Page, SeenAs};
use scantrail_core::ids::PageId;
use scantrail_core::state::PageState;

/// What was read on a filed or held page.
pub(crate) fn text(engine: &Engine, id: PageId, format: TextFormat) -> Result<TextReply, DaemonError> {
    let page = engine.catalogue.page(id)?;
    let (file, pages) = match page.state {
        PageState::Filed | PageState::Held => pages(engine, &page)?,
        PageState::Discarded | PageState::Quarantined => {
            let why = queries::sentence(page.reason.as_deref().unwrap_or("nobody said why"));
            return Err(DaemonError::usage(format!("page {id} is {}: {why}", page.state)));
        }
        PageState::Deleting | PageState::Deleted => return Err(DaemonError::usage(format!("page {id} was deleted"))),
        _ => {
            return Err(DaemonError::usage(format!("page {id} is still on its way ({})", page.state))
                .with_hint("try again in a moment; `scantrail status` says what waits"));
        }
    };
    let of_page = |page: &CopyPage| pixels(&page.jpeg);
    let sizes = pages.iter().map(of_page).collect::<Result<Vec<_>, _>>();
    let sizes = sizes.map_err(|source| DaemonError::inside(format!("the picture of page {id}"), source))?;
    let told: Vec<TranscriptPage<'_>> = pages
        .iter()
        .zip(sizes)
        .map(|(page, pixels)| TranscriptPage { pixels, reading: page.reading.as_ref(), guessed: page.guessed.as_ref() })
        .collect();
    let count = |of: fn(&CopyPage) -> Option<&Reading>| {
        pages.iter().filter_map(of).map(|reading| reading.words.len() as u32).sum()
    };
    let written = Transcript { file: &file, pages: &told }.write(match format {
        TextFormat::Text => Format::Text,
        TextFormat::Alto => Format::Alto,
        TextFormat::Hocr => Format::Hocr,
    });
    engine.was_seen(&[id], SeenAs::Words);
    Ok(TextReply {
        page: id.to_string(),
        state: page.state.word().to_owned(),
        format,
        pages: pages.len() as u32,
        words: count(|page| page.reading.as_ref()),
        guessed: count(|page| page.guessed.as_ref()),
        text: written,
    })
}

/// The name of the file with the picture, and its pages: of the copy, or, where there is none, as it would be.
fn pages(engine: &Engine, page: &Page) -> Result<(String, Vec<CopyPage>), DaemonError> {
    for owner in &page.owners {
        if let Some(filed) = Filed::of(engine, page, owner.pupil)? {
            return Ok((filed.name().to_owned(), filed.pages(engine)?));
        }
    }
    let files = engine.catalogue.files_of(page.id)?;
    let original = files.iter().find(|file| file.role == FileRole::Original).map_or(&page.location, |file| &file.path);
    Ok((copies::file_name(original).to_owned(), copies::unfiled(engine, page)?))
}
