//! The register of printed sheets: what an id in a code stands for.

use crate::connection::Catalogue;
use crate::error::{CatalogueError, Doing, corrupt};
use crate::events::{About, record};
use rusqlite::{OptionalExtension, Row, params};
use scantrail_core::ids::{PupilId, SheetId};
use scantrail_core::jiff::Timestamp;
use scantrail_core::sheet::SheetKind;
use serde_json::json;

/// What a start sheet says about the pages behind it; empty texts say nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SheetContext {
    /// For which class.
    pub class: String,
    /// In which subject.
    pub subject: String,
    /// What the work is called.
    pub title: String,
    /// When it was done, ISO.
    pub work_date: Option<String>,
}

/// A sheet the school printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisteredSheet {
    /// What its codes carry.
    pub id: SheetId,
    /// What it does.
    pub kind: SheetKind,
    /// Whom it names.
    pub pupil: Option<PupilId>,
    /// What it says about the pages behind it.
    pub context: SheetContext,
    /// Whether it still counts.
    pub revoked: bool,
}

pub(crate) const COLUMNS: &str = "id, kind, pupil, class, subject, title, work_date, revoked_at";

pub(crate) fn sheet(row: &Row<'_>) -> rusqlite::Result<Result<RegisteredSheet, CatalogueError>> {
    let (id, kind, pupil): (String, String, Option<String>) = (row.get(0)?, row.get(1)?, row.get(2)?);
    let context = SheetContext { class: row.get(3)?, subject: row.get(4)?, title: row.get(5)?, work_date: row.get(6)? };
    let revoked = row.get::<_, Option<String>>(7)?.is_some();
    Ok((|| {
        Ok(RegisteredSheet {
            id: id.parse().map_err(|_| corrupt("a sheet id", &id))?,
            kind: SheetKind::from_word(&kind).ok_or_else(|| corrupt("a sheet kind", &kind))?,
            pupil: pupil.map(|p| p.parse().map_err(|_| corrupt("a pupil id", &p))).transpose()?,
            context,
            revoked,
        })
    })())
}

impl Catalogue {
    /// Registers new sheets, before they are printed.
    pub fn register_sheets(&self, sheets: &[RegisteredSheet], at: Timestamp) -> Result<(), CatalogueError> {
        self.write(|tx| {
            for sheet in sheets {
                tx.prepare_cached(
                    "INSERT INTO sheet (id, kind, pupil, class, subject, title, work_date, made_at)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                )
                .doing("registering a sheet")?
                .execute(params![
                    sheet.id.to_string(),
                    sheet.kind.word(),
                    sheet.pupil.map(|id| id.to_string()),
                    sheet.context.class,
                    sheet.context.subject,
                    sheet.context.title,
                    sheet.context.work_date,
                    at.to_string()
                ])
                .doing("registering a sheet")?;
                let about = About { pupil: sheet.pupil, ..About::default() };
                record(tx, at, "sheet-made", about, &json!({"kind": sheet.kind.word()}))?;
            }
            Ok(())
        })
    }

    /// The sheet with this id, if the school printed it.
    pub fn sheet(&self, id: SheetId) -> Result<Option<RegisteredSheet>, CatalogueError> {
        self.read(|c| {
            c.prepare_cached(&format!("SELECT {COLUMNS} FROM sheet WHERE id = ?1"))
                .doing("looking a sheet up")?
                .query_row([id.to_string()], sheet)
                .optional()
                .doing("looking a sheet up")?
                .transpose()
        })
    }

    /// The sheet that stands for a code of the school's own, if it was seen before.
    pub fn sheet_of_own_code(&self, text: &str) -> Result<Option<SheetId>, CatalogueError> {
        self.read(|c| {
            let found: Option<String> = c
                .query_row("SELECT sheet FROM own_code WHERE text = ?1", [text], |row| row.get(0))
                .optional()
                .doing("looking a code up")?;
            found.map(|id| id.parse().map_err(|_| corrupt("a sheet id", &id))).transpose()
        })
    }

    /// Notes that a code of the school's own stands for a sheet.
    pub fn register_own_code(&self, text: &str, sheet: SheetId) -> Result<(), CatalogueError> {
        self.write(|tx| {
            tx.execute("INSERT INTO own_code (text, sheet) VALUES (?1, ?2)", params![text, sheet.to_string()])
                .doing("registering a code")?;
            Ok(())
        })
    }

    /// A pupil's sheet of that kind that still counts: ids last over the years.
    pub fn sheet_of_pupil(&self, pupil: PupilId, kind: SheetKind) -> Result<Option<RegisteredSheet>, CatalogueError> {
        self.read(|c| {
            c.prepare_cached(&format!(
                "SELECT {COLUMNS} FROM sheet WHERE pupil = ?1 AND kind = ?2 AND revoked_at IS NULL
                 ORDER BY made_at LIMIT 1"
            ))
            .doing("looking a sheet up")?
            .query_row(params![pupil.to_string(), kind.word()], sheet)
            .optional()
            .doing("looking a sheet up")?
            .transpose()
        })
    }
}
