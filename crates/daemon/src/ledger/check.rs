//! The check of the log: every event against its leaf, leaves against tree and tiles, all of it against every checkpoint
//! that anybody kept, and what the catalogue says of pages against what the events say.
//!
//! One pass over the leaves of one moment; what is kept of it grows with the number of checkpoints and tiles only. What
//! was on the disk is looked at before that moment, so that a log that grows meanwhile is never taken for a changed one.

mod tally;
mod tiles;
mod words;

use super::checkpoint;
use super::key;
use super::sources::{self, From, Kept};
use crate::api::{LedgerReply, Outside, Progress, Report};
use crate::engine::Engine;
use crate::error::DaemonError;
use scantrail_catalogue::{CatalogueError, LeafRow, LedgerView};
use scantrail_ledger::{Checkpoint, Fields, Frontier, Hash, VerifyingKey};
use std::collections::{BTreeMap, BTreeSet};
use tally::Tally;
use tiles::OnDisk;

/// How many events are checked between two words about how far it is.
const TELL_EVERY: u64 = 10_000;

/// Missing leaves that are made up for; a number that somebody wrote in by hand may be any.
const MOST_GAPS: u64 = 10_000;

/// Checks the whole log of an open data folder. `key`: the line that checks signatures, as somebody kept it outside.
pub(crate) fn check(
    engine: &Engine,
    given: &[Outside],
    key: Option<&str>,
    report: &mut dyn Report,
) -> Result<LedgerReply, DaemonError> {
    let current = key::signing(engine)?.verifying_key();
    // In this order: a checkpoint is made while this goes on, file first, row second.
    let last = engine.catalogue.last_checkpoint()?;
    let (kept, mut problems) = sources::all(engine, given)?;
    if let Some(last) = last
        && !kept.iter().any(|kept| kept.from == From::Inside && kept.note == last.note)
    {
        problems.push(format!(
            "the checkpoint of {} over {} events is not kept any more as it was signed: it was removed or changed",
            last.at, last.size
        ));
    }
    let on_disk = OnDisk::look(engine)?;
    let mut pass = Pass::new(&kept, on_disk);
    // An error of the disk cannot be told through the view of the catalogue.
    let mut failed = None;
    engine.catalogue.look_at_ledger(|view| {
        let size = view.size()?;
        view.leaves(&mut |row| {
            if failed.is_none() {
                failed = pass.leaf(view, &row).err();
                if row.number % TELL_EVERY == 0 {
                    report.say(Progress::CheckedEvents { events: row.number, of: size });
                }
            }
        })?;
        pass.end(view)
    })?;
    if let Some(error) = failed {
        return Err(error);
    }
    problems.extend(pass.tally.words());
    problems.extend(pass.against_disk()?);
    let (doubts, confirmed) = pass.against_checkpoints(&kept, &current);
    problems.extend(doubts);
    if let Some(line) = key
        && line.trim() != current.to_string()
    {
        problems
            .push(format!("checkpoints are signed by `{current}`, not by the key that was given: the key was changed"));
    }
    let outside = kept.iter().rev().find(|kept| kept.from == From::Outside).map(|kept| kept.says.size);
    Ok(LedgerReply { events: pass.tree.size(), checkpoints: kept.len() as u64, outside, confirmed, problems })
}

/// What is known so far on the way over the leaves.
struct Pass {
    tree: Frontier,
    /// At the sizes of which checkpoints tell: the roots there.
    roots: BTreeMap<u64, Hash>,
    on_disk: OnDisk,
    tally: Tally,
    /// Keys that the log says signed, in order.
    keys: Vec<String>,
    /// Pages of which a deletion stands in the log; keys of which one of a pupil does.
    deleted: BTreeSet<String>,
    buried: BTreeSet<i64>,
    /// What cannot be opened: the event, its page if it has one, the key's number.
    sealed: Vec<(u64, Option<String>, i64)>,
    /// Leaves that were missing.
    gaps: u64,
}

impl Pass {
    fn new(kept: &[Kept], on_disk: OnDisk) -> Self {
        let mut pass = Self {
            tree: Frontier::default(),
            roots: kept.iter().map(|kept| (kept.says.size, Hash([0; 32]))).collect(),
            on_disk,
            tally: Tally::default(),
            keys: Vec::new(),
            deleted: BTreeSet::new(),
            buried: BTreeSet::new(),
            sealed: Vec::new(),
            gaps: 0,
        };
        pass.note_root();
        pass
    }

    fn note_root(&mut self) {
        let root = self.tree.root();
        self.roots.entry(self.tree.size()).and_modify(|at| *at = root);
    }

    /// One leaf: its event, its commitment, its hash, its place.
    fn leaf(&mut self, view: &LedgerView<'_>, row: &LeafRow) -> Result<(), DaemonError> {
        // What the tree still knows of a leaf that is gone keeps the others at their places.
        while self.tree.size() < row.number && self.gaps < MOST_GAPS {
            self.gaps += 1;
            self.tally.note("gap", row.seq, format!("leaf {} of the log is missing", self.tree.size()));
            let hash = view.node(0, self.tree.size())?.unwrap_or(Hash([0; 32]));
            self.tree.append(hash);
            self.note_root();
        }
        let computed = self.event(row);
        // What the tree holds is what checkpoints are about; what the event says now has been compared with it.
        let Some(hash) = row.hash.or(computed) else {
            self.tally.note("leaf", row.seq, format!("the leaf of event {} is damaged", row.seq));
            return Ok(());
        };
        self.on_disk.leaf(self.tree.size(), row.seq, hash, &mut self.tally)?;
        for node in self.tree.append(hash).into_iter().skip(1) {
            self.on_disk.node(node);
            if view.node(node.level, node.index)? != Some(node.hash) {
                let words = format!(
                    "the tree of the log is not that of its leaves (level {}, node {})",
                    node.level, node.index
                );
                self.tally.note("tree", row.seq, words);
            }
        }
        self.note_root();
        Ok(())
    }

    /// What the event says now, against its leaf; gives the leaf's hash as it follows from the event.
    fn event(&mut self, row: &LeafRow) -> Option<Hash> {
        let Some(event) = &row.event else {
            let words = format!("event {} was removed: its leaf is still in the log", row.seq);
            self.tally.note("removed", row.seq, words);
            return None;
        };
        let opened = match &row.key {
            None => {
                self.sealed.push((row.seq, event.page.clone(), row.key_number));
                true
            }
            Some(key) => {
                let pupil = event.pupil.as_deref();
                let fields = Fields { seq: row.seq, pupil, original: row.original, data: &event.data };
                fields.commit(key).ok() == row.commitment
            }
        };
        let computed = super::tiles::bytes_of(row).map(|bytes| scantrail_ledger::tree::leaf_hash(&bytes));
        if computed.is_none() || computed != row.hash {
            self.tally.note("changed", row.seq, words::changed(row.seq, event));
        } else if !opened {
            self.tally.note("changed", row.seq, words::contents_changed(row.seq, event));
        }
        match (event.kind.as_str(), &event.page) {
            ("deleted", Some(page)) => drop(self.deleted.insert(page.clone())),
            ("pupil-deleted", None) => drop(self.buried.insert(row.key_number)),
            ("ledger-key-made", None) if opened && row.key.is_some() => self.keys.extend(words::key_in(&event.data)),
            _ => {}
        }
        computed
    }

    /// What can only be said once all leaves were seen.
    fn end(&mut self, view: &LedgerView<'_>) -> Result<(), CatalogueError> {
        for event in view.events_without_leaf()? {
            let (seq, kind) = (event.seq.cast_unsigned(), &event.kind);
            self.tally.note(
                "put in",
                seq,
                format!("event {seq} ({kind}) was put in by hand: it is no leaf of the log"),
            );
        }
        for (seq, page, key) in std::mem::take(&mut self.sealed) {
            let allowed = match &page {
                Some(page) => self.deleted.contains(page),
                None => self.buried.contains(&key),
            };
            if !allowed {
                let whose = page.map_or_else(|| format!("of event {seq}"), |page| format!("of page {page}"));
                let words = format!(
                    "the key {whose} is gone, and no deletion stands in the log: what was recorded cannot be checked"
                );
                self.tally.note("sealed", seq, words);
            }
        }
        for doubt in view.doubts()? {
            self.tally.note("doubt", 0, words::doubt(&doubt));
        }
        Ok(())
    }

    /// Tiles that tell of more than there is, or are not there.
    fn against_disk(&self) -> Result<Vec<String>, DaemonError> {
        self.on_disk.end(self.tree.size())
    }

    /// Signature, size and root of every checkpoint: what is wrong, and what those from outside confirm.
    fn against_checkpoints(&self, kept: &[Kept], current: &VerifyingKey) -> (Vec<String>, Vec<String>) {
        let (mut problems, mut confirmed) = (Vec::new(), Vec::new());
        let known: Vec<VerifyingKey> = self.keys.iter().filter_map(|line| line.parse().ok()).collect();
        if known.last() != Some(current) {
            problems.push(format!(
                "the key that signs checkpoints, `{current}`, is not the one the log names: it was changed by hand"
            ));
        }
        for Kept { name, note, says, from } in kept {
            let (size, doubts) = (self.tree.size(), problems.len());
            let opened = known.iter().chain([current]).map(|key| Checkpoint::open(note, key));
            let by = |key: &VerifyingKey| Checkpoint::open(note, key).is_ok();
            if !known.iter().any(by) {
                // Of several reasons, that of the key it claims to be signed by tells most.
                let why = opened.filter_map(Result::err).find(words::is_forged).map_or_else(
                    || "it is signed by a key that this log does not name".to_owned(),
                    |why| why.to_string(),
                );
                problems.push(format!("{name} is not believed: {why}"));
                if *from == From::Inside {
                    continue;
                }
            }
            let covers = format!("{name}{}", words::dated(says));
            if says.size > size {
                problems.push(format!(
                    "{covers} covers {} events, and only {size} are left: the catalogue was rolled back, or events were dropped from its end",
                    says.size
                ));
            } else if self.roots.get(&says.size) != Some(&says.root) {
                problems.push(format!(
                    "the log is not the one that {covers} covers: some of its first {} events were changed, dropped, put in or reordered",
                    says.size
                ));
            }
            if *from == From::Outside && problems.len() == doubts {
                let covered = says.size;
                confirmed
                    .push(format!("the first {covered} of {size} events are those that {covers} covers, unchanged"));
            }
        }
        (problems, confirmed)
    }
}

pub(super) use words::dated;

/// Whether the root over the first leaves is what a checkpoint says; for [`super::proof`].
pub(super) fn is_of_this_log(view: &LedgerView<'_>, says: &Checkpoint) -> Result<bool, CatalogueError> {
    Ok(says.size <= view.size()? && checkpoint::root(view, says.size)? == says.root)
}
