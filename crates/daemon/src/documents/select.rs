//! Which pages a document is made of. All are filed work of one pupil; whatever else is asked for by name is refused in
//! words, and nothing is left out in silence.

use crate::api::{DocumentRequest, LeftOut};
use crate::copies::Filed;
use crate::engine::Engine;
use crate::error::DaemonError;
use crate::{places, queries};
use scantrail_catalogue::{CatalogueError, Page, PieceRow};
use scantrail_core::ids::{PageId, PieceId, PupilId};
use scantrail_core::jiff::civil::Date;
use scantrail_core::state::PageState;
use scantrail_core::vocabulary::Role;
use std::collections::BTreeSet;

/// Pages of one pupil.
pub(super) struct Selection {
    /// In the order of the trail, each with one page at least.
    pub(super) pieces: Vec<Chosen>,
    /// Filed work that has no copy.
    pub(super) left_out: Vec<LeftOut>,
}

/// A piece, or some of its pages.
pub(super) struct Chosen {
    pub(super) piece: PieceRow,
    /// In order.
    pub(super) pages: Vec<(PageId, Filed)>,
}

impl Selection {
    /// Every copy that goes into the document.
    pub(super) fn files(&self) -> impl Iterator<Item = &Filed> {
        self.pieces.iter().flat_map(|chosen| &chosen.pages).map(|(_, filed)| filed)
    }
}

/// What was named: pieces whole, and single pages.
#[derive(Default)]
struct Named {
    pieces: BTreeSet<PieceId>,
    pages: BTreeSet<PageId>,
}

/// Finds the pages that are asked for.
pub(super) fn select(engine: &Engine, request: &DocumentRequest) -> Result<Selection, DaemonError> {
    let asked = request.pupil.as_deref().map(|text| queries::find_pupil(engine, text)).transpose()?;
    let named = named(engine, &request.what)?;
    let pupil = match asked {
        Some(pupil) => pupil.id,
        None => whose(engine, &named)?,
    };
    let filter = Filter::of(request)?;
    let pages = engine.catalogue.pages_of_pieces(pupil)?;
    refuse_strangers(engine, &named, pupil, &pages)?;
    let (mut pieces, mut left_out) = (Vec::new(), Vec::new());
    for piece in engine.catalogue.pieces_of(pupil)? {
        let whole = named.is_nothing() || named.pieces.contains(&piece.id);
        let wanted = |page: &&Page| {
            let work = page.piece_of(pupil) == Some(piece.id) && page.role == Some(Role::Work);
            work && (whole || named.pages.contains(&page.id))
        };
        let own: Vec<&Page> = pages.iter().filter(wanted).collect();
        if own.is_empty() || !filter.takes(engine, &piece)? {
            continue;
        }
        let mut filed = Vec::new();
        for page in own.into_iter().filter(|page| matters(page.state)) {
            arrived(page)?;
            match Filed::of(engine, page, pupil)? {
                Some(copy) => filed.push((page.id, copy)),
                None => left_out.push(without_copy(page)),
            }
        }
        if !filed.is_empty() {
            pieces.push(Chosen { piece, pages: filed });
        }
    }
    match left_out.iter().find(|left| named.pages.iter().any(|page| page.to_string() == left.page)) {
        Some(LeftOut { page, why }) => Err(DaemonError::usage(format!("page {page} cannot be taken: {why}"))),
        None if pieces.is_empty() => Err(DaemonError::not_found("there is no filed work that fits")
            .with_hint("see what there is with: scantrail trail PUPIL")),
        None => Ok(Selection { pieces, left_out }),
    }
}

impl Named {
    fn is_nothing(&self) -> bool {
        self.pieces.is_empty() && self.pages.is_empty()
    }
}

/// Pieces and pages have ids of one form; the catalogue knows which is which.
fn named(engine: &Engine, ids: &[String]) -> Result<Named, DaemonError> {
    let mut named = Named::default();
    for text in ids {
        let page = queries::page_id(text).map_err(|_| no_id(text))?;
        let piece: PieceId = text.trim().parse().map_err(|_| no_id(text))?;
        let is_piece = there(engine.catalogue.piece(piece).map(drop))?;
        let is_page = there(engine.catalogue.page(page).map(drop))?;
        match (is_piece, is_page) {
            (true, false) => drop(named.pieces.insert(piece)),
            (false, true) => drop(named.pages.insert(page)),
            (true, true) => return Err(DaemonError::usage(format!("`{text}` is a piece and a page: name others"))),
            (false, false) => {
                return Err(DaemonError::not_found(format!("there is neither a piece nor a page `{text}`"))
                    .with_hint("see the ids of pieces with: scantrail trail PUPIL"));
            }
        }
    }
    Ok(named)
}

fn no_id(text: &str) -> DaemonError {
    DaemonError::usage(format!("`{text}` is not the id of a piece or a page (8 letters or digits)"))
        .with_hint("everything of a pupil: scantrail pdf --pupil WHO --out FILE.pdf")
}

fn there(found: Result<(), CatalogueError>) -> Result<bool, DaemonError> {
    match found {
        Ok(()) => Ok(true),
        Err(CatalogueError::NotFound { .. }) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// The one pupil to whom everything belongs that was named: of a group's pages, the first of the group.
fn whose(engine: &Engine, named: &Named) -> Result<PupilId, DaemonError> {
    let mut common: Option<BTreeSet<PupilId>> = None;
    let mut narrow = |owners: BTreeSet<PupilId>| {
        let before = common.take();
        common = Some(before.map_or(owners.clone(), |before| &before & &owners));
    };
    for piece in &named.pieces {
        narrow(BTreeSet::from([engine.catalogue.piece(*piece)?.pupil]));
    }
    for id in &named.pages {
        let page = engine.catalogue.page(*id)?;
        filed(&page)?;
        narrow(page.owners.iter().map(|owner| owner.pupil).collect());
    }
    match common {
        None => Err(DaemonError::usage("say what: pieces or pages by id, or --pupil WHO for all of a pupil's work")),
        Some(pupils) => pupils.into_iter().next().ok_or_else(|| {
            DaemonError::usage("these belong to different pupils, and a document holds the work of one")
                .with_hint("make one for each, with --pupil WHO")
        }),
    }
}

/// Whatever was named must be in this trail.
fn refuse_strangers(engine: &Engine, named: &Named, pupil: PupilId, own: &[Page]) -> Result<(), DaemonError> {
    let stranger =
        |what: &str, why: &str| DaemonError::usage(format!("{what} is not in the trail of pupil {pupil}{why}"));
    for piece in &named.pieces {
        if engine.catalogue.piece(*piece)?.pupil != pupil {
            return Err(stranger(&format!("piece {piece}"), ""));
        }
        if !own.iter().any(|page| page.piece_of(pupil) == Some(*piece) && matters(page.state)) {
            return Err(stranger(&format!("piece {piece}"), " any more: its pages were moved elsewhere"));
        }
    }
    for id in &named.pages {
        let page = engine.catalogue.page(*id)?;
        filed(&page)?;
        if !own.iter().any(|page| page.id == *id) {
            let decided = engine.catalogue.decisions_about(*id)?;
            let moved = decided.iter().rev().find(|it| it.kind == "assign" && it.undone_at.is_none());
            let why = moved.map(|decision| format!(": decision {} put it elsewhere", decision.id)).unwrap_or_default();
            return Err(stranger(&format!("page {id}"), &why));
        }
    }
    Ok(())
}

/// Refuses a page that is not filed work, in words.
fn filed(page: &Page) -> Result<(), DaemonError> {
    let reason = || queries::sentence(page.reason.as_deref().unwrap_or("nobody said why"));
    let why = match (page.state, page.role) {
        (PageState::Filed, Some(Role::Work)) => return Ok(()),
        (PageState::Filed, Some(Role::Cover)) => "is a cover sheet, not work".to_owned(),
        (PageState::Filed, _) => "is a sheet of ours, not work".to_owned(),
        (PageState::Held, _) => format!("waits for a person: {}", reason()),
        (PageState::Discarded, _) => format!("was discarded: {}", reason()),
        (PageState::Quarantined, _) => format!("was set aside: {}", reason()),
        (PageState::Deleting | PageState::Deleted, _) => "was deleted".to_owned(),
        _ => return arrived(page),
    };
    Err(DaemonError::usage(format!("page {} {why}", page.id)))
}

/// Whether a page in this state is in its piece, or on its way.
fn matters(state: PageState) -> bool {
    matches!(state, PageState::Filed | PageState::Filing | PageState::Moving)
}

/// Refuses a page that is on its way: a document without it would not be whole.
fn arrived(page: &Page) -> Result<(), DaemonError> {
    if page.state == PageState::Filed {
        return Ok(());
    }
    Err(DaemonError::usage(format!("page {} is on its way to its place ({})", page.id, page.state))
        .with_hint("try again in a moment; `scantrail status` says what waits"))
}

fn without_copy(page: &Page) -> LeftOut {
    LeftOut { page: page.id.to_string(), why: "it could not be prepared, so its original is all there is".into() }
}

/// What a piece must be.
struct Filter<'a> {
    class: &'a str,
    subject: &'a str,
    from: Option<Date>,
    to: Option<Date>,
}

impl<'a> Filter<'a> {
    fn of(request: &'a DocumentRequest) -> Result<Self, DaemonError> {
        let day = |text: &Option<String>| text.as_deref().map(places::typed_date).transpose();
        let (from, to) = (day(&request.from)?, day(&request.to)?);
        Ok(Self { class: &request.class, subject: &request.subject, from, to })
    }

    fn takes(&self, engine: &Engine, piece: &PieceRow) -> Result<bool, DaemonError> {
        let same = |wanted: &str, is: &str| wanted.is_empty() || wanted.to_lowercase() == is.to_lowercase();
        let date = places::date(&piece.work_date)?;
        let in_time = self.from.is_none_or(|from| date >= from) && self.to.is_none_or(|to| date <= to);
        if !in_time || !same(self.subject, &piece.subject) {
            return Ok(false);
        }
        Ok(self.class.is_empty() || same(self.class, &engine.catalogue.batch(piece.batch)?.opened.context.class))
    }
}
