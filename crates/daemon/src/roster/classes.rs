//! Classes, their year groups and their teachers. Teachers are names until there are accounts.

use crate::api::{ClassReply, TeacherReply};
use crate::engine::Engine;
use crate::error::DaemonError;
use crate::queries::pupil_reply;
use scantrail_catalogue::{Class, Teaching};
use scantrail_core::fold::squash;
use scantrail_core::jiff::ToSpan as _;
use scantrail_core::jiff::civil::Date;
use scantrail_core::ports::Clock as _;
use scantrail_roster::clean;

/// Every class.
pub(super) fn list(engine: &Engine) -> Result<Vec<ClassReply>, DaemonError> {
    let today = engine.clock.today();
    Ok(engine.catalogue.classes()?.into_iter().map(|class| reply(class, today)).collect())
}

/// One class with its pupils.
pub(super) fn show(engine: &Engine, class: &str) -> Result<ClassReply, DaemonError> {
    let found = find(engine, class)?;
    let members = engine.catalogue.class(&found.name)?.iter().map(pupil_reply).collect();
    Ok(ClassReply { members, ..reply(found, engine.clock.today()) })
}

/// Says which year group a class is; a class that nobody is in yet is written down so.
pub(super) fn set_year(engine: &Engine, class: &str, year_group: &str) -> Result<ClassReply, DaemonError> {
    let name = match find(engine, class) {
        Ok(found) => found.name,
        Err(_) if !clean(class).is_empty() => clean(class),
        Err(error) => return Err(error),
    };
    engine.catalogue.set_class_year(&name, &clean(year_group), engine.now())?;
    show(engine, &name)
}

/// Somebody teaches a class, from today if no first day is given.
pub(super) fn add_teacher(
    engine: &Engine,
    class: &str,
    teacher: &str,
    (from, until): (Option<Date>, Option<Date>),
) -> Result<ClassReply, DaemonError> {
    let found = find(engine, class)?;
    let teacher = clean(teacher);
    if teacher.is_empty() {
        return Err(DaemonError::usage("say the teacher's name"));
    }
    let from = from.unwrap_or_else(|| engine.clock.today());
    if let Some(until) = until.filter(|until| *until < from) {
        return Err(DaemonError::usage(format!("{until} is before {from}, the first day")));
    }
    engine.catalogue.add_teacher(&found.name, &Teaching { teacher, from, until }, engine.now())?;
    show(engine, &found.name)
}

/// Somebody teaches a class no longer: `last` is the last day, yesterday if none is given.
pub(super) fn remove_teacher(
    engine: &Engine,
    class: &str,
    teacher: &str,
    last: Option<Date>,
) -> Result<ClassReply, DaemonError> {
    let found = find(engine, class)?;
    let wanted = squash(teacher);
    let known = found.teachers.iter().find(|teaching| squash(&teaching.teacher) == wanted);
    let known = known.ok_or_else(|| {
        DaemonError::not_found(format!("`{teacher}` does not teach {}", found.name))
            .with_hint(format!("see who does with: scantrail classes show \"{}\"", found.name))
    })?;
    let yesterday = engine.clock.today().saturating_sub(1.day());
    engine.catalogue.remove_teacher(&found.name, &known.teacher, last.unwrap_or(yesterday), engine.now())?;
    show(engine, &found.name)
}

/// Who teaches a class today, by name.
pub(super) fn teachers_today(engine: &Engine, class: &str) -> Result<Vec<String>, DaemonError> {
    let today = engine.clock.today();
    let found = engine.catalogue.classes()?.into_iter().find(|other| other.name == class);
    let teachers = found.into_iter().flat_map(|class| class.teachers);
    Ok(teachers.filter(|teaching| teaching.on(today)).map(|teaching| teaching.teacher).collect())
}

fn find(engine: &Engine, class: &str) -> Result<Class, DaemonError> {
    let wanted = squash(class);
    let found = engine.catalogue.classes()?.into_iter().find(|other| squash(&other.name) == wanted);
    found.ok_or_else(|| {
        DaemonError::not_found(format!("there is no class `{class}`"))
            .with_hint("see which there are with: scantrail classes list")
    })
}

fn reply(class: Class, today: Date) -> ClassReply {
    let teacher = |teaching: &Teaching| TeacherReply {
        teacher: teaching.teacher.clone(),
        from: teaching.from.to_string(),
        until: teaching.until.map(|day| day.to_string()),
        today: teaching.on(today),
    };
    ClassReply {
        year_groups: if class.year_group.is_empty() { class.pupils_years } else { vec![class.year_group] },
        pupils: class.pupils,
        teachers: class.teachers.iter().map(teacher).collect(),
        class: class.name,
        members: Vec::new(),
    }
}
