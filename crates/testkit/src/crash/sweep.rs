//! Every system call that changes a disk, made to fail or to be the last thing the program does.
//!
//! Each scenario runs once to count its calls; then a point is one call of one kind, and what happens there: the program
//! is killed, the disk is full, the disk is broken. `strace` counts for every thread by itself, so a point is the first
//! thread's Nth call of its kind; [`SCENARIOS`] has one in which the filing thread works alone for that reason.

mod scenario;
mod trace;

pub use scenario::{SCENARIOS, Scenario};
pub use trace::Fault;

use super::judge::{BagJudge, Truth, verified};
use super::paper::{Paper, Place, School, copy, lay};
use super::room::Room;
use super::tools::{Trouble, at, make_folder};
use super::workload::{Word, broken_words};
use scenario::{Base, Brings, Way};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use trace::{Ended, Point};

/// The exit code for storage trouble, in words the operator sees: the only one besides success a failing disk may give.
const STORAGE: i32 = 7;
const FAILED: i32 = 1;

/// Points that are tried at the same time on each processor: most of a point's time is waiting, for a program that waits a
/// while before it tries a broken disk again.
const AT_ONCE: usize = 3;

/// What came of a sweep.
#[derive(Debug, Default)]
pub struct Report {
    /// Points by scenario, call and fault.
    pub points: BTreeMap<(&'static str, &'static str, Fault), usize>,
    /// How many calls there were to choose from.
    pub calls: usize,
    /// Points after which something was wrong: which, and what.
    pub failing: Vec<(String, Vec<String>)>,
}

impl Report {
    /// How many points were tried.
    pub fn tried(&self) -> usize {
        self.points.values().sum()
    }
}

/// Tries about `points` points, spread over all scenarios, calls and faults and over the whole length of each.
pub fn run(program: &Path, base: &Path, points: usize, say: &(dyn Fn(&str) + Sync)) -> Result<Report, Trouble> {
    let room = Room::new(base)?;
    let bench = Bench::set(program, &room)?;
    let mut groups = Vec::new();
    for scenario in SCENARIOS {
        let counted = bench.count(scenario)?;
        for fault in Fault::ALL {
            for &call in fault.calls() {
                let most = counted.get(call).copied().unwrap_or(0);
                if most > 0 {
                    groups.push((scenario, call, fault, most));
                }
            }
        }
    }
    let calls = groups.iter().map(|(.., most)| most).sum();
    let chosen = choose(&groups, points);
    say(&format!("{} points of {calls}", chosen.len()));
    let mut report = Report { calls, ..Report::default() };
    for point in &chosen {
        *report.points.entry((point.scenario.name, point.call, point.fault)).or_default() += 1;
    }
    report.failing = bench.try_all(&chosen, say)?;
    Ok(report)
}

/// As many points of each group as its share, one at least, evenly spread.
fn choose(groups: &[(&'static Scenario, &'static str, Fault, usize)], points: usize) -> Vec<Point> {
    let all: usize = groups.iter().map(|(.., most)| most).sum();
    let mut chosen = Vec::new();
    for (scenario, call, fault, most) in groups {
        let share = (most * points).div_ceil(all.max(1)).clamp(1, *most);
        for place in 0..share {
            let number = 1 + (place * most) / share + (most / share) / 2;
            chosen.push(Point { scenario, call, fault: *fault, number: number.min(*most) });
        }
    }
    chosen
}

/// The schools that points begin from.
struct Bench<'a> {
    room: &'a Room,
    school: School,
    /// The sheets that scenarios bring in.
    stack: Vec<Paper>,
    interrupted: PathBuf,
}

impl<'a> Bench<'a> {
    fn set(program: &Path, room: &'a Room) -> Result<Self, Trouble> {
        let school = School::make(program, &room.folder("prepared")?)?;
        let stack = school.stack(2)?;
        lay(&room.path().join("in"), &stack)?;
        let bench = Self { room, school, stack, interrupted: room.path().join("interrupted") };
        bench.interrupt()?;
        Ok(bench)
    }

    /// A school in which a stack was taken in and the program killed before its first page was filed.
    fn interrupt(&self) -> Result<(), Trouble> {
        let take_in = &SCENARIOS[0];
        let truth = self.truth()?;
        // The first new folders are not yet those of a trail.
        for number in 1..20 {
            let point = Point { scenario: take_in, call: "mkdirat", fault: Fault::Kill, number };
            let (place, ended) = self.play(take_in, "interrupt", Some(&point))?;
            let waiting = truth.census(&[&place.data.join(".trail").join("spool")])?.len();
            // The first cover may have gone to its place: that takes no new folder.
            if ended.code.is_none() && waiting + 1 >= self.stack.len() {
                return copy(&place.data, &self.interrupted);
            }
        }
        Err(Trouble::Program("no moment was found at which all sheets wait".into()))
    }

    fn truth(&self) -> Result<Truth, Trouble> {
        let mut truth = Truth::default();
        truth.add(&self.school.papers)?;
        truth.add(&self.stack)?;
        // One scenario gives it to two pupils.
        truth.share(&self.school.papers[0].name);
        Ok(truth)
    }

    /// A fresh school for a scenario, in a folder of its own.
    fn place(&self, scenario: &Scenario, name: &str) -> Result<Place, Trouble> {
        let folder = self.room.path().join(name);
        if folder.try_exists().unwrap_or(false) {
            at(&folder, std::fs::remove_dir_all(&folder))?;
        }
        make_folder(&folder)?;
        let data = folder.join("school");
        match scenario.base {
            Base::Prepared => self.school.copy_to(&data)?,
            Base::Interrupted => copy(&self.interrupted, &data)?,
        }
        let mut drops = Vec::new();
        if scenario.way == Way::Watch {
            let drop = folder.join("Drop");
            lay(&drop, &self.stack)?;
            drops.push(drop);
        }
        Place::set(&self.school.program, &folder, &data, &drops)
    }

    /// Plays a scenario on a fresh school, with a fault or without.
    fn play(&self, scenario: &Scenario, name: &str, point: Option<&Point>) -> Result<(Place, Ended), Trouble> {
        let place = self.place(scenario, name)?;
        let folder = self.room.path().join(name);
        let words = (scenario.words)(&self.school, &self.room.path().join("in"), &folder);
        let ended = trace::play(&place, scenario.way, &words, &folder, point)?;
        Ok((place, ended))
    }

    /// How often one thread makes each call, at most.
    fn count(&self, scenario: &Scenario) -> Result<BTreeMap<String, usize>, Trouble> {
        let name = "count";
        let place = self.place(scenario, name)?;
        let folder = self.room.path().join(name);
        let words = (scenario.words)(&self.school, &self.room.path().join("in"), &folder);
        trace::count(&place, scenario, &words, &folder)
    }

    /// Tries points several at once.
    fn try_all(&self, chosen: &[Point], say: &(dyn Fn(&str) + Sync)) -> Result<Vec<(String, Vec<String>)>, Trouble> {
        let threads = AT_ONCE * std::thread::available_parallelism().map_or(1, usize::from);
        let next = AtomicUsize::new(0);
        let one = |thread: usize| -> Result<Vec<(String, Vec<String>)>, Trouble> {
            let mut judge = BagJudge::start()?;
            let mut failing = Vec::new();
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                let Some(point) = chosen.get(number) else { return Ok(failing) };
                let problems = self.try_one(point, &format!("point-{thread}"), &mut judge)?;
                if !problems.is_empty() {
                    say(&format!("{point}: {}", problems.join("; ")));
                    failing.push((point.to_string(), problems));
                }
                if (number + 1).is_multiple_of(100) {
                    say(&format!("{} of {} points", number + 1, chosen.len()));
                }
            }
        };
        let one = &one;
        std::thread::scope(|scope| {
            let threads: Vec<_> = (0..threads).map(|thread| scope.spawn(move || one(thread))).collect();
            let mut failing = Vec::new();
            for thread in threads {
                failing.extend(thread.join().map_err(|_| Trouble::Program("a thread panicked".into()))??);
            }
            Ok(failing)
        })
    }

    fn try_one(&self, point: &Point, name: &str, judge: &mut BagJudge) -> Result<Vec<String>, Trouble> {
        let scenario = point.scenario;
        let (place, ended) = self.play(scenario, name, Some(point))?;
        let mut problems = unsound_end(point, &ended);
        if ended.code != Some(0) && !scenario.mended_by.is_empty() {
            problems.extend(place.scantrail.good(scenario.mended_by).err().map(|error| format!("MENDED: {error}")));
        }
        problems.extend(verified(&place)?);
        let mut kept: BTreeSet<String> = self.school.papers.iter().map(|paper| paper.name.clone()).collect();
        let safe = match scenario.brings {
            Brings::Nothing => false,
            Brings::WhenItEndsWell => ended.code == Some(0),
            Brings::Whatever => true,
        };
        if safe {
            kept.extend(self.stack.iter().map(|paper| paper.name.clone()));
        }
        let condemned = (scenario.takes_away)(&self.school);
        if let Some(paper) = &condemned {
            kept.remove(paper);
        }
        let truth = self.truth()?;
        problems.extend(truth.problems(&place, &kept)?);
        if let Some(paper) = condemned.filter(|_| ended.code == Some(0))
            && truth.census(&[&place.data])?.contains_key(paper.as_str())
        {
            problems.push(format!("NOT GONE: {paper}"));
        }
        for words in (scenario.afterwards)(&self.room.path().join(name)) {
            if let Err(error) = place.scantrail.good(&words) {
                problems.push(format!("AFTERWARDS: {error}"));
            }
        }
        if ended.code == Some(0) {
            let words = (scenario.promise)(&self.school);
            problems.extend(broken_words(&place, &words.iter().collect::<Vec<&Word>>())?);
        }
        problems.extend(judge.problems(&place.data)?);
        Ok(problems)
    }
}

/// What is wrong about the way it ended, whatever became of the papers.
fn unsound_end(point: &Point, ended: &Ended) -> Vec<String> {
    let mut problems = Vec::new();
    if ended.said.contains("panicked") {
        problems.push(format!("PANIC: {}", ended.said.trim()));
    }
    if ended.hung {
        problems.push(format!("HUNG: {}", ended.said.trim()));
    } else if point.fault != Fault::Kill {
        match ended.code {
            Some(0) => {}
            Some(STORAGE) if ended.said.contains("error:") => {}
            // The answer itself could not be written: no trouble of the school's disk.
            Some(FAILED) if point.call == "write" && ended.said.contains("error:") => {}
            code => problems.push(format!("EXIT {code:?}: {}", ended.said.trim())),
        }
    }
    problems
}
