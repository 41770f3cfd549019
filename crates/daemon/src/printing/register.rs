//! The register of sheets, as commands and pages use it: new ids, lists, revoking.

use crate::api::{PrintedFor, SheetLine};
use crate::engine::Engine;
use crate::error::DaemonError;
use crate::queries;
use scantrail_catalogue::{RegisteredSheet, SheetContext, SheetRecord};
use scantrail_core::ids::{PupilId, SheetId};
use scantrail_core::jiff::Timestamp;
use scantrail_core::jiff::civil::Date;
use scantrail_core::jiff::tz::TimeZone;
use scantrail_core::roster::Pupil;
use scantrail_core::sheet::SheetKind;
use scantrail_sheets::draw::Owner;

/// Sheets that get into the register if the print-out is made.
#[derive(Default)]
pub(super) struct NewSheets(Vec<RegisteredSheet>);

impl NewSheets {
    /// All of them.
    pub(super) fn all(&self) -> &[RegisteredSheet] {
        &self.0
    }

    /// A sheet that was never printed.
    pub(super) fn fresh(
        &mut self,
        engine: &Engine,
        kind: SheetKind,
        pupil: Option<PupilId>,
        context: SheetContext,
    ) -> SheetId {
        let id = SheetId::from_random(engine.random());
        self.0.push(RegisteredSheet { id, kind, pupil, context, revoked: false });
        id
    }

    /// A pupil's sheet of a kind: ids last over the years, so the one that counts is printed again.
    pub(super) fn of_pupil(
        &mut self,
        engine: &Engine,
        pupil: &Pupil,
        kind: SheetKind,
    ) -> Result<(SheetId, Owner), DaemonError> {
        let sheet = match engine.catalogue.sheet_of_pupil(pupil.id, kind)? {
            Some(sheet) => sheet.id,
            None => self.fresh(engine, kind, Some(pupil.id), SheetContext::default()),
        };
        let details = &pupil.details;
        Ok((sheet, Owner { pupil: pupil.id, name: details.spoken_name(), class: details.class.clone() }))
    }
}

/// A pupil as printed.
pub(super) fn spoken(pupil: &Pupil) -> PrintedFor {
    let details = &pupil.details;
    PrintedFor { id: pupil.id.to_string(), name: details.spoken_name(), class: details.class.clone() }
}

/// Sheets in the register, newest first.
pub(super) fn list(engine: &Engine, pupil: Option<&str>, limit: u32) -> Result<Vec<SheetLine>, DaemonError> {
    let pupil = pupil.map(|text| queries::find_pupil(engine, text)).transpose()?;
    let records = engine.catalogue.sheets(pupil.map(|pupil| pupil.id), limit)?;
    records.iter().map(|record| line(engine, record)).collect()
}

/// One sheet in the shape that leaves.
pub(super) fn line(engine: &Engine, record: &SheetRecord) -> Result<SheetLine, DaemonError> {
    let sheet = &record.sheet;
    let context = &sheet.context;
    let about =
        [&context.class, &context.subject, &context.title, context.work_date.as_ref().unwrap_or(&String::new())]
            .into_iter()
            .filter(|text| !text.is_empty())
            .cloned()
            .collect::<Vec<_>>()
            .join(" · ");
    let pupil = sheet.pupil.map(|id| engine.catalogue.pupil(id)).transpose()?;
    Ok(SheetLine {
        sheet: sheet.id.to_string(),
        kind: sheet.kind.word().to_owned(),
        pupil: pupil.as_ref().map(spoken),
        about,
        made: day_of(&record.made_at)?.to_string(),
        revoked: record.revoked_at.as_deref().map(day_of).transpose()?.map(|day| day.to_string()),
    })
}

/// The day of a moment, where the school is.
pub(super) fn day_of(at: &str) -> Result<Date, DaemonError> {
    let at: Timestamp = at
        .parse()
        .map_err(|source: scantrail_core::jiff::Error| DaemonError::inside("the register holds a bad time", source))?;
    Ok(at.to_zoned(TimeZone::system()).date())
}

/// A sheet does not count any more.
pub(super) fn revoke(engine: &Engine, sheet: &str, reason: &str) -> Result<(), DaemonError> {
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(DaemonError::usage("say why, for those who scan the sheet: --reason TEXT"));
    }
    let id: SheetId = sheet
        .trim()
        .to_ascii_uppercase()
        .parse()
        .map_err(|_| DaemonError::usage(format!("`{sheet}` is no sheet id; it stands at the foot of the sheet")))?;
    match engine.catalogue.sheet_record(id)? {
        None => Err(DaemonError::not_found(format!("there is no sheet {id} in the register"))
            .with_hint("see the sheets with: scantrail sheets list")),
        Some(record) if record.sheet.revoked => {
            Err(DaemonError::usage(format!("sheet {id} was revoked before; what it says has not changed")))
        }
        Some(_) => Ok(engine.catalogue.revoke_sheet(id, reason, engine.now())?),
    }
}
