//! New identities: the old name and numbers are kept where nothing shows them, and looking at them leaves a trace.

use crate::connection::Catalogue;
use crate::error::{CatalogueError, Doing, corrupt};
use crate::events::{About, record};
use crate::pupils;
use rusqlite::{Connection, Transaction, params};
use scantrail_core::ids::PupilId;
use scantrail_core::jiff::Timestamp;
use scantrail_core::roster::{Pupil, PupilDetails, SealedIdentity};
use serde_json::json;

fn sealed(tx: &Transaction<'_>, pupil: &Pupil, at: Timestamp) -> Result<(), CatalogueError> {
    let d = &pupil.details;
    tx.execute(
        "INSERT INTO sealed_identity (pupil, at, surname, forename, upn, former_upn, admission_number, born)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            pupil.id.to_string(),
            at.to_string(),
            d.surname,
            d.forename,
            d.upn,
            d.former_upn,
            d.admission_number,
            d.born.map(|date| date.to_string())
        ],
    )
    .doing("sealing an identity")?;
    Ok(())
}

fn select(
    c: &Connection,
    tail: &str,
    values: &[&dyn rusqlite::ToSql],
) -> Result<Vec<(String, SealedIdentity)>, CatalogueError> {
    let doing = "reading sealed identities";
    let columns = "pupil, at, surname, forename, upn, former_upn, admission_number, born";
    let mut statement = c.prepare_cached(&format!("SELECT {columns} FROM sealed_identity {tail}")).doing(doing)?;
    let mut rows = statement.query(values).doing(doing)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next().doing(doing)? {
        let (pupil, born): (String, Option<String>) = (row.get(0).doing(doing)?, row.get(7).doing(doing)?);
        let born = born.map(|text| text.parse().map_err(|_| corrupt("a date of birth", "(unreadable)"))).transpose()?;
        let details = PupilDetails {
            surname: row.get(2).doing(doing)?,
            forename: row.get(3).doing(doing)?,
            upn: row.get(4).doing(doing)?,
            former_upn: row.get(5).doing(doing)?,
            admission_number: row.get(6).doing(doing)?,
            born,
            ..PupilDetails::default()
        };
        let pupil = pupil.parse().map_err(|_| corrupt("a pupil id", &pupil))?;
        found.push((row.get(1).doing(doing)?, SealedIdentity { pupil, details }));
    }
    Ok(found)
}

impl Catalogue {
    /// Gives a pupil a new name and new numbers, and seals the old ones; `folder` is the name of the trail's folder
    /// from now on.
    pub fn new_identity(&self, pupil: &Pupil, folder: &str, at: Timestamp) -> Result<(), CatalogueError> {
        self.write(|tx| {
            let before = pupils::one(tx, pupil.id)?;
            sealed(tx, &before, at)?;
            pupils::update(tx, pupil, folder)?;
            record(tx, at, "pupil-new-identity", About { pupil: Some(pupil.id), ..About::default() }, &json!({}))
        })
    }

    /// What was sealed, for the comparison with a new list and for nothing else.
    pub fn sealed_identities(&self) -> Result<Vec<SealedIdentity>, CatalogueError> {
        Ok(self.read(|c| select(c, "ORDER BY number", &[]))?.into_iter().map(|(_, sealed)| sealed).collect())
    }

    /// What was sealed of one pupil, with when. Looking is an event, and its reason is kept.
    pub fn look_at_sealed(
        &self,
        pupil: PupilId,
        reason: &str,
        at: Timestamp,
    ) -> Result<Vec<(String, SealedIdentity)>, CatalogueError> {
        self.write(|tx| {
            let found = select(tx, "WHERE pupil = ?1 ORDER BY number", &[&pupil.to_string()])?;
            tx.execute(
                "INSERT INTO sealed_look (at, pupil, reason) VALUES (?1, ?2, ?3)",
                params![at.to_string(), pupil.to_string(), reason],
            )
            .doing("noting a look at a sealed identity")?;
            let look = tx.last_insert_rowid();
            let about = About { pupil: Some(pupil), ..About::default() };
            record(tx, at, "sealed-identity-seen", about, &json!({"look": look, "found": found.len()}))?;
            Ok(found)
        })
    }
}
