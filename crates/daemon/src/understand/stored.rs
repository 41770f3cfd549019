//! Facts and words as the catalogue keeps them: JSON of our own shape, so that the core's types may change.

use crate::error::DaemonError;
use scantrail_core::evidence::{
    BatchEnd, BatchFacts, ClassKnown, Confirm, Expected, Lined, Look, Mark, Moment, PageFacts, Strangeness, Style,
};
use scantrail_core::ids::{PageId, PupilId, SheetId};
use scantrail_core::interpret::{HoldReason, Owners, Word};
use scantrail_core::sheet::SheetKind;
use scantrail_core::vocabulary::{Flow, Side, Suspicion};
use serde::{Deserialize, Serialize};
use std::str::FromStr;

#[derive(Serialize, Deserialize)]
struct Facts {
    flow: String,
    cut_short: bool,
    confirm: String,
    longest_run: usize,
    expected: Vec<Class>,
    pages: Vec<Page>,
}

#[derive(Serialize, Deserialize)]
struct Class {
    start: Option<String>,
    pupils: Vec<String>,
    said: bool,
}

#[derive(Serialize, Deserialize)]
struct Page {
    id: String,
    side: String,
    look: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    marks: Vec<StoredMark>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    suspicion: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    waits: Option<String>,
    /// Seconds, device.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    moment: Option<(i64, u64)>,
    /// Shorter side, longer side, lined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    style: Option<(u16, u16, bool)>,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "says", rename_all = "kebab-case")]
enum StoredMark {
    Names { kind: String, sheet: String, pupil: String },
    Control { kind: String, sheet: String },
    Stranger { kind: String, sheet: String, why: String },
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "say", rename_all = "kebab-case")]
enum StoredWord {
    Theirs { pages: Vec<String>, pupils: Vec<String> },
    Nobodys { pages: Vec<String> },
    Unknown { pages: Vec<String> },
    Forget { pages: Vec<String> },
    CoversBehind,
    Cut { before: String },
    Joined { at: String },
    Named { sheet: String, pupil: String },
    Absent { pupil: String },
}

fn unsound(what: &str) -> DaemonError {
    DaemonError::Inside { what: format!("the catalogue holds {what} that cannot be read"), source: None }
}

fn id<T: FromStr>(text: &str) -> Result<T, DaemonError> {
    text.parse().map_err(|_| unsound("an id"))
}

fn ids<T: FromStr>(texts: &[String]) -> Result<Vec<T>, DaemonError> {
    texts.iter().map(|text| id(text)).collect()
}

fn texts<T: ToString>(ids: impl IntoIterator<Item = T>) -> Vec<String> {
    ids.into_iter().map(|id| id.to_string()).collect()
}

fn word<T>(found: Option<T>, what: &str) -> Result<T, DaemonError> {
    found.ok_or_else(|| unsound(what))
}

/// Facts as they are kept.
pub(super) fn write_facts(facts: &BatchFacts) -> Result<String, DaemonError> {
    let stored = Facts {
        flow: facts.flow.word().to_owned(),
        cut_short: facts.end == BatchEnd::CutShort,
        confirm: confirm_word(facts.confirm).to_owned(),
        longest_run: facts.longest_run,
        expected: facts
            .expected
            .iter()
            .map(|part| Class {
                start: part.start.map(|id| id.to_string()),
                pupils: texts(part.pupils.iter()),
                said: part.known == ClassKnown::Said,
            })
            .collect(),
        pages: facts.pages.iter().map(page_out).collect(),
    };
    serde_json::to_string(&stored).map_err(|source| DaemonError::inside("facts cannot be written down", source))
}

/// Facts as they were kept.
pub(super) fn read_facts(text: &str) -> Result<BatchFacts, DaemonError> {
    let stored: Facts = serde_json::from_str(text)
        .map_err(|source| DaemonError::inside("the catalogue holds facts that cannot be read", source))?;
    Ok(BatchFacts {
        flow: word(Flow::from_word(&stored.flow), "a flow")?,
        end: if stored.cut_short { BatchEnd::CutShort } else { BatchEnd::Normal },
        confirm: word(confirm_of(&stored.confirm), "a wish to confirm")?,
        longest_run: stored.longest_run,
        expected: stored
            .expected
            .iter()
            .map(|part| {
                Ok(Expected {
                    start: part.start.as_deref().map(id).transpose()?,
                    pupils: ids(&part.pupils)?,
                    known: if part.said { ClassKnown::Said } else { ClassKnown::Inferred },
                })
            })
            .collect::<Result<_, DaemonError>>()?,
        pages: stored.pages.iter().map(page_in).collect::<Result<_, _>>()?,
    })
}

fn confirm_word(confirm: Confirm) -> &'static str {
    match confirm {
        Confirm::Always => "always",
        Confirm::Alarms => "alarms",
        Confirm::Never => "never",
    }
}

fn confirm_of(text: &str) -> Option<Confirm> {
    [Confirm::Always, Confirm::Alarms, Confirm::Never].into_iter().find(|confirm| confirm_word(*confirm) == text)
}

fn page_out(page: &PageFacts) -> Page {
    Page {
        id: page.page.to_string(),
        side: page.side.word().to_owned(),
        look: page.look.word().to_owned(),
        marks: page.marks.iter().map(mark_out).collect(),
        suspicion: page.suspicion.map(|suspicion| suspicion.word().to_owned()),
        waits: page.waits.map(|reason| reason.word().to_owned()),
        moment: page.moment.map(|moment| (moment.seconds, moment.device)),
        style: page.style.map(|style| (style.short_mm, style.long_mm, style.lined == Lined::Yes)),
    }
}

fn page_in(page: &Page) -> Result<PageFacts, DaemonError> {
    let suspicion = |text: &String| word(Suspicion::from_word(text), "a suspicion");
    let reason = |text: &String| word(HoldReason::from_word(text), "a reason");
    Ok(PageFacts {
        page: id(&page.id)?,
        side: word(Side::from_word(&page.side), "a side")?,
        look: word(Look::from_word(&page.look), "a look")?,
        marks: page.marks.iter().map(mark_in).collect::<Result<_, _>>()?,
        suspicion: page.suspicion.as_ref().map(suspicion).transpose()?,
        waits: page.waits.as_ref().map(reason).transpose()?,
        moment: page.moment.map(|(seconds, device)| Moment { seconds, device }),
        style: page.style.map(|(short_mm, long_mm, lined)| {
            let lined = if lined { Lined::Yes } else { Lined::No };
            Style { short_mm, long_mm, lined }
        }),
    })
}

fn mark_out(mark: &Mark) -> StoredMark {
    let kind = |kind: &SheetKind| kind.word().to_owned();
    match mark {
        Mark::Names { kind: k, sheet, pupil } => {
            StoredMark::Names { kind: kind(k), sheet: sheet.to_string(), pupil: pupil.to_string() }
        }
        Mark::Control { kind: k, sheet } => StoredMark::Control { kind: kind(k), sheet: sheet.to_string() },
        Mark::Stranger { kind: k, sheet, why } => {
            StoredMark::Stranger { kind: kind(k), sheet: sheet.to_string(), why: why.word().to_owned() }
        }
    }
}

fn mark_in(mark: &StoredMark) -> Result<Mark, DaemonError> {
    let kind = |text: &str| word(SheetKind::from_word(text), "a sheet kind");
    Ok(match mark {
        StoredMark::Names { kind: k, sheet, pupil } => {
            Mark::Names { kind: kind(k)?, sheet: id(sheet)?, pupil: id(pupil)? }
        }
        StoredMark::Control { kind: k, sheet } => Mark::Control { kind: kind(k)?, sheet: id(sheet)? },
        StoredMark::Stranger { kind: k, sheet, why } => {
            let why = word(Strangeness::from_word(why), "a strangeness")?;
            Mark::Stranger { kind: kind(k)?, sheet: id(sheet)?, why }
        }
    })
}

/// Words as they are kept.
pub(crate) fn write_words(said: &[Word]) -> Result<String, DaemonError> {
    let stored: Vec<StoredWord> = said
        .iter()
        .map(|word| match word {
            Word::Theirs { pages, pupils } => {
                StoredWord::Theirs { pages: texts(pages.iter()), pupils: texts(pupils.iter()) }
            }
            Word::Nobodys { pages } => StoredWord::Nobodys { pages: texts(pages.iter()) },
            Word::Unknown { pages } => StoredWord::Unknown { pages: texts(pages.iter()) },
            Word::Forget { pages } => StoredWord::Forget { pages: texts(pages.iter()) },
            Word::CoversBehind => StoredWord::CoversBehind,
            Word::Cut { before } => StoredWord::Cut { before: before.to_string() },
            Word::Joined { at } => StoredWord::Joined { at: at.to_string() },
            Word::Named { sheet, pupil } => StoredWord::Named { sheet: sheet.to_string(), pupil: pupil.to_string() },
            Word::Absent { pupil } => StoredWord::Absent { pupil: pupil.to_string() },
        })
        .collect();
    serde_json::to_string(&stored).map_err(|source| DaemonError::inside("words cannot be written down", source))
}

/// Words as they were kept.
pub(crate) fn read_words(text: &str) -> Result<Vec<Word>, DaemonError> {
    let stored: Vec<StoredWord> = serde_json::from_str(text)
        .map_err(|source| DaemonError::inside("the catalogue holds words that cannot be read", source))?;
    stored
        .iter()
        .map(|stored| {
            Ok(match stored {
                StoredWord::Theirs { pages, pupils } => Word::Theirs {
                    pages: ids::<PageId>(pages)?,
                    pupils: word(Owners::of(ids::<PupilId>(pupils)?), "a word about nobody")?,
                },
                StoredWord::Nobodys { pages } => Word::Nobodys { pages: ids(pages)? },
                StoredWord::Unknown { pages } => Word::Unknown { pages: ids(pages)? },
                StoredWord::Forget { pages } => Word::Forget { pages: ids(pages)? },
                StoredWord::CoversBehind => Word::CoversBehind,
                StoredWord::Cut { before } => Word::Cut { before: id(before)? },
                StoredWord::Joined { at } => Word::Joined { at: id(at)? },
                StoredWord::Named { sheet, pupil } => {
                    Word::Named { sheet: id::<SheetId>(sheet)?, pupil: id::<PupilId>(pupil)? }
                }
                StoredWord::Absent { pupil } => Word::Absent { pupil: id(pupil)? },
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_and_words_are_read_as_they_were_written() {
        let page = |n| PageId::from_random(n);
        let (pupil, sheet) = (PupilId::from_random(7), SheetId::from_random(8));
        let marks = vec![
            Mark::Names { kind: SheetKind::Cover, sheet, pupil },
            Mark::Control { kind: SheetKind::Unnamed, sheet },
            Mark::Stranger { kind: SheetKind::Card, sheet, why: Strangeness::Revoked },
        ];
        let facts = BatchFacts {
            flow: Flow::Pictures,
            end: BatchEnd::CutShort,
            pages: vec![PageFacts {
                page: page(1),
                side: Side::Back,
                marks,
                look: Look::Sheet,
                suspicion: Some(Suspicion::ShortRead),
                waits: Some(HoldReason::Trouble),
                moment: Some(Moment { seconds: -5, device: u64::MAX }),
                style: Some(Style { short_mm: 210, long_mm: 297, lined: Lined::Yes }),
            }],
            expected: vec![Expected { start: Some(sheet), pupils: vec![pupil], known: ClassKnown::Inferred }],
            confirm: Confirm::Never,
            longest_run: 9,
        };
        assert_eq!(read_facts(&write_facts(&facts).unwrap()).unwrap(), facts);
        let pages = vec![page(1), page(2)];
        let said = vec![
            Word::Theirs { pages: pages.clone(), pupils: Owners::one(pupil) },
            Word::Nobodys { pages: pages.clone() },
            Word::Unknown { pages: pages.clone() },
            Word::Forget { pages },
            Word::CoversBehind,
            Word::Cut { before: page(3) },
            Word::Joined { at: page(4) },
            Word::Named { sheet, pupil },
            Word::Absent { pupil },
        ];
        assert_eq!(read_words(&write_words(&said).unwrap()).unwrap(), said);
    }
}
