//! A working day while every write is logged, and what the program acknowledged when.
//!
//! Time is the length of the log: an acknowledgement is noted with what had been written when it was heard, so it may be
//! noted late and never early.

use super::judge::Truth;
use super::paper::{Paper, Place, School, lay};
use super::tools::{Trouble, at, wait_until};
use crate::demo::{Daemon, Failed};
use std::collections::BTreeSet;
use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// How often the watched folder of another machine is looked at.
const GLANCE: Duration = Duration::from_micros(200);

/// What somebody was told, or may rely on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Word {
    /// The bytes of this paper are there, once.
    Kept(String),
    /// This page lies in this pupil's trail.
    Assigned {
        /// The page's id.
        page: String,
        /// The pupil's id.
        pupil: String,
    },
    /// This pupil has this surname.
    Named {
        /// The pupil's id.
        pupil: String,
        /// The surname.
        surname: String,
    },
}

/// One acknowledgement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// When it was heard.
    pub time: u64,
    /// What.
    pub word: Word,
}

/// A file in a folder on a disk that loses no power: the program takes it away when it is safe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visitor {
    /// The file.
    pub paper: Paper,
    /// It was still there at this time.
    pub seen: u64,
    /// It was gone at this time.
    pub gone: u64,
}

/// All that happened.
#[derive(Debug, Default)]
pub struct Day {
    /// Every paper of that day and before.
    pub truth: Truth,
    /// Acknowledgements in order.
    pub words: Vec<Given>,
    /// The files on the disk of another machine.
    pub visitors: Vec<Visitor>,
    /// When everything was done, before anything was unmounted.
    pub end: u64,
}

impl Day {
    /// The papers that must be there at a time.
    pub fn kept(&self, time: u64) -> BTreeSet<String> {
        let given = self.words.iter().filter(|given| given.time <= time);
        given.filter_map(|given| if let Word::Kept(name) = &given.word { Some(name.clone()) } else { None }).collect()
    }
}

/// The clock of a run: the length of its log.
#[derive(Debug, Clone)]
pub struct LogClock {
    /// The log.
    pub log: PathBuf,
}

impl LogClock {
    /// What has been written so far.
    pub fn now(&self) -> Result<u64, Trouble> {
        Ok(at(&self.log, self.log.metadata())?.len())
    }
}

/// Works on `place` for a day. Its first watched folder lies on the logged disk, its second on another machine's. `wrap` may
/// put the daemon's command into another one.
pub fn work(
    school: &School,
    place: &Place,
    clock: &LogClock,
    wrap: impl FnOnce(Command) -> Command,
) -> Result<Day, Trouble> {
    let mut day = Day::default();
    day.truth.add(&school.papers)?;
    for paper in &school.papers {
        day.words.push(Given { time: 0, word: Word::Kept(paper.name.clone()) });
    }
    let [inside, outside] = place.drops.as_slice() else {
        return Err(Trouble::Program("a day needs two watched folders".into()));
    };
    let mut daemon = Daemon::from_command(wrap(place.scantrail.command(["serve"])))?;
    let (here, there) = (school.stack(1)?, school.stack(2)?);
    day.truth.add(&here)?;
    day.truth.add(&there)?;
    let stop = AtomicBool::new(false);
    let watched = std::thread::scope(|scope| {
        let watcher = scope.spawn(|| watch(outside, &there, clock, &stop));
        let dropped = drop_in(place, (inside, &here), (outside, &there), clock, &mut day.words);
        stop.store(true, Ordering::Release);
        let watched = watcher.join().map_err(|_| Trouble::Program("the watcher panicked".into()))?;
        dropped.and(watched)
    })?;
    for visitor in &watched {
        day.words.push(Given { time: visitor.gone, word: Word::Kept(visitor.paper.name.clone()) });
    }
    day.visitors = watched;
    say_things(school, place, clock, &mut day)?;
    wait_for_rest(place)?;
    day.end = clock.now()?;
    daemon.stop().or_else(|failed| if matches!(failed, Failed::Exit { .. }) { Ok(()) } else { Err(failed) })?;
    day.words.sort_by_key(|given| given.time);
    Ok(day)
}

/// Drops a stack into each folder and waits until the program has taken all of it. What lies durably on the logged disk is
/// somewhere on it for ever: that is an acknowledgement by the disk itself.
fn drop_in(
    place: &Place,
    (inside, here): (&Path, &[Paper]),
    (outside, there): (&Path, &[Paper]),
    clock: &LogClock,
    words: &mut Vec<Given>,
) -> Result<(), Trouble> {
    for paper in here {
        save_durably(&inside.join(&paper.name), &paper.bytes)?;
        words.push(Given { time: clock.now()?, word: Word::Kept(paper.name.clone()) });
    }
    for paper in there {
        save_durably(&outside.join(&paper.name), &paper.bytes)?;
    }
    let empty = |folder: &Path| Ok::<_, Trouble>(at(folder, folder.read_dir())?.next().is_none());
    wait_until("the watched folders to be empty", || Ok(empty(inside)? && empty(outside)?))?;
    wait_for_rest(place)
}

/// Commands whose answers are acknowledgements.
fn say_things(school: &School, place: &Place, clock: &LogClock, day: &mut Day) -> Result<(), Trouble> {
    let folder = place.drops[1].with_file_name("in");
    let stack = school.stack(3)?;
    day.truth.add(&stack)?;
    lay(&folder, &stack)?;
    let scantrail = &place.scantrail;
    scantrail.good(&["ingest", &folder.to_string_lossy(), "--subject", "History"])?;
    let time = clock.now()?;
    day.words.extend(stack.iter().map(|paper| Given { time, word: Word::Kept(paper.name.clone()) }));
    let (page, pupil) = (school.held.clone(), school.pupils[2].clone());
    scantrail.good(&["review", "assign", &page, &pupil])?;
    day.words.push(Given { time: clock.now()?, word: Word::Assigned { page, pupil } });
    let (pupil, surname) = (school.pupils[0].clone(), "Aldermaston".to_owned());
    scantrail.good(&["pupils", "rename", &pupil, "--surname", &surname])?;
    day.words.push(Given { time: clock.now()?, word: Word::Named { pupil, surname } });
    Ok(())
}

/// Waits until nothing is on its way: every batch understood, every page filed or held.
pub fn wait_for_rest(place: &Place) -> Result<(), Trouble> {
    wait_until("everything to be filed or held", || {
        let status = place.scantrail.json(&["status"])?;
        let waiting = ["look", "read", "understand", "file"].iter().map(|stage| status["queue"][stage].as_u64());
        let open = status["open_batches"].as_array().map_or(1, Vec::len);
        Ok(open == 0 && waiting.map(|pages| pages.unwrap_or(1)).sum::<u64>() == 0)
    })
}

fn save_durably(path: &Path, bytes: &[u8]) -> Result<(), Trouble> {
    let folder = path.parent().unwrap_or(path);
    let saved = File::create_new(path).and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()));
    at(path, saved)?;
    at(folder, File::open(folder).and_then(|folder| folder.sync_all()))
}

/// Notes when each file was taken away.
fn watch(folder: &Path, papers: &[Paper], clock: &LogClock, stop: &AtomicBool) -> Result<Vec<Visitor>, Trouble> {
    let mut seen = vec![None; papers.len()];
    let mut gone = vec![None; papers.len()];
    while !stop.load(Ordering::Acquire) {
        let before = clock.now()?;
        for (at, paper) in papers.iter().enumerate().filter(|(at, _)| gone[*at].is_none()).collect::<Vec<_>>() {
            match (folder.join(&paper.name).symlink_metadata().is_ok(), seen[at]) {
                (true, _) => seen[at] = Some(before),
                (false, Some(_)) => gone[at] = Some(clock.now()?),
                (false, None) => {}
            }
        }
        std::thread::sleep(GLANCE);
    }
    let visitors = papers.iter().zip(seen.into_iter().zip(gone));
    visitors
        .map(|(paper, (seen, gone))| match (seen, gone) {
            (Some(seen), Some(gone)) => Ok(Visitor { paper: paper.clone(), seen, gone }),
            _ => Err(Trouble::Program(format!("{} was never seen to be taken away", paper.name))),
        })
        .collect()
}

/// What somebody was told and is no longer so.
pub fn broken_words(place: &Place, words: &[&Word]) -> Result<Vec<String>, Trouble> {
    let mut broken = Vec::new();
    for word in words {
        match word {
            Word::Kept(_) => {}
            Word::Assigned { page, pupil } => {
                let trail = place.scantrail.json(&["trail", pupil])?.to_string();
                if !trail.contains(page.as_str()) {
                    broken.push(format!("FORGOTTEN: page {page} was given to pupil {pupil}"));
                }
            }
            Word::Named { pupil, surname } => {
                let shown = place.scantrail.json(&["pupils", "show", pupil])?.to_string();
                if !shown.contains(surname.as_str()) {
                    broken.push(format!("FORGOTTEN: pupil {pupil} was named {surname}"));
                }
            }
        }
    }
    Ok(broken)
}
