//! Classes and who teaches them. A class may have several teachers, a teacher several classes; supply ends on a date.

use crate::connection::Catalogue;
use crate::error::{CatalogueError, Doing, corrupt};
use crate::events::{About, record};
use rusqlite::{Connection, OptionalExtension as _, Transaction, params};
use scantrail_core::jiff::Timestamp;
use scantrail_core::jiff::civil::Date;
use serde_json::json;

/// A class: one that pupils are in, or one that was written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Class {
    /// Its name, e.g. `4B`.
    pub name: String,
    /// Its year group as the school says it; empty if it has not.
    pub year_group: String,
    /// The year groups its pupils are in, in order.
    pub pupils_years: Vec<String>,
    /// How many pupils are in it who have not left.
    pub pupils: u64,
    /// Who teaches it, taught it or will, by name.
    pub teachers: Vec<Teaching>,
}

/// Somebody teaches a class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Teaching {
    /// The teacher's name.
    pub teacher: String,
    /// The first day.
    pub from: Date,
    /// The last day; none while it goes on.
    pub until: Option<Date>,
}

impl Teaching {
    /// Whether it is so on a day.
    pub fn on(&self, day: Date) -> bool {
        self.from <= day && self.until.is_none_or(|until| day <= until)
    }
}

fn date(text: &str) -> Result<Date, CatalogueError> {
    text.parse().map_err(|_| corrupt("a date", text))
}

fn teachers(c: &Connection, class: &str) -> Result<Vec<Teaching>, CatalogueError> {
    let doing = "reading a class's teachers";
    let mut statement = c
        .prepare_cached(
            "SELECT teacher, from_date, until_date FROM teaching JOIN class ON class.number = teaching.class
             WHERE class.name = ?1 ORDER BY teacher, from_date",
        )
        .doing(doing)?;
    let mut rows = statement.query([class]).doing(doing)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next().doing(doing)? {
        let (from, until): (String, Option<String>) = (row.get(1).doing(doing)?, row.get(2).doing(doing)?);
        let until = until.as_deref().map(date).transpose()?;
        found.push(Teaching { teacher: row.get(0).doing(doing)?, from: date(&from)?, until });
    }
    Ok(found)
}

/// The class's number; made when it is not written down yet.
fn number(tx: &Transaction<'_>, class: &str) -> Result<i64, CatalogueError> {
    let doing = "writing a class down";
    tx.execute("INSERT INTO class (name) VALUES (?1) ON CONFLICT (name) DO NOTHING", [class]).doing(doing)?;
    tx.query_row("SELECT number FROM class WHERE name = ?1", [class], |row| row.get(0)).doing(doing)
}

impl Catalogue {
    /// Every class, by name.
    pub fn classes(&self) -> Result<Vec<Class>, CatalogueError> {
        let doing = "reading the classes";
        self.read(|c| {
            let mut statement = c
                .prepare_cached(
                    "SELECT name, coalesce((SELECT year_group FROM class WHERE class.name = known.name), ''),
                     (SELECT count(*) FROM pupil WHERE pupil.class = known.name AND standing <> 'left'),
                     (SELECT json_group_array(DISTINCT year_group ORDER BY year_group) FROM pupil
                      WHERE pupil.class = known.name AND standing <> 'left' AND year_group <> '')
                     FROM (SELECT name FROM class
                           UNION SELECT class FROM pupil WHERE class <> '' AND standing <> 'left') AS known
                     ORDER BY name",
                )
                .doing(doing)?;
            let mut rows = statement.query([]).doing(doing)?;
            let mut classes = Vec::new();
            while let Some(row) = rows.next().doing(doing)? {
                let (name, years): (String, String) = (row.get(0).doing(doing)?, row.get(3).doing(doing)?);
                classes.push(Class {
                    year_group: row.get(1).doing(doing)?,
                    pupils: row.get::<_, i64>(2).doing(doing)?.unsigned_abs(),
                    pupils_years: serde_json::from_str(&years).map_err(|_| corrupt("year groups", &years))?,
                    teachers: teachers(c, &name)?,
                    name,
                });
            }
            Ok(classes)
        })
    }

    /// Says which year group a class is.
    pub fn set_class_year(&self, class: &str, year_group: &str, at: Timestamp) -> Result<(), CatalogueError> {
        self.write(|tx| {
            let number = number(tx, class)?;
            tx.execute("UPDATE class SET year_group = ?2 WHERE number = ?1", params![number, year_group])
                .doing("setting a class's year group")?;
            record(tx, at, "class-changed", About::default(), &json!({"class": number}))
        })
    }

    /// Somebody teaches a class. Said again of the same first day, the last day is taken from the second word.
    pub fn add_teacher(&self, class: &str, teaching: &Teaching, at: Timestamp) -> Result<(), CatalogueError> {
        self.write(|tx| {
            let number = number(tx, class)?;
            tx.execute(
                "INSERT INTO teaching (class, teacher, from_date, until_date) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (class, teacher, from_date) DO UPDATE SET until_date = excluded.until_date",
                params![number, teaching.teacher, teaching.from.to_string(), teaching.until.map(|day| day.to_string())],
            )
            .doing("adding a teacher")?;
            record(tx, at, "class-teacher-added", About::default(), &json!({"class": number}))
        })
    }

    /// Somebody teaches a class no longer: `last` is the last day. What would only begin after it is forgotten.
    pub fn remove_teacher(&self, class: &str, teacher: &str, last: Date, at: Timestamp) -> Result<(), CatalogueError> {
        let doing = "removing a teacher";
        self.write(|tx| {
            let number: Option<i64> = tx
                .query_row("SELECT number FROM class WHERE name = ?1", [class], |row| row.get(0))
                .optional()
                .doing(doing)?;
            let day = last.to_string();
            let going_on = "class = ?1 AND teacher = ?2 AND (until_date IS NULL OR until_date > ?3)";
            let values = params![number, teacher, day];
            let forgotten = tx
                .execute(&format!("DELETE FROM teaching WHERE {going_on} AND from_date > ?3"), values)
                .doing(doing)?;
            let ended =
                tx.execute(&format!("UPDATE teaching SET until_date = ?3 WHERE {going_on}"), values).doing(doing)?;
            if forgotten + ended == 0 {
                return Err(CatalogueError::NotFound { what: "teacher of that class", id: teacher.to_owned() });
            }
            record(tx, at, "class-teacher-removed", About::default(), &json!({"class": number}))
        })
    }

    /// The school's words for the columns of its lists: field and header, both as the daemon spells them.
    pub fn list_columns(&self) -> Result<Vec<(String, String)>, CatalogueError> {
        let doing = "reading how lists are read";
        self.read(|c| {
            let mut statement =
                c.prepare_cached("SELECT field, header FROM list_column ORDER BY field").doing(doing)?;
            let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).doing(doing)?;
            rows.collect::<rusqlite::Result<_>>().doing(doing)
        })
    }

    /// Keeps them, in place of those that were there.
    pub fn set_list_columns(&self, columns: &[(String, String)]) -> Result<(), CatalogueError> {
        let doing = "keeping how lists are read";
        self.write(|tx| {
            tx.execute("DELETE FROM list_column", []).doing(doing)?;
            for (field, header) in columns {
                tx.execute("INSERT INTO list_column (field, header) VALUES (?1, ?2)", [field, header]).doing(doing)?;
            }
            Ok(())
        })
    }
}
