//! The record beside every page, and beside every trail: how it came here, and enough to build the catalogue again.
//!
//! JSON, for a reader in ten years: whole words as keys, ids and dates as text, coordinates in pixels. The schema
//! number is the first thing read; a newer one than ours is refused rather than half understood. What the fields mean
//! belongs to this module: core types have no serialised form of their own.

mod convert;
mod layout;
mod record;
mod wire;

pub use record::{
    Capture, Copy, EarlierCopy, FurtherPage, Geometry, Identified, Original, PageRecord, PieceRecord, PupilRecord,
    ReadWord, Reading, Recipes,
};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// The schema this program writes, and the newest it reads.
pub const SCHEMA: u32 = 1;

/// Why a record could not be read. Never holds any of its text.
#[derive(Debug, thiserror::Error)]
pub enum SidecarError {
    /// A newer program wrote it.
    #[error("the record has schema {found}; this program knows up to {SCHEMA}")]
    Newer {
        /// Its schema.
        found: u32,
    },
    /// It is not such a record.
    #[error("the record cannot be understood at line {line}, column {column}")]
    Malformed {
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
    },
}

#[derive(Serialize, Deserialize)]
struct Versioned<T> {
    schema: u32,
    #[serde(flatten)]
    record: T,
}

/// The schema alone: what a newer record must still have.
#[derive(Deserialize)]
struct Schema {
    schema: u32,
}

impl PageRecord {
    /// The text of `audit/pages/<id>.json`. The same record gives the same bytes.
    pub fn to_json(&self) -> String {
        write(self)
    }

    /// Reads what [`Self::to_json`] writes, and any older schema.
    pub fn from_json(text: &[u8]) -> Result<Self, SidecarError> {
        read(text)
    }
}

impl PupilRecord {
    /// The text of `.pupil.json`.
    pub fn to_json(&self) -> String {
        write(self)
    }

    /// Reads what [`Self::to_json`] writes, and any older schema.
    pub fn from_json(text: &[u8]) -> Result<Self, SidecarError> {
        read(text)
    }
}

fn write<T: Serialize>(record: &T) -> String {
    let versioned = Versioned { schema: SCHEMA, record };
    let mut bytes = Vec::new();
    let mut writer = serde_json::Serializer::with_formatter(&mut bytes, layout::Layout::default());
    versioned.serialize(&mut writer).expect("a record has text keys, and memory takes everything");
    let mut text = String::from_utf8(bytes).expect("serde writes text");
    text.push('\n');
    text
}

fn read<T: DeserializeOwned>(text: &[u8]) -> Result<T, SidecarError> {
    // serde's own message can quote the text it stumbled over.
    let malformed = |error: serde_json::Error| SidecarError::Malformed { line: error.line(), column: error.column() };
    let Schema { schema } = serde_json::from_slice(text).map_err(malformed)?;
    if schema > SCHEMA {
        return Err(SidecarError::Newer { found: schema });
    }
    let versioned: Versioned<T> = serde_json::from_slice(text).map_err(malformed)?;
    Ok(versioned.record)
}

#[cfg(test)]
mod tests;
