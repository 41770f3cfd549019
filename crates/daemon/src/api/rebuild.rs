//! What building the catalogue again gave.

use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// What building the catalogue again gave.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RebuildReply {
    /// Whether it was only tried.
    pub dry_run: bool,
    /// Files of the register that were read.
    pub parts: u64,
    /// Rows they held.
    pub rows: u64,
    /// Pupils' folders.
    pub trails: u64,
    /// Years in them.
    pub bags: u64,
    /// Files of pages and bags.
    pub files: u64,
    /// Pages with a record beside them.
    pub pages: u64,
    /// Pages whose folder told otherwise than the register: the folder is right.
    pub otherwise: u64,
    /// Pages that only their records knew.
    pub salvaged: u64,
    /// Pages that were on their way somewhere: they are understood again.
    pub adrift: u64,
    /// Where the old catalogue is kept; none if there was none.
    pub set_aside: Option<PathBuf>,
    /// What a person should know, in words.
    pub notes: Vec<String>,
}
