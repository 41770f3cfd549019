//! The school this data folder belongs to.

use crate::connection::Catalogue;
use crate::error::{CatalogueError, Doing};
use rusqlite::{OptionalExtension, params};

/// The school this data folder belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct School {
    /// As it is printed on sheets.
    pub name: String,
    /// The three symbols that every code of this school carries.
    pub key: String,
}

impl Catalogue {
    /// Sets the school once; a second call with another key is refused, a changed name is taken.
    pub fn set_school(&self, school: &School) -> Result<(), CatalogueError> {
        self.write(|tx| {
            let changed = tx
                .execute(
                    "INSERT INTO school (one, name, key) VALUES (1, ?1, ?2)
                     ON CONFLICT (one) DO UPDATE SET name = excluded.name WHERE key = excluded.key",
                    params![school.name, school.key],
                )
                .doing("setting the school")?;
            if changed == 0 {
                return Err(CatalogueError::Refused {
                    what: "school",
                    id: school.name.clone(),
                    why: "this data folder belongs to another school".into(),
                });
            }
            Ok(())
        })
    }

    /// The school.
    pub fn school(&self) -> Result<School, CatalogueError> {
        let found = self.read(|c| {
            c.query_row("SELECT name, key FROM school", [], |row| Ok(School { name: row.get(0)?, key: row.get(1)? }))
                .optional()
                .doing("reading the school")
        })?;
        found.ok_or(CatalogueError::NotFound { what: "school", id: "in this data folder".into() })
    }
}
