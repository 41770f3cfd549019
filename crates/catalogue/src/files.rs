//! Every file that belongs to a page, and the bags they lie in.

use crate::connection::Catalogue;
use crate::error::{CatalogueError, Doing, corrupt};
use rusqlite::{Connection, Row, params};
use scantrail_core::ids::{PageId, PupilId};
use scantrail_core::units::Digest;

/// What a file is to its page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FileRole {
    /// The bytes as captured.
    Original,
    /// The searchable page, or the picture.
    Page,
    /// How the page came here.
    Sidecar,
    /// A file of a bag or a trail that belongs to no page: events, the pupil's record.
    Tag,
}

impl FileRole {
    /// The word used in tables and `--json`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Original => "original",
            Self::Page => "page",
            Self::Sidecar => "sidecar",
            Self::Tag => "tag",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        [Self::Original, Self::Page, Self::Sidecar, Self::Tag].into_iter().find(|role| role.word() == word)
    }
}

/// How far a file has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FileState {
    /// It will be written there.
    Planned,
    /// It is there, durable.
    Present,
    /// It is no longer wanted there.
    Leaving,
}

impl FileState {
    fn from_word(word: &str) -> Option<Self> {
        match word {
            "planned" => Some(Self::Planned),
            "present" => Some(Self::Present),
            "leaving" => Some(Self::Leaving),
            _ => None,
        }
    }
}

/// A file about to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedFile {
    /// Relative to the data folder.
    pub path: String,
    /// What it is to its page.
    pub role: FileRole,
    /// The bag it lies in, if any: its path, whose it is and of which year.
    pub bag: Option<(String, PupilId, String)>,
}

/// A bag whose manifests are behind its files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirtyBag {
    /// Relative to the data folder.
    pub path: String,
    /// Whose it is.
    pub pupil: PupilId,
    /// Of which school year.
    pub year: String,
    /// How often it was marked since its manifests were written.
    pub marks: u32,
}

/// A file that belongs to no page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagFile {
    /// Relative to the data folder.
    pub path: String,
    /// The bag it lies in; none for a file beside the bags.
    pub bag: Option<String>,
    /// Its digest.
    pub digest: Digest,
    /// Its size.
    pub bytes: u64,
}

/// A file as the catalogue knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileRow {
    /// Relative to the data folder.
    pub path: String,
    /// Its page.
    pub page: Option<PageId>,
    /// The bag it lies in.
    pub bag: Option<String>,
    /// What it is to its page.
    pub role: FileRole,
    /// How far it has come.
    pub state: FileState,
    /// Its digest, once present.
    pub digest: Option<Digest>,
    /// Its size, once present.
    pub bytes: u64,
}

const COLUMNS: &str = "path, page, bag, role, state, digest, bytes";

fn file(row: &Row<'_>) -> rusqlite::Result<Result<FileRow, CatalogueError>> {
    let (path, page, bag): (String, Option<String>, Option<String>) = (row.get(0)?, row.get(1)?, row.get(2)?);
    let (role, state): (String, String) = (row.get(3)?, row.get(4)?);
    let (digest, bytes): (Option<String>, Option<i64>) = (row.get(5)?, row.get(6)?);
    Ok((|| {
        Ok(FileRow {
            path,
            page: page.map(|p| p.parse().map_err(|_| corrupt("a page id", &p))).transpose()?,
            bag,
            role: FileRole::from_word(&role).ok_or_else(|| corrupt("a file role", &role))?,
            state: FileState::from_word(&state).ok_or_else(|| corrupt("a file state", &state))?,
            digest: digest.map(|d| Digest::from_hex(&d).ok_or_else(|| corrupt("a digest", &d))).transpose()?,
            bytes: bytes.unwrap_or(0) as u64,
        })
    })())
}

pub(crate) fn select(
    c: &Connection,
    tail: &str,
    values: &[&dyn rusqlite::ToSql],
) -> Result<Vec<FileRow>, CatalogueError> {
    let mut statement = c.prepare_cached(&format!("SELECT {COLUMNS} FROM file {tail}")).doing("reading files")?;
    let rows = statement.query_map(values, file).doing("reading files")?;
    rows.map(|row| row.doing("reading files")?).collect()
}

impl Catalogue {
    /// All files of a page.
    pub fn files_of(&self, page: PageId) -> Result<Vec<FileRow>, CatalogueError> {
        self.read(|c| select(c, "WHERE page = ?1 ORDER BY role, path", &[&page.to_string()]))
    }

    /// Every file the catalogue knows, by path.
    pub fn all_files(&self) -> Result<Vec<FileRow>, CatalogueError> {
        self.read(|c| select(c, "ORDER BY path", &[]))
    }

    /// The files that are present in a bag, by path.
    pub fn files_in_bag(&self, bag: &str) -> Result<Vec<FileRow>, CatalogueError> {
        self.read(|c| select(c, "WHERE bag = ?1 AND state = 'present' ORDER BY path", &[&bag]))
    }

    /// Bags whose manifests are behind their files, none of which is on its way.
    pub fn dirty_bags(&self) -> Result<Vec<DirtyBag>, CatalogueError> {
        self.read(|c| {
            let mut statement = c
                .prepare_cached(
                    "SELECT path, pupil, year, dirty FROM bag WHERE dirty > 0 AND NOT EXISTS
                     (SELECT 1 FROM file WHERE file.bag = bag.path AND file.state <> 'present') ORDER BY path",
                )
                .doing("reading bags")?;
            let rows = statement
                .query_map([], |row| Ok((row.get(0)?, row.get::<_, String>(1)?, row.get(2)?, row.get(3)?)))
                .doing("reading bags")?;
            rows.map(|row| {
                let (path, pupil, year, marks) = row.doing("reading bags")?;
                let pupil = pupil.parse().map_err(|_| corrupt("a pupil id", &pupil))?;
                Ok(DirtyBag { path, pupil, year, marks })
            })
            .collect()
        })
    }

    /// Whether every file is at its place and every bag says so: nothing planned, leaving or unsealed, all at one moment.
    pub fn is_at_rest(&self) -> Result<bool, CatalogueError> {
        self.read(|c| {
            c.prepare_cached(
                "SELECT NOT EXISTS (SELECT 1 FROM file WHERE state <> 'present')
                 AND NOT EXISTS (SELECT 1 FROM bag WHERE dirty > 0)
                 AND NOT EXISTS (SELECT 1 FROM renaming WHERE trouble IS NULL)",
            )
            .doing("looking for unsettled files")?
            .query_row([], |row| row.get(0))
            .doing("looking for unsettled files")
        })
    }

    /// Whose bag it is.
    pub fn bag_owner(&self, path: &str) -> Result<Option<PupilId>, CatalogueError> {
        Ok(self.bags("WHERE path = ?1", &[&path])?.into_iter().next().map(|(_, pupil, _)| pupil))
    }

    /// Every bag: path, whose, which year.
    pub fn all_bags(&self) -> Result<Vec<(String, PupilId, String)>, CatalogueError> {
        self.bags("ORDER BY path", &[])
    }

    /// A pupil's bags in order of path: path, which year.
    pub fn bags_of(&self, pupil: PupilId) -> Result<Vec<(String, String)>, CatalogueError> {
        let found = self.bags("WHERE pupil = ?1 ORDER BY path", &[&pupil.to_string()])?;
        Ok(found.into_iter().map(|(path, _, year)| (path, year)).collect())
    }

    fn bags(
        &self,
        tail: &str,
        values: &[&dyn rusqlite::ToSql],
    ) -> Result<Vec<(String, PupilId, String)>, CatalogueError> {
        self.read(|c| {
            let mut statement =
                c.prepare_cached(&format!("SELECT path, pupil, year FROM bag {tail}")).doing("reading bags")?;
            let rows = statement
                .query_map(values, |row| Ok((row.get(0)?, row.get::<_, String>(1)?, row.get(2)?)))
                .doing("reading bags")?;
            rows.map(|row| {
                let (path, pupil, year) = row.doing("reading bags")?;
                Ok((path, pupil.parse().map_err(|_| corrupt("a pupil id", &pupil))?, year))
            })
            .collect()
        })
    }

    /// A bag from which every page was taken away is gone.
    pub fn bag_gone(&self, bag: &str) -> Result<(), CatalogueError> {
        self.write(|tx| {
            tx.execute("DELETE FROM file WHERE bag = ?1 AND role = 'tag'", [bag]).doing("forgetting a bag")?;
            tx.execute("DELETE FROM bag WHERE path = ?1", [bag]).doing("forgetting a bag")?;
            Ok(())
        })
    }

    /// A bag's manifests say what it held when it had `marks`; `tags` are the files that were written with them and belong
    /// to no page. A bag that was marked again meanwhile stays dirty.
    pub fn bag_sealed(&self, bag: &str, marks: u32, tags: &[TagFile]) -> Result<(), CatalogueError> {
        self.write(|tx| {
            for tag in tags {
                tx.execute(
                    "INSERT INTO file (path, bag, role, state, digest, bytes) VALUES (?1, ?2, 'tag', 'present', ?3, ?4)
                     ON CONFLICT (path) DO UPDATE SET digest = excluded.digest, bytes = excluded.bytes",
                    params![tag.path, tag.bag, tag.digest.to_string(), tag.bytes as i64],
                )
                .doing("noting a sealed bag")?;
            }
            tx.execute("UPDATE bag SET dirty = 0 WHERE path = ?1 AND dirty = ?2", params![bag, marks])
                .doing("noting a sealed bag")?;
            Ok(())
        })
    }
}
