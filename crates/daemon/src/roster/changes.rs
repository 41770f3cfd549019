//! One pupil at a time: added, renamed, moved to another class, gone, back again.

use crate::api::NewPupil;
use crate::engine::{Engine, lock};
use crate::error::DaemonError;
use crate::waiting;
use scantrail_archive::names::pupil_folder;
use scantrail_core::ids::PupilId;
use scantrail_core::jiff::civil::Date;
use scantrail_core::ports::Clock as _;
use scantrail_core::roster::{Pupil, PupilDetails, Standing};
use scantrail_roster::{clean, upn};

/// Writes a pupil down who is on no list yet.
pub(super) fn add(engine: &Engine, new: &NewPupil) -> Result<Pupil, DaemonError> {
    let _one_at_a_time = lock(&engine.deciding);
    let details = PupilDetails {
        surname: clean(&new.surname),
        forename: clean(&new.forename),
        class: clean(&new.class),
        year_group: clean(&new.year_group),
        upn: upn::normalise(&new.upn),
        former_upn: String::new(),
        admission_number: clean(&new.admission_number),
        born: super::date(new.born.as_deref())?,
    };
    named(&details)?;
    free(engine, &details, None)?;
    let pupil = Pupil { id: PupilId::from_random(engine.random()), details, standing: Standing::Current };
    engine.catalogue.put_pupils(&[with_folder(pupil.clone())], &[], engine.now())?;
    tracing::info!(pupil_id = %pupil.id, "pupil added");
    Ok(pupil)
}

/// Gives a pupil another name; the trail's folder follows.
pub(super) fn rename(
    engine: &Engine,
    pupil: &Pupil,
    surname: Option<&str>,
    forename: Option<&str>,
) -> Result<Pupil, DaemonError> {
    let mut after = pupil.clone();
    if surname.is_none() && forename.is_none() {
        return Err(DaemonError::usage("say the new name").with_hint("--surname NAME, --forename NAME, or both"));
    }
    replace(&mut after.details.surname, surname);
    replace(&mut after.details.forename, forename);
    named(&after.details)?;
    change(engine, &after)?;
    waiting::folders_named(engine)?;
    tracing::info!(pupil_id = %pupil.id, "pupil renamed");
    Ok(after)
}

/// Puts a pupil into another class.
pub(super) fn class(
    engine: &Engine,
    pupil: &Pupil,
    class: &str,
    year_group: Option<&str>,
) -> Result<Pupil, DaemonError> {
    let mut after = pupil.clone();
    after.details.class = clean(class);
    replace(&mut after.details.year_group, year_group);
    change(engine, &after)?;
    Ok(after)
}

/// A pupil is at the school after all, or again.
pub(super) fn come_back(engine: &Engine, pupil: &Pupil) -> Result<Pupil, DaemonError> {
    if pupil.standing == Standing::Current {
        return Err(DaemonError::usage(format!("pupil {} is at the school", pupil.id)));
    }
    let after = Pupil { standing: Standing::Current, ..pupil.clone() };
    change(engine, &after)?;
    Ok(after)
}

/// Pupils have left; their trails stay as they are.
pub(super) fn leave(engine: &Engine, pupils: &[Pupil], on: Option<Date>) -> Result<Vec<Pupil>, DaemonError> {
    let today = engine.clock.today();
    let on = on.unwrap_or(today);
    if on > today {
        return Err(DaemonError::usage(format!("{on} is still to come"))
            .with_hint("say that a pupil has left on the day itself, or later"));
    }
    if let Some(gone) = pupils.iter().find(|pupil| pupil.standing == Standing::Left) {
        return Err(DaemonError::usage(format!("pupil {} has left already; nobody was changed", gone.id)));
    }
    {
        let _one_at_a_time = lock(&engine.deciding);
        engine.catalogue.pupils_left(pupils, on, engine.now())?;
    }
    engine.bell.ring();
    tracing::info!(pupils = pupils.len(), "pupils left");
    Ok(pupils.iter().map(|pupil| Pupil { standing: Standing::Left, ..pupil.clone() }).collect())
}

fn change(engine: &Engine, after: &Pupil) -> Result<(), DaemonError> {
    let _one_at_a_time = lock(&engine.deciding);
    engine.catalogue.put_pupils(&[], &[with_folder(after.clone())], engine.now())?;
    engine.bell.ring();
    Ok(())
}

/// A pupil, and the name the trail's folder should have.
pub(super) fn with_folder(pupil: Pupil) -> (Pupil, String) {
    let folder = pupil_folder(&pupil.details.listed_name(), pupil.id);
    (pupil, folder)
}

/// A new value, cleaned, if there is one.
pub(super) fn replace(field: &mut String, new: Option<&str>) {
    if let Some(new) = new {
        *field = clean(new);
    }
}

/// Somebody without any name cannot be told apart on paper.
pub(super) fn named(details: &PupilDetails) -> Result<(), DaemonError> {
    if details.listed_name().is_empty() {
        return Err(DaemonError::usage("a pupil needs a surname or a forename"));
    }
    Ok(())
}

/// Whether nobody else has these numbers.
pub(super) fn free(engine: &Engine, details: &PupilDetails, own: Option<PupilId>) -> Result<(), DaemonError> {
    let taken = |a: &str, b: &str| !a.is_empty() && a == b;
    let clash = engine.catalogue.pupils()?.into_iter().find(|other| {
        let same = taken(&details.upn, &other.details.upn)
            || taken(&details.admission_number, &other.details.admission_number);
        Some(other.id) != own && same
    });
    match clash {
        Some(other) => Err(DaemonError::usage(format!("pupil {} has one of these numbers already", other.id))
            .with_hint(format!("see who it is with: scantrail pupils show {}", other.id))),
        None => Ok(()),
    }
}
