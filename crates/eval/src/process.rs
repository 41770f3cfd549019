//! What a program and everything it started cost: processor time and memory, from `proc(5)`. It must not know what runs.
//!
//! Memory is the proportional set size (Pss) of all its processes together, sampled: pages that several share count once.
//! Between two samples a process that lives shortly may be missed; its own peak (`VmHWM`) is noted beside.

use anyhow::{Context as _, Result};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// How often memory is looked at: a page takes ten times as long.
const EVERY: Duration = Duration::from_millis(50);
/// Bytes of a megabyte, in kilobytes as the kernel tells them.
const KB_OF_MB: f64 = 1024.0;

/// A process as `/proc/PID/stat` tells it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Process {
    pub(crate) pid: u32,
    parent: u32,
    /// At most 15 letters of its name.
    pub(crate) name: String,
    /// Seconds of its own threads, those that ended included.
    pub(crate) own_s: f64,
    /// Seconds of the children it has waited for, and of theirs.
    pub(crate) waited_s: f64,
}

impl Process {
    fn parse(stat: &str, ticks_a_second: f64) -> Option<Self> {
        // The second field, the name, stands in brackets and may hold blanks and brackets.
        let (pid, rest) = stat.split_once(" (")?;
        let (name, rest) = rest.rsplit_once(") ")?;
        let fields: Vec<&str> = rest.split_whitespace().collect();
        let ticks = |at: usize| fields.get(at).and_then(|field| field.parse::<f64>().ok());
        Some(Self {
            pid: pid.parse().ok()?,
            parent: fields.get(1)?.parse().ok()?,
            name: name.to_owned(),
            own_s: (ticks(11)? + ticks(12)?) / ticks_a_second,
            waited_s: (ticks(13)? + ticks(14)?) / ticks_a_second,
        })
    }

    /// Its command line, words apart; empty once it has ended.
    pub(crate) fn words(&self) -> Vec<String> {
        let line = std::fs::read(format!("/proc/{}/cmdline", self.pid)).unwrap_or_default();
        line.split(|byte| *byte == 0).map(|word| String::from_utf8_lossy(word).into_owned()).collect()
    }
}

/// A process and all below it, itself first; empty if it is gone.
pub(crate) fn tree(root: u32) -> Result<Vec<Process>> {
    let ticks = rustix::param::clock_ticks_per_second() as f64;
    let mut all = Vec::new();
    for entry in std::fs::read_dir("/proc").context("cannot list the processes")? {
        let path = entry.context("cannot list the processes")?.path();
        // A process may end while it is looked at: then there is nothing to read.
        let stat = std::fs::read_to_string(path.join("stat")).ok();
        all.extend(stat.and_then(|stat| Process::parse(&stat, ticks)));
    }
    let mut found: Vec<Process> = all.iter().filter(|process| process.pid == root).cloned().collect();
    let mut at = 0;
    while let Some(parent) = found.get(at).map(|process| process.pid) {
        found.extend(all.iter().filter(|process| process.parent == parent).cloned());
        at += 1;
    }
    Ok(found)
}

/// Processor seconds of a process and everything it started so far.
pub(crate) fn cpu_s(root: u32) -> Result<f64> {
    Ok(tree(root)?.iter().map(|process| process.own_s + process.waited_s).sum())
}

/// Processor seconds of everything that this program started and has waited for.
pub(crate) fn waited_for_s() -> Result<f64> {
    let own = tree(std::process::id())?;
    Ok(own.first().context("this program is not among the processes")?.waited_s)
}

/// The most memory that was seen.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Peak {
    /// Pss of all processes at the same moment, in megabytes.
    pub(crate) pss_mb: f64,
    /// The largest resident set of any process of a name (`VmHWM`), in megabytes.
    pub(crate) each_mb: BTreeMap<String, f64>,
}

impl Peak {
    pub(crate) fn or(mut self, other: Self) -> Self {
        self.pss_mb = self.pss_mb.max(other.pss_mb);
        for (name, mb) in other.each_mb {
            let known = self.each_mb.entry(name).or_default();
            *known = known.max(mb);
        }
        self
    }
}

/// Looks at the memory of processes and all below them until it is asked for the peak.
#[derive(Debug)]
pub(crate) struct Watch {
    over: Arc<AtomicBool>,
    roots: Arc<Mutex<Vec<u32>>>,
    thread: JoinHandle<Result<Peak>>,
}

impl Watch {
    pub(crate) fn start(roots: &[u32]) -> Self {
        let over = Arc::new(AtomicBool::new(false));
        let roots = Arc::new(Mutex::new(roots.to_vec()));
        let (until, of) = (Arc::clone(&over), Arc::clone(&roots));
        let thread = std::thread::spawn(move || {
            let mut peak = Peak::default();
            while !until.load(Ordering::Acquire) {
                let roots = of.lock().unwrap_or_else(PoisonError::into_inner).clone();
                peak = peak.or(sample(&roots)?);
                std::thread::sleep(EVERY);
            }
            Ok(peak)
        });
        Self { over, roots, thread }
    }

    /// Another process to look at from now on.
    pub(crate) fn also(&self, root: u32) {
        self.roots.lock().unwrap_or_else(PoisonError::into_inner).push(root);
    }

    pub(crate) fn peak(self) -> Result<Peak> {
        self.over.store(true, Ordering::Release);
        self.thread.join().map_err(|_| anyhow::anyhow!("looking at memory ended by a panic"))?
    }
}

fn sample(roots: &[u32]) -> Result<Peak> {
    let mut peak = Peak::default();
    for root in roots {
        for process in tree(*root)? {
            let folder = Path::new("/proc").join(process.pid.to_string());
            peak.pss_mb += kilobytes(&folder.join("smaps_rollup"), "Pss:").unwrap_or(0.0) / KB_OF_MB;
            let own = kilobytes(&folder.join("status"), "VmHWM:").unwrap_or(0.0) / KB_OF_MB;
            peak = peak.or(Peak { pss_mb: 0.0, each_mb: BTreeMap::from([(process.name, own)]) });
        }
    }
    Ok(peak)
}

/// The value behind a word in a file of `/proc`; `None` if the process has ended.
fn kilobytes(file: &Path, word: &str) -> Option<f64> {
    let text = std::fs::read_to_string(file).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(word))?;
    line.trim().trim_end_matches("kB").trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    #[test]
    fn a_name_with_brackets_and_blanks_is_one_field() {
        let line = "12 (a) b (c) S 7 12 12 0 -1 4194560 1 2 3 4 250 50 30 20 20 0 1 0 100 1000 10";
        let parsed = Process::parse(line, 100.0).unwrap();
        assert_eq!((parsed.pid, parsed.parent, parsed.name.as_str()), (12, 7, "a) b (c"));
        assert!((parsed.own_s - 3.0).abs() < 1e-9 && (parsed.waited_s - 0.5).abs() < 1e-9, "{parsed:?}");
        assert_eq!(Process::parse("no stat", 100.0), None);
    }

    #[test]
    fn children_of_children_belong_to_the_tree_and_their_time_is_counted_after_they_ended() {
        // The shell waits for one that works, then starts one that stays.
        let script = "i=0; (while [ $i -lt 200000 ]; do i=$((i+1)); done); sleep 60 & echo there; wait";
        let mut shell = Command::new("sh").args(["-c", script]).stdout(std::process::Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        std::io::BufRead::read_line(&mut std::io::BufReader::new(shell.stdout.take().unwrap()), &mut line).unwrap();
        // It is another shell until it has become what it was started for.
        let mut found = tree(shell.id()).unwrap();
        while found.last().unwrap().name != "sleep" {
            std::thread::sleep(EVERY);
            found = tree(shell.id()).unwrap();
        }
        let (below, spent) = (found.last().unwrap().clone(), cpu_s(shell.id()).unwrap());
        let memory = sample(&[shell.id()]).unwrap();
        shell.kill().unwrap();
        shell.wait().unwrap();
        Command::new("kill").arg(below.pid.to_string()).status().unwrap();
        assert_eq!((found[0].pid, below.name.as_str()), (shell.id(), "sleep"), "{found:?}");
        assert!(spent > 0.0, "{found:?}");
        assert!(memory.pss_mb > 0.0 && memory.each_mb.contains_key("sleep"), "{memory:?}");
        assert!(tree(shell.id()).unwrap().is_empty());
    }

    #[test]
    fn a_peak_keeps_the_largest_of_each() {
        let peak = |sum: f64, name: &str, mb: f64| Peak { pss_mb: sum, each_mb: BTreeMap::from([(name.into(), mb)]) };
        let most = peak(5.0, "a", 3.0).or(peak(4.0, "a", 7.0)).or(peak(1.0, "b", 1.0));
        assert_eq!(most, Peak { pss_mb: 5.0, each_mb: BTreeMap::from([("a".into(), 7.0), ("b".into(), 1.0)]) });
    }
}
