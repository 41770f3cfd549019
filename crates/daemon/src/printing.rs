//! Sheets: registered first, drawn second, so that every sheet that can be printed can be understood.

use crate::api::{SheetsAnswer, SheetsReply, SheetsRequest, SheetsWanted};
use crate::engine::Engine;
use crate::error::DaemonError;
use crate::{places, queries};
use scantrail_catalogue::{RegisteredSheet, SheetContext};
use scantrail_core::ids::SheetId;
use scantrail_core::ports::Clock as _;
use scantrail_core::roster::Pupil;
use scantrail_core::school_year::SchoolYear;
use scantrail_core::sheet::SheetKind;
use scantrail_sheets::draw::{FontBook, Lesson, Owner, PrintOut, Sheet, Sides, draw_pdf};

/// The most unnamed covers printed at once.
const MOST_UNNAMED: u32 = 200;

/// Does what is asked about sheets.
pub(crate) fn answer(engine: &Engine, request: &SheetsRequest) -> Result<SheetsAnswer, DaemonError> {
    match request {
        SheetsRequest::Print { what } => Ok(SheetsAnswer::Printed(print(engine, what)?)),
    }
}

/// Registers and draws the sheets that are wanted.
pub(crate) fn print(engine: &Engine, wanted: &SheetsWanted) -> Result<SheetsReply, DaemonError> {
    let mut new = Vec::new();
    let (title, sheets) = match wanted {
        SheetsWanted::Cover { class, pupil } => {
            let pupils = pupils(engine, class.as_deref(), pupil.as_deref())?;
            let owned = owned(engine, &pupils, SheetKind::Cover, &mut new)?;
            let sheets = owned.into_iter().map(|(sheet, owner)| Sheet::Cover { sheet, owner }).collect();
            ("Cover sheets", sheets)
        }
        SheetsWanted::Card { class, pupil } => {
            let pupils = pupils(engine, class.as_deref(), pupil.as_deref())?;
            let owned = owned(engine, &pupils, SheetKind::Card, &mut new)?;
            let sheets = owned.into_iter().map(|(sheet, owner)| Sheet::Card { sheet, owner }).collect();
            ("Cards", sheets)
        }
        SheetsWanted::Unnamed { count } => {
            if *count == 0 || *count > MOST_UNNAMED {
                return Err(DaemonError::usage(format!("between 1 and {MOST_UNNAMED} unnamed covers can be printed")));
            }
            let make =
                |_| Sheet::Unnamed { sheet: fresh(engine, SheetKind::Unnamed, SheetContext::default(), &mut new) };
            ("Unnamed cover sheets", (0..*count).map(make).collect())
        }
        SheetsWanted::Start { class, subject, title, date } => {
            let date = date.as_deref().map(places::date).transpose();
            let date = date.map_err(|_| DaemonError::usage("a date is written like 2026-11-21"))?;
            if !class.is_empty() && engine.catalogue.class(class)?.is_empty() {
                return Err(DaemonError::not_found(format!("there is no pupil in class `{class}`")));
            }
            let context = SheetContext {
                class: class.clone(),
                subject: subject.clone(),
                title: title.clone(),
                work_date: date.map(|d| d.to_string()),
            };
            let sheet = fresh(engine, SheetKind::Start, context, &mut new);
            let lesson = Lesson { class: class.clone(), subject: subject.clone(), title: title.clone(), date };
            ("Start sheet", vec![Sheet::Start { sheet, lesson }])
        }
        SheetsWanted::Control => {
            let mut make = |kind| fresh(engine, kind, SheetContext::default(), &mut new);
            let sheets = vec![
                Sheet::End { sheet: make(SheetKind::End) },
                Sheet::Separator { sheet: make(SheetKind::Separator) },
                Sheet::Discard { sheet: make(SheetKind::Discard) },
            ];
            ("Control sheets", sheets)
        }
    };
    engine.catalogue.register_sheets(&new, engine.now())?;
    let print_out = PrintOut {
        title: title.to_owned(),
        school: engine.school_key,
        school_name: engine.config.school.clone(),
        year: SchoolYear::of(engine.clock.today()).to_string(),
        sides: Sides::Both,
    };
    let fonts = FontBook::from_dirs(&engine.config.fonts)
        .map_err(|source| DaemonError::inside("the fonts for the sheets cannot be read", source))?;
    let pdf = draw_pdf(&sheets, &print_out, &fonts)?;
    Ok(SheetsReply { sheets: sheets.len() as u32, pdf })
}

fn pupils(engine: &Engine, class: Option<&str>, pupil: Option<&str>) -> Result<Vec<Pupil>, DaemonError> {
    match (class, pupil) {
        (_, Some(pupil)) => Ok(vec![queries::find_pupil(engine, pupil)?]),
        (Some(class), None) => {
            let pupils = engine.catalogue.class(class)?;
            if pupils.is_empty() {
                return Err(DaemonError::not_found(format!("there is no pupil in class `{class}`"))
                    .with_hint("see the classes with: scantrail pupils list"));
            }
            Ok(pupils)
        }
        (None, None) => Err(DaemonError::usage("say for whom: --class 4B or --pupil ID")),
    }
}

/// Each pupil's sheet of a kind: the one that exists, or a new one.
fn owned(
    engine: &Engine,
    pupils: &[Pupil],
    kind: SheetKind,
    new: &mut Vec<RegisteredSheet>,
) -> Result<Vec<(SheetId, Owner)>, DaemonError> {
    let mut owned = Vec::with_capacity(pupils.len());
    for pupil in pupils {
        let sheet = if let Some(sheet) = engine.catalogue.sheet_of_pupil(pupil.id, kind)? {
            sheet.id
        } else {
            let id = fresh(engine, kind, SheetContext::default(), new);
            if let Some(sheet) = new.last_mut() {
                sheet.pupil = Some(pupil.id);
            }
            id
        };
        let details = &pupil.details;
        owned.push((sheet, Owner { pupil: pupil.id, name: details.spoken_name(), class: details.class.clone() }));
    }
    Ok(owned)
}

fn fresh(engine: &Engine, kind: SheetKind, context: SheetContext, new: &mut Vec<RegisteredSheet>) -> SheetId {
    let id = SheetId::from_random(engine.random());
    new.push(RegisteredSheet { id, kind, pupil: None, context, revoked: false });
    id
}
