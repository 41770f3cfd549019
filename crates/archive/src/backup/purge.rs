//! Files taken out of the lists of a snapshot, or put in another's place.

use super::{BackupError, Entry, FolderList, Put, Snapshot, Store};
use crate::durable::Written;
use scantrail_core::units::Digest;
use std::collections::BTreeMap;

/// The snapshot without the files for which `keep` says no. `instead` names a folder, and entries by their paths that
/// stand in its list from now on, in place of those with the same path if there are any. The new lists are put into the
/// backup and named in `put`; folders without a file left are not named any more. Nothing is flushed, and it is no
/// snapshot yet.
pub fn without(
    store: &Store,
    snapshot: &Snapshot,
    keep: &mut dyn FnMut(&Entry) -> bool,
    instead: (&str, &BTreeMap<String, Entry>),
    put: &mut Vec<Digest>,
) -> Result<Snapshot, BackupError> {
    let mut folders = Vec::with_capacity(snapshot.folders.len());
    for folder in &snapshot.folders {
        let entries = store.list(folder)?;
        let mut stay: BTreeMap<String, Entry> =
            entries.iter().filter(|entry| keep(entry)).map(|entry| (entry.path.clone(), entry.clone())).collect();
        if folder.folder == instead.0 {
            stay.extend(instead.1.iter().map(|(path, entry)| (path.clone(), entry.clone())));
        }
        let stay: Vec<Entry> = stay.into_values().collect();
        if stay == entries {
            folders.push(folder.clone());
        } else if !stay.is_empty() {
            let text = Store::list_text(&stay);
            let list = Written::of(&text).digest;
            match store.put(list, &mut text.as_slice())? {
                Put::There => put.push(list),
                Put::OtherBytes => {
                    return Err(BackupError::Broken { what: "a list".into(), why: "it is not what was written" });
                }
            }
            let bytes = stay.iter().map(|entry| entry.bytes).sum();
            folders.push(FolderList { folder: folder.folder.clone(), list, files: stay.len() as u64, bytes });
        }
    }
    Ok(Snapshot { folders, ..snapshot.clone() })
}
