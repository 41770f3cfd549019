//! Paths relative to the data folder (or to a bag), checked once.

use std::fmt;
use std::str::FromStr;
use unicode_normalization::is_nfc;

/// A relative path with `/` between its parts: not empty, NFC, no `.` or `..`, no control character, no backslash, no
/// part that looks like one of our temporary files, no part beyond 255 bytes. It cannot leave the folder it is
/// joined to.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TrailPath(String);

/// Where original bytes lie: a path nothing is ever written over.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OriginalPath(TrailPath);

/// A text is no path of ours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a path {why}")]
pub struct BadPath {
    /// What is wrong with it, in words; never the path itself, which may hold a name.
    pub why: &'static str,
}

/// What file systems take as one name.
const MAX_PART: usize = 255;

impl TrailPath {
    /// Checks a path.
    pub fn new(text: impl Into<String>) -> Result<Self, BadPath> {
        let text = text.into();
        let bad = |why| Err(BadPath { why });
        if text.is_empty() {
            return bad("is empty");
        }
        if !is_nfc(&text) {
            return bad("is not in normal form C");
        }
        if text.chars().any(|c| c.is_control() || c == '\\') {
            return bad("holds a control character or a backslash");
        }
        for part in text.split('/') {
            match part {
                "" => return bad("begins or ends with a slash or has two together"),
                "." | ".." => return bad("holds `.` or `..`"),
                part if part.len() > MAX_PART => return bad("has a part of more than 255 bytes"),
                part if part.starts_with(crate::durable::PREFIX) => return bad("names a temporary file"),
                _ => {}
            }
        }
        Ok(Self(text))
    }

    /// The path as it is written in manifests and tables.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last part.
    pub fn file_name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }

    /// The path without its last part; `None` for a single part.
    pub fn parent(&self) -> Option<Self> {
        self.0.rsplit_once('/').map(|(parent, _)| Self(parent.to_owned()))
    }

    /// This path below another.
    #[must_use]
    pub fn below(&self, folder: &Self) -> Self {
        Self(format!("{folder}/{self}"))
    }

    /// The rest of this path if it lies below `folder`.
    pub fn within(&self, folder: &Self) -> Option<Self> {
        let rest = self.0.strip_prefix(&folder.0)?.strip_prefix('/')?;
        Some(Self(rest.to_owned()))
    }
}

impl OriginalPath {
    /// Says that original bytes lie at `path`.
    pub fn new(path: TrailPath) -> Self {
        Self(path)
    }

    /// The path, for reading and for moving the file whole.
    pub fn as_path(&self) -> &TrailPath {
        &self.0
    }
}

impl fmt::Display for TrailPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// Redacted: a debug line may end in a log.
impl fmt::Debug for TrailPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TrailPath({})", super::redacted(self.0.as_ref()))
    }
}

impl fmt::Display for OriginalPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for OriginalPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OriginalPath({})", super::redacted(self.0.0.as_ref()))
    }
}

impl FromStr for TrailPath {
    type Err = BadPath;

    fn from_str(text: &str) -> Result<Self, BadPath> {
        Self::new(text)
    }
}

impl FromStr for OriginalPath {
    type Err = BadPath;

    fn from_str(text: &str) -> Result<Self, BadPath> {
        TrailPath::new(text).map(Self)
    }
}
