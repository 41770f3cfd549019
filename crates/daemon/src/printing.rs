//! Sheets: registered first, handed over second, so that every sheet that leaves can be understood.
//!
//! They are drawn before they are registered: what cannot be drawn leaves nothing behind in the register.

mod register;
mod story;

use crate::api::{
    CardWord, DryRun, EdgesWord, FontWarning, SheetsAnswer, SheetsReply, SheetsRequest, SheetsWanted, SidesWord, Whom,
};
use crate::engine::Engine;
use crate::error::DaemonError;
use crate::queries;
use register::{NewSheets, spoken};
use scantrail_catalogue::SheetContext;
use scantrail_core::jiff::civil::Date;
use scantrail_core::jiff::tz::TimeZone;
use scantrail_core::ports::Clock as _;
use scantrail_core::roster::{Pupil, Standing};
use scantrail_core::school_year::SchoolYear;
use scantrail_core::sheet::SheetKind;
use scantrail_sheets::draw::{CardCode, FontBook, Lesson, Outlines, PrintOut, Sheet, Sides, SmallFormat, draw};
use scantrail_sheets::labels::{LabelSheet, known_layouts};

/// The most unnamed covers, or copies of a control sheet, printed at once.
const MOST_COPIES: u32 = 200;

/// Answers what is asked about sheets.
pub(crate) fn answer(engine: &Engine, request: &SheetsRequest) -> Result<SheetsAnswer, DaemonError> {
    Ok(match request {
        SheetsRequest::Print { what, sides, dry_run } => SheetsAnswer::Printed(print(engine, what, *sides, *dry_run)?),
        SheetsRequest::List { pupil, limit } => SheetsAnswer::List(register::list(engine, pupil.as_deref(), *limit)?),
        SheetsRequest::Show { code } => SheetsAnswer::One(story::of(engine, code)?),
        SheetsRequest::Revoke { sheet, reason } => {
            register::revoke(engine, sheet, reason)?;
            SheetsAnswer::One(story::of(engine, sheet)?)
        }
    })
}

/// Draws the sheets that are wanted and, unless it is a dry run, registers them.
pub(crate) fn print(
    engine: &Engine,
    wanted: &SheetsWanted,
    sides: SidesWord,
    dry_run: DryRun,
) -> Result<SheetsReply, DaemonError> {
    let mut order = Order { engine, new: NewSheets::default(), pupils: Vec::new(), small: SmallFormat::default() };
    let (title, sheets) = order.sheets(wanted)?;
    let print_out = PrintOut {
        title: title.to_owned(),
        school: engine.school_key,
        school_name: engine.config.school.clone(),
        year: SchoolYear::of(engine.clock.today()).to_string(),
        sides: match sides {
            SidesWord::Both => Sides::Both,
            SidesWord::Front => Sides::Front,
        },
    };
    let fonts = FontBook::from_dirs(&engine.config.fonts)
        .map_err(|source| DaemonError::inside("the fonts for the sheets cannot be read", source))?;
    let drawn = draw(&sheets, &print_out, &order.small, &fonts)?;
    let pdf = match dry_run {
        DryRun::Yes => Vec::new(),
        DryRun::No => {
            engine.catalogue.register_sheets(order.new.all(), engine.now())?;
            drawn.pdf
        }
    };
    let warnings = drawn.unwritten.iter().map(|missing| FontWarning {
        pupil: missing.pupil.to_string(),
        script: missing.script.to_owned(),
        package: missing.package.to_owned(),
    });
    Ok(SheetsReply {
        sheets: sheets.len() as u32,
        pages: drawn.pages as u32,
        pupils: order.pupils.iter().map(spoken).collect(),
        warnings: warnings.collect(),
        pdf,
    })
}

/// What is wanted, on its way to sheets.
struct Order<'e> {
    engine: &'e Engine,
    new: NewSheets,
    pupils: Vec<Pupil>,
    small: SmallFormat,
}

impl Order<'_> {
    /// The title of the print-out and its sheets.
    fn sheets(&mut self, wanted: &SheetsWanted) -> Result<(&'static str, Vec<Sheet>), DaemonError> {
        Ok(match wanted {
            SheetsWanted::Cover { whom } => ("Cover sheets", self.of_pupils(whom, SheetKind::Cover)?),
            SheetsWanted::Card { whom, code } => {
                self.small.card = match code {
                    CardWord::Mat => CardCode::Mat,
                    CardWord::Desk => CardCode::Desk,
                };
                ("Cards", self.of_pupils(whom, SheetKind::Card)?)
            }
            SheetsWanted::Sticker { whom, layout, skip, edges } => {
                self.small.labels = LabelSheet::named(layout).ok_or_else(|| {
                    DaemonError::usage(format!("there is no label layout `{layout}`"))
                        .with_hint(format!("the layouts are: {}", known_layouts()))
                })?;
                self.small.used = *skip as usize;
                self.small.outlines = match edges {
                    EdgesWord::None => Outlines::None,
                    EdgesWord::Drawn => Outlines::Thin,
                };
                ("Stickers", self.of_pupils(whom, SheetKind::Sticker)?)
            }
            SheetsWanted::Unnamed { count } => {
                few("unnamed covers", *count)?;
                let make = |_| Sheet::Unnamed { sheet: self.fresh(SheetKind::Unnamed) };
                ("Unnamed cover sheets", (0..*count).map(make).collect())
            }
            SheetsWanted::Start { class, subject, title, date } => {
                ("Start sheet", vec![self.start(class, subject, title, date.as_deref())?])
            }
            SheetsWanted::Control { kinds, copies } => ("Control sheets", self.control(kinds, *copies)?),
            SheetsWanted::SelfTest => {
                ("Self-test sheet", vec![Sheet::SelfTest { sheet: self.fresh(SheetKind::SelfTest) }])
            }
        })
    }

    fn fresh(&mut self, kind: SheetKind) -> scantrail_core::ids::SheetId {
        self.new.fresh(self.engine, kind, None, SheetContext::default())
    }

    /// A sheet of a kind for each pupil: the one that exists, or a new one.
    fn of_pupils(&mut self, whom: &Whom, kind: SheetKind) -> Result<Vec<Sheet>, DaemonError> {
        self.pupils = pupils(self.engine, whom)?;
        let mut sheets = Vec::with_capacity(self.pupils.len());
        for pupil in &self.pupils {
            let (sheet, owner) = self.new.of_pupil(self.engine, pupil, kind)?;
            sheets.push(match kind {
                SheetKind::Card => Sheet::Card { sheet, owner },
                SheetKind::Sticker => Sheet::Sticker { sheet, owner },
                _ => Sheet::Cover { sheet, owner },
            });
        }
        Ok(sheets)
    }

    fn start(&mut self, class: &str, subject: &str, title: &str, date: Option<&str>) -> Result<Sheet, DaemonError> {
        let date = date.map(day).transpose()?;
        if !class.is_empty() && self.engine.catalogue.class(class)?.is_empty() {
            return Err(nobody_in(class));
        }
        let context = SheetContext {
            class: class.to_owned(),
            subject: subject.to_owned(),
            title: title.to_owned(),
            work_date: date.map(|d| d.to_string()),
        };
        let sheet = self.new.fresh(self.engine, SheetKind::Start, None, context);
        let lesson = Lesson { class: class.to_owned(), subject: subject.to_owned(), title: title.to_owned(), date };
        Ok(Sheet::Start { sheet, lesson })
    }

    fn control(&mut self, kinds: &[String], copies: u32) -> Result<Vec<Sheet>, DaemonError> {
        few("copies", copies)?;
        let mut sheets = Vec::new();
        for word in kinds {
            for _ in 0..copies {
                sheets.push(match SheetKind::from_word(word) {
                    Some(kind @ SheetKind::End) => Sheet::End { sheet: self.fresh(kind) },
                    Some(kind @ SheetKind::Separator) => Sheet::Separator { sheet: self.fresh(kind) },
                    Some(kind @ SheetKind::Discard) => Sheet::Discard { sheet: self.fresh(kind) },
                    Some(kind @ SheetKind::Unnamed) => Sheet::Unnamed { sheet: self.fresh(kind) },
                    _ => {
                        return Err(DaemonError::usage(format!("`{word}` is no control sheet"))
                            .with_hint("the control sheets are: end, separator, discard, unnamed"));
                    }
                });
            }
        }
        Ok(sheets)
    }
}

fn few(what: &str, count: u32) -> Result<(), DaemonError> {
    if (1..=MOST_COPIES).contains(&count) {
        return Ok(());
    }
    Err(DaemonError::usage(format!("between 1 and {MOST_COPIES} {what} can be printed at once")))
}

/// A day as people give it.
fn day(text: &str) -> Result<Date, DaemonError> {
    text.parse().map_err(|_| DaemonError::usage(format!("`{text}` is no date; write it like 2026-11-21")))
}

fn nobody_in(class: &str) -> DaemonError {
    DaemonError::not_found(format!("there is no pupil in class `{class}`"))
        .with_hint("see the classes with: scantrail pupils list")
}

/// Whose sheets are wanted, in the order of printing.
fn pupils(engine: &Engine, whom: &Whom) -> Result<Vec<Pupil>, DaemonError> {
    let Whom { class, pupil, changed_since } = whom;
    let pupils = match (class, pupil, changed_since) {
        (_, Some(pupil), _) => return Ok(vec![queries::find_pupil(engine, pupil)?]),
        (Some(class), None, _) => engine.catalogue.class(class)?,
        (None, None, Some(_)) => {
            let all = engine.catalogue.pupils()?;
            all.into_iter().filter(|pupil| pupil.standing != Standing::Left).collect()
        }
        (None, None, None) => {
            return Err(DaemonError::usage("say for whom: --class 4B, --pupil ID or --changed-since DATE"));
        }
    };
    if let Some(class) = class.as_deref().filter(|_| pupils.is_empty()) {
        return Err(nobody_in(class));
    }
    let Some(since) = changed_since else { return Ok(pupils) };
    let midnight = day(since)?
        .to_zoned(TimeZone::system())
        .map_err(|_| DaemonError::usage(format!("`{since}` is too far away")))?;
    let changed = engine.catalogue.pupils_changed_since(midnight.timestamp())?;
    let pupils: Vec<Pupil> = pupils.into_iter().filter(|pupil| changed.contains(&pupil.id)).collect();
    if pupils.is_empty() {
        return Err(DaemonError::not_found(format!("no name or class changed since {since}, and nobody was added")));
    }
    Ok(pupils)
}
