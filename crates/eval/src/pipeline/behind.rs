//! How soon a person at the machine sees what came in, while many pages wait to be read: milliseconds from the moment a
//! capture is safe until its picture is on the site and until it is known whose cover it is.
//!
//! The readers stand still (SIGSTOP) until so many pages wait, and then go on: they are the load.

use super::desk::Desk;
use super::pages;
use super::school::School;
use crate::clock::{Moment, Times};
use crate::process;
use crate::table::{Table, figure};
use anyhow::{Context as _, Result, bail, ensure};
use rustix::process::{Pid, Signal, kill_process};
use scantrail_core::raster::Raster;
use serde_json::{Value, json};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

/// Captures after which the figures are told: covers and pages of work in turn.
const CAPTURES: u64 = 20;
/// Pages with their covers, of which it is asked whose they are.
const PAIRS: u64 = 5;
/// Different pages: what waits need not be new.
const DIFFERENT: usize = 12;
/// How often it is looked whether something is there.
const LOOK_EVERY: Duration = Duration::from_millis(10);
/// A picture that is not there by then never comes.
const NEVER_MS: f64 = 60_000.0;
/// How long it is waited for the owner of a page behind its cover: ten times the aim.
const OWNER_MS: f64 = 3_000.0;

/// What was seen of captures.
#[derive(Debug, Default)]
struct Seen {
    picture: Times,
    cover: Times,
    owner: Times,
    owners_unknown: u64,
    /// The fewest and the most that waited to be read.
    waiting: Option<(u64, u64)>,
}

/// Lets `waiting` pages pile up, captures some more, and prints how soon they are seen.
pub(super) fn run(school: &School, real: &[Raster], folder: &Path, waiting: u64) -> Result<()> {
    let desk = Desk::of(school);
    let stack = folder.join("stack");
    let files = pages::lay(&stack, real, DIFFERENT, 1)?;
    let cover = folder.join("cover.jpg");
    pages::save(&cover, &school.cover)?;
    // The readers are started by the first pages they get.
    school.ingest(&stack)?;
    pile_up(school, &desk, &files, folder, waiting)?;
    let mut seen = Seen::default();
    for number in 0..CAPTURES {
        let page = &files[number as usize % files.len()];
        let is_cover = number % 2 == 0;
        let (batch, safe) = capture(&desk, &[if is_cover { cover.clone() } else { page.clone() }])?;
        seen.picture.add(until(NEVER_MS, safe, || picture(&desk, &batch))?.context("a picture never came")?);
        if is_cover {
            seen.cover.add(until(NEVER_MS, safe, || owner(&desk, &batch))?.context("a cover was never understood")?);
        }
        seen.count(&desk)?;
    }
    for number in 0..PAIRS {
        let (batch, safe) = capture(&desk, &[cover.clone(), files[number as usize % files.len()].clone()])?;
        match until(OWNER_MS, safe, || owner(&desk, &batch))? {
            Some(ms) => seen.owner.add(ms),
            None => seen.owners_unknown += 1,
        }
        seen.count(&desk)?;
    }
    seen.print()
}

impl Seen {
    fn count(&mut self, desk: &Desk) -> Result<()> {
        let (_, read) = desk.waiting()?;
        let (fewest, most) = self.waiting.unwrap_or((read, read));
        self.waiting = Some((fewest.min(read), most.max(read)));
        Ok(())
    }

    fn print(&self) -> Result<()> {
        let mut table = Table::new(&["ms after it was safe", "captures", "median", "95 of 100", "worst"]);
        let rows = [
            ("its picture on the site", &self.picture),
            ("whose a cover is", &self.cover),
            ("whose a page behind its cover is", &self.owner),
        ];
        for (name, times) in rows {
            let figures = [times.median(), times.most(), times.worst()].map(|ms| figure(ms, 0));
            let [median, most, worst] = figures;
            table.row(vec![name.to_owned(), times.count().to_string(), median, most, worst]);
        }
        let (fewest, most) = self.waiting.context("nothing was captured")?;
        let mut out = std::io::stdout().lock();
        write!(out, "{}", table.text()).context("cannot print")?;
        writeln!(out, "{most} to {fewest} pages waited to be read meanwhile").context("cannot print")?;
        if self.owners_unknown > 0 {
            let (pages, seconds) = (self.owners_unknown, OWNER_MS / 1e3);
            writeln!(out, "of {pages} pages behind their covers nobody was told the owner within {seconds} s")?;
        }
        Ok(())
    }
}

/// Takes in pages that nobody reads until so many wait, and one for each that will be read in the meantime.
fn pile_up(school: &School, desk: &Desk, files: &[PathBuf], folder: &Path, waiting: u64) -> Result<()> {
    let stack = folder.join("waiting");
    std::fs::create_dir(&stack).context("cannot make a folder")?;
    let wanted = waiting + CAPTURES + PAIRS;
    for (number, file) in (0..wanted).zip(files.iter().cycle()) {
        let ending = file.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        let link = stack.join(format!("{number:04}.{ending}"));
        std::os::unix::fs::symlink(file, &link).context("cannot make a link")?;
    }
    stand_still(school.daemon.pid())?;
    let mut command = school.scantrail.command(["ingest", &stack.to_string_lossy()]);
    // It waits until all is filed, which nobody here does: it ends with its daemon.
    let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().context("cannot run scantrail")?;
    std::thread::spawn(move || child.wait_with_output());
    let begun = Moment::now();
    loop {
        // One that was started anew stands still from its next page on.
        stand_still(school.daemon.pid())?;
        let (look, read) = desk.waiting()?;
        if read >= wanted && look == 0 {
            break;
        }
        ensure!(begun.ms() < 10.0 * NEVER_MS, "{read} of {wanted} pages wait to be read; there will not be more");
        std::thread::sleep(20 * LOOK_EVERY);
    }
    for reader in readers(school.daemon.pid())? {
        kill_process(reader, Signal::CONT).context("a reader cannot go on")?;
    }
    Ok(())
}

fn readers(daemon: u32) -> Result<Vec<Pid>> {
    let all = process::tree(daemon)?;
    let readers = all.iter().filter(|process| process.name.starts_with("scantrail-read-"));
    readers.map(|process| Pid::from_raw(process.pid as i32).context("a process without a number")).collect()
}

fn stand_still(daemon: u32) -> Result<()> {
    let readers = readers(daemon)?;
    ensure!(!readers.is_empty(), "nobody reads");
    readers.into_iter().try_for_each(|reader| kill_process(reader, Signal::STOP).context("a reader cannot be stopped"))
}

/// Has files captured as one batch; its name, and the moment the last of them was safe.
fn capture(desk: &Desk, files: &[PathBuf]) -> Result<(String, Moment)> {
    let request = json!({
        "do": "ingest", "paths": files, "flow": "stack", "shows": "anything",
        "resume": null, "items": null, "mat": null, "class": null, "subject": null, "title": null,
    });
    let (safe, heard) = channel();
    let asking = desk.clone();
    // The answer comes when all is filed: nobody waits for it here.
    std::thread::spawn(move || asking.ask(&request, |progress| tell(progress, &safe)));
    let mut batch = None;
    let mut taken = 0;
    for (progress, moment) in heard {
        match progress["progress"].as_str() {
            Some("batch-opened") => batch = progress["batch"].as_str().map(str::to_owned),
            Some("taken") => taken += 1,
            _ => {}
        }
        if taken == files.len() {
            return Ok((batch.context("a batch without a name")?, moment));
        }
    }
    bail!("{taken} of {} files were taken in", files.len())
}

fn tell(progress: &Value, to: &Sender<(Value, Moment)>) {
    // Nobody listens any more once all is safe.
    drop(to.send((progress.clone(), Moment::now())));
}

/// Milliseconds until it is there; `None` if it did not come in time.
fn until(at_most: f64, since: Moment, there: impl Fn() -> Result<bool>) -> Result<Option<f64>> {
    while since.ms() < at_most {
        if there()? {
            return Ok(Some(since.ms()));
        }
        std::thread::sleep(LOOK_EVERY);
    }
    Ok(None)
}

/// Whether the site shows a picture of a batch, on its own page or among the open ones, that can be fetched.
fn picture(desk: &Desk, batch: &str) -> Result<bool> {
    let own = desk.page(&format!("/batch/{batch}"))?;
    let open = desk.page("/now/part")?;
    let mut articles = open.split("<article").filter_map(|rest| rest.split("</article>").next());
    let among_the_open = articles.find(|article| article.contains(batch)).unwrap_or_default();
    let shown = [own.as_str(), among_the_open].iter().find_map(|text| text.split_once("\"/preview/"));
    let Some((_, rest)) = shown else { return Ok(false) };
    let path = rest.split('"').next().unwrap_or_default();
    let picture = desk.get(&format!("/preview/{path}"))?;
    ensure!(picture.starts_with(&[0xFF, 0xD8]), "a preview that is no JPEG");
    Ok(true)
}

/// Whether it is told whose a run is.
fn owner(desk: &Desk, batch: &str) -> Result<bool> {
    let told = desk.batch(batch)?;
    let runs = told["runs"].as_array().context("a batch without runs")?;
    Ok(runs.iter().any(|run| !run["pupil"].is_null()))
}
