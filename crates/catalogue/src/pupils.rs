//! The roster.

use crate::connection::Catalogue;
use crate::error::{CatalogueError, Doing, corrupt};
use crate::events::{About, record};
use crate::renames;
use rusqlite::{Connection, Row, Transaction, params};
use scantrail_core::ids::PupilId;
use scantrail_core::jiff::Timestamp;
use scantrail_core::jiff::civil::Date;
use scantrail_core::roster::{Pupil, PupilDetails, Standing};
use serde_json::json;

/// Which of a pupil's numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NumberKind {
    /// The school's own.
    Admission,
    /// The unique pupil number.
    Upn,
}

pub(crate) const COLUMNS: &str =
    "id, surname, forename, class, year_group, upn, former_upn, admission_number, born, standing";

pub(crate) fn pupil(row: &Row<'_>) -> rusqlite::Result<Result<Pupil, CatalogueError>> {
    let id: String = row.get(0)?;
    let standing: String = row.get(9)?;
    let born: Option<String> = row.get(8)?;
    let details = PupilDetails {
        surname: row.get(1)?,
        forename: row.get(2)?,
        class: row.get(3)?,
        year_group: row.get(4)?,
        upn: row.get(5)?,
        former_upn: row.get(6)?,
        admission_number: row.get(7)?,
        born: None,
    };
    Ok((|| {
        let born = born.map(|text| text.parse().map_err(|_| corrupt("a date of birth", "(unreadable)"))).transpose()?;
        Ok(Pupil {
            id: id.parse().map_err(|_| corrupt("a pupil id", &id))?,
            details: PupilDetails { born, ..details },
            standing: Standing::from_word(&standing).ok_or_else(|| corrupt("a standing", &standing))?,
        })
    })())
}

fn select(c: &Connection, tail: &str, values: &[&dyn rusqlite::ToSql]) -> Result<Vec<Pupil>, CatalogueError> {
    let mut statement = c.prepare_cached(&format!("SELECT {COLUMNS} FROM pupil {tail}")).doing("reading the roster")?;
    let rows = statement.query_map(values, pupil).doing("reading the roster")?;
    rows.map(|row| row.doing("reading the roster")?).collect()
}

impl Catalogue {
    /// All pupils whose record is not erased, by class, family name and given name.
    pub fn pupils(&self) -> Result<Vec<Pupil>, CatalogueError> {
        self.read(|c| select(c, "WHERE erased_at IS NULL ORDER BY class, surname, forename, id", &[]))
    }

    /// The current pupils of a class, by name.
    pub fn class(&self, class: &str) -> Result<Vec<Pupil>, CatalogueError> {
        let tail = "WHERE class = ?1 AND standing <> 'left' ORDER BY surname, forename, id";
        self.read(|c| select(c, tail, &[&class]))
    }

    /// Pupils with this admission number or unique pupil number.
    pub fn pupils_by_number(&self, which: NumberKind, value: &str) -> Result<Vec<Pupil>, CatalogueError> {
        let tail = match which {
            NumberKind::Admission => "WHERE admission_number = ?1 AND ?1 <> '' ORDER BY id",
            NumberKind::Upn => "WHERE upn = ?1 AND ?1 <> '' ORDER BY id",
        };
        self.read(|c| select(c, tail, &[&value]))
    }

    /// One pupil.
    pub fn pupil(&self, id: PupilId) -> Result<Pupil, CatalogueError> {
        self.read(|c| one(c, id))
    }

    /// The name a pupil's trail folder has now.
    pub fn pupil_folder(&self, id: PupilId) -> Result<String, CatalogueError> {
        self.read(|c| renames::folder(c, id))
    }

    /// The day a pupil left, if that was written down.
    pub fn left_on(&self, id: PupilId) -> Result<Option<Date>, CatalogueError> {
        let found: Option<String> = self.read(|c| {
            c.query_row("SELECT left_on FROM pupil WHERE id = ?1", [id.to_string()], |row| row.get(0))
                .doing("reading when a pupil left")
        })?;
        found.map(|text| text.parse().map_err(|_| corrupt("a date", &text))).transpose()
    }

    /// Adds and changes pupils in one step. Each comes with the name its trail's folder has, or is to get.
    pub fn put_pupils(
        &self,
        added: &[(Pupil, String)],
        changed: &[(Pupil, String)],
        at: Timestamp,
    ) -> Result<(), CatalogueError> {
        self.write(|tx| {
            for (pupil, folder) in added {
                insert(tx, pupil, folder)?;
                record(tx, at, "pupil-added", about(pupil.id), &json!({}))?;
            }
            for (pupil, folder) in changed {
                let before = one(tx, pupil.id)?;
                update(tx, pupil, folder)?;
                let renamed = before.details.listed_name() != pupil.details.listed_name();
                let kind = if renamed { "pupil-renamed" } else { "pupil-changed" };
                let data = json!({"standing": pupil.standing.word(), "what": what(&before, pupil)});
                record(tx, at, kind, about(pupil.id), &data)?;
            }
            Ok(())
        })
    }

    /// Pupils have left, on that day.
    pub fn pupils_left(&self, pupils: &[Pupil], on: Date, at: Timestamp) -> Result<(), CatalogueError> {
        self.write(|tx| {
            for pupil in pupils {
                let id = pupil.id.to_string();
                tx.execute(
                    "UPDATE pupil SET standing = 'left', left_on = ?2 WHERE id = ?1",
                    params![id, on.to_string()],
                )
                .doing("noting that a pupil left")?;
                latest_bag_is_behind(tx, pupil.id)?;
                record(tx, at, "pupil-left", about(pupil.id), &json!({"on": on.to_string()}))?;
            }
            Ok(())
        })
    }
}

/// What differs, in words of ours: never the values.
fn what(before: &Pupil, after: &Pupil) -> Vec<&'static str> {
    let (old, new) = (&before.details, &after.details);
    let differs = [
        (old.listed_name() != new.listed_name(), "name"),
        (old.class != new.class, "class"),
        (old.year_group != new.year_group, "year-group"),
        (old.upn != new.upn || old.former_upn != new.former_upn, "upn"),
        (old.admission_number != new.admission_number, "admission-number"),
        (old.born != new.born, "born"),
        (before.standing != after.standing, "standing"),
    ];
    differs.into_iter().filter(|(differs, _)| *differs).map(|(_, word)| word).collect()
}

fn about(pupil: PupilId) -> About {
    About { pupil: Some(pupil), ..About::default() }
}

/// One pupil, within a transaction.
pub(crate) fn one(c: &Connection, id: PupilId) -> Result<Pupil, CatalogueError> {
    let found = select(c, "WHERE id = ?1", &[&id.to_string()])?;
    found.into_iter().next().ok_or_else(|| CatalogueError::NotFound { what: "pupil", id: id.to_string() })
}

/// The record beside a pupil's bags is written with the newest of them.
pub(crate) fn latest_bag_is_behind(tx: &Transaction<'_>, pupil: PupilId) -> Result<(), CatalogueError> {
    tx.execute(
        "UPDATE bag SET dirty = dirty + 1 WHERE path = (SELECT path FROM bag WHERE pupil = ?1 ORDER BY year DESC LIMIT 1)",
        [pupil.to_string()],
    )
    .doing("noting that a pupil's record is behind")?;
    Ok(())
}

pub(crate) fn insert(tx: &Transaction<'_>, pupil: &Pupil, folder: &str) -> Result<(), CatalogueError> {
    let d = &pupil.details;
    tx.prepare_cached(
        "INSERT INTO pupil (id, surname, forename, class, year_group, upn, former_upn, admission_number, born,
         standing, folder) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    )
    .doing("adding a pupil")?
    .execute(params![
        pupil.id.to_string(),
        d.surname,
        d.forename,
        d.class,
        d.year_group,
        d.upn,
        d.former_upn,
        d.admission_number,
        d.born.map(|date| date.to_string()),
        pupil.standing.word(),
        folder
    ])
    .doing("adding a pupil")?;
    Ok(())
}

/// Writes a pupil's details, and plans what follows from them on the disk.
pub(crate) fn update(tx: &Transaction<'_>, pupil: &Pupil, folder: &str) -> Result<(), CatalogueError> {
    let d = &pupil.details;
    let changed = tx
        .execute(
            "UPDATE pupil SET surname = ?2, forename = ?3, class = ?4, year_group = ?5, upn = ?6, former_upn = ?7,
             admission_number = ?8, born = ?9, standing = ?10, left_on = iif(?10 = 'left', left_on, NULL)
             WHERE id = ?1",
            params![
                pupil.id.to_string(),
                d.surname,
                d.forename,
                d.class,
                d.year_group,
                d.upn,
                d.former_upn,
                d.admission_number,
                d.born.map(|date| date.to_string()),
                pupil.standing.word()
            ],
        )
        .doing("changing a pupil")?;
    if changed == 0 {
        return Err(CatalogueError::NotFound { what: "pupil", id: pupil.id.to_string() });
    }
    latest_bag_is_behind(tx, pupil.id)?;
    renames::plan(tx, pupil.id, folder)
}
