//! Looks at pages: on which days somebody had a page before them, and how. By whom is not known here.

use crate::connection::Catalogue;
use crate::error::{CatalogueError, Doing, corrupt};
use rusqlite::{OptionalExtension as _, params};
use scantrail_core::ids::PageId;
use scantrail_core::jiff::civil::Date;

/// How a page was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SeenAs {
    /// Its picture was shown on the site, small or large.
    Picture,
    /// It was handed out as a document.
    Document,
    /// Its words were handed out.
    Words,
}

impl SeenAs {
    /// The word the catalogue keeps.
    pub fn word(self) -> &'static str {
        match self {
            Self::Picture => "picture",
            Self::Document => "document",
            Self::Words => "words",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        [Self::Picture, Self::Document, Self::Words].into_iter().find(|look| look.word() == word)
    }
}

const DOING: &str = "noting who looked";

impl Catalogue {
    /// Notes that pages were looked at on a day. Writes nothing where that is known.
    pub fn was_seen(&self, pages: &[PageId], how: SeenAs, day: Date) -> Result<(), CatalogueError> {
        let day = day.to_string();
        let mut new = Vec::new();
        for page in pages {
            let known = self.read(|c| {
                c.prepare_cached("SELECT 1 FROM seen WHERE page = ?1 AND day = ?2 AND how = ?3")
                    .doing(DOING)?
                    .query_row(params![page.to_string(), day, how.word()], |_| Ok(()))
                    .optional()
                    .doing(DOING)
            })?;
            if known.is_none() {
                new.push(page.to_string());
            }
        }
        if new.is_empty() {
            return Ok(());
        }
        self.write(|tx| {
            for page in &new {
                tx.prepare_cached("INSERT OR IGNORE INTO seen (page, day, how) VALUES (?1, ?2, ?3)")
                    .doing(DOING)?
                    .execute(params![page, day, how.word()])
                    .doing(DOING)?;
            }
            Ok(())
        })
    }

    /// On which days a page was looked at, and how, the oldest first.
    pub fn looks_at(&self, page: PageId) -> Result<Vec<(String, SeenAs)>, CatalogueError> {
        self.read(|c| {
            let mut statement =
                c.prepare_cached("SELECT day, how FROM seen WHERE page = ?1 ORDER BY day, how").doing(DOING)?;
            let rows = statement
                .query_map([page.to_string()], |row| Ok((row.get(0)?, row.get::<_, String>(1)?)))
                .doing(DOING)?;
            rows.map(|row| {
                let (day, how) = row.doing(DOING)?;
                Ok((day, SeenAs::from_word(&how).ok_or_else(|| corrupt("a way of looking", &how))?))
            })
            .collect()
        })
    }
}
