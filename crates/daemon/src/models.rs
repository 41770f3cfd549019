//! Whether the models of the reader of handwriting are there.

use scantrail_ocr::handwriting::{ModelState, status};
use serde::Serialize;
use std::path::Path;

/// One model, as a folder has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ModelSeen {
    /// The name of its file.
    pub name: &'static str,
    /// Its length in bytes, as it has to be.
    pub bytes: u64,
    /// Whether it is the very file that was measured.
    pub present: bool,
    /// The same in a word: present, missing, changed, unreadable.
    pub state: String,
}

/// What a folder has of each model. Every file is read to its end.
pub fn models(folder: &Path) -> Vec<ModelSeen> {
    let seen = |(file, state): (scantrail_ocr::handwriting::ModelFile, ModelState)| ModelSeen {
        name: file.name,
        bytes: file.bytes,
        present: state == ModelState::Present,
        state: state.to_string(),
    };
    status(folder).into_iter().map(seen).collect()
}
