//! Writes the register: the rows that no folder tells by itself, in text files beside the folders, so that the catalogue
//! can be built again when it is gone. They are behind the catalogue by seconds and never ahead of it.

use crate::engine::{Engine, lock};
use crate::error::DaemonError;
use scantrail_archive::durable::{self, Access, Written};
use scantrail_archive::names::TrailPath;
use scantrail_archive::verify::{self, Expected};
use scantrail_catalogue::RegisterPart;
use std::collections::{BTreeMap, BTreeSet};

/// Parts that are written before somebody else gets a turn.
const AT_ONCE: u32 = 50;

/// The register's folder, from the data folder.
const FOLDER: &str = ".trail/register";

/// Writes parts that are due; says whether there were any.
pub(crate) fn write_some(engine: &Engine) -> Result<bool, DaemonError> {
    let _alone = lock(&engine.filing);
    let due = engine.catalogue.register_due(AT_ONCE)?;
    due.iter().try_for_each(|part| write(engine, part))?;
    Ok(!due.is_empty())
}

/// Writes every part that is due. The caller keeps filing at rest.
pub(crate) fn write_all(engine: &Engine) -> Result<(), DaemonError> {
    loop {
        let due = engine.catalogue.register_due(AT_ONCE)?;
        due.iter().try_for_each(|part| write(engine, part))?;
        if due.is_empty() {
            return Ok(());
        }
    }
}

/// Where a part lies, from the data folder.
pub(crate) fn path_of(part: &str) -> String {
    format!("{FOLDER}/{part}.jsonl")
}

fn write(engine: &Engine, due: &RegisterPart) -> Result<(), DaemonError> {
    let path = engine.layout().register_part(&due.part);
    let written = if let Some(text) = engine.catalogue.register_text(&due.part)? {
        Some(durable::replace(&path, text.as_bytes(), Access::Private)?)
    } else {
        durable::remove(&path)?;
        None
    };
    engine.catalogue.register_written(&due.part, due.marks, written.map(|written| (written.digest, written.bytes)))?;
    Ok(())
}

/// What is wrong with the register, in words: files that are not as they were written, and rows of the catalogue that
/// somebody else changed. The caller keeps filing at rest.
pub(crate) fn problems(engine: &Engine, depth: verify::Depth) -> Result<Vec<String>, DaemonError> {
    write_all(engine)?;
    let parts = engine.catalogue.register_parts()?;
    let expected: Vec<Expected> = parts
        .iter()
        .filter_map(|part| {
            let path = TrailPath::new(path_of(&part.part)).ok()?;
            Some(Expected { path, digest: part.digest?, bytes: part.bytes })
        })
        .collect();
    let scope = [TrailPath::new(FOLDER).expect("a constant path is sound")];
    let found = verify::verify(engine.layout().root(), &scope, expected, depth)?;
    let mut problems: Vec<String> = found.problems.iter().map(ToString::to_string).collect();
    if depth == verify::Depth::Full {
        let written: BTreeMap<&str, &RegisterPart> = parts.iter().map(|part| (part.part.as_str(), part)).collect();
        let mut all: BTreeSet<String> = engine.catalogue.register_parts_with_rows()?.into_iter().collect();
        all.extend(written.keys().map(|part| (*part).to_owned()));
        for part in all {
            let digest = written.get(part.as_str()).and_then(|written| written.digest);
            let text = engine.catalogue.register_text(&part)?;
            if text.map(|text| Written::of(text.as_bytes()).digest) != digest && !is_due(engine, &part)? {
                problems.push(format!(
                    "the catalogue was changed by something else than this program: `{part}` no longer says what was \
                     written down of it in {FOLDER}"
                ));
            }
        }
    }
    Ok(problems)
}

/// Whether a part was changed since it was looked up: pages are looked at and read while filing rests.
fn is_due(engine: &Engine, part: &str) -> Result<bool, DaemonError> {
    Ok(engine.catalogue.register_due(u32::MAX)?.iter().any(|due| due.part == part))
}
