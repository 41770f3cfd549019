//! The scanner itself: sheets on a stack, jobs, troubles. Pure state; [`super::server`] asks it and does the talking.
//!
//! ```text
//! job:  processing ──last page taken──→ completed
//!           ├──jam, door, gone────────→ aborted
//!           └──DELETE, a newer job────→ canceled
//! ```

use super::Sheet;
use super::fault::{JobFault, PageFault};
use super::render::rendered;
use super::xml::JobSettings;
use crate::jpeg::{JpegError, cut_in_half};
use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum JobState {
    Processing,
    Completed,
    Aborted,
    Canceled,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AdfState {
    Loaded,
    Empty,
    Jam,
    DoorOpen,
}

#[derive(Debug)]
pub(super) struct Job {
    pub(super) id: u64,
    pub(super) settings: JobSettings,
    pub(super) state: JobState,
    pub(super) sent: usize,
    /// The back of the sheet whose front was sent last.
    back: Option<Vec<u8>>,
}

/// How a request for the next page is answered.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Page(Vec<u8>),
    /// Half of these bytes, then the connection breaks.
    Cut(Vec<u8>),
    /// 404: no such job, or it has no more pages.
    NotFound,
    Unavailable,
    Gone,
    /// Ask again after this long.
    Wait(Duration),
    /// Ask again once repaired.
    Hang,
}

#[derive(Debug, Default)]
pub(super) struct Machine {
    stack: VecDeque<Sheet>,
    taken: Vec<Sheet>,
    glass: Option<Vec<u8>>,
    trouble: Option<AdfState>,
    claims_empty: bool,
    pub(super) jobs: Vec<Job>,
    /// Pages asked for since the last load, counted from 1; a fault strikes by this number.
    page: usize,
    served: usize,
    page_faults: BTreeMap<usize, PageFault>,
    job_fault: Option<JobFault>,
    hanging: bool,
}

impl Machine {
    pub(super) fn load(&mut self, sheets: impl IntoIterator<Item = Sheet>) {
        self.stack.extend(sheets);
        self.page = 0;
        self.taken.clear();
    }

    pub(super) fn put_back(&mut self, sheets: usize) -> usize {
        let kept = self.taken.len().saturating_sub(sheets);
        let back = self.taken.split_off(kept);
        let count = back.len();
        for sheet in back.into_iter().rev() {
            self.stack.push_front(sheet);
        }
        count
    }

    pub(super) fn lay_on_glass(&mut self, page: Vec<u8>) {
        self.glass = Some(page);
    }

    pub(super) fn strike(&mut self, page: usize, fault: PageFault) {
        self.page_faults.insert(page, fault);
    }

    pub(super) fn refuse_jobs(&mut self, fault: JobFault) {
        self.job_fault = Some(fault);
    }

    pub(super) fn repair(&mut self) {
        self.trouble = None;
        self.claims_empty = false;
        self.job_fault = None;
        self.hanging = false;
    }

    pub(super) fn remaining(&self) -> usize {
        self.stack.len()
    }

    pub(super) fn served(&self) -> usize {
        self.served
    }

    pub(super) fn hangs(&self) -> bool {
        self.hanging
    }

    pub(super) fn adf(&self) -> AdfState {
        match self.trouble {
            Some(trouble) => trouble,
            None if self.claims_empty || self.stack.is_empty() => AdfState::Empty,
            None => AdfState::Loaded,
        }
    }

    /// Starts a job and returns its number, or the HTTP status that refuses it.
    pub(super) fn start(&mut self, settings: JobSettings) -> Result<u64, u16> {
        match self.job_fault {
            Some(JobFault::Busy) => return Err(503),
            Some(JobFault::Conflict) => return Err(409),
            None => {}
        }
        if settings.feeder && self.trouble.is_some() {
            return Err(503);
        }
        self.claims_empty = false;
        // A client that died left its job behind; the scanner gives it up rather than stay busy for ever.
        for job in self.jobs.iter_mut().filter(|job| job.state == JobState::Processing) {
            job.state = JobState::Canceled;
        }
        let id = self.jobs.last().map_or(1, |job| job.id + 1);
        self.jobs.push(Job { id, settings, state: JobState::Processing, sent: 0, back: None });
        Ok(id)
    }

    /// Ends a job at the client's wish; false if there is no such job.
    pub(super) fn cancel(&mut self, id: u64) -> bool {
        let Some(job) = self.jobs.iter_mut().find(|job| job.id == id) else { return false };
        if job.state == JobState::Processing {
            job.state = JobState::Canceled;
        }
        true
    }

    /// Answers a request for the next page of a job. A page that cannot be rendered is the loader's mistake.
    pub(super) fn next(&mut self, id: u64) -> Result<Answer, JpegError> {
        let Some(place) = self.jobs.iter().position(|job| job.id == id && job.state == JobState::Processing) else {
            return Ok(Answer::NotFound);
        };
        if self.hanging {
            return Ok(Answer::Hang);
        }
        let number = self.page + 1;
        let fault = self.page_faults.remove(&number);
        match fault {
            Some(PageFault::Jam) => return Ok(self.abort(place, AdfState::Jam)),
            Some(PageFault::DoorOpen) => return Ok(self.abort(place, AdfState::DoorOpen)),
            Some(PageFault::Gone) => {
                self.jobs[place].state = JobState::Aborted;
                return Ok(Answer::Gone);
            }
            Some(PageFault::ClaimsEmpty) => {
                self.claims_empty = true;
                self.jobs[place].state = JobState::Completed;
                return Ok(Answer::NotFound);
            }
            Some(PageFault::Hang) => {
                self.hanging = true;
                return Ok(Answer::Hang);
            }
            Some(PageFault::Slow(time)) => return Ok(Answer::Wait(time)),
            Some(PageFault::Busy(times)) if times > 0 => {
                self.page_faults.insert(number, PageFault::Busy(times - 1));
                return Ok(Answer::Unavailable);
            }
            _ => {}
        }
        let Some(page) = self.pull(place) else {
            self.jobs[place].state = JobState::Completed;
            return Ok(Answer::NotFound);
        };
        self.page = number;
        let settings = self.jobs[place].settings;
        self.jobs[place].sent += 1;
        let bytes = match fault {
            Some(PageFault::NotAnImage) => b"this is no picture\n".repeat(50),
            Some(PageFault::HalfJpeg) => cut_in_half(&rendered(&page, settings, (1.0, 1.0))?),
            Some(PageFault::ShortPage) => rendered(&page, settings, (1.0, 1.0 / 3.0))?,
            Some(PageFault::OddWidth) => rendered(&page, settings, (2.0 / 3.0, 1.0))?,
            Some(PageFault::Cut) => return Ok(Answer::Cut(rendered(&page, settings, (1.0, 1.0))?)),
            _ => rendered(&page, settings, (1.0, 1.0))?,
        };
        self.served += 1;
        Ok(Answer::Page(bytes))
    }

    fn abort(&mut self, place: usize, trouble: AdfState) -> Answer {
        self.trouble = Some(trouble);
        self.jobs[place].state = JobState::Aborted;
        Answer::Unavailable
    }

    /// Takes the next side: from the glass once, or front, back, front, back from the stack.
    fn pull(&mut self, place: usize) -> Option<Vec<u8>> {
        let job = &mut self.jobs[place];
        if !job.settings.feeder {
            return if job.sent == 0 { self.glass.clone() } else { None };
        }
        if let Some(back) = job.back.take() {
            return Some(back);
        }
        let sheet = self.stack.pop_front()?;
        if job.settings.duplex {
            job.back = Some(sheet.back.clone());
        }
        let front = sheet.front.clone();
        self.taken.push(sheet);
        Some(front)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::escl::xml::ColourMode;

    fn sheets(count: usize) -> Vec<Sheet> {
        // A page without resolution in the right colour is passed on as it is; these bytes are never decoded.
        (0..count).map(|i| Sheet { front: vec![i as u8, 0], back: vec![i as u8, 1] }).collect()
    }

    fn settings(duplex: bool) -> JobSettings {
        JobSettings { feeder: true, duplex, dpi: 200, colour: ColourMode::AsLoaded }
    }

    fn drain(machine: &mut Machine, job: u64) -> Vec<Vec<u8>> {
        let mut pages = Vec::new();
        while let Answer::Page(page) = machine.next(job).unwrap() {
            pages.push(page);
        }
        pages
    }

    #[test]
    fn duplex_takes_fronts_and_backs_in_turn_and_simplex_fronts_only() {
        let mut machine = Machine::default();
        machine.load(sheets(2));
        let job = machine.start(settings(true)).unwrap();
        assert_eq!(drain(&mut machine, job), [vec![0, 0], vec![0, 1], vec![1, 0], vec![1, 1]]);
        assert_eq!((machine.remaining(), machine.served(), machine.adf()), (0, 4, AdfState::Empty));
        assert_eq!(machine.put_back(1), 1);
        let job = machine.start(settings(false)).unwrap();
        assert_eq!(drain(&mut machine, job), [vec![1, 0]]);
    }

    #[test]
    fn a_jam_keeps_the_sheet_and_refuses_jobs_until_repaired() {
        let mut machine = Machine::default();
        machine.load(sheets(3));
        machine.strike(2, PageFault::Jam);
        let job = machine.start(settings(false)).unwrap();
        assert_eq!(drain(&mut machine, job).len(), 1);
        assert_eq!((machine.adf(), machine.remaining()), (AdfState::Jam, 2));
        assert_eq!(machine.start(settings(false)), Err(503));
        machine.repair();
        let job = machine.start(settings(false)).unwrap();
        assert_eq!(drain(&mut machine, job).len(), 2, "a fault strikes once");
    }

    #[test]
    fn a_feeder_that_claims_to_be_empty_still_holds_its_sheets() {
        let mut machine = Machine::default();
        machine.load(sheets(3));
        machine.strike(3, PageFault::ClaimsEmpty);
        let job = machine.start(settings(false)).unwrap();
        assert_eq!(drain(&mut machine, job).len(), 2);
        assert_eq!((machine.adf(), machine.remaining()), (AdfState::Empty, 1));
        let job = machine.start(settings(false)).unwrap();
        assert_eq!(drain(&mut machine, job).len(), 1);
    }
}
