//! The program under `strace`: counted, or struck at one call.

use super::super::paper::Place;
use super::super::tools::{Trouble, at, run};
use super::scenario::{Scenario, Way};
use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// How often is looked whether it ended, and how many looks are enough: a minute and a half.
const LOOK_EVERY: Duration = Duration::from_millis(5);
const LOOKS: u32 = 18_000;
/// The same for the daemon, which has to be asked.
const LOOK_WATCH_EVERY: Duration = Duration::from_millis(100);
const WATCH_LOOKS: u32 = 400;

/// What happens at a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// SIGKILL.
    Kill,
    /// No room.
    Full,
    /// The disk is broken.
    Broken,
}

impl Fault {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Kill, Self::Full, Self::Broken];

    /// The calls it can happen at.
    pub(super) fn calls(self) -> &'static [&'static str] {
        match self {
            Self::Kill => CALLS,
            Self::Full => &["write", "pwrite64", "mkdirat", "renameat2", "renameat", "ftruncate", "fallocate"],
            Self::Broken => {
                &["write", "pwrite64", "fsync", "fdatasync", "mkdirat", "renameat2", "renameat", "unlinkat", "unlink"]
            }
        }
    }

    fn injected(self) -> &'static str {
        match self {
            Self::Kill => "signal=KILL",
            Self::Full => "error=ENOSPC",
            Self::Broken => "error=EIO",
        }
    }
}

/// Every call that changes a disk, as the program makes them.
const CALLS: &[&str] = &[
    "write",
    "pwrite64",
    "fsync",
    "fdatasync",
    "ftruncate",
    "fallocate",
    "fchmod",
    "renameat2",
    "renameat",
    "rename",
    "unlinkat",
    "unlink",
    "mkdirat",
    "mkdir",
    "linkat",
    "symlinkat",
    "copy_file_range",
];

/// One call of one scenario, and what happens there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Point {
    pub(super) scenario: &'static Scenario,
    pub(super) call: &'static str,
    pub(super) fault: Fault,
    /// Which call of its kind, counted from 1 in each thread.
    pub(super) number: usize,
}

impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} {} {:?}", self.scenario.name, self.call, self.number, self.fault)
    }
}

/// How a run ended.
#[derive(Debug)]
pub(super) struct Ended {
    /// Its exit code; none when it was killed.
    pub(super) code: Option<i32>,
    /// It did not come to an end by itself.
    pub(super) hung: bool,
    /// What it wrote to its error stream.
    pub(super) said: String,
}

/// `strace OPTIONS program WORDS…`.
fn strace(place: &Place, words: &[String], options: &[String]) -> Command {
    let inner = place.scantrail.command(words);
    let mut command = Command::new("strace");
    command.args(["-f", "-qq"]).args(options);
    command.arg(inner.get_program()).args(inner.get_args());
    command.env_remove("SCANTRAIL_LOG").env("NO_COLOR", "1").env("OMP_THREAD_LIMIT", "1").stdin(Stdio::null());
    command
}

/// Runs it without a fault and counts: for each call the most that one thread makes.
pub(super) fn count(
    place: &Place,
    scenario: &Scenario,
    words: &[String],
    folder: &Path,
) -> Result<BTreeMap<String, usize>, Trouble> {
    let log = folder.join("calls");
    let options =
        ["-o".to_owned(), log.to_string_lossy().into_owned(), "-e".to_owned(), format!("trace={}", CALLS.join(","))];
    let mut command = strace(place, words, &options);
    match scenario.way {
        Way::Command => run(&mut command).map(drop)?,
        Way::Watch => {
            let child = quiet(&mut command, folder)?;
            let ended = see_watch_through(place, child, folder)?;
            if ended.code != Some(0) {
                return Err(Trouble::Program(format!("the daemon ended with {:?}: {}", ended.code, ended.said)));
            }
        }
    }
    let text = at(&log, std::fs::read_to_string(&log))?;
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for line in text.lines() {
        let Some((thread, rest)) = line.split_once(' ') else { continue };
        // A call that another thread's line interrupted has its beginning in one line and its end in another.
        if let Some((call, _)) = rest.trim_start().split_once('(').filter(|(call, _)| CALLS.contains(call)) {
            *counts.entry((thread, call)).or_default() += 1;
        }
    }
    let mut most: BTreeMap<String, usize> = BTreeMap::new();
    for ((_, call), count) in counts {
        let entry = most.entry(call.to_owned()).or_default();
        *entry = count.max(*entry);
    }
    Ok(most)
}

/// Runs it with a fault, or without.
pub(super) fn play(
    place: &Place,
    way: Way,
    words: &[String],
    folder: &Path,
    point: Option<&Point>,
) -> Result<Ended, Trouble> {
    let mut command = match point {
        None => place.scantrail.command(words),
        Some(Point { call, fault, number, .. }) => {
            // `-D`: what is started here is the program itself, so that its end and its exit code are seen.
            let inject = format!("inject={call}:{}:when={number}", fault.injected());
            let mut options = vec!["-D", "-o", "/dev/null"];
            // Stopping at these calls alone is many times quicker, but strace 6.1 sends no signal then.
            if *fault != Fault::Kill {
                options.push("--seccomp-bpf");
            }
            let only = format!("trace={call}");
            options.extend(["-e", &only, "-e", &inject]);
            strace(place, words, &options.into_iter().map(str::to_owned).collect::<Vec<_>>())
        }
    };
    let child = quiet(&mut command, folder)?;
    match way {
        Way::Command => see_through(child, folder),
        Way::Watch => see_watch_through(place, child, folder),
    }
}

/// Starts it with what it says in a file.
fn quiet(command: &mut Command, folder: &Path) -> Result<Child, Trouble> {
    let path = folder.join("said");
    #[expect(clippy::disallowed_methods, reason = "a file of the harness, not school data")]
    let said = at(&path, std::fs::File::create(&path))?;
    command.stdout(Stdio::null()).stderr(said);
    at(&path, command.spawn())
}

/// Waits for its end.
fn see_through(mut child: Child, folder: &Path) -> Result<Ended, Trouble> {
    for _ in 0..LOOKS {
        if let Some(status) = at(folder, child.try_wait())? {
            return ended(folder, status.code(), false);
        }
        std::thread::sleep(LOOK_EVERY);
    }
    at(folder, child.kill())?;
    at(folder, child.wait())?;
    ended(folder, None, true)
}

/// Waits until the daemon has taken everything in and is at rest, or is dead; then asks it to stop.
fn see_watch_through(place: &Place, mut child: Child, folder: &Path) -> Result<Ended, Trouble> {
    let mut at_rest = false;
    for _ in 0..WATCH_LOOKS {
        if let Some(status) = at(folder, child.try_wait())? {
            return ended(folder, status.code(), false);
        }
        let drop = &place.drops[0];
        at_rest = at(drop, drop.read_dir())?.next().is_none() && is_at_rest(place)?;
        if at_rest {
            break;
        }
        std::thread::sleep(LOOK_WATCH_EVERY);
    }
    let daemon = daemon_of(&place.data, &child);
    run(Command::new("kill").args(["-TERM", &daemon.to_string()]))?;
    let mut end = see_through(child, folder)?;
    end.hung |= !at_rest;
    Ok(end)
}

/// Under a counting `strace` the daemon is its child; the lock of the data folder tells its number.
fn daemon_of(data: &Path, child: &Child) -> u32 {
    let noted = std::fs::read_to_string(data.join(".trail").join("lock")).unwrap_or_default();
    noted.trim().parse().unwrap_or_else(|_| child.id())
}

/// Nothing is on its way. A daemon that cannot be asked at the moment is at work.
fn is_at_rest(place: &Place) -> Result<bool, Trouble> {
    let answer = place.scantrail.run(["status", "--json"])?;
    let status: serde_json::Value = serde_json::from_slice(&answer.stdout).unwrap_or_default();
    let waiting = ["look", "read", "understand", "file"].iter().map(|stage| status["queue"][stage].as_u64());
    let open = status["open_batches"].as_array().map_or(1, Vec::len);
    Ok(status["daemon"] == true && open == 0 && waiting.map(|pages| pages.unwrap_or(1)).sum::<u64>() == 0)
}

fn ended(folder: &Path, code: Option<i32>, hung: bool) -> Result<Ended, Trouble> {
    let path = folder.join("said");
    let said = String::from_utf8_lossy(&at(&path, std::fs::read(&path))?).into_owned();
    Ok(Ended { code, hung, said })
}
