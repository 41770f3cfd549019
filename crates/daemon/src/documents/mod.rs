//! Work handed on as one PDF: pages out of one pupil's trail, with bookmarks and page numbers.
//!
//! The file is made whole before anything of it is handed over, in a file without a name on the data folder's disk: a
//! page that is not what was filed stops it, and no half of a document gets out. One page at a time is in memory. No
//! name of a pupil is put into it.

mod select;

use crate::api::{DocumentPiece, DocumentReply, DocumentRequest};
use crate::copies::Filed;
use crate::engine::{Engine, lock};
use crate::error::{DaemonError, Exit};
use scantrail_archive::durable;
use scantrail_archive::pdf::{Document, MOST_BYTES, PageImage, PdfError, PdfPage};
use scantrail_archive::sidecar::Reading;
use scantrail_catalogue::{PieceRow, SeenAs};
use scantrail_core::ids::PageId;
use scantrail_core::ports::Word;
use scantrail_web::view::DocumentOf;
use select::{Chosen, Selection};
use std::fs::File;
use std::io::{BufWriter, Seek as _};
use std::sync::MutexGuard;
use std::time::Duration;

/// How often, and how long apart, it is looked whether a page has arrived: three seconds, unless much happens.
const LOOKS: usize = 30;
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// A PDF that was made, to be read from its beginning.
pub(crate) struct Made {
    pub(crate) reply: DocumentReply,
    pub(crate) content: File,
}

/// What a page of the site asks for, as a command would.
pub(crate) fn asked(of: DocumentOf) -> DocumentRequest {
    match of {
        DocumentOf::Piece(piece) => DocumentRequest { what: vec![piece.to_string()], ..DocumentRequest::default() },
        DocumentOf::Trail(pupil) => DocumentRequest { pupil: Some(pupil.to_string()), ..DocumentRequest::default() },
        DocumentOf::Year(pupil, year) => DocumentRequest {
            pupil: Some(pupil.to_string()),
            from: Some(format!("{:04}-09-01", year.first())),
            to: Some(format!("{:04}-08-31", year.next().first())),
            ..DocumentRequest::default()
        },
    }
}

/// Makes the PDF that is asked for.
pub(crate) fn make(engine: &Engine, request: &DocumentRequest) -> Result<Made, DaemonError> {
    let (selection, _filing_rests) = settled(engine, request)?;
    let copies: u64 = selection.files().map(Filed::bytes).sum();
    if copies > MOST_BYTES {
        return Err(too_large(Some(copies)));
    }
    engine.room_for(copies)?;
    let scratch = durable::scratch(&engine.layout().private().join("work"))?;
    let title = document_title(&selection.pieces);
    let mut document = Document::begin(BufWriter::new(scratch), &title).map_err(failed)?;
    let (mut pieces, mut pages) = (Vec::new(), 0);
    for chosen in &selection.pieces {
        let title = piece_title(&chosen.piece);
        document.piece(&title);
        let first = pages + 1;
        for (page, filed) in &chosen.pages {
            pages += add(engine, &mut document, *page, filed)?;
        }
        pieces.push(DocumentPiece { id: chosen.piece.id.to_string(), title, first, pages: pages + 1 - first });
    }
    let written = document.finish().map_err(failed)?;
    let mut content = written.into_inner().map_err(|error| failed(PdfError::Output(error.into_error())))?;
    let bytes = content.stream_position().map_err(|source| failed(PdfError::Output(source)))?;
    content.rewind().map_err(|source| failed(PdfError::Output(source)))?;
    tracing::info!(pages, bytes, "pages handed on as one document");
    let handed_out: Vec<PageId> =
        selection.pieces.iter().flat_map(|piece| &piece.pages).map(|(page, _)| *page).collect();
    engine.was_seen(&handed_out, SeenAs::Document);
    let left_out = selection.left_out;
    Ok(Made { reply: DocumentReply { pieces, pages, bytes, left_out }, content })
}

/// The pages that are asked for, with filing held until the document is made. A page that is just being filed, because it
/// was read again or decided about, is waited for: that takes moments.
fn settled<'a>(engine: &'a Engine, request: &DocumentRequest) -> Result<(Selection, MutexGuard<'a, ()>), DaemonError> {
    for _ in 0..LOOKS {
        let seen = engine.bell.count();
        let rests = lock(&engine.filing);
        match select::select(engine, request) {
            Ok(selection) => return Ok((selection, rests)),
            Err(error) if engine.catalogue.is_at_rest()? => return Err(error),
            Err(_) => drop(rests),
        }
        engine.bell.wait(seen, LOOK_EVERY);
    }
    let rests = lock(&engine.filing);
    Ok((select::select(engine, request)?, rests))
}

/// Adds the pages of one copy; says how many.
fn add(
    engine: &Engine,
    document: &mut Document<BufWriter<File>>,
    page: PageId,
    filed: &Filed,
) -> Result<u32, DaemonError> {
    let pages = filed.pages(engine)?;
    for copied in &pages {
        // Guesses at handwriting are for finding, never the text of a page.
        let words: Vec<Word> = copied.reading.as_ref().map(Reading::to_reading).unwrap_or_default().words;
        let image = PageImage { jpeg: &copied.jpeg, size: copied.size };
        document.page(&PdfPage { image, words: &words }).map_err(|error| match error {
            PdfError::Picture(source) => DaemonError::inside(format!("page {page} cannot be put into a PDF"), source),
            other => failed(other),
        })?;
    }
    Ok(pages.len() as u32)
}

fn failed(error: PdfError) -> DaemonError {
    match error {
        PdfError::TooLarge => too_large(None),
        PdfError::Output(source) => DaemonError::Refused {
            what: format!("the PDF cannot be written: {source}"),
            hint: Some("free some space on the disk of the data folder".into()),
            exit: Exit::Storage,
        },
        PdfError::Picture(source) => DaemonError::inside("a picture cannot be put into a PDF", source),
    }
}

fn too_large(bytes: Option<u64>) -> DaemonError {
    let these = bytes.map(|bytes| format!(" ({} MB)", bytes.div_ceil(1_000_000))).unwrap_or_default();
    let most = MOST_BYTES / 1_000_000;
    DaemonError::usage(format!("these pages{these} are more than one PDF can hold ({most} MB)"))
        .with_hint("take fewer: --from and --to, --subject, or single pieces")
}

/// `2026-11-21 · Maths · Fractions`, as the trail tells it.
fn piece_title(piece: &PieceRow) -> String {
    let parts = [&piece.work_date, &piece.subject, &piece.title];
    let told: Vec<&str> = parts.into_iter().map(String::as_str).filter(|text| !text.is_empty()).collect();
    told.join(" · ")
}

/// What viewers show at the top: nothing about whose work it is, for files go astray.
fn document_title(pieces: &[Chosen]) -> String {
    match pieces {
        [one] => piece_title(&one.piece),
        [first, .., last] => {
            let (from, to) = (&first.piece.work_date, &last.piece.work_date);
            let when = if from == to { from.clone() } else { format!("{from} to {to}") };
            format!("{} pieces of work, {when}", pieces.len())
        }
        [] => String::new(),
    }
}
