//! Lists of pupils: read, compared, shown, and only then taken over. Nothing is ever deleted by a list.

use crate::api::{DryRun, ImportReply, RosterAnswer, RosterRequest};
use crate::engine::{Engine, lock};
use crate::error::DaemonError;
use crate::queries;
use scantrail_archive::names::pupil_folder;
use scantrail_core::ids::PupilId;
use scantrail_core::roster::{Change, Conflict, ListedPupil, Pupil, PupilDetails, Standing, compare};
use scantrail_roster::{List, read_list};

/// Does what is asked of the roster.
pub(crate) fn answer(engine: &Engine, request: &RosterRequest) -> Result<RosterAnswer, DaemonError> {
    match request {
        RosterRequest::Import { list, dry_run } => Ok(RosterAnswer::Import(import(engine, list, *dry_run)?)),
        RosterRequest::List { class } => {
            let pupils = match class {
                Some(class) => engine.catalogue.class(class)?,
                None => engine.catalogue.pupils()?,
            };
            Ok(RosterAnswer::List(pupils.iter().map(queries::pupil_reply).collect()))
        }
        RosterRequest::Show { pupil } => {
            Ok(RosterAnswer::One(queries::pupil_reply(&queries::find_pupil(engine, pupil)?)))
        }
    }
}

/// Compares a list with the roster and, unless this is a dry run, takes it over.
pub(crate) fn import(engine: &Engine, bytes: &[u8], dry_run: DryRun) -> Result<ImportReply, DaemonError> {
    let _one_at_a_time = lock(&engine.deciding);
    let list = read_list(bytes).map_err(|source| {
        DaemonError::usage(format!("the list cannot be read: {source}"))
            .with_hint("save it from your school's system as CSV with a header line")
    })?;
    let roster = engine.catalogue.pupils()?;
    let changes = compare(&roster, &list.pupils);
    let mut reply = ImportReply {
        dry_run: dry_run == DryRun::Yes,
        added: 0,
        changed: 0,
        unchanged: 0,
        missing: 0,
        conflicts: 0,
        lines: Vec::new(),
        warnings: warnings(&list),
    };
    let mut added = Vec::new();
    let mut changed = Vec::new();
    for change in &changes {
        match change {
            Change::Added(listed) => {
                reply.added += 1;
                reply.lines.push(format!("added: {} ({})", listed.details.listed_name(), listed.details.class));
                let id = PupilId::from_random(engine.random());
                let pupil = Pupil { id, details: listed.details.clone(), standing: Standing::Current };
                let folder = pupil_folder(&listed.details.listed_name(), id);
                added.push((pupil, folder));
            }
            Change::Unchanged(_) => reply.unchanged += 1,
            Change::Updated { id, before, listed } => {
                reply.changed += 1;
                reply.lines.push(difference(before, &listed.details));
                changed.push(Pupil { id: *id, details: listed.details.clone(), standing: Standing::Current });
            }
            Change::Missing(id) => {
                reply.missing += 1;
                let pupil = find(&roster, *id);
                reply.lines.push(format!("not on the list: {} ({})", pupil.details.listed_name(), pupil.details.class));
                changed.push(Pupil { standing: Standing::LeaverCandidate, ..pupil.clone() });
            }
            Change::Conflict { listed, why } => {
                reply.conflicts += 1;
                reply.lines.push(conflict(&roster, listed, why));
            }
        }
    }
    if dry_run == DryRun::No {
        engine.catalogue.put_pupils(&added, &changed, engine.now())?;
        tracing::info!(added = reply.added, changed = reply.changed, conflicts = reply.conflicts, "roster imported");
    }
    Ok(reply)
}

fn find(roster: &[Pupil], id: PupilId) -> &Pupil {
    roster.iter().find(|pupil| pupil.id == id).expect("the comparison names pupils of this roster")
}

fn difference(before: &PupilDetails, now: &PupilDetails) -> String {
    let mut parts = Vec::new();
    if before.listed_name() != now.listed_name() {
        parts.push(format!("renamed from {}", before.listed_name()));
    }
    if before.class != now.class {
        parts.push(format!("moves from {} to {}", or_none(&before.class), or_none(&now.class)));
    }
    if before.year_group != now.year_group {
        parts.push(format!("year {} becomes {}", or_none(&before.year_group), or_none(&now.year_group)));
    }
    if (&before.upn, &before.admission_number, before.born) != (&now.upn, &now.admission_number, now.born) {
        parts.push("numbers or date of birth change".to_owned());
    }
    if parts.is_empty() {
        parts.push("is back on the list".to_owned());
    }
    format!("changed: {}: {}", now.listed_name(), parts.join("; "))
}

fn or_none(text: &str) -> &str {
    if text.is_empty() { "none" } else { text }
}

fn conflict(roster: &[Pupil], listed: &ListedPupil, why: &Conflict) -> String {
    let words = match why {
        Conflict::MatchedTwice(id) => format!("an earlier row is the same pupil, {id}"),
        Conflict::NumbersDisagree(ids) => {
            let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
            format!("its numbers belong to different pupils, {}", ids.join(" and "))
        }
        Conflict::UnknownId(id) => format!("there is no pupil {id}"),
        Conflict::PerhapsSame(id) => {
            let class = &find(roster, *id).details.class;
            format!("perhaps the same child as {id} in {}, but the numbers differ", or_none(class))
        }
    };
    format!("conflict: line {}: {}: {words}; nothing is changed", listed.line, listed.details.listed_name())
}

fn warnings(list: &List) -> Vec<String> {
    let mut warnings: Vec<String> = list.problems.iter().map(ToString::to_string).collect();
    if !list.unknown_columns.is_empty() {
        warnings.push(format!("columns that were not read: {}", list.unknown_columns.join(", ")));
    }
    warnings
}
