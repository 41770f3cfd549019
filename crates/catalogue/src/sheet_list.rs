//! The register of sheets as people look at it: lists, the story of one sheet, revoking, and whose names changed.

use crate::connection::Catalogue;
use crate::error::{CatalogueError, Doing, corrupt};
use crate::events::{About, record};
use crate::sheets::{COLUMNS, RegisteredSheet, sheet};
use rusqlite::{OptionalExtension, Row, params};
use scantrail_core::ids::{PupilId, SheetId};
use scantrail_core::jiff::Timestamp;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// A sheet with its dates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetRecord {
    /// What it is.
    pub sheet: RegisteredSheet,
    /// When it was first printed, RFC 3339.
    pub made_at: String,
    /// Since when it does not count any more, RFC 3339.
    pub revoked_at: Option<String>,
}

fn row(row: &Row<'_>) -> rusqlite::Result<Result<SheetRecord, CatalogueError>> {
    let (made_at, revoked_at) = (row.get("made_at")?, row.get("revoked_at")?);
    Ok(sheet(row)?.map(|sheet| SheetRecord { sheet, made_at, revoked_at }))
}

impl Catalogue {
    /// Sheets newest first, at most `limit`; those of one pupil if one is given.
    pub fn sheets(&self, pupil: Option<PupilId>, limit: u32) -> Result<Vec<SheetRecord>, CatalogueError> {
        self.read(|c| {
            let mut statement = c
                .prepare_cached(&format!(
                    "SELECT {COLUMNS}, made_at FROM sheet WHERE ?1 IS NULL OR pupil = ?1
                     ORDER BY made_at DESC, id LIMIT ?2"
                ))
                .doing("listing sheets")?;
            let rows = statement.query_map(params![pupil.map(|id| id.to_string()), limit], row);
            rows.doing("listing sheets")?.map(|found| found.doing("listing sheets")?).collect()
        })
    }

    /// One sheet with its dates.
    pub fn sheet_record(&self, id: SheetId) -> Result<Option<SheetRecord>, CatalogueError> {
        self.read(|c| {
            c.prepare_cached(&format!("SELECT {COLUMNS}, made_at FROM sheet WHERE id = ?1"))
                .doing("looking a sheet up")?
                .query_row([id.to_string()], row)
                .optional()
                .doing("looking a sheet up")?
                .transpose()
        })
    }

    /// A sheet does not count any more. What is printed stays printed, so the reason is kept for those who scan it.
    pub fn revoke_sheet(&self, id: SheetId, reason: &str, at: Timestamp) -> Result<(), CatalogueError> {
        self.write(|tx| {
            let changed = tx
                .execute(
                    "UPDATE sheet SET revoked_at = ?2 WHERE id = ?1 AND revoked_at IS NULL",
                    params![id.to_string(), at.to_string()],
                )
                .doing("revoking a sheet")?;
            if changed == 0 {
                return Err(CatalogueError::Refused {
                    what: "a sheet",
                    id: id.to_string(),
                    why: "there is no such sheet that still counts".to_owned(),
                });
            }
            let pupil: Option<String> = tx
                .query_row("SELECT pupil FROM sheet WHERE id = ?1", [id.to_string()], |row| row.get(0))
                .doing("revoking a sheet")?;
            let pupil = pupil.map(|p| p.parse().map_err(|_| corrupt("a pupil id", &p))).transpose()?;
            let data = json!({"sheet": id.to_string(), "reason": reason});
            record(tx, at, "sheet-revoked", About { pupil, ..About::default() }, &data)
        })
    }

    /// Why a sheet was revoked, in the words of whoever did it.
    pub fn why_revoked(&self, id: SheetId) -> Result<Option<String>, CatalogueError> {
        self.read(|c| {
            c.query_row(
                "SELECT json_extract(data, '$.reason') FROM event
                 WHERE kind = 'sheet-revoked' AND json_extract(data, '$.sheet') = ?1 ORDER BY seq DESC LIMIT 1",
                [id.to_string()],
                |row| row.get(0),
            )
            .optional()
            .doing("looking a sheet up")
        })
    }

    /// Pupils who were added, or whose name or class changed, since a moment. A change that does not say what it was
    /// counts.
    pub fn pupils_changed_since(&self, since: Timestamp) -> Result<BTreeSet<PupilId>, CatalogueError> {
        let events: Vec<(String, String)> = self.read(|c| {
            let mut statement = c
                .prepare_cached(
                    "SELECT pupil, data FROM event WHERE at >= ?1 AND pupil IS NOT NULL
                     AND kind IN ('pupil-added', 'pupil-renamed', 'pupil-changed')",
                )
                .doing("reading what changed")?;
            let rows = statement.query_map([since.to_string()], |row| Ok((row.get(0)?, row.get(1)?)));
            rows.doing("reading what changed")?.collect::<rusqlite::Result<_>>().doing("reading what changed")
        })?;
        let on_sheets = events.iter().filter(|(_, data)| is_on_sheets(data));
        on_sheets.map(|(pupil, _)| pupil.parse().map_err(|_| corrupt("a pupil id", pupil))).collect()
    }
}

/// Whether what changed is printed on sheets: the name or the class.
fn is_on_sheets(data: &str) -> bool {
    let said: Value = serde_json::from_str(data).unwrap_or_default();
    let Some(what) = said["what"].as_array() else { return true };
    what.iter().filter_map(Value::as_str).any(|what| matches!(what, "name" | "class"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_and_classes_are_printed() {
        for (data, printed) in [
            ("{}", true),
            (r#"{"standing":"current"}"#, true),
            (r#"{"what":["name","upn"]}"#, true),
            (r#"{"what":["class"]}"#, true),
            (r#"{"what":["upn"]}"#, false),
            (r#"{"what":[]}"#, false),
        ] {
            assert_eq!(is_on_sheets(data), printed, "{data}");
        }
    }
}
