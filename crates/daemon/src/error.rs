//! What can go wrong in the daemon, with the exit code and the hint that go with it.

use scantrail_archive::folder::FolderError;
use scantrail_archive::pack::PackError;
use scantrail_archive::spool::ClaimError;
use scantrail_archive::{DiskError, bag::BagError};
use scantrail_capture::scanner::{ScanError, ScanFault};
use scantrail_catalogue::CatalogueError;
use scantrail_core::ports::{DecodeError, ReadError};
use scantrail_sheets::draw::DrawError;
use std::path::PathBuf;

/// The exit codes of the command, which are also the kinds of trouble.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Exit {
    /// Failed.
    Failed = 1,
    /// Asked for something that makes no sense.
    Usage = 2,
    /// Bad configuration.
    Configuration = 3,
    /// Not found.
    NotFound = 4,
    /// Something is held for a person.
    Held = 5,
    /// Device trouble: jam, cover open, busy, gone.
    Device = 6,
    /// Storage trouble: disk full, read-only, fixity broken.
    Storage = 7,
    /// Another instance holds the data.
    InUse = 8,
}

/// What went wrong.
#[derive(Debug, thiserror::Error)]
pub enum DaemonError {
    /// The data folder could not be opened.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The disk refused.
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// A dropped file could not be taken in.
    #[error(transparent)]
    Claim(#[from] ClaimError),
    /// A bag could not be sealed.
    #[error(transparent)]
    Bag(#[from] BagError),
    /// A pack could not be made or opened.
    #[error(transparent)]
    Pack(#[from] PackError),
    /// The catalogue refused or failed.
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    /// The scanner.
    #[error(transparent)]
    Scan(#[from] ScanError),
    /// A file could not be decoded.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// A page could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A sheet could not be drawn.
    #[error(transparent)]
    Draw(#[from] DrawError),
    /// A file outside the data folder could not be read or written.
    #[error("cannot {doing} `{}`", .path.display())]
    Outside {
        /// `read` or `write`.
        doing: &'static str,
        /// Which.
        path: PathBuf,
        /// The system's word.
        #[source]
        source: std::io::Error,
    },
    /// A rule speaks against it.
    #[error("{what}")]
    Refused {
        /// What, in words.
        what: String,
        /// What to do instead.
        hint: Option<String>,
        /// Which kind of trouble.
        exit: Exit,
    },
    /// Something inside failed that a person cannot do much about.
    #[error("{what}")]
    Inside {
        /// What failed.
        what: String,
        /// The cause, if there is one.
        #[source]
        source: Option<Box<dyn std::error::Error + Send + Sync>>,
    },
}

impl DaemonError {
    /// A rule speaks against it: usage.
    pub fn usage(what: impl Into<String>) -> Self {
        Self::Refused { what: what.into(), hint: None, exit: Exit::Usage }
    }

    /// There is no such thing.
    pub fn not_found(what: impl Into<String>) -> Self {
        Self::Refused { what: what.into(), hint: None, exit: Exit::NotFound }
    }

    /// Something inside failed.
    pub(crate) fn inside(what: impl Into<String>, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Inside { what: what.into(), source: Some(source.into()) }
    }

    /// The same refusal with a hint.
    #[must_use]
    pub fn with_hint(self, text: impl Into<String>) -> Self {
        match self {
            Self::Refused { what, exit, .. } => Self::Refused { what, hint: Some(text.into()), exit },
            other => other,
        }
    }

    /// The exit code that goes with it.
    pub fn exit(&self) -> Exit {
        match self {
            Self::Folder(FolderError::InUse { .. }) => Exit::InUse,
            Self::Folder(FolderError::NotADataFolder { .. }) => Exit::NotFound,
            Self::Folder(FolderError::Disk(_))
            | Self::Disk(_)
            | Self::Claim(ClaimError::Disk(_))
            | Self::Bag(BagError::Disk(_)) => Exit::Storage,
            Self::Pack(PackError::Disk(_) | PackError::Unwritable(_)) => Exit::Storage,
            Self::Pack(PackError::WrongPassphrase) => Exit::Usage,
            Self::Catalogue(error) if error.is_storage() => Exit::Storage,
            Self::Catalogue(CatalogueError::NotFound { .. }) => Exit::NotFound,
            Self::Scan(error) if !matches!(error.fault, ScanFault::SinkFailed(_)) => Exit::Device,
            Self::Refused { exit, .. } => *exit,
            _ => Exit::Failed,
        }
    }

    /// Whether a disk fails as a whole: nothing is wrong with what was to be done, and it is tried again.
    pub(crate) fn is_of_the_whole_disk(&self) -> bool {
        match self {
            Self::Disk(error)
            | Self::Folder(FolderError::Disk(error))
            | Self::Claim(ClaimError::Disk(error))
            | Self::Bag(BagError::Disk(error)) => error.is_of_the_whole_disk(),
            Self::Catalogue(error) => error.is_storage(),
            Self::Refused { exit, .. } => *exit == Exit::Storage,
            _ => false,
        }
    }

    /// What to do next, if we know.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Refused { hint, .. } => hint.clone(),
            Self::Folder(FolderError::NotADataFolder { path }) => {
                let path = path.display();
                Some(format!(
                    "if it lies on a disk of its own, see that the disk is mounted; make a new one with: \
                     scantrail init {path} --school \"Your School\""
                ))
            }
            Self::Folder(FolderError::InUse { .. }) => {
                Some("a daemon that is starting or another command has it; try again in a moment".into())
            }
            Self::Catalogue(error) if error.is_damaged() => {
                Some("the catalogue is damaged; build it again from the folders with: scantrail rebuild".into())
            }
            Self::Catalogue(error) if error.is_storage() => {
                Some("see that its disk is there, has room and can be written to: scantrail doctor".into())
            }
            Self::Disk(error) if error.is_full() => {
                Some("free some space on the disk; nothing acknowledged is lost".into())
            }
            Self::Read(ReadError::NoModel(language)) => {
                Some(format!("install it with: apt install tesseract-ocr-{language}"))
            }
            _ => None,
        }
    }
}
