//! The small pictures of index pages: files of a bag that belong to no page, each made from the copy of one.

use crate::connection::Catalogue;
use crate::error::{CatalogueError, Doing, corrupt};
use crate::files::TagFile;
use rusqlite::params;
use scantrail_core::units::Digest;
use std::collections::BTreeMap;

/// A small picture as the catalogue knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PictureRow {
    /// Digest of the copy it shows.
    pub made_from: Digest,
    /// Digest of itself.
    pub digest: Digest,
    /// Its size.
    pub bytes: u64,
}

impl Catalogue {
    /// The small pictures in a bag, by path from the data folder.
    pub fn pictures_in_bag(&self, bag: &str) -> Result<BTreeMap<String, PictureRow>, CatalogueError> {
        let doing = "reading the pictures of an index";
        self.read(|c| {
            let mut statement = c
                .prepare_cached(
                    "SELECT path, made_from, digest, bytes FROM file WHERE bag = ?1 AND made_from IS NOT NULL",
                )
                .doing(doing)?;
            let rows = statement
                .query_map([bag], |row| {
                    Ok((row.get(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?, row.get::<_, i64>(3)?))
                })
                .doing(doing)?;
            rows.map(|row| {
                let (path, made_from, digest, bytes) = row.doing(doing)?;
                let read = |text: String| Digest::from_hex(&text).ok_or_else(|| corrupt("a digest", &text));
                Ok((path, PictureRow { made_from: read(made_from)?, digest: read(digest)?, bytes: bytes as u64 }))
            })
            .collect()
        })
    }

    /// Notes pictures that are durable, each with the digest of the copy it was made from.
    pub fn pictures_made(&self, pictures: &[(TagFile, Digest)]) -> Result<(), CatalogueError> {
        let doing = "noting pictures of an index";
        self.write(|tx| {
            for (picture, made_from) in pictures {
                tx.prepare_cached(
                    "INSERT INTO file (path, bag, role, state, digest, bytes, made_from)
                     VALUES (?1, ?2, 'tag', 'present', ?3, ?4, ?5) ON CONFLICT (path) DO UPDATE
                     SET digest = excluded.digest, bytes = excluded.bytes, made_from = excluded.made_from",
                )
                .doing(doing)?
                .execute(params![
                    picture.path,
                    picture.bag,
                    picture.digest.to_string(),
                    picture.bytes as i64,
                    made_from.to_string()
                ])
                .doing(doing)?;
            }
            Ok(())
        })
    }

    /// Forgets a file of a bag that belongs to no page: a picture, a word about pages.
    pub fn tag_gone(&self, path: &str) -> Result<(), CatalogueError> {
        self.write(|tx| {
            tx.execute("DELETE FROM file WHERE path = ?1 AND role = 'tag'", [path])
                .doing("forgetting a file of a bag")?;
            Ok(())
        })
    }
}
