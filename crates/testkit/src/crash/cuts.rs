//! Power cuts: one day is worked and logged, then the plug is pulled at many moments of it, each on fresh disks.

use super::device::{Device, FileSystem};
use super::judge::{BagJudge, verified};
use super::log::Log;
use super::paper::{Place, School, copy};
use super::room::{Mounted, Room};
use super::tools::{Trouble, at, make_folder, write};
use super::weakness::Weakness;
use super::workload::{self, Day, LogClock, Word, broken_words, wait_for_rest};
use crate::demo::Daemon;
use crate::seed::{Seed, pick};
use rand::Rng;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Every so many cuts the daemon itself recovers and works on; otherwise `verify` does, which opens the folder the same way
/// and is quicker.
const DAEMON_EVERY: usize = 10;

/// How far behind an acknowledgement a cut counts as close to it, in records of the log.
const CLOSE: usize = 12;

/// Where the catalogue lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disks {
    /// On the disk of the data folder, as usual. What makes the catalogue durable makes much else durable along the way.
    One,
    /// On a disk of its own: only what is synced for itself is durable.
    Two,
}

/// What is to be tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// On which file system.
    pub file_system: FileSystem,
    /// On how many disks.
    pub disks: Disks,
    /// With what taken away.
    pub weakness: Weakness,
    /// How many cuts.
    pub cuts: usize,
    /// Whether it is enough to have found one.
    pub stop: Stop,
    /// Decides where is cut, and what the disks kept.
    pub seed: u64,
}

/// When to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// After the last cut.
    AtTheEnd,
    /// At the first cut that failed: enough to know that they can.
    AtTheFirst,
}

/// A cut after which something was wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failing {
    /// Before which record of the log.
    pub cut: usize,
    /// What was wrong.
    pub problems: Vec<String>,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// What was tried.
    pub plan: Plan,
    /// Records in the log, and how many of them are flushes.
    pub records: (usize, usize),
    /// Bytes of the log.
    pub bytes: u64,
    /// How many acknowledgements there were.
    pub words: usize,
    /// How many cuts were made.
    pub cuts: usize,
    /// Those that failed.
    pub failing: Vec<Failing>,
}

/// Works a day on logged disks and cuts the power many times. `say` hears how it goes.
pub fn run(program: &Path, base: &Path, plan: Plan, say: &dyn Fn(&str)) -> Result<Report, Trouble> {
    let room = Room::new(base)?;
    let school = School::make(program, &room.folder("prepared")?)?;
    let bench = Bench { room: &room, school: &school, plan };
    let (log, day) = bench.record()?;
    say(&format!(
        "{} on {:?}, weakness {}: {} records, {} flushes, {} acknowledgements",
        plan.file_system.word(),
        plan.disks,
        plan.weakness.word(),
        log.len(),
        log.flushes(),
        day.words.len()
    ));
    let mut judge = BagJudge::start()?;
    let mut failing = Vec::new();
    let mut made = 0;
    for (number, cut) in moments(&log, &day, plan).into_iter().enumerate() {
        let problems = bench.cut(&log, &day, number, cut, &mut judge)?;
        made += 1;
        if !problems.is_empty() {
            say(&format!("cut {cut} of {}: {}", log.len(), problems.join("; ")));
            failing.push(Failing { cut, problems });
            if plan.stop == Stop::AtTheFirst {
                break;
            }
        }
        if made % 100 == 0 {
            say(&format!("{made} of {} cuts, {} failing", plan.cuts, failing.len()));
        }
    }
    let records = (log.len(), log.flushes());
    Ok(Report { plan, records, bytes: log.bytes(), words: day.words.len(), cuts: made, failing })
}

/// Where to cut: every other time anywhere, else close behind an acknowledgement, where a promise is youngest.
fn moments(log: &Log, day: &Day, plan: Plan) -> Vec<usize> {
    let mut rng = Seed(plan.seed).child(1).rng();
    let end = log.cut_at(day.end).max(1);
    let given: Vec<usize> = day.words.iter().map(|given| log.cut_at(given.time)).filter(|cut| *cut > 0).collect();
    (0..plan.cuts)
        .map(|number| {
            if number % 2 == 0 || given.is_empty() {
                return rng.random_range(1..=end);
            }
            (*pick(&given, &mut rng) + rng.random_range(0..CLOSE)).min(end)
        })
        .collect()
}

/// One plan with all it needs.
struct Bench<'a> {
    room: &'a Room,
    school: &'a School,
    plan: Plan,
}

/// The disks of a school, mounted.
struct Mount {
    folder: PathBuf,
    catalogue: Option<PathBuf>,
    mounted: Vec<Mounted>,
}

impl Mount {
    /// The file system of the data folder.
    fn root(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn data(&self) -> PathBuf {
        self.root().join("school")
    }

    fn catalogue(&self) -> PathBuf {
        let own = self.catalogue.as_ref().map(|folder| folder.join("catalogue.db"));
        own.unwrap_or_else(|| self.data().join(".trail").join("catalogue.db"))
    }

    fn unmount(self) -> Result<(), Trouble> {
        self.mounted.into_iter().rev().try_for_each(Mounted::unmount)
    }
}

impl Bench<'_> {
    /// The numbers of the disks in the log.
    fn disks(&self) -> &'static [u8] {
        match self.plan.disks {
            Disks::One => &[0],
            Disks::Two => &[0, 1],
        }
    }

    fn image(&self, kind: &str, disk: u8) -> PathBuf {
        self.room.path().join(format!("{kind}-{disk}.img"))
    }

    fn folder(&self) -> PathBuf {
        self.room.path().join("m")
    }

    /// Mounts all disks; `device` gives what is to be mounted for each.
    fn mount(&self, options: &str, device: impl Fn(u8) -> PathBuf) -> Result<Mount, Trouble> {
        let folder = self.folder();
        let mut mounted = Vec::new();
        let mut catalogue = None;
        for disk in self.disks() {
            let name = if *disk == 0 { "data" } else { "catalogue" };
            mounted.push(Mounted::new(&device(*disk), &folder.join(name), options)?);
            if *disk == 1 {
                catalogue = Some(folder.join(name));
            }
        }
        Ok(Mount { folder, catalogue, mounted })
    }

    fn place(&self, disks: &Mount) -> Result<Place, Trouble> {
        let drops = [disks.root().join("Drop"), self.folder().join("outside")];
        drops.iter().try_for_each(|drop| make_folder(drop))?;
        Place::set(&self.school.program, &self.folder(), &disks.data(), &drops)
    }

    /// Makes the disks, puts the school on them, and works a day on them while everything is logged.
    fn record(&self) -> Result<(Log, Day), Trouble> {
        let fs = self.plan.file_system;
        for disk in self.disks() {
            fs.make(&self.image("base", *disk))?;
        }
        let disks = self.mount("loop", |disk| self.image("base", disk))?;
        self.school.copy_to(&disks.data())?;
        make_folder(&disks.root().join("Drop"))?;
        if let Some(folder) = &disks.catalogue {
            move_catalogue(&disks.data().join(".trail"), folder)?;
        }
        disks.unmount()?;
        let log = self.room.path().join("log");
        write(&log, b"")?;
        let mut devices = Vec::new();
        for disk in self.disks() {
            let image = self.image("live", *disk);
            copy(&self.image("base", *disk), &image)?;
            devices.push(Device::serve(&image, &log, *disk, &self.room.path().join(format!("device-{disk}")))?);
        }
        let disks = self.mount(fs.patient(), |disk| devices[usize::from(disk)].block().to_owned())?;
        let place = self.place(&disks)?;
        let clock = LogClock { log: log.clone() };
        let mut weakened = Ok(());
        let day = workload::work(self.school, &place, &clock, |command| {
            let plain = command.get_program().to_owned();
            self.plan.weakness.inflict(command, &disks.root(), &disks.catalogue()).unwrap_or_else(|error| {
                weakened = Err(error);
                Command::new(plain)
            })
        });
        weakened?;
        let day = day?;
        disks.unmount()?;
        drop(devices);
        Ok((Log::read(&log)?, day))
    }

    /// Fresh disks as a cut would leave them, the program on them, and what is wrong then.
    fn cut(
        &self,
        log: &Log,
        day: &Day,
        number: usize,
        cut: usize,
        judge: &mut BagJudge,
    ) -> Result<Vec<String>, Trouble> {
        let mut lot = Seed(self.plan.seed).child(2).child(number as u64).rng();
        for disk in self.disks() {
            let image = self.image("cut", *disk);
            copy_over(&self.image("base", *disk), &image)?;
            log.replay(*disk, cut, &image, &mut lot)?;
        }
        let disks = match self.mount("loop", |disk| self.image("cut", disk)) {
            Ok(disks) => disks,
            // The file system's own promise is broken: nothing can be said about ours.
            Err(error) => return Ok(vec![format!("MOUNT: {error}")]),
        };
        let place = self.place(&disks)?;
        let time = log.time(cut);
        set_outside(&place.drops[1], day, time)?;
        let problems = recover_and_judge(&place, day, number, time, judge)?;
        disks.unmount()?;
        Ok(problems)
    }
}

fn recover_and_judge(
    place: &Place,
    day: &Day,
    number: usize,
    time: u64,
    judge: &mut BagJudge,
) -> Result<Vec<String>, Trouble> {
    if number % DAEMON_EVERY == DAEMON_EVERY - 1 {
        let mut daemon = match Daemon::start(&place.scantrail) {
            Ok(daemon) => daemon,
            Err(error) => return Ok(vec![format!("START: {error}")]),
        };
        if let Err(error) = wait_for_rest(place) {
            return Ok(vec![format!("STUCK: {error}")]);
        }
        daemon.stop()?;
    }
    let mut problems = verified(place)?;
    let mut kept = day.kept(time);
    // What still lay on the other machine's disk is there now, wherever it was moved meanwhile.
    kept.extend(day.visitors.iter().filter(|v| v.seen >= time).map(|v| v.paper.name.clone()));
    problems.extend(day.truth.problems(place, &kept)?);
    if problems.iter().all(|problem| !problem.starts_with("VERIFY ended")) {
        let words: Vec<&Word> = day.words.iter().filter(|g| g.time <= time).map(|g| &g.word).collect();
        problems.extend(broken_words(place, &words)?);
    }
    problems.extend(judge.problems(&place.data)?);
    Ok(problems)
}

/// The watched folder of another machine as it was at that time: a file that was taken away between two looks is not
/// laid there again, and nobody asks for it.
fn set_outside(folder: &Path, day: &Day, time: u64) -> Result<(), Trouble> {
    at(folder, std::fs::remove_dir_all(folder))?;
    make_folder(folder)?;
    for visitor in day.visitors.iter().filter(|visitor| visitor.seen >= time) {
        write(&folder.join(&visitor.paper.name), &visitor.paper.bytes)?;
    }
    Ok(())
}

/// Copies an image to where another one was.
fn copy_over(from: &Path, to: &Path) -> Result<(), Trouble> {
    if to.try_exists().unwrap_or(false) {
        at(to, std::fs::remove_file(to))?;
    }
    copy(from, to)
}

/// Moves the catalogue to a disk of its own and leaves a link, as a school with a faster disk would.
fn move_catalogue(private: &Path, folder: &Path) -> Result<(), Trouble> {
    for name in ["catalogue.db", "catalogue.db-wal", "catalogue.db-shm"] {
        let from = private.join(name);
        if from.try_exists().unwrap_or(false) {
            copy(&from, &folder.join(name))?;
            at(&from, std::fs::remove_file(&from))?;
        }
    }
    let link = private.join("catalogue.db");
    at(&link, std::os::unix::fs::symlink("../../../catalogue/catalogue.db", &link))
}
