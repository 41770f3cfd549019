//! Pupils, their trails, single pages, and what is found.

use super::words::{batch_title, event_words, local, named, page_state, preview};
use crate::api::SnippetWord;
use crate::engine::Engine;
use crate::error::DaemonError;
use crate::{moved_away, places, search as finding};
use scantrail_catalogue::{Page, PieceRow, Query};
use scantrail_core::evidence::Look;
use scantrail_core::fold::NameQuery;
use scantrail_core::ids::{PageId, PupilId};
use scantrail_core::roster::{Pupil, Standing};
use scantrail_core::state::PageState;
use scantrail_core::units::Angle;
use scantrail_core::vocabulary::{Flow, Role};
use scantrail_web::view::{
    DownloadKind, PageShare, PageStanding, PageView, PieceView, PupilFilter, PupilLine, PupilList, PupilName,
    SearchHit, SearchQuery, SearchResults, SnippetPart, Step, Trail,
};
use std::collections::BTreeSet;

/// Hits shown at once.
const HITS: u32 = 60;

fn classes(pupils: &[Pupil]) -> Vec<String> {
    let classes: BTreeSet<&str> =
        pupils.iter().map(|pupil| pupil.details.class.as_str()).filter(|class| !class.is_empty()).collect();
    classes.into_iter().map(str::to_owned).collect()
}

/// Pupils that fit a filter.
pub(super) fn pupils(engine: &Engine, filter: &PupilFilter) -> Result<PupilList, DaemonError> {
    let all = engine.catalogue.pupils()?;
    let name = filter.name.as_deref().and_then(NameQuery::new);
    let fits = |pupil: &&Pupil| {
        let class = filter.class.as_deref().is_none_or(|class| class == pupil.details.class);
        let named = name.as_ref().is_none_or(|name| name.fits(&pupil.details.listed_name()));
        class && named && pupil.standing != Standing::Left
    };
    let mut lines = Vec::new();
    for pupil in all.iter().filter(fits) {
        let pages = work(engine.catalogue.pages_of(pupil.id)?);
        let pieces: BTreeSet<_> = pages.iter().filter_map(|page| page.piece_of(pupil.id)).collect();
        let latest = pages.iter().rev().find(|page| page.look != Some(Look::Blank)).or(pages.last());
        let date = latest.and_then(|page| page.piece_of(pupil.id)).map(|id| engine.catalogue.piece(id)).transpose()?;
        lines.push(PupilLine {
            pupil: PupilName::from(pupil),
            pieces: pieces.len() as u64,
            pages: pages.len() as u64,
            latest: latest.map(|page| page.id),
            latest_date: date.map(|piece| places::date(&piece.work_date)).transpose()?,
        });
    }
    lines.sort_by(|a, b| a.pupil.listed.cmp(&b.pupil.listed));
    Ok(PupilList { classes: classes(&all), pupils: lines })
}

fn work(pages: Vec<Page>) -> Vec<Page> {
    pages.into_iter().filter(|page| page.role == Some(Role::Work)).collect()
}

/// A pupil's pieces.
pub(super) fn trail(engine: &Engine, id: PupilId) -> Result<Trail, DaemonError> {
    let pages = work(engine.catalogue.pages_of(id)?);
    let mut pieces = Vec::new();
    for piece in engine.catalogue.pieces_of(id)? {
        let (blank, written): (Vec<&Page>, Vec<&Page>) = pages
            .iter()
            .filter(|page| page.piece_of(id) == Some(piece.id))
            .partition(|page| page.look == Some(Look::Blank));
        if blank.is_empty() && written.is_empty() {
            continue;
        }
        let others: BTreeSet<PupilId> =
            blank.iter().chain(&written).flat_map(|page| &page.owners).map(|owner| owner.pupil).collect();
        let shared_with = others.into_iter().filter(|other| *other != id);
        let shared_with = shared_with.map(|other| named(engine, other)).collect::<Result<_, _>>()?;
        let shown = |pages: Vec<&Page>| pages.into_iter().map(|page| preview(engine, page)).collect::<Result<_, _>>();
        pieces.push(PieceView {
            id: piece.id,
            date: places::date(&piece.work_date)?,
            title: piece.title,
            subject: piece.subject,
            pages: shown(written)?,
            blank: shown(blank)?,
            shared_with,
        });
    }
    Ok(Trail { pupil: named(engine, id)?, pieces, moved_away: moved_away::of_pupil(engine, id)? })
}

/// One page and how it came here.
pub(super) fn one(engine: &Engine, id: PageId) -> Result<PageView, DaemonError> {
    let page = engine.catalogue.page(id)?;
    let batch = engine.catalogue.batch(page.batch)?;
    let piece = page.piece().map(|id| engine.catalogue.piece(id)).transpose()?;
    let mut steps = Vec::new();
    for event in engine.catalogue.events_of_page(id)? {
        if let Some(words) = event_words(&event) {
            steps.push(Step { at: local(&event.at)?, words: words.to_owned(), evidence: None });
        }
    }
    if let Some(last) = steps.last_mut() {
        last.evidence = page.identified.as_deref().map(evidence);
    }
    let text: Vec<String> =
        finding::words(engine, id)?.into_iter().flat_map(|page| page.printed).map(|word| word.t).collect();
    let has_copy = page.state == PageState::Filed && page.role == Some(Role::Work) && page.derivative.is_some();
    Ok(PageView {
        preview: preview(engine, &page)?,
        state: page_state(&page),
        standing: match page.state {
            PageState::Held => PageStanding::Held,
            PageState::Filed if page.role == Some(Role::Work) => PageStanding::Filed,
            _ => PageStanding::Fixed,
        },
        pupils: page.owners.iter().map(|owner| named(engine, owner.pupil)).collect::<Result<_, _>>()?,
        piece: piece.map(|piece| share(engine, &page, piece)).transpose()?,
        batch: Some((page.batch, batch_title(&batch))),
        steps,
        facts: facts(&page),
        text: text.join(" "),
        searchable: has_copy.then_some(match batch.opened.flow {
            Flow::Stack => DownloadKind::Pdf,
            Flow::Pictures => DownloadKind::Jpeg,
        }),
    })
}

fn evidence(how: &str) -> String {
    match how.split_once(':') {
        Some(("cover", sheet)) => format!("cover sheet {sheet}"),
        Some(("card", sheet)) => format!("card {sheet}"),
        _ if how == "cards" => "several pupils' cards in the picture".to_owned(),
        _ => "a person said so".to_owned(),
    }
}

fn facts(page: &Page) -> Vec<(String, String)> {
    let mut facts = vec![
        ("Side".to_owned(), format!("{} of its batch", page.sequence + 1)),
        ("Original".to_owned(), format!("{} kB, {}", page.bytes.div_ceil(1000), page.media.mime())),
        ("SHA-256".to_owned(), page.digest.to_string()),
    ];
    if let Some(resolution) = page.resolution {
        facts.push(("Resolution".to_owned(), format!("{} dpi", resolution.x.get())));
    }
    if let Some(skew) = page.skew.map(Angle::degrees) {
        facts.push(("Straightened by".to_owned(), format!("{:.2}°", -skew)));
    }
    if page.turn.degrees() != 0 {
        facts.push(("Turned back by".to_owned(), format!("{}°", page.turn.degrees())));
    }
    facts.extend(page.warnings.iter().map(|warning| ("Note".to_owned(), warning.clone())));
    facts
}

fn share(engine: &Engine, page: &Page, piece: PieceRow) -> Result<PageShare, DaemonError> {
    let siblings: Vec<Page> = work(engine.catalogue.pages_of(piece.pupil)?)
        .into_iter()
        .filter(|other| other.piece_of(piece.pupil) == Some(piece.id))
        .collect();
    let at = siblings.iter().position(|other| other.id == page.id);
    let near = |step: isize| {
        at.and_then(|at| at.checked_add_signed(step)).and_then(|at| siblings.get(at)).map(|other| other.id)
    };
    Ok(PageShare {
        date: places::date(&piece.work_date)?,
        title: piece.title,
        subject: piece.subject,
        previous: near(-1),
        next: near(1),
    })
}

/// Pages whose words fit.
pub(super) fn search(engine: &Engine, query: &SearchQuery) -> Result<SearchResults, DaemonError> {
    let classes = classes(&engine.catalogue.pupils()?);
    let wanted = Query {
        words: query.words.clone(),
        pupil: None,
        class: query.class.clone().unwrap_or_default(),
        subject: query.subject.clone().unwrap_or_default(),
        from: query.from.map(|date| date.to_string()),
        to: query.to.map(|date| date.to_string()),
        limit: HITS,
        ..Query::default()
    };
    let mut hits = Vec::new();
    let (found, total) = finding::search(engine, &wanted)?;
    for hit in found {
        let page = engine.catalogue.page(crate::queries::page_id(&hit.page)?)?;
        let batch = engine.catalogue.batch(page.batch)?;
        let piece = page.piece().map(|id| engine.catalogue.piece(id)).transpose()?;
        let date = piece.as_ref().map_or(&batch.opened.context.work_date, |piece| &piece.work_date);
        hits.push(SearchHit {
            preview: preview(engine, &page)?,
            pupil: page.pupil().map(|id| named(engine, id)).transpose()?,
            date: places::date(date)?,
            title: piece.map_or_else(|| batch_title(&batch), |piece| piece.title),
            snippet: marked(&hit.snippet_words),
            how: how(hit.near, hit.guessed),
        });
    }
    Ok(SearchResults {
        classes,
        subjects: engine.catalogue.subjects()?,
        total: u64::from(total.count),
        more: total.more,
        hits,
    })
}

/// What has to be said about how a page was found; nothing if the words stand on it as they were typed.
fn how(near: bool, guessed: bool) -> Option<&'static str> {
    match (near, guessed) {
        (false, false) => None,
        (true, false) => Some("a similar word"),
        (false, true) => Some("guessed from handwriting"),
        (true, true) => Some("a similar word, guessed from handwriting"),
    }
}

/// A snippet in parts, the words that were found apart from the others.
fn marked(words: &[SnippetWord]) -> Vec<SnippetPart> {
    let mut parts = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let blank = if at > 0 { " " } else { "" };
        match (word.found, parts.last_mut()) {
            (true, _) => {
                parts.extend((at > 0).then(|| SnippetPart::Around(blank.to_owned())));
                parts.push(SnippetPart::Found(word.text.clone()));
            }
            (false, Some(SnippetPart::Around(around))) => {
                around.push_str(blank);
                around.push_str(&word.text);
            }
            (false, _) => parts.push(SnippetPart::Around(format!("{blank}{}", word.text))),
        }
    }
    parts
}
