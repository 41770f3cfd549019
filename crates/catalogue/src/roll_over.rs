//! The step into the next school year, and the way back while nothing else has changed.

use crate::connection::Catalogue;
use crate::error::{CatalogueError, Doing};
use crate::events::{About, record};
use crate::pupils;
use rusqlite::{OptionalExtension as _, Transaction, params};
use scantrail_core::jiff::Timestamp;
use scantrail_core::jiff::civil::Date;
use scantrail_core::roster::{Standing, Step};
use serde_json::json;

fn last_event(tx: &Transaction<'_>) -> Result<i64, CatalogueError> {
    tx.query_row("SELECT coalesce(max(seq), 0) FROM event", [], |row| row.get(0)).doing("reading the last event")
}

impl Catalogue {
    /// Takes all steps at once; those who leave left on `left_on`. Returns the number to undo it by.
    pub fn roll_over(&self, steps: &[Step], left_on: Date, at: Timestamp) -> Result<i64, CatalogueError> {
        let doing = "rolling over";
        self.write(|tx| {
            tx.execute("INSERT INTO roll_over (at, last_event) VALUES (?1, 0)", [at.to_string()]).doing(doing)?;
            let number = tx.last_insert_rowid();
            for step in steps {
                let id = step.pupil().to_string();
                tx.execute(
                    "INSERT INTO roll_over_step (roll_over, pupil, class, year_group, standing, left_on)
                     SELECT ?1, id, class, year_group, standing, left_on FROM pupil WHERE id = ?2",
                    params![number, id],
                )
                .doing(doing)?;
                let d = &step.after.details;
                let leaves = step.after.standing == Standing::Left;
                tx.execute(
                    "UPDATE pupil SET class = ?2, year_group = ?3, standing = ?4, left_on = coalesce(?5, left_on)
                     WHERE id = ?1",
                    params![id, d.class, d.year_group, step.after.standing.word(), leaves.then(|| left_on.to_string())],
                )
                .doing(doing)?;
                pupils::latest_bag_is_behind(tx, step.pupil())?;
                let about = About { pupil: Some(step.pupil()), ..About::default() };
                let data = json!({"roll_over": number, "standing": step.after.standing.word()});
                record(tx, at, "pupil-rolled-over", about, &data)?;
            }
            tx.execute("UPDATE roll_over SET last_event = ?2 WHERE number = ?1", [number, last_event(tx)?])
                .doing(doing)?;
            Ok(number)
        })
    }

    /// Takes the last roll-over back, if the roster has not changed since. Returns how many pupils it was.
    pub fn undo_roll_over(&self, at: Timestamp) -> Result<u64, CatalogueError> {
        let doing = "taking a roll-over back";
        self.write(|tx| {
            let found: Option<(i64, i64, Option<String>)> = tx
                .query_row(
                    "SELECT number, last_event, undone_at FROM roll_over ORDER BY number DESC LIMIT 1",
                    [],
                    |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
                )
                .optional()
                .doing(doing)?;
            let Some((number, last, None)) = found else {
                return Err(CatalogueError::NotFound { what: "roll-over", id: "to take back".into() });
            };
            let since: i64 = tx
                .query_row(
                    "SELECT count(*) FROM event WHERE seq > ?1 AND (kind LIKE 'pupil-%' OR kind LIKE 'class-%')",
                    [last],
                    |row| row.get(0),
                )
                .doing(doing)?;
            if since > 0 {
                let why = format!("the roster has changed since, {since} times; change single pupils instead");
                return Err(CatalogueError::Refused { what: "roll-over", id: number.to_string(), why });
            }
            let pupils = steps(tx, number)?;
            tx.execute(
                "UPDATE pupil SET (class, year_group, standing, left_on) =
                 (SELECT class, year_group, standing, left_on FROM roll_over_step
                  WHERE roll_over = ?1 AND roll_over_step.pupil = pupil.id)
                 WHERE id IN (SELECT pupil FROM roll_over_step WHERE roll_over = ?1)",
                [number],
            )
            .doing(doing)?;
            for id in &pupils {
                let pupil = pupils::one(tx, *id)?;
                pupils::latest_bag_is_behind(tx, *id)?;
                let about = About { pupil: Some(*id), ..About::default() };
                let data = json!({"roll_over": number, "standing": pupil.standing.word()});
                record(tx, at, "pupil-rolled-back", about, &data)?;
            }
            tx.execute("UPDATE roll_over SET undone_at = ?2 WHERE number = ?1", params![number, at.to_string()])
                .doing(doing)?;
            Ok(pupils.len() as u64)
        })
    }
}

fn steps(tx: &Transaction<'_>, number: i64) -> Result<Vec<scantrail_core::ids::PupilId>, CatalogueError> {
    let doing = "reading a roll-over";
    let mut statement =
        tx.prepare("SELECT pupil FROM roll_over_step WHERE roll_over = ?1 ORDER BY pupil").doing(doing)?;
    let rows = statement.query_map([number], |row| row.get::<_, String>(0)).doing(doing)?;
    rows.map(|row| {
        let id = row.doing(doing)?;
        id.parse().map_err(|_| crate::error::corrupt("a pupil id", &id))
    })
    .collect()
}
