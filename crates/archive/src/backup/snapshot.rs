//! What a snapshot says, as it is written down: JSON, for a reader in ten years.

use scantrail_core::units::Digest;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The format this program writes, and the newest it reads.
pub(super) const FORMAT: u32 = 1;

/// What there was at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// Its format.
    pub format: u32,
    /// When, RFC 3339.
    pub at: String,
    /// The school.
    pub school: String,
    /// Its folders.
    pub folders: Vec<FolderList>,
    /// Files that were damaged or missing before the backup, and are not in it.
    #[serde(default)]
    pub damaged: Vec<String>,
}

/// The files of one folder, as an object of the backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FolderList {
    /// The folder, from the data folder: a pupil's year, or a top folder.
    pub folder: String,
    /// The object that lists its files.
    #[serde(with = "hex")]
    pub list: Digest,
    /// How many there are.
    pub files: u64,
    /// Bytes of them.
    pub bytes: u64,
}

/// One file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Where, from the data folder.
    pub path: String,
    /// The object with its content.
    #[serde(with = "hex")]
    pub sha256: Digest,
    /// Its size.
    pub bytes: u64,
    /// Its permissions.
    pub mode: u32,
    /// When it was changed, in nanoseconds since 1970: told of files whose digest nobody else keeps, so that the next
    /// backup need not read them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modified: Option<i64>,
}

impl Snapshot {
    /// How many files.
    pub fn files(&self) -> u64 {
        self.folders.iter().map(|folder| folder.files).sum()
    }

    /// Bytes of them.
    pub fn bytes(&self) -> u64 {
        self.folders.iter().map(|folder| folder.bytes).sum()
    }
}

mod hex {
    use super::{Deserialize, Deserializer, Digest, Serializer};
    use serde::de::Error as _;

    pub(super) fn serialize<S: Serializer>(digest: &Digest, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(digest)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Digest, D::Error> {
        let text = String::deserialize(from)?;
        Digest::from_hex(&text).ok_or_else(|| D::Error::custom("not a digest"))
    }
}
