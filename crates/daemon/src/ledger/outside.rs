//! Checkpoints leave the machine: into a folder elsewhere, to the school's own command, once a day.
//!
//! Only the newest is handed on: it covers all before it. What fails is told in the status and tried again.

use super::checkpoint;
use crate::engine::Engine;
use crate::error::DaemonError;
use scantrail_archive::durable::{self, Access};
use scantrail_catalogue::{HandedOn, KeptCheckpoint};
use scantrail_core::jiff::{SignedDuration, Timestamp};
use scantrail_ledger::Checkpoint;
use std::fs::File;
use std::io::{Read as _, Seek as _, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// How far apart checkpoints are.
const A_DAY: SignedDuration = SignedDuration::from_hours(24);
/// How often it is looked whether one is due, and what failed is tried again.
const LOOK_EVERY: SignedDuration = SignedDuration::from_secs(600);
/// How long it waits at a time when nothing rings.
const AT_MOST: Duration = Duration::from_mins(1);
/// How often it is looked whether the command has ended, and how many times: a minute, long enough for a slow mail server.
const POLL_EVERY: Duration = Duration::from_millis(50);
const POLLS: u32 = 1_200;
/// Bytes of what the command complains that are kept.
const MOST_BYTES: u64 = 300;

/// Makes a checkpoint a day, and hands on what is not handed on yet, until the engine stops.
pub(crate) fn run(engine: &Engine) {
    while !engine.is_stopping() {
        // Nothing is made anew where the disk was mounted.
        if let Err(error) = engine.folder_is_here().and_then(|()| round(engine)) {
            tracing::error!(error = %error, "no checkpoint could be made or handed on; it is tried again");
        }
        let began = engine.now();
        // The bell rings at every change; a clock that was set back ends the waiting too.
        while !engine.is_stopping() && (SignedDuration::ZERO..LOOK_EVERY).contains(&engine.now().duration_since(began))
        {
            engine.bell.wait(engine.bell.count(), AT_MOST);
        }
    }
}

fn round(engine: &Engine) -> Result<(), DaemonError> {
    let last = engine.catalogue.last_checkpoint()?;
    if is_due(last.as_ref(), engine.now()) {
        checkpoint::make(engine)?;
    }
    hand_on(engine)
}

/// A day after the last one; or if the clock was set back behind it.
fn is_due(last: Option<&KeptCheckpoint>, now: Timestamp) -> bool {
    let last: Option<Timestamp> = last.and_then(|kept| kept.at.parse().ok());
    last.is_none_or(|at| now.duration_since(at) >= A_DAY || at > now)
}

/// Hands the newest checkpoint on, in every way that is configured and has not worked yet. That it could not be is no
/// error: it is noted, told in the status, and tried again.
pub(super) fn hand_on(engine: &Engine) -> Result<(), DaemonError> {
    let Some(kept) = engine.catalogue.last_checkpoint()? else { return Ok(()) };
    let config = &engine.config.ledger;
    let mut trouble = Vec::new();
    if let (Some(folder), None) = (&config.copy_to, &kept.copied_at) {
        match copy(folder, &kept) {
            Ok(()) => engine.catalogue.checkpoint_handed_on(kept.size, HandedOn::Copied, engine.now())?,
            Err(why) => trouble.push(why),
        }
    }
    if let (Some(command), None) = (&config.hook, &kept.hooked_at) {
        let complaints = durable::scratch(&engine.layout().private().join("work"))?;
        match hook(command, &kept.note, complaints) {
            Ok(()) => engine.catalogue.checkpoint_handed_on(kept.size, HandedOn::Hooked, engine.now())?,
            Err(why) => trouble.push(why),
        }
    }
    if !trouble.is_empty() {
        let why = trouble.join("; ");
        engine.catalogue.checkpoint_troubled(kept.size, &why)?;
        tracing::warn!(events = kept.size, "a checkpoint could not be handed on; it is tried again");
    }
    Ok(())
}

/// Into a folder that is there: one that is made here might lie under a disk that is not mounted.
fn copy(folder: &Path, kept: &KeptCheckpoint) -> Result<(), String> {
    if !folder.is_dir() {
        return Err(format!("the folder `{}` is not there", folder.display()));
    }
    let log = Checkpoint::unchecked(&kept.note).map(|says| says.origin.replace('/', "-")).unwrap_or_default();
    let path = folder.join(format!("{log}-{:012}{}", kept.size, super::sources::ENDING));
    match durable::write_new(&path, kept.note.as_bytes(), Access::Shared) {
        Ok(_) => Ok(()),
        Err(error) => Err(format!("it cannot be copied: {error}")),
    }
}

/// The school's own command, with the checkpoint on its standard input. What it complains goes into a file: whatever it
/// leaves running behind it cannot keep us waiting.
fn hook(command: &str, note: &str, mut complaints: File) -> Result<(), String> {
    let cannot = |error: std::io::Error| format!("the command `hook` cannot be run: {error}");
    let mut child = Command::new("/bin/sh")
        .args(["-c", command])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(complaints.try_clone().map_err(cannot)?)
        .spawn()
        .map_err(cannot)?;
    if let Some(mut input) = child.stdin.take() {
        // A command that does not read it may still do its work; whether it did is told by how it ends.
        drop(input.write_all(note.as_bytes()));
    }
    let ended = wait(&mut child).map_err(cannot)?;
    match ended {
        Some(status) if status.success() => Ok(()),
        Some(status) => {
            let mut said = Vec::new();
            complaints.rewind().and_then(|()| complaints.take(MOST_BYTES).read_to_end(&mut said)).map_err(cannot)?;
            Err(format!("the command `hook` failed ({status}): {}", String::from_utf8_lossy(&said).trim()))
        }
        None => Err("the command `hook` did not end within a minute, and was stopped".to_owned()),
    }
}

/// How it ended; `None` if it had to be stopped.
fn wait(child: &mut Child) -> std::io::Result<Option<std::process::ExitStatus>> {
    for _ in 0..POLLS {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        std::thread::sleep(POLL_EVERY);
    }
    child.kill()?;
    child.wait()?;
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(at: &str) -> KeptCheckpoint {
        KeptCheckpoint { size: 1, at: at.into(), note: String::new(), copied_at: None, hooked_at: None, trouble: None }
    }

    #[test]
    fn a_checkpoint_is_due_once_a_day_whatever_the_clock_does() {
        let now: Timestamp = "2026-11-21T18:00:00Z".parse().unwrap();
        for (last, due) in [
            ("2026-11-21T17:00:00Z", false),
            ("2026-11-20T18:00:01Z", false),
            ("2026-11-20T18:00:00Z", true),
            ("2026-11-22T00:00:00Z", true),
            ("nonsense", true),
        ] {
            assert_eq!(is_due(Some(&kept(last)), now), due, "{last}");
        }
        assert!(is_due(None, now));
    }

    #[test]
    fn a_command_takes_the_checkpoint_or_its_failure_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("taken");
        let complaints = || durable::scratch(folder.path()).unwrap();
        hook(&format!("cat > '{}'", out.display()), "the note\n", complaints()).unwrap();
        assert_eq!(std::fs::read_to_string(&out).unwrap(), "the note\n");
        let failed = hook("echo no mail today >&2; sleep 30 & exit 3", "x", complaints()).unwrap_err();
        assert!(failed.contains("no mail today") && failed.contains('3'), "{failed}");
    }

    #[test]
    fn a_folder_that_is_not_there_is_not_made() {
        let folder = tempfile::tempdir().unwrap();
        let missing = folder.path().join("not-mounted");
        assert!(copy(&missing, &kept("x")).unwrap_err().contains("is not there"));
        assert!(!missing.is_dir());
        copy(folder.path(), &kept("x")).unwrap();
        copy(folder.path(), &kept("x")).unwrap();
        assert_eq!(super::super::sources::names(folder.path()).unwrap(), ["-000000000001.txt"]);
    }
}
