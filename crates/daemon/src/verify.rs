//! Every filed file against its digest, the catalogue against the folders, both ways.

use crate::api::{Depth, Progress, Report, VerifyReply};
use crate::engine::Engine;
use crate::error::DaemonError;
use scantrail_archive::names::TrailPath;
use scantrail_archive::verify::{self, Expected};
use scantrail_catalogue::FileState;
use scantrail_core::state::PageState;

/// Compares folders, manifests and catalogue. Problems are values; an error means that it could not look.
pub(crate) fn verify(engine: &Engine, depth: Depth, report: &mut dyn Report) -> Result<VerifyReply, DaemonError> {
    let rows = engine.catalogue.all_files()?;
    report.say(Progress::Checked { files: 0, of: rows.len() as u64 });
    let mut problems = Vec::new();
    let mut expected = Vec::new();
    for row in &rows {
        match (row.state, row.digest, TrailPath::new(&row.path)) {
            (FileState::Present, Some(digest), Ok(path)) => {
                expected.push(Expected { path, digest, bytes: row.bytes });
            }
            (FileState::Present, _, _) => {
                problems.push(format!("the catalogue holds an unsound row: {}", row.role.word()));
            }
            (FileState::Planned | FileState::Leaving, _, _) => {
                problems.push("a file is still on its way; filing has not come to rest".to_owned());
            }
        }
    }
    let scope = ["Pupils", "Unidentified", ".trail/control"]
        .map(|folder| TrailPath::new(folder).expect("a constant path is sound"));
    let depth = match depth {
        Depth::Quick => verify::Depth::Quick,
        Depth::Full => verify::Depth::Full,
    };
    let found = verify::verify(engine.layout().root(), &scope, expected, depth)?;
    problems.extend(found.problems.iter().map(ToString::to_string));
    problems.extend(engine.catalogue.check()?.into_iter().map(|line| format!("the catalogue itself: {line}")));
    problems.extend(originals_in_the_spool(engine)?);
    for renaming in engine.catalogue.renamings()? {
        problems.push(format!("the folder of pupil {} has not got its new name yet", renaming.pupil));
    }
    report.say(Progress::Checked { files: found.sound, of: rows.len() as u64 });
    let bags = engine.catalogue.all_bags()?.len() as u64;
    tracing::info!(files = found.sound, problems = problems.len(), "verified");
    Ok(VerifyReply { files: found.sound, bags, bytes: found.bytes, problems })
}

/// Captures that are not placed yet must still lie in the spool.
fn originals_in_the_spool(engine: &Engine) -> Result<Vec<String>, DaemonError> {
    let mut problems = Vec::new();
    for batch in engine.catalogue.batches(u32::MAX)? {
        for page in engine.catalogue.pages_in(batch.opened.id)? {
            let placed = matches!(page.state, PageState::Filed | PageState::Deleted);
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
