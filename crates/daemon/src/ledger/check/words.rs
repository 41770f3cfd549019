//! What is wrong, in words. Opaque ids only: these lines are shown, mailed and logged.

use scantrail_catalogue::{Doubt, Event};
use scantrail_ledger::Checkpoint;
use scantrail_ledger::checkpoint::BadCheckpoint;
use scantrail_ledger::note::BadNote;

/// Of which page an event tells.
fn about(event: &Event) -> String {
    event.page.as_ref().map(|page| format!(" of page {page}")).unwrap_or_default()
}

/// When, what, in which batch or to which page was changed.
pub(super) fn changed(seq: u64, event: &Event) -> String {
    format!("event {seq} ({}{}) was changed after it was recorded", event.kind, about(event))
}

/// What is only committed to was changed.
pub(super) fn contents_changed(seq: u64, event: &Event) -> String {
    let original = if event.page.is_some() { ", or the digest of the original" } else { "" };
    format!(
        "event {seq} ({}{}) was changed after it was recorded: the pupil, its details{original}",
        event.kind,
        about(event)
    )
}

/// The public key that an event tells of.
pub(super) fn key_in(data: &str) -> Option<String> {
    let data: serde_json::Value = serde_json::from_str(data).ok()?;
    data["key"].as_str().map(str::to_owned)
}

/// Whether it claims to be signed by a key and is not, rather than by another one.
pub(super) fn is_forged(why: &BadCheckpoint) -> bool {
    !matches!(why, BadCheckpoint::Note(BadNote::Stranger { .. }))
}

/// When it says that it was signed.
pub(in crate::ledger) fn dated(says: &Checkpoint) -> String {
    says.time.as_ref().map(|time| format!(" of {time}")).unwrap_or_default()
}

/// What is said of a page and not in the log.
pub(super) fn doubt(doubt: &Doubt) -> String {
    match doubt {
        Doubt::Vanished { page } => {
            format!("page {page} is in the log and not in the catalogue: it was removed by hand")
        }
        Doubt::Unheard { page } => format!("page {page} is in the catalogue and not in the log: it was put in by hand"),
        Doubt::State { page, says, log } => {
            format!("page {page} is said to be {says}, and by the log it is {log}: it was changed by hand")
        }
        Doubt::Owners { page } => {
            format!("page {page} is given to another pupil than the log says: it was changed by hand")
        }
        Doubt::NoOriginal { page } => format!("page {page} is filed, and no original of it is known"),
        Doubt::OtherOriginal { page } => {
            format!("the original of page {page} in the trail is not the one that was captured")
        }
        Doubt::OthersBag { page } => {
            format!("a file of page {page} lies in the trail of a pupil it does not belong to")
        }
        Doubt::Folder { pupil } => format!("a bag of pupil {pupil} lies in a folder that is not theirs"),
    }
}
