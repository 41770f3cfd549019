//! The roster: who there is, what changes, in which class, and from which list.

mod changes;
mod classes;
mod identity;
mod import;
mod roll_over;
mod words;

use crate::api::{CalendarReply, HalfTermReply, NewPupil, PupilFullReply, PupilReply, RosterAnswer, RosterRequest};
use crate::engine::Engine;
use crate::error::DaemonError;
use crate::queries::{self, pupil_reply};
use scantrail_core::calendar::{HalfTerm, Origin};
use scantrail_core::fold::NameQuery;
use scantrail_core::jiff::civil::Date;
use scantrail_core::ports::Clock as _;
use scantrail_core::roster::Pupil;
use scantrail_core::school_year::SchoolYear;
use scantrail_roster::upn;

/// Answers what is asked about the roster.
pub(crate) fn answer(engine: &Engine, request: &RosterRequest) -> Result<RosterAnswer, DaemonError> {
    use RosterRequest as R;
    let find = |text: &str| queries::find_pupil(engine, text);
    Ok(match request {
        R::Import(asked) => RosterAnswer::Import(import::import(engine, asked)?),
        R::List { class: None } => RosterAnswer::List(replies(&engine.catalogue.pupils()?)),
        R::List { class: Some(class) } => RosterAnswer::List(replies(&engine.catalogue.class(class)?)),
        R::Find { words } => RosterAnswer::List(found(engine, words)?),
        R::Show { pupil } => one(engine, &find(pupil)?)?,
        R::Add(new) => one(engine, &changes::add(engine, new)?)?,
        R::Rename { pupil, surname, forename } => {
            one(engine, &changes::rename(engine, &find(pupil)?, surname.as_deref(), forename.as_deref())?)?
        }
        R::Class { pupil, class, year_group } => {
            one(engine, &changes::class(engine, &find(pupil)?, class, year_group.as_deref())?)?
        }
        R::Leave { pupils, date: on } => {
            let pupils: Vec<Pupil> = pupils.iter().map(|text| find(text)).collect::<Result<_, _>>()?;
            RosterAnswer::List(replies(&changes::leave(engine, &pupils, date(on.as_deref())?)?))
        }
        R::Return { pupil } => one(engine, &changes::come_back(engine, &find(pupil)?)?)?,
        R::NewIdentity(new) => RosterAnswer::NewIdentity(identity::give(engine, &find(&new.pupil)?, new)?),
        R::Sealed { pupil, reason } => RosterAnswer::Sealed(identity::look(engine, &find(pupil)?, reason)?),
        R::RollOver { plan, dry_run } => {
            RosterAnswer::RollOver(roll_over::roll_over(engine, plan.as_deref(), *dry_run)?)
        }
        R::UndoRollOver => RosterAnswer::RolledBack { pupils: roll_over::undo(engine)? },
        R::Classes => RosterAnswer::Classes(classes::list(engine)?),
        R::ShowClass { class } => RosterAnswer::Class(classes::show(engine, class)?),
        R::ClassYear { class, year_group } => RosterAnswer::Class(classes::set_year(engine, class, year_group)?),
        R::AddTeacher { class, teacher, from, until } => {
            let days = (date(from.as_deref())?, date(until.as_deref())?);
            RosterAnswer::Class(classes::add_teacher(engine, class, teacher, days)?)
        }
        R::RemoveTeacher { class, teacher, until } => {
            RosterAnswer::Class(classes::remove_teacher(engine, class, teacher, date(until.as_deref())?)?)
        }
        R::Calendar { year } => RosterAnswer::Calendar(calendar(engine, year.as_deref())?),
    })
}

fn replies(pupils: &[Pupil]) -> Vec<PupilReply> {
    pupils.iter().map(pupil_reply).collect()
}

/// Pupils whose names fit what was typed, those who have left too.
fn found(engine: &Engine, words: &str) -> Result<Vec<PupilReply>, DaemonError> {
    let query = NameQuery::new(words).ok_or_else(|| DaemonError::usage("say what the name begins with"))?;
    let fits = |pupil: &&Pupil| query.fits(&pupil.details.listed_name());
    Ok(engine.catalogue.pupils()?.iter().filter(fits).map(pupil_reply).collect())
}

fn one(engine: &Engine, pupil: &Pupil) -> Result<RosterAnswer, DaemonError> {
    let d = &pupil.details;
    let taught = classes::teachers_today(engine, &d.class)?;
    Ok(RosterAnswer::One(Box::new(PupilFullReply {
        pupil: pupil_reply(pupil),
        surname: d.surname.clone(),
        forename: d.forename.clone(),
        date_of_birth: d.born.map(|date| date.to_string()),
        upn_doubt: upn_doubt(&d.upn),
        upn: d.upn.clone(),
        former_upn: d.former_upn.clone(),
        admission_number: d.admission_number.clone(),
        left_on: engine.catalogue.left_on(pupil.id)?.map(|date| date.to_string()),
        folder: engine.catalogue.pupil_folder(pupil.id)?,
        teachers: taught,
    })))
}

fn upn_doubt(number: &str) -> Option<String> {
    upn::check(number).err().filter(|_| !number.is_empty()).map(|fault| fault.to_string())
}

/// Reads a date as a person types it.
fn date(text: Option<&str>) -> Result<Option<Date>, DaemonError> {
    let read = |text: &str| {
        text.trim().parse().map_err(|_| DaemonError::usage(format!("`{text}` is no date; write it like 2026-11-21")))
    };
    text.map(read).transpose()
}

fn calendar(engine: &Engine, year: Option<&str>) -> Result<CalendarReply, DaemonError> {
    let today = engine.clock.today();
    let year = match year {
        Some(text) => SchoolYear::parse(text)
            .ok_or_else(|| DaemonError::usage(format!("`{text}` is no school year; write it like 2026-27")))?,
        None => SchoolYear::of(today),
    };
    let dates = engine.config.calendar.dates(year);
    let half_terms = HalfTerm::ALL.map(|half| {
        let days = dates.days(half);
        HalfTermReply {
            name: half.name().to_owned(),
            first: days.first.to_string(),
            last: days.last.to_string(),
            today: days.contains(today),
        }
    });
    Ok(CalendarReply {
        year: year.to_string(),
        assumed: dates.origin() == Origin::Assumed,
        half_terms: half_terms.to_vec(),
    })
}

/// Writes a pupil down who is new here.
pub(crate) fn add_new(engine: &Engine, new: &NewPupil) -> Result<Pupil, DaemonError> {
    changes::add(engine, new)
}
