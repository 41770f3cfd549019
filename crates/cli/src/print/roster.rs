//! Answers about pupils, classes and lists.

use super::tables::columns;
use scantrail_daemon::api::{
    CalendarReply, ClassReply, ImportReply, NewIdentityReply, PupilFullReply, PupilReply, RollOverReply, RosterAnswer,
    SealedReply,
};
use serde_json::{Value, json};
use std::fmt::Write as _;

/// What machines get: the value alone, without the name of the answer.
pub(crate) fn json(answer: &RosterAnswer) -> serde_json::Result<Value> {
    match answer {
        RosterAnswer::Import(import) => serde_json::to_value(import),
        RosterAnswer::List(pupils) => serde_json::to_value(pupils),
        RosterAnswer::One(pupil) => serde_json::to_value(pupil),
        RosterAnswer::NewIdentity(new) => serde_json::to_value(new),
        RosterAnswer::Sealed(sealed) => serde_json::to_value(sealed),
        RosterAnswer::RollOver(reply) => serde_json::to_value(reply),
        RosterAnswer::RolledBack { pupils } => Ok(json!({"rolled_back": pupils})),
        RosterAnswer::Classes(classes) => serde_json::to_value(classes),
        RosterAnswer::Class(class) => serde_json::to_value(class),
        RosterAnswer::Calendar(calendar) => serde_json::to_value(calendar),
    }
}

/// What people get.
pub(crate) fn words(answer: &RosterAnswer) -> String {
    match answer {
        RosterAnswer::Import(reply) => import(reply),
        RosterAnswer::List(reply) => pupils(reply),
        RosterAnswer::One(reply) => pupil(reply),
        RosterAnswer::NewIdentity(reply) => new_identity(reply),
        RosterAnswer::Sealed(reply) => sealed(reply),
        RosterAnswer::RollOver(reply) => roll_over(reply),
        RosterAnswer::RolledBack { pupils } => format!("{pupils} pupils are again where they were\n"),
        RosterAnswer::Classes(reply) => classes(reply),
        RosterAnswer::Class(reply) => class(reply),
        RosterAnswer::Calendar(reply) => calendar(reply),
    }
}

fn say(text: &mut String, line: &str) {
    writeln!(text, "{line}").expect("a string takes everything");
}

fn pupils(pupils: &[PupilReply]) -> String {
    if pupils.is_empty() {
        return "nobody; a list is taken over with: scantrail pupils import LIST.csv --dry-run\n".to_owned();
    }
    let row = |p: &PupilReply| {
        let standing = if p.standing == "current" { String::new() } else { p.standing.clone() };
        vec![
            p.id.clone(),
            p.code.clone(),
            p.class.clone(),
            p.name.clone(),
            p.born.clone().unwrap_or_default(),
            standing,
        ]
    };
    columns(&pupils.iter().map(row).collect::<Vec<_>>())
}

fn pupil(reply: &PupilFullReply) -> String {
    let p = &reply.pupil;
    let upn = match &reply.upn_doubt {
        Some(doubt) => format!("{} ({doubt})", reply.upn),
        None => reply.upn.clone(),
    };
    let standing = match &reply.left_on {
        Some(day) => format!("{} on {day}", p.standing),
        None => p.standing.clone(),
    };
    let rows = [
        ("id", p.id.clone()),
        ("code", p.code.clone()),
        ("name", p.name.clone()),
        ("class", p.class.clone()),
        ("year group", p.year_group.clone()),
        ("teachers", reply.teachers.join(", ")),
        ("standing", standing),
        ("born", reply.date_of_birth.clone().unwrap_or_default()),
        ("UPN", upn),
        ("former UPN", reply.former_upn.clone()),
        ("admission number", reply.admission_number.clone()),
        ("folder", reply.folder.clone()),
    ];
    let filled = rows.into_iter().filter(|(_, value)| !value.is_empty());
    columns(&filled.map(|(name, value)| vec![name.to_owned(), value]).collect::<Vec<_>>())
}

fn import(import: &ImportReply) -> String {
    let mut text = String::new();
    for note in &import.notes {
        say(&mut text, note);
    }
    for group in &import.groups {
        say(&mut text, &format!("{} ({}):", group.title, group.lines.len()));
        for line in &group.lines {
            say(&mut text, &format!("  {line}"));
        }
    }
    if !import.warnings.is_empty() {
        say(&mut text, "look at these:");
        for warning in &import.warnings {
            say(&mut text, &format!("  {warning}"));
        }
    }
    let ImportReply { added, changed, unchanged, missing, conflicts, .. } = import;
    let mode = if import.dry_run { "would be" } else { "were" };
    let sum = format!(
        "{added} {mode} added, {changed} changed, {unchanged} stay, {missing} not on the list, {conflicts} conflicts"
    );
    say(&mut text, &sum);
    match (&import.refused, import.dry_run) {
        (Some(why), _) => say(&mut text, &format!("this list would be refused: {why}")),
        (None, true) => say(&mut text, "nothing was changed; without --dry-run it will be"),
        (None, false) => {}
    }
    text
}

fn new_identity(reply: &NewIdentityReply) -> String {
    let mut text = pupils(std::slice::from_ref(&reply.pupil));
    if let Some(doubt) = &reply.upn_doubt {
        say(&mut text, &format!("look at the new UPN: {doubt}"));
    }
    say(&mut text, "the old name and numbers are sealed; where they may still stand:");
    for line in &reply.remains {
        say(&mut text, &format!("  {line}"));
    }
    text
}

fn sealed(reply: &SealedReply) -> String {
    if reply.identities.is_empty() {
        return format!("nothing is sealed of pupil {}\n", reply.id);
    }
    let row = |sealed: &scantrail_daemon::api::SealedIdentityReply| {
        vec![
            sealed.at.chars().take(10).collect(),
            format!("{}, {}", sealed.surname, sealed.forename),
            sealed.upn.clone(),
            sealed.former_upn.clone(),
            sealed.admission_number.clone(),
        ]
    };
    columns(&reply.identities.iter().map(row).collect::<Vec<_>>())
}

fn roll_over(reply: &RollOverReply) -> String {
    let year = |year: &str| if year.is_empty() { String::new() } else { format!("year {year}") };
    let mut rows = Vec::new();
    for line in &reply.classes {
        let (to, then) = match &line.to {
            Some(class) => (class.clone(), year(&line.to_year_group)),
            None => ("leaves".to_owned(), String::new()),
        };
        rows.push(vec![
            line.class.clone(),
            year(&line.year_group),
            "→".to_owned(),
            to,
            then,
            format!("{} pupils", line.pupils),
        ]);
    }
    let mut text = columns(&rows);
    let mode = if reply.dry_run { "would go" } else { "went" };
    say(&mut text, &format!("{} pupils {mode} up, {} leave", reply.pupils, reply.leavers));
    if reply.dry_run {
        say(&mut text, "nothing was changed; without --dry-run it will be");
    } else {
        say(&mut text, "to take it back, before anything else is changed: scantrail pupils roll-over --undo");
    }
    text
}

fn classes(classes: &[ClassReply]) -> String {
    if classes.is_empty() {
        return "there are no classes; they come with a list of pupils\n".to_owned();
    }
    let row = |class: &ClassReply| {
        let teachers: Vec<&str> = class.teachers.iter().filter(|t| t.today).map(|t| t.teacher.as_str()).collect();
        vec![class.class.clone(), class.year_groups.join(", "), format!("{} pupils", class.pupils), teachers.join(", ")]
    };
    columns(&classes.iter().map(row).collect::<Vec<_>>())
}

fn class(class: &ClassReply) -> String {
    let mut text = format!("{}: {} pupils", class.class, class.pupils);
    if !class.year_groups.is_empty() {
        write!(text, ", year {}", class.year_groups.join(", ")).expect("a string takes everything");
    }
    text.push('\n');
    for teacher in &class.teachers {
        let until = teacher.until.as_ref().map_or_else(String::new, |day| format!(" until {day}"));
        let now = if teacher.today { "" } else { " (not today)" };
        say(&mut text, &format!("  {} from {}{until}{now}", teacher.teacher, teacher.from));
    }
    if !class.members.is_empty() {
        text.push_str(&pupils(&class.members));
    }
    text
}

fn calendar(reply: &CalendarReply) -> String {
    let row = |half: &scantrail_daemon::api::HalfTermReply| {
        let today = if half.today { "today" } else { "" };
        vec![half.name.clone(), half.first.clone(), half.last.clone(), today.to_owned()]
    };
    let mut text = columns(&reply.half_terms.iter().map(row).collect::<Vec<_>>());
    if reply.assumed {
        let year = &reply.year;
        say(&mut text, &format!("these dates are assumed; set the school's own with [[calendar]] year = \"{year}\""));
    }
    text
}
