//! The codes of a batch with what the school's register says about them now.

use crate::engine::Engine;
use crate::error::DaemonError;
use scantrail_catalogue::{BatchContext, NumberKind, OwnCodeSeen, RegisteredSheet, SeenCode, SheetContext};
use scantrail_core::evidence::{Mark, Strangeness};
use scantrail_core::ids::{BatchId, PageId, SheetId};
use scantrail_core::roster::Standing;
use scantrail_core::sheet::SheetKind;
use std::collections::BTreeMap;

/// Codes looked up.
pub(super) struct Register {
    marks: BTreeMap<PageId, Vec<Mark>>,
    sheets: BTreeMap<SheetId, RegisteredSheet>,
}

impl Register {
    /// Looks up every code that was seen in a batch.
    pub(super) fn look_up(engine: &Engine, batch: BatchId) -> Result<Self, DaemonError> {
        let mut register = Self { marks: BTreeMap::new(), sheets: BTreeMap::new() };
        let ours = engine.school_key.to_string();
        for (page, code) in engine.catalogue.codes_in(batch)? {
            let mark = if code.school == ours {
                register.mark(engine, &code)?
            } else {
                Mark::Stranger { kind: code.kind, sheet: code.sheet, why: Strangeness::OtherSchool }
            };
            register.note(page, mark);
        }
        for (page, code) in engine.catalogue.own_codes_in(batch)? {
            let mark = register.own(engine, &code)?;
            register.note(page, mark);
        }
        Ok(register)
    }

    fn note(&mut self, page: PageId, mark: Mark) {
        let marks = self.marks.entry(page).or_default();
        if !marks.contains(&mark) {
            marks.push(mark);
        }
    }

    fn mark(&mut self, engine: &Engine, code: &SeenCode) -> Result<Mark, DaemonError> {
        let stranger = |why| Mark::Stranger { kind: code.kind, sheet: code.sheet, why };
        let Some(sheet) = engine.catalogue.sheet(code.sheet)? else {
            return Ok(stranger(Strangeness::NotRegistered));
        };
        if sheet.kind != code.kind {
            return Ok(stranger(Strangeness::NotRegistered));
        }
        self.registered(engine, &sheet)
    }

    fn registered(&mut self, engine: &Engine, sheet: &RegisteredSheet) -> Result<Mark, DaemonError> {
        self.sheets.insert(sheet.id, sheet.clone());
        let stranger = |why| Mark::Stranger { kind: sheet.kind, sheet: sheet.id, why };
        if sheet.revoked {
            return Ok(stranger(Strangeness::Revoked));
        }
        Ok(match sheet.pupil {
            None => Mark::Control { kind: sheet.kind, sheet: sheet.id },
            Some(pupil) if engine.catalogue.is_erased(pupil)? => stranger(Strangeness::PupilErased),
            Some(pupil) if engine.catalogue.pupil(pupil)?.standing == Standing::Left => {
                stranger(Strangeness::PupilLeft)
            }
            Some(pupil) => Mark::Names { kind: sheet.kind, sheet: sheet.id, pupil },
        })
    }

    /// A code of the school's own stands for a sheet; the first time it is seen, the sheet is registered. What it says
    /// goes no further than that.
    fn own(&mut self, engine: &Engine, code: &OwnCodeSeen) -> Result<Mark, DaemonError> {
        if let Some(sheet) = engine.catalogue.sheet_of_own_code(&code.text)?
            && let Some(sheet) = engine.catalogue.sheet(sheet)?
        {
            return self.registered(engine, &sheet);
        }
        let id = SheetId::from_random(engine.random());
        let which = match code.names.as_str() {
            "admission-number" => Some(NumberKind::Admission),
            "upn" => Some(NumberKind::Upn),
            _ => None,
        };
        let pupil = match which {
            None => None,
            Some(which) => match engine.catalogue.pupils_by_number(which, &code.value)?.as_slice() {
                [one] => Some(one.id),
                // A number of nobody, or of two pupils, proves nobody; it is asked again at the next batch.
                _ => return Ok(Mark::Stranger { kind: code.kind, sheet: id, why: Strangeness::NotRegistered }),
            },
        };
        let sheet = RegisteredSheet { id, kind: code.kind, pupil, context: SheetContext::default(), revoked: false };
        engine.catalogue.register_sheets(std::slice::from_ref(&sheet), engine.now())?;
        engine.catalogue.register_own_code(&code.text, id)?;
        self.registered(engine, &sheet)
    }

    /// What the codes on a page say.
    pub(super) fn marks(&self, page: PageId) -> Vec<Mark> {
        self.marks.get(&page).cloned().unwrap_or_default()
    }

    /// The start sheets that were seen, each with what is known behind it.
    pub(super) fn parts<'a>(&'a self, batch: &'a BatchContext) -> impl Iterator<Item = (SheetId, BatchContext)> + 'a {
        let starts = self.sheets.values().filter(|sheet| sheet.kind == SheetKind::Start && !sheet.revoked);
        starts.map(|sheet| (sheet.id, merged(batch, &sheet.context)))
    }

    /// What is known about the work behind a start sheet; without one, what the batch itself says.
    pub(super) fn context(&self, batch: &BatchContext, start: Option<SheetId>) -> BatchContext {
        let sheet = start.and_then(|id| self.sheets.get(&id));
        sheet.map_or_else(|| batch.clone(), |sheet| merged(batch, &sheet.context))
    }

    /// What is known about the batch as a whole: its only start sheet's words, or its own.
    pub(super) fn whole(&self, batch: &BatchContext) -> BatchContext {
        let mut parts = self.parts(batch);
        match (parts.next(), parts.next()) {
            (Some((_, only)), None) => only,
            _ => batch.clone(),
        }
    }
}

fn merged(batch: &BatchContext, sheet: &SheetContext) -> BatchContext {
    let first = |a: &str, b: &str| if a.is_empty() { b.to_owned() } else { a.to_owned() };
    BatchContext {
        class: first(&sheet.class, &batch.class),
        subject: first(&sheet.subject, &batch.subject),
        title: first(&sheet.title, &batch.title),
        work_date: sheet.work_date.clone().unwrap_or_else(|| batch.work_date.clone()),
    }
}
