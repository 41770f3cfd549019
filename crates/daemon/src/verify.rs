//! Every filed file against its digest, the catalogue against the folders, both ways, and everything against the log.

use crate::api::{Depth, Outside, Progress, Report, VerifyReply};
use crate::engine::{Engine, lock};
use crate::error::DaemonError;
use crate::ledger;
use crate::register;
use crate::waiting::at_rest;
use scantrail_archive::names::TrailPath;
use scantrail_archive::verify::{self, Expected};
use scantrail_catalogue::{FileRow, FileState};
use scantrail_core::state::PageState;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::MutexGuard;

/// Compares folders, manifests and catalogue. Problems are values; an error means that it could not look.
///
/// Filing goes on meanwhile: an archive takes hours to read. What looks wrong is therefore looked at a second time with
/// filing at rest, and only what is wrong then is a problem.
pub(crate) fn verify(
    engine: &Engine,
    depth: Depth,
    checkpoints: &[Outside],
    report: &mut dyn Report,
) -> Result<VerifyReply, DaemonError> {
    let rows = engine.catalogue.all_files()?;
    report.say(Progress::Checked { files: 0, of: rows.len() as u64 });
    let depth = match depth {
        Depth::Quick => verify::Depth::Quick,
        Depth::Full => verify::Depth::Full,
    };
    let scope = ["Pupils", "Unidentified", ".trail/control"]
        .map(|folder| TrailPath::new(folder).expect("a constant path is sound"));
    let mut problems = unsound(&rows);
    let root = engine.layout().root();
    let found = verify::verify(root, &scope, expected(&rows, None), depth)?;
    // The catalogue is read at one moment, whatever goes on.
    problems.extend(engine.catalogue.check()?.into_iter().map(|line| format!("the catalogue itself: {line}")));
    // The log is looked at as it is at one moment too. It says which original each page has; the disk was measured above.
    let ledger = ledger::check::check(engine, checkpoints, None, report)?;
    problems.extend(ledger.problems);
    let _filing_rests = paused(engine)?;
    let again: BTreeSet<TrailPath> = found.problems.iter().filter_map(|problem| around(problem.path())).collect();
    let again: Vec<TrailPath> = again.into_iter().collect();
    if !again.is_empty() {
        let rows = engine.catalogue.all_files()?;
        let still = verify::verify(root, &again, expected(&rows, Some(&again)), depth)?;
        problems.extend(still.problems.iter().map(ToString::to_string));
    }
    problems.extend(originals_in_the_spool(engine)?);
    problems.extend(register::problems(engine, depth)?);
    for renaming in engine.catalogue.renamings()? {
        problems.push(format!("the folder of pupil {} has not got its new name yet", renaming.pupil));
    }
    report.say(Progress::Checked { files: found.sound, of: rows.len() as u64 });
    let bags = engine.catalogue.all_bags()?.len() as u64;
    tracing::info!(files = found.sound, problems = problems.len(), "verified");
    let (events, checkpoints, confirmed) = (ledger.events, ledger.checkpoints, ledger.confirmed);
    Ok(VerifyReply { files: found.sound, bags, bytes: found.bytes, events, checkpoints, confirmed, problems })
}

/// The folder in which a file with a problem is looked at again: its bag, or else where it lies.
fn around(path: &Path) -> Option<TrailPath> {
    /// Pupils, whose, which year.
    const BAG: usize = 3;
    let parts: Vec<&str> = path.to_str()?.split('/').collect();
    let folder = if parts[0] == "Pupils" && parts.len() > BAG { &parts[..BAG] } else { &parts[..parts.len() - 1] };
    TrailPath::new(folder.join("/")).ok()
}

/// The files that are to be there, or of some folders only. One that is about to be written anew lies there as it was.
fn expected(rows: &[FileRow], folders: Option<&[TrailPath]>) -> Vec<Expected> {
    let known = rows.iter().filter_map(|row| {
        let path = TrailPath::new(&row.path).ok()?;
        let inside = folders.is_none_or(|folders| folders.iter().any(|folder| path.within(folder).is_some()));
        row.digest.filter(|_| inside).map(|digest| Expected { path, digest, bytes: row.bytes })
    });
    known.collect()
}

/// Rows that say a file is there and not which.
fn unsound(rows: &[FileRow]) -> Vec<String> {
    let unsound = rows
        .iter()
        .filter(|row| row.state == FileState::Present && (row.digest.is_none() || TrailPath::new(&row.path).is_err()));
    unsound.map(|row| format!("the catalogue holds an unsound row: {}", row.role.word())).collect()
}

/// Filing at rest, and kept there: nothing is planned, leaving or unsealed until it is dropped.
pub(crate) fn paused(engine: &Engine) -> Result<MutexGuard<'_, ()>, DaemonError> {
    loop {
        at_rest(engine)?;
        let guard = lock(&engine.filing);
        if engine.catalogue.is_at_rest()? {
            return Ok(guard);
        }
    }
}

/// Captures that are not placed yet must still lie in the spool.
fn originals_in_the_spool(engine: &Engine) -> Result<Vec<String>, DaemonError> {
    let mut problems = Vec::new();
    for batch in engine.catalogue.batches(u32::MAX)? {
        for page in engine.catalogue.pages_in(batch.opened.id)? {
            let placed = matches!(page.state, PageState::Filed | PageState::Deleting | PageState::Deleted);
            if placed {
                continue;
            }
            let path = crate::filing::locate(engine, &page.location)?;
            match scantrail_archive::durable::measure(&path)? {
                Some(written) if written.digest == page.digest => {}
                Some(_) => problems.push(format!("the original of page {} has changed", page.id)),
                None => problems.push(format!("the original of page {} is missing", page.id)),
            }
        }
    }
    Ok(problems)
}
