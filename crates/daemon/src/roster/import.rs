//! Lists of pupils: read, compared, shown, and only then taken over. Nothing is ever deleted by a list.

use super::changes::with_folder;
use super::words;
use crate::api::{DryRun, ImportReply, ImportRequest, KeptMapping, ListOf};
use crate::engine::{Engine, lock};
use crate::error::DaemonError;
use crate::waiting;
use scantrail_core::fold::squash;
use scantrail_core::ids::PupilId;
use scantrail_core::roster::{Against, Change, ListedPupil, Pupil, Scope, Standing, compare};
use scantrail_roster::{Field, Form, List, Mapping, RosterError, read_list};

/// Compares a list with the roster and, unless this is a dry run, takes it over.
pub(super) fn import(engine: &Engine, asked: &ImportRequest) -> Result<ImportReply, DaemonError> {
    let mut reply = {
        let _one_at_a_time = lock(&engine.deciding);
        take(engine, asked)?
    };
    if asked.dry_run == DryRun::No {
        engine.bell.ring();
        // The list is taken over; a folder that cannot follow yet is no reason to say otherwise.
        if let Err(error) = waiting::folders_named(engine) {
            reply.warnings.push(error.to_string());
        }
        let ImportReply { added, changed, missing, conflicts, .. } = &reply;
        tracing::info!(added, changed, missing, conflicts, "roster imported");
    }
    Ok(reply)
}

fn take(engine: &Engine, asked: &ImportRequest) -> Result<ImportReply, DaemonError> {
    let mapping = mapping(engine, asked)?;
    let mut list = read_list(&asked.list, &mapping).map_err(|error| unreadable(&error))?;
    let scope = match &asked.of {
        ListOf::School => Scope::School,
        ListOf::Some => Scope::Some,
        ListOf::Class(class) => Scope::Class(class.trim().to_owned()),
    };
    let mut warnings = only_of_class(&mut list, &scope)?;
    let roster = engine.catalogue.pupils()?;
    let sealed = engine.catalogue.sealed_identities()?;
    let changes = compare(&Against { roster: &roster, sealed: &sealed, scope: &scope }, &list.pupils);
    warnings.extend(list.problems.iter().map(ToString::to_string));
    let refused = wrong_file(&roster, &changes, &scope, asked.allow_leavers);
    let reply = reply(asked.dry_run, &list, &roster, &changes, (warnings, notes(&list, &mapping)), refused.as_ref());
    if asked.dry_run == DryRun::No {
        if let Some(refused) = refused {
            return Err(refused);
        }
        apply(engine, &roster, &changes)?;
        keep(engine, asked, &mapping)?;
    }
    Ok(reply)
}

/// What earlier imports were told of the columns, and what this one is told.
fn mapping(engine: &Engine, asked: &ImportRequest) -> Result<Mapping, DaemonError> {
    let mut mapping = Mapping::default();
    if asked.kept == KeptMapping::Use {
        for (field, header) in engine.catalogue.list_columns()? {
            let field = Field::from_word(&field).ok_or_else(|| DaemonError::Inside {
                what: "the catalogue holds a column of a list that this version does not know".into(),
                source: None,
            })?;
            mapping.set(field, header);
        }
    }
    for entry in &asked.map {
        let (field, header) = Mapping::entry(entry).map_err(|bad| DaemonError::usage(bad.to_string()))?;
        mapping.set(field, header);
    }
    Ok(mapping)
}

fn keep(engine: &Engine, asked: &ImportRequest, mapping: &Mapping) -> Result<(), DaemonError> {
    if asked.kept == KeptMapping::Forget || !asked.map.is_empty() {
        let columns: Vec<_> = mapping.iter().map(|(field, header)| (field.word().into(), header.into())).collect();
        engine.catalogue.set_list_columns(&columns)?;
    }
    Ok(())
}

fn unreadable(source: &RosterError) -> DaemonError {
    let hint = match source {
        RosterError::MissingColumn { missing, .. } => {
            format!("if the list calls it otherwise, say so once: --map {}=\"Its header\"", missing.word())
        }
        RosterError::MappedColumnMissing { .. } => {
            "say what this list calls it with --map, or forget the mapping with --forget-mapping".to_owned()
        }
        RosterError::OtherXml { .. } | RosterError::UnsafeXml { .. } | RosterError::BrokenXml { .. } => {
            "export a Common Transfer File again, or a list as CSV with a header line".to_owned()
        }
        _ => "save it from your school's system as CSV with a header line".to_owned(),
    };
    DaemonError::usage(format!("the list cannot be read: {source}")).with_hint(hint)
}

/// A list of one class need not say which; rows of another class are told, and a list of another class is refused.
fn only_of_class(list: &mut List, scope: &Scope) -> Result<Vec<String>, DaemonError> {
    let Scope::Class(class) = scope else { return Ok(Vec::new()) };
    let other = |pupil: &&ListedPupil| !pupil.details.class.is_empty() && squash(&pupil.details.class) != squash(class);
    let others: Vec<&ListedPupil> = list.pupils.iter().filter(other).collect();
    if let Some(first) = others.first()
        && others.len() == list.pupils.len()
    {
        return Err(DaemonError::usage(format!("this is no list of {class}, but of {}", first.details.class))
            .with_hint("give the right file, or the right class with --class"));
    }
    let told = |pupil: &&ListedPupil| format!("line {}: says class {}, not {class}", pupil.line, pupil.details.class);
    let warnings = others.iter().map(told).collect();
    for pupil in list.pupils.iter_mut().filter(|pupil| pupil.details.class.is_empty()) {
        pupil.details.class.clone_from(class);
    }
    Ok(warnings)
}

/// A list that lacks more than a third of the school is more likely the wrong file than so many leavers.
fn wrong_file(roster: &[Pupil], changes: &[Change], scope: &Scope, allowed: Option<u32>) -> Option<DaemonError> {
    let missing = changes.iter().filter(|change| matches!(change, Change::Missing(_))).count();
    let expected = roster.iter().filter(|pupil| scope.expects(pupil)).count();
    let suspicious = *scope == Scope::School && missing * 3 > expected;
    if !suspicious || allowed.is_some_and(|allowed| missing <= allowed as usize) {
        return None;
    }
    let what = format!(
        "{missing} of the school's {expected} pupils are not on this list, more than a third; is it the right file? \
         nothing was changed"
    );
    Some(DaemonError::usage(what).with_hint(format!(
        "if it is of one class, say --class NAME; of some pupils only, --partial; if they have really left, \
         --allow-leavers {missing}"
    )))
}

fn notes(list: &List, mapping: &Mapping) -> Vec<String> {
    let mut notes = Vec::new();
    match &list.form {
        Form::Transfer { version } => {
            let version = if version.is_empty() { "of no stated version" } else { version.as_str() };
            notes.push(format!("a Common Transfer File {version}; it knows no classes, so classes stay as they are"));
            notes.push(
                "read of it: UPN, former UPN, surname, forename, preferred names, date of birth, year group".to_owned(),
            );
            if !list.not_read.is_empty() {
                notes.push(format!("left out on purpose, a trail has no use for it: {}", list.not_read.join(", ")));
            }
        }
        Form::Table { .. } => {
            let said: Vec<String> = mapping.iter().map(|(field, header)| format!("{field} from `{header}`")).collect();
            if !said.is_empty() {
                notes.push(format!("columns as the school says: {}", said.join(", ")));
            }
            if !list.not_read.is_empty() {
                notes.push(format!("columns that were not read: {}", list.not_read.join(", ")));
            }
        }
    }
    notes
}

fn reply(
    dry_run: DryRun,
    list: &List,
    roster: &[Pupil],
    changes: &[Change],
    (warnings, notes): (Vec<String>, Vec<String>),
    refused: Option<&DaemonError>,
) -> ImportReply {
    let count = |of: fn(&Change) -> bool| changes.iter().filter(|change| of(change)).count() as u32;
    let groups = words::groups(roster, changes);
    ImportReply {
        dry_run: dry_run == DryRun::Yes,
        form: match list.form {
            Form::Table { .. } => "table".to_owned(),
            Form::Transfer { .. } => "transfer".to_owned(),
        },
        added: count(|change| matches!(change, Change::Added(_))),
        changed: count(|change| matches!(change, Change::Updated { .. })),
        unchanged: count(|change| matches!(change, Change::Unchanged(_))),
        missing: count(|change| matches!(change, Change::Missing(_))),
        conflicts: count(|change| matches!(change, Change::Conflict { .. })),
        lines: groups.iter().flat_map(|g| g.lines.iter().map(|line| format!("{}: {line}", g.kind))).collect(),
        groups,
        warnings,
        notes,
        refused: refused.map(|error| match error.hint() {
            Some(hint) => format!("{error}; {hint}"),
            None => error.to_string(),
        }),
    }
}

fn apply(engine: &Engine, roster: &[Pupil], changes: &[Change]) -> Result<(), DaemonError> {
    let mut added = Vec::new();
    let mut changed = Vec::new();
    for change in changes {
        match change {
            Change::Added(listed) => {
                let id = PupilId::from_random(engine.random());
                let pupil = Pupil { id, details: listed.details.clone(), standing: Standing::Current };
                added.push(with_folder(pupil));
            }
            Change::Updated { before, listed } => {
                let after = Pupil { id: before.id, details: listed.details.clone(), standing: Standing::Current };
                changed.push(with_folder(after));
            }
            Change::Missing(id) => {
                let pupil = roster.iter().find(|pupil| pupil.id == *id).expect("the comparison names its own roster");
                changed.push(with_folder(Pupil { standing: Standing::LeaverCandidate, ..pupil.clone() }));
            }
            Change::Unchanged(_) | Change::Conflict { .. } => {}
        }
    }
    Ok(engine.catalogue.put_pupils(&added, &changed, engine.now())?)
}
