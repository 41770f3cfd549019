//! What can go wrong with the catalogue.

use scantrail_core::state::IllegalTransition;

/// What went wrong with the catalogue.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    /// SQLite refused or failed; retrying the same call may help when the disk was full.
    #[error("the catalogue failed while {doing}")]
    Database {
        /// What was being done.
        doing: &'static str,
        /// SQLite's word.
        #[source]
        source: rusqlite::Error,
    },
    /// The thing asked for is not there.
    #[error("there is no {what} `{id}`")]
    NotFound {
        /// Which kind of thing.
        what: &'static str,
        /// Its id as asked for.
        id: String,
    },
    /// The thing is not in a state that allows this.
    #[error("{what} `{id}`: {why}")]
    Refused {
        /// Which kind of thing.
        what: &'static str,
        /// Its id.
        id: String,
        /// Why not.
        why: String,
    },
    /// A page cannot take that step.
    #[error("page `{page}` cannot take that step")]
    Transition {
        /// The page.
        page: String,
        /// Which step from which state.
        #[source]
        source: IllegalTransition,
    },
    /// A stored value is not one this version understands.
    #[error("the catalogue holds `{value}` where {what} was expected")]
    Corrupt {
        /// What was expected.
        what: &'static str,
        /// What was found.
        value: String,
    },
    /// A newer program wrote this catalogue.
    #[error("the catalogue has schema {found}, this program knows up to {known}: use the newer program")]
    Newer {
        /// Found.
        found: i64,
        /// Known.
        known: i64,
    },
    /// The SQLite inside is too old to be trusted with write-ahead logs.
    #[error("SQLite {found} is older than 3.51.3, which may corrupt write-ahead logs")]
    OldSqlite {
        /// Its version.
        found: &'static str,
    },
}

impl CatalogueError {
    /// Whether the file is no sound database any more.
    pub fn is_damaged(&self) -> bool {
        use rusqlite::ErrorCode as C;
        matches!(self, Self::Database { source: rusqlite::Error::SqliteFailure(e, _), .. }
            if matches!(e.code, C::DatabaseCorrupt | C::NotADatabase))
    }

    /// Whether the disk under the catalogue is full, read-only, broken or gone, or gave back what was never written.
    pub fn is_storage(&self) -> bool {
        use rusqlite::ErrorCode as C;
        matches!(self, Self::Database { source: rusqlite::Error::SqliteFailure(e, _), .. }
            if matches!(e.code, C::DiskFull | C::ReadOnly | C::SystemIoFailure | C::CannotOpen | C::DatabaseCorrupt
                | C::NotADatabase))
    }
}

/// Adds what was being done to an error of SQLite.
pub(crate) trait Doing<T> {
    fn doing(self, doing: &'static str) -> Result<T, CatalogueError>;
}

impl<T> Doing<T> for rusqlite::Result<T> {
    fn doing(self, doing: &'static str) -> Result<T, CatalogueError> {
        self.map_err(|source| CatalogueError::Database { doing, source })
    }
}

/// A stored value that does not read back.
pub(crate) fn corrupt(what: &'static str, value: impl Into<String>) -> CatalogueError {
    CatalogueError::Corrupt { what, value: value.into() }
}
