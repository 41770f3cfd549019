//! What a sheet or a code is, in words: for the person who holds one and wonders.

use super::register::{day_of, line};
use crate::api::SheetStory;
use crate::engine::Engine;
use crate::error::DaemonError;
use scantrail_catalogue::SheetRecord;
use scantrail_core::ids::SheetId;
use scantrail_core::ports::Clock as _;
use scantrail_core::roster::Standing;
use scantrail_core::school_year::SchoolYear;
use scantrail_core::sheet::SheetKind;
use scantrail_sheets::payload::{NotOurs, Payload};

/// The story of what stands in a code, or of a sheet by the id at its foot.
pub(super) fn of(engine: &Engine, code: &str) -> Result<SheetStory, DaemonError> {
    let text = code.trim();
    match Payload::parse(text) {
        Ok(payload) if payload.school != engine.school_key => {
            let kind = noun(payload.kind);
            let words = format!(
                "This is {kind} of another school (key {}; ours is {}). It names nobody here, and pages behind it wait \
                 for a person.",
                payload.school, engine.school_key
            );
            Ok(told("other-school", words))
        }
        Ok(payload) => match engine.catalogue.sheet_record(payload.sheet)? {
            Some(record) if record.sheet.kind == payload.kind => registered(engine, &record),
            _ => Ok(unregistered(payload.sheet, payload.kind)),
        },
        Err(NotOurs::Foreign) => by_id(engine, text),
        Err(NotOurs::Damaged) => Ok(told(
            "damaged",
            "This looks like a code of ours, but its check symbols do not agree: a letter was misread or mistyped.",
        )),
        Err(NotOurs::Newer) => {
            Ok(told("newer", "This code was made by a newer version of Scantrail than this one. Update this machine."))
        }
        Err(NotOurs::Mirrored) => Ok(told("damaged", "This code was read in a mirror or through the paper.")),
    }
}

fn told(what: &str, words: impl Into<String>) -> SheetStory {
    SheetStory { what: what.to_owned(), words: words.into(), sheet: None }
}

fn by_id(engine: &Engine, text: &str) -> Result<SheetStory, DaemonError> {
    let Ok(id) = text.to_ascii_uppercase().parse::<SheetId>() else { return Ok(told("foreign", foreign(text))) };
    match engine.catalogue.sheet_record(id)? {
        Some(record) => registered(engine, &record),
        None => Err(DaemonError::not_found(format!("there is no sheet {id} in the register"))
            .with_hint("see the sheets with: scantrail sheets list")),
    }
}

/// Somebody else's code, as far as its shape tells.
fn foreign(text: &str) -> &'static str {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let plain = text.chars().all(|c| c.is_ascii_digit() || c == '-' || c == ' ');
    match text {
        text if plain && digits == 13 && (text.starts_with("978") || text.starts_with("979")) => {
            "This is the ISBN of a book. It is not one of our codes and is ignored."
        }
        text if text.to_ascii_lowercase().starts_with("http") => {
            "This is the address of a web page. It is not one of our codes and is ignored."
        }
        _ => "This is not one of our codes. It is ignored.",
    }
}

fn unregistered(sheet: SheetId, kind: SheetKind) -> SheetStory {
    let kind = noun(kind);
    told(
        "unregistered",
        format!(
            "This is {kind} with this school’s key, but sheet {sheet} is not in the register: it was printed with \
             another data folder, or with a copy of this one. It names nobody, and pages behind it wait for a person."
        ),
    )
}

fn registered(engine: &Engine, record: &SheetRecord) -> Result<SheetStory, DaemonError> {
    let line = line(engine, record)?;
    let kind = noun(record.sheet.kind);
    let erased = match record.sheet.pupil {
        Some(id) => engine.catalogue.is_erased(id)?,
        None => false,
    };
    let subject = match &line.pupil {
        Some(_) if erased => format!("{kind} of a pupil whose record was erased"),
        Some(pupil) if pupil.class.is_empty() => format!("{kind} of {}", pupil.name),
        Some(pupil) => format!("{kind} of {}, {}", pupil.name, pupil.class),
        None if line.about.is_empty() => kind.to_owned(),
        None => format!("{kind} for {}", line.about),
    };
    let (then, now) = (SchoolYear::of(day_of(&record.made_at)?), SchoolYear::of(engine.clock.today()));
    let year = if then == now { String::new() } else { format!(" (school year {then})") };
    let (what, worth) = worth(engine, record, then != now)?;
    let words = format!("This is {subject}, first printed on {}{year}. {worth}", long(&record.made_at)?);
    Ok(SheetStory { what: what.to_owned(), words, sheet: Some(line) })
}

/// What the sheet is worth today.
fn worth(engine: &Engine, record: &SheetRecord, of_another_year: bool) -> Result<(&'static str, String), DaemonError> {
    if let Some(at) = &record.revoked_at {
        let why = engine.catalogue.why_revoked(record.sheet.id)?.unwrap_or_default();
        let on = long(at)?;
        let words = format!("It was revoked on {on}: {why}. It does not count; pages behind it wait for a person.");
        return Ok(("revoked", words));
    }
    if let Some(id) = record.sheet.pupil
        && engine.catalogue.is_erased(id)?
    {
        return Ok(("erased", "It names nobody any more; pages behind it wait for a person.".to_owned()));
    }
    if let Some(id) = record.sheet.pupil
        && engine.catalogue.pupil(id)?.standing == Standing::Left
    {
        return Ok(("left", "The pupil has left the school; pages behind it wait for a person.".to_owned()));
    }
    if record.sheet.kind == SheetKind::Unnamed
        && let Some(decision) = engine.catalogue.standing_about_sheet(record.sheet.id)?
    {
        let words = format!("It counts, and was given to a pupil by decision {}.", decision.id);
        return Ok(("counts", words));
    }
    let words = if record.sheet.pupil.is_some() && of_another_year {
        "It still counts: ids last over the years. The class printed on it may be an old one."
    } else {
        "It counts."
    };
    Ok(("counts", words.to_owned()))
}

/// `21 November 2026`.
fn long(at: &str) -> Result<String, DaemonError> {
    Ok(day_of(at)?.strftime("%-d %B %Y").to_string())
}

fn noun(kind: SheetKind) -> &'static str {
    match kind {
        SheetKind::Cover => "the cover sheet",
        SheetKind::Card => "the card",
        SheetKind::Sticker => "the sticker",
        SheetKind::Start => "a start sheet",
        SheetKind::End => "an end sheet",
        SheetKind::Separator => "a separator sheet",
        SheetKind::Unnamed => "an unnamed cover sheet",
        SheetKind::Discard => "a discard sheet",
        SheetKind::SelfTest => "a self-test sheet",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_codes_are_told_by_their_shape() {
        assert!(foreign("978-3-16-148410-0").contains("ISBN"));
        assert!(foreign("HTTPS://EXAMPLE.ORG").contains("web page"));
        assert!(foreign("4006381333931").contains("not one of our codes"));
    }
}
