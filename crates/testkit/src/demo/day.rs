//! One day at the school, step by step; also the acceptance test.

use super::check::Findings;
use super::command::{Failed, Scantrail};
use super::daemon::Daemon;
use super::stage::{Photos, Stage, StageError};
use crate::escl::Sheet;
use crate::jpeg::cut_in_half;
use crate::scenario::{PnmSide, SideTruth, StackSheet};
use serde_json::Value;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// The pupil whose cover cannot be read, by place in the class list.
const UNREAD: usize = 11;
/// How long the drop of photos may take until everything is accounted for.
const PATIENCE: Duration = Duration::from_mins(5);
/// How long to wait before asking the daemon again how far it is.
const ASK_AGAIN: Duration = Duration::from_millis(500);

/// A day in the making.
pub struct Day<'a> {
    stage: &'a Stage,
    say: &'a (dyn Fn(&str) + Sync),
    /// The stack of class 4B.
    pub stack: Vec<StackSheet>,
    second: (Vec<PathBuf>, Vec<PnmSide>),
    photos: Photos,
    /// The batch of class 4B, once scanned.
    pub class_4b: Option<String>,
    /// The batch of class 2A, once scanned.
    pub class_2a: Option<String>,
    lines: Vec<String>,
}

impl<'a> Day<'a> {
    /// Prints the sheets and lays out the paper.
    pub fn new(
        stage: &'a Stage,
        pupils: usize,
        photos: usize,
        say: &'a (dyn Fn(&str) + Sync),
    ) -> Result<Self, StageError> {
        say("cover sheets for both classes, cards for the whiteboards");
        let covers = stage.print_covers("4B")?;
        let covers_2a = stage.print_covers("2A")?;
        say("pupils work: worksheets, exercise pages, paintings; the pages go through a scanner's rollers");
        let stack = stage.stack(&covers, pupils)?;
        let second = stage.second_stack(&covers_2a)?;
        let photos = stage.photos(photos)?;
        Ok(Self { stage, say, stack, second, photos, class_4b: None, class_2a: None, lines: Vec::new() })
    }

    /// The truth about every side of class 4B's stack, in the order of the scanner.
    pub fn truth(&self) -> Vec<&SideTruth> {
        self.stack.iter().flat_map(|sheet| [&sheet.front.truth, &sheet.back.truth]).collect()
    }

    /// Class 4B's stack as sheets for the virtual scanner.
    pub fn paper(&self) -> Vec<Sheet> {
        self.stack.iter().map(StackSheet::paper).collect()
    }

    /// The arguments of the scan of class 4B.
    pub fn scan_arguments(&self) -> Result<Vec<String>, StageError> {
        let device = self.stage.office_scanner()?;
        let words = ["scan", "--device", &device, "--class", "4B", "--subject", "Maths", "--title", "Fractions"];
        Ok(words.iter().map(|word| (*word).to_owned()).collect())
    }

    /// Class 4B: the big stack through the virtual network scanner.
    pub fn scan_class_4b(&mut self) -> Result<(), StageError> {
        let sheets = self.stack.len();
        (self.say)(&format!("class 4B: {sheets} sheets into the feeder of a network scanner (airscan)"));
        self.stage.scanner.load(self.paper()).map_err(|error| StageError::Scanner(error.to_string()))?;
        let begin = now();
        let answer = self.stage.scantrail.json(&self.scan_arguments()?)?;
        let seconds = begin.elapsed().as_secs_f64();
        let batch = only(&answer)?;
        let id = text(batch, "id");
        let rate = f64::from(sheets as u32) * 2.0 / seconds * 60.0;
        (self.say)(&format!("class 4B: {} in {seconds:.0} s, {rate:.0} sides a minute", counted(batch)));
        self.class_4b = Some(id);
        Ok(())
    }

    /// Class 2A: a small stack through SANE's `pnm` device.
    pub fn scan_class_2a(&mut self) -> Result<(), StageError> {
        (self.say)("class 2A: 6 sheets through SANE's pnm device");
        let mut words: Vec<String> =
            ["scan", "--device", "pnm:0", "--subject", "English", "--title", "Diary", "--stack"]
                .iter()
                .map(|word| (*word).to_owned())
                .collect();
        words.extend(self.second.0.iter().map(|path| path.to_string_lossy().into_owned()));
        let answer = self.stage.scantrail.json(&words)?;
        let batch = only(&answer)?;
        (self.say)(&format!("class 2A: {}", counted(batch)));
        self.class_2a = Some(text(batch, "id"));
        Ok(())
    }

    /// Photos of whiteboards, saved slowly into the watched folder, and one that broke off; waits for all of them.
    pub fn drop_photos(&mut self) -> Result<Daemon, StageError> {
        let daemon = Daemon::start(&self.stage.scantrail)?;
        let photos = self.photos.len();
        (self.say)(&format!(
            "{photos} whiteboard photos drop slowly into a watched folder, and one that is cut in half"
        ));
        self.drop_from(0)?;
        self.drop_broken()?;
        self.wait_for_photos()?;
        Ok(daemon)
    }

    /// Drops the photos from number `first` on.
    pub fn drop_from(&self, first: usize) -> Result<(), StageError> {
        for (number, photo) in self.photos.iter().enumerate().skip(first) {
            let name = format!("IMG_{:04}.jpg", number + 1);
            self.stage.drop_slowly(&name, &photo.jpeg, 4, Duration::from_millis(30))?;
        }
        Ok(())
    }

    /// Drops the photo that broke off.
    pub fn drop_broken(&self) -> Result<(), StageError> {
        let Some(photo) = self.photos.first() else { return Ok(()) };
        self.stage.drop_slowly("IMG_0099.jpg", &cut_in_half(&photo.jpeg), 1, Duration::ZERO)
    }

    /// Waits until every photo is filed and the broken one is set aside.
    pub fn wait_for_photos(&self) -> Result<(), StageError> {
        let deadline = now() + PATIENCE;
        loop {
            let batches = folder_batches(&self.stage.scantrail)?;
            let sum = |field: &str| batches.iter().map(|b| b["counts"][field].as_u64().unwrap_or(0)).sum::<u64>();
            let aside = set_aside(&batches);
            let settled = sum("filed") + sum("held") >= self.photos.len() as u64 && aside >= 1;
            if settled && batches.iter().all(|batch| batch["state"] == "understood") {
                return Ok(());
            }
            if now() > deadline {
                return Err(StageError::Answer(format!(
                    "{} of {} photos filed, {aside} set aside",
                    sum("filed"),
                    self.photos.len()
                )));
            }
            std::thread::sleep(ASK_AGAIN);
        }
    }

    /// Compares everything with the truth.
    pub fn judge(&mut self) -> Result<(), StageError> {
        let mut faults = Vec::new();
        if let Some(id) = self.class_4b.clone() {
            let found = self.stage.compare_4b(&id, &self.truth(), &[UNREAD - 1, UNREAD])?;
            self.tell("class 4B", &found);
            faults.extend(found.faults);
        }
        if let Some(id) = self.class_2a.clone() {
            let truth: Vec<&SideTruth> = self.second.1.iter().map(|side| &side.truth).collect();
            let found = self.stage.compare_2a(&id, &truth)?;
            self.tell("class 2A", &found);
            faults.extend(found.faults);
        }
        faults.extend(self.judge_photos()?);
        faults.extend(self.judge_reasons()?);
        faults.extend(self.judge_search()?);
        let verified = self.stage.scantrail.json(&["verify"])?;
        self.lines.push(format!(
            "verify: {} files in {} bags, {} problems",
            verified["files"],
            verified["bags"],
            verified["problems"].as_array().map_or(0, Vec::len)
        ));
        if verified["problems"].as_array().is_none_or(|problems| !problems.is_empty()) {
            faults.push(format!("verify is not clean: {}", verified["problems"]));
        }
        if faults.is_empty() { Ok(()) } else { Err(StageError::Answer(faults.join("\n"))) }
    }

    fn tell(&mut self, what: &str, found: &Findings) {
        let Findings { sides, right, held, faults } = found;
        let faults = faults.len();
        self.lines.push(format!(
            "{what}: {sides} sides went in and came out; {right} pages of work in the right folder, {held} wait for a \
             person as they must, {faults} faults"
        ));
    }

    fn judge_photos(&mut self) -> Result<Vec<String>, StageError> {
        let mut faults = Vec::new();
        let mut right = 0;
        for photo in &self.photos {
            let id = text(&self.stage.class_4b[photo.pupil], "id");
            let trail = self.stage.scantrail.json(&["trail", &id])?;
            let pieces = trail["pieces"].as_array().cloned().unwrap_or_default();
            let science: usize = pieces
                .iter()
                .filter(|piece| piece["subject"] == "Science")
                .map(|piece| piece["pages"].as_array().map_or(0, Vec::len))
                .sum();
            if science == 1 {
                right += 1;
            } else {
                faults.push(format!("{science} whiteboard photos are in the trail of {id}, one should be"));
            }
        }
        let aside = set_aside(&folder_batches(&self.stage.scantrail)?);
        if !self.photos.is_empty() && aside != 1 {
            faults.push(format!("{aside} broken files were set aside, one should be"));
        }
        self.lines.push(format!("whiteboards: {right} of {} photos in the right folder", self.photos.len()));
        Ok(faults)
    }

    /// The two runs around the cover that cannot be read wait, each with its reason in words.
    fn judge_reasons(&mut self) -> Result<Vec<String>, StageError> {
        if self.stack.is_empty() || self.class_4b.is_none() {
            return Ok(Vec::new());
        }
        let holds = self.stage.scantrail.json(&["review", "list"])?;
        let mut reasons: Vec<String> =
            holds.as_array().into_iter().flatten().map(|hold| text(hold, "sentence")).collect();
        reasons.sort();
        reasons.dedup();
        self.lines.extend(reasons.iter().map(|reason| format!("in review: {reason}")));
        let wanted =
            ["The cover sheet after these pages could not be read", "The cover sheet before this page could not"];
        Ok(wanted
            .iter()
            .filter(|wanted| !reasons.iter().any(|reason| reason.starts_with(**wanted)))
            .map(|wanted| format!("nobody is told: {wanted} …"))
            .collect())
    }

    /// Words that only one page has: found, and only under that page's pupil.
    fn judge_search(&mut self) -> Result<Vec<String>, StageError> {
        let Some(batch) = &self.class_4b else { return Ok(Vec::new()) };
        let shown = self.stage.scantrail.json(&["batch", "show", batch])?;
        let mut faults = Vec::new();
        let (mut asked, mut found) = (0, 0);
        for (number, truth) in (1u64..).zip(self.truth()) {
            let Some(keyword) = &truth.keyword else { continue };
            asked += 1;
            let hits = self.stage.scantrail.json(&["search", keyword])?;
            let page = page_of_side(&shown, number);
            match hits.as_array().map(Vec::as_slice) {
                Some([]) | None => {}
                Some([hit]) if hit["page"] == page => found += 1,
                Some(hits) => faults.push(format!("`{keyword}` is found on {} pages, not on its own", hits.len())),
            }
        }
        self.lines.push(format!("search: {found} of {asked} words that stand on one page only are found there"));
        if asked > 0 && found == 0 {
            faults.push("no word of any page can be found".to_owned());
        }
        Ok(faults)
    }

    /// What was found, in lines.
    pub fn summary(&self) -> String {
        self.lines.join("\n")
    }
}

fn page_of_side(batch: &Value, number: u64) -> Value {
    let pages =
        batch["runs"].as_array().into_iter().flatten().flat_map(|run| run["pages"].as_array().into_iter().flatten());
    pages.into_iter().find(|page| page["side"].as_u64() == Some(number)).map_or(Value::Null, |page| page["id"].clone())
}

#[expect(clippy::disallowed_methods, reason = "the demonstration waits for the real program")]
fn now() -> Instant {
    Instant::now()
}

fn folder_batches(scantrail: &Scantrail) -> Result<Vec<Value>, Failed> {
    let batches = scantrail.json(&["batches", "--limit", "1000"])?;
    Ok(batches.as_array().into_iter().flatten().filter(|b| b["source_kind"] == "folder").cloned().collect())
}

fn set_aside(batches: &[Value]) -> usize {
    let files = batches.iter().flat_map(|batch| batch["files"].as_array().into_iter().flatten());
    files.filter(|file| file["state"] == "quarantined").count()
}

fn only(answer: &Value) -> Result<&Value, StageError> {
    match answer.as_array().map(Vec::as_slice) {
        Some([batch]) => Ok(batch),
        _ => Err(StageError::Answer(format!("one batch was expected, not {answer}"))),
    }
}

fn text(value: &Value, field: &str) -> String {
    value[field].as_str().unwrap_or_default().to_owned()
}

fn counted(batch: &Value) -> String {
    let n = |field: &str| batch["counts"][field].as_u64().unwrap_or(0);
    format!(
        "{} captured = {} filed + {} covers + {} held + {} others",
        n("captured"),
        n("filed"),
        n("covers"),
        n("held"),
        n("captured") - n("filed") - n("covers") - n("held")
    )
}
