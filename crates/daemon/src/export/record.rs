//! What a pack tells of its pages: their records and events without anybody else in them, and what the pack is.

use super::select::Chosen;
use crate::api::{LeftOut, Receipt};
use crate::engine::Engine;
use crate::error::DaemonError;
use crate::record;
use scantrail_archive::names::{OriginalPath, TrailPath};
use scantrail_archive::sidecar::PageRecord;
use scantrail_core::ids::PupilId;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The schema of `pack.json`.
const SCHEMA: u32 = 1;
/// What stands for the id of anybody else.
const ANOTHER: &str = "another pupil";

/// The record of a page with its paths from the pack's own folder, and of its pupils only the one whose pack it is.
pub(super) fn of_page(text: &[u8], chosen: &Chosen, bag: &TrailPath) -> Result<String, DaemonError> {
    let mut record = PageRecord::from_json(text)
        .map_err(|source| DaemonError::inside(format!("the record of page {}", chosen.page.id), source))?;
    let pupil = chosen.piece.pupil;
    record.pupils.retain(|other| *other == pupil);
    if let Some(path) = record.original.path.as_path().within(bag) {
        record.original.path = OriginalPath::new(path);
    }
    if let Some(copy) = &mut record.copy
        && let Some(path) = copy.path.within(bag)
    {
        copy.path = path;
    }
    Ok(record.to_json())
}

/// What happened to the pages of the pack, one JSON object a line, nobody else in it.
pub(super) fn events(engine: &Engine, bag: &str, pupil: PupilId, pages: &[Chosen]) -> Result<Vec<u8>, DaemonError> {
    let own: BTreeSet<String> = pages.iter().map(|chosen| chosen.page.id.to_string()).collect();
    let everybody = engine.catalogue.pupils()?.into_iter().map(|other| other.id).filter(|id| *id != pupil);
    let others: BTreeSet<String> = everybody.map(|id| id.to_string()).collect();
    let mut lines = String::new();
    for line in String::from_utf8_lossy(&record::events(&engine.catalogue.events_of_bag(bag)?)).lines() {
        let mut event: Value =
            serde_json::from_str(line).map_err(|source| DaemonError::inside("an event cannot be read", source))?;
        if event["page"].as_str().is_some_and(|page| own.contains(page)) {
            hide(&mut event, &others);
            lines.push_str(&event.to_string());
            lines.push('\n');
        }
    }
    Ok(lines.into_bytes())
}

/// Takes the ids of others out, wherever they stand.
fn hide(value: &mut Value, others: &BTreeSet<String>) {
    match value {
        Value::String(text) if others.contains(text) => ANOTHER.clone_into(text),
        Value::Array(values) => values.iter_mut().for_each(|value| hide(value, others)),
        Value::Object(fields) => {
            for (key, mut value) in std::mem::take(fields) {
                hide(&mut value, others);
                fields.insert(if others.contains(&key) { ANOTHER.to_owned() } else { key }, value);
            }
        }
        _ => {}
    }
}

/// `pack.json`: what the pack is, for whoever takes it in.
pub(super) fn about(receipt: &Receipt, left_out: &[LeftOut]) -> Result<Vec<u8>, DaemonError> {
    let about = json!({
        "schema": SCHEMA,
        "made_by": "Scantrail",
        "export": receipt.export,
        "at": receipt.at,
        "school": receipt.school,
        "pupil": receipt.pupil,
        "name": receipt.name,
        "year": receipt.year,
        "pages": receipt.pages,
        "left_out": left_out,
    });
    let mut text = serde_json::to_vec_pretty(&about)
        .map_err(|source| DaemonError::inside("what the pack is cannot be written down", source))?;
    text.push(b'\n');
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_else_stays_in_an_event() {
        let others = ["7F3A19", "00000A"].map(str::to_owned).into_iter().collect();
        let mut event = json!({"data": {"pupils": ["7F3A19", "111111"], "00000A": {"x": "00000A"}}, "page": "k"});
        hide(&mut event, &others);
        let text = event.to_string();
        assert!(!text.contains("7F3A19") && !text.contains("00000A") && text.contains("111111"), "{text}");
        assert_eq!(event["data"]["pupils"][0], ANOTHER);
    }
}
