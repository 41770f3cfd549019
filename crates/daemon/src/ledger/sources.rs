//! Where checkpoints are looked for: the data folder, the folder they are copied to, and what somebody hands in.

use crate::api::Outside;
use crate::engine::Engine;
use crate::error::DaemonError;
use scantrail_ledger::Checkpoint;
use std::io;
use std::path::{Path, PathBuf};

/// What every kept checkpoint's name ends with.
pub(super) const ENDING: &str = ".txt";

/// A checkpoint somebody kept.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    /// Where, for a person.
    pub(super) name: String,
    pub(super) note: String,
    /// What it says, whoever signed it.
    pub(super) says: Checkpoint,
    pub(super) from: From,
}

/// Who kept it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum From {
    /// The data folder itself.
    Inside,
    /// Somebody else.
    Outside,
}

/// The folder in which the data folder keeps its own.
pub(super) fn folder(engine: &Engine) -> PathBuf {
    engine.layout().ledger().join("checkpoints")
}

/// Every checkpoint there is, those over fewest events first; and what is none, in words.
pub(super) fn all(engine: &Engine, given: &[Outside]) -> Result<(Vec<Kept>, Vec<String>), DaemonError> {
    let (mut found, mut problems) = (Vec::new(), Vec::new());
    let mut take =
        |name: String, note: Option<String>, from| match note.map(|note| (Checkpoint::unchecked(&note), note)) {
            Some((Some(says), note)) => found.push(Kept { name, note, says, from }),
            _ => problems.push(format!("{name} is no checkpoint any more: it cannot be read as one")),
        };
    for (path, note) in texts(&folder(engine))? {
        take(format!("the kept checkpoint `{}`", file_name(&path)), note, From::Inside);
    }
    if let Some(folder) = &engine.config.ledger.copy_to {
        for (path, note) in texts(folder)? {
            if file_name(&path).starts_with("scantrail-") {
                take(format!("the copied checkpoint `{}`", file_name(&path)), note, From::Outside);
            }
        }
    }
    for outside in given {
        take(format!("the checkpoint `{}`", outside.name), Some(outside.note.clone()), From::Outside);
    }
    found.sort_by_key(|kept| kept.says.size);
    Ok((found, problems))
}

fn file_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// The texts in a folder, in order of name; `None` for one that is no text. A folder that is not there has none.
fn texts(folder: &Path) -> Result<Vec<(PathBuf, Option<String>)>, DaemonError> {
    let names = names(folder)?;
    let texts = names.iter().filter(|name| name.ends_with(ENDING)).map(|name| {
        let path = folder.join(name);
        match std::fs::read(&path) {
            Ok(bytes) => Ok((path, String::from_utf8(bytes).ok())),
            Err(source) => Err(DaemonError::Outside { doing: "read", path, source }),
        }
    });
    texts.collect()
}

/// The names in a folder, in order; none if it is not there.
pub(super) fn names(folder: &Path) -> Result<Vec<String>, DaemonError> {
    let unseen = |source| DaemonError::Outside { doing: "read", path: folder.to_owned(), source };
    let entries = match folder.read_dir() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        other => other.map_err(unseen)?,
    };
    let mut names = Vec::new();
    for entry in entries {
        names.extend(entry.map_err(unseen)?.file_name().into_string());
    }
    names.sort();
    Ok(names)
}
