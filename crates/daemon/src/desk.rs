//! The desk behind the web page: the same engine, in the shapes the pages show.

mod batches;
mod pages;
mod previews;
mod review;
mod sheets;
mod words;

use crate::decide::{self, Reach};
use crate::documents;
use crate::engine::Engine;
use crate::error::{DaemonError, Exit};
use scantrail_catalogue::{CatalogueError, SeenAs};
use scantrail_core::ids::{BatchId, PageId, PupilId};
use scantrail_web::view::{
    BatchList, BatchView, BatchWord, Decision, DecisionId, Document, DocumentOf, Download, HoldView, Now, PageView,
    PrintedSheets, PupilFilter, PupilList, Queue, SearchQuery, SearchResults, SheetOrder, SheetsView, Site, Trail,
};
use scantrail_web::{Desk, DeskError, PreviewSize};
use std::sync::Arc;

/// An engine as a desk.
pub(crate) struct DeskOf(pub(crate) Arc<Engine>);

/// Errors in the words of the desk.
fn told(error: &DaemonError) -> DeskError {
    match (error, error.exit()) {
        (_, Exit::NotFound) => DeskError::NotFound,
        (DaemonError::Refused { what, hint, .. }, _) => {
            let hint = hint.as_ref().map(|hint| format!("; {hint}")).unwrap_or_default();
            DeskError::Refused(format!("{what}{hint}"))
        }
        (DaemonError::Catalogue(CatalogueError::Refused { why, .. }), _) => DeskError::Refused(why.clone()),
        _ => DeskError::Trouble(crate::workers::chain(error)),
    }
}

impl Desk for DeskOf {
    fn site(&self) -> Result<Site, DeskError> {
        let held = self.0.catalogue.count().map_err(|error| told(&error.into()))?.pages.held;
        Ok(Site { school: self.0.config.school.clone(), held })
    }

    fn now(&self) -> Result<Now, DeskError> {
        batches::now(&self.0).map_err(|error| told(&error))
    }

    fn batches(&self, older_than: Option<BatchId>) -> Result<BatchList, DeskError> {
        batches::list(&self.0, older_than).map_err(|error| told(&error))
    }

    fn batch(&self, id: BatchId) -> Result<BatchView, DeskError> {
        batches::one(&self.0, id).map_err(|error| told(&error))
    }

    fn pupils(&self, filter: &PupilFilter) -> Result<PupilList, DeskError> {
        pages::pupils(&self.0, filter).map_err(|error| told(&error))
    }

    fn trail(&self, id: PupilId) -> Result<Trail, DeskError> {
        pages::trail(&self.0, id).map_err(|error| told(&error))
    }

    fn page(&self, id: PageId) -> Result<PageView, DeskError> {
        pages::one(&self.0, id).map_err(|error| told(&error))
    }

    fn preview(&self, id: PageId, size: PreviewSize) -> Result<Vec<u8>, DeskError> {
        let jpeg = previews::preview(&self.0, id, size).map_err(|error| told(&error))?;
        self.0.was_seen(&[id], SeenAs::Picture);
        Ok(jpeg)
    }

    fn searchable(&self, id: PageId) -> Result<Download, DeskError> {
        let copy = previews::searchable(&self.0, id).map_err(|error| told(&error))?;
        self.0.was_seen(&[id], SeenAs::Document);
        Ok(copy)
    }

    fn document(&self, of: DocumentOf) -> Result<Document, DeskError> {
        let made = documents::make(&self.0, &documents::asked(of)).map_err(|error| told(&error))?;
        Ok(Document { bytes: made.reply.bytes, content: Box::new(made.content) })
    }

    fn review(&self) -> Result<Queue, DeskError> {
        review::queue(&self.0).map_err(|error| told(&error))
    }

    fn hold(&self, id: PageId) -> Result<HoldView, DeskError> {
        review::hold(&self.0, id).map_err(|error| told(&error))
    }

    fn assign(&self, page: PageId, pupils: &[PupilId], reason: Option<&str>) -> Result<DecisionId, DeskError> {
        let id = decide::assign(&self.0, &[page], pupils, Reach::Page, reason.unwrap_or_default());
        Ok(DecisionId(id.map_err(|error| told(&error))? as u64))
    }

    fn decide(&self, batch: BatchId, word: BatchWord) -> Result<DecisionId, DeskError> {
        let engine = &self.0;
        let id = match word {
            BatchWord::ConfirmAll => decide::confirm(engine, batch, None, ""),
            BatchWord::Confirm(run) => decide::confirm(engine, batch, Some(run), ""),
            BatchWord::Shift => decide::shift(engine, batch, ""),
            BatchWord::Split(page) => decide::split(engine, page, None, ""),
            BatchWord::Join(run) => decide::join(engine, batch, run, ""),
            BatchWord::Absent(pupil) => decide::absent(engine, batch, &[pupil], ""),
        };
        Ok(DecisionId(id.map_err(|error| told(&error))? as u64))
    }

    fn discard(&self, page: PageId, reason: &str) -> Result<DecisionId, DeskError> {
        let id = decide::discard(&self.0, &[page], Reach::Page, reason).map_err(|error| told(&error))?;
        Ok(DecisionId(id as u64))
    }

    fn undo(&self, decision: DecisionId) -> Result<PageId, DeskError> {
        let id = decision.0 as i64;
        decide::undo(&self.0, id).map_err(|error| told(&error))?;
        let decision = self.0.catalogue.decision(id).map_err(|error| told(&error.into()))?;
        decision.pages.first().copied().ok_or(DeskError::NotFound)
    }

    fn decision(&self, id: DecisionId) -> Result<Decision, DeskError> {
        review::decision(&self.0, id).map_err(|error| told(&error))
    }

    fn search(&self, query: &SearchQuery) -> Result<SearchResults, DeskError> {
        pages::search(&self.0, query).map_err(|error| told(&error))
    }

    fn sheets(&self) -> Result<SheetsView, DeskError> {
        sheets::offer(&self.0).map_err(|error| told(&error))
    }

    fn print_sheets(&self, order: &SheetOrder) -> Result<PrintedSheets, DeskError> {
        sheets::print(&self.0, order).map_err(|error| told(&error))
    }
}
