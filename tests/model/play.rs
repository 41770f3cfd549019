//! A sequence is played on the real program: step by step, beside the simple school, with a story of what was done.

use super::act::Act;
use super::census::{self, Census, Papers, difference};
use super::school::{School, Shows, WORDS, mark};
use super::step::{Crash, Deed, Lid, Stack, Step};
use super::truth::{Looks, Truth};
use scantrail_testkit::crash::judge::BagJudge;
use scantrail_testkit::crash::paper::Place;
use scantrail_testkit::demo::Daemon;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::time::Duration;
use tempfile::TempDir;

/// The program did what it must not do, in words.
pub(super) type Wrong = String;

/// How often something is looked at that is about to happen, and how many looks are enough: a minute and a half.
const LOOK_EVERY: Duration = Duration::from_millis(30);
const LOOKS: u32 = 3_000;

/// What was done in all.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Sums {
    pub(super) steps: usize,
    pub(super) refused: usize,
    pub(super) kills: usize,
    pub(super) pages: usize,
    pub(super) deleted: usize,
}

/// Sheets that lie as files in a folder.
#[derive(Debug, Clone)]
pub(super) struct Laid {
    pub(super) folder: PathBuf,
    /// Which papers, in order.
    pub(super) papers: Vec<usize>,
}

/// A school that is lived in, and what it should be.
pub(super) struct Player<'a> {
    pub(super) school: &'a School,
    pub(super) folder: TempDir,
    pub(super) place: Place,
    pub(super) truth: Truth,
    /// The bytes of every paper.
    pub(super) papers: Vec<Vec<u8>>,
    pub(super) shows: Vec<Shows>,
    pub(super) stacks: Vec<Laid>,
    /// Papers that did not come in with a stack that broke off.
    pub(super) missed: BTreeSet<usize>,
    pub(super) daemon: Option<Daemon>,
    /// Checkpoints that somebody keeps.
    pub(super) checkpoints: Vec<PathBuf>,
    /// What the newest backup must hold.
    pub(super) backup: Option<Census>,
    pub(super) judge: BagJudge,
    pub(super) sums: Sums,
    /// What was done, a line each.
    pub(super) story: Vec<String>,
    outs: usize,
}

/// How a command ended.
pub(super) struct Ended {
    /// None when it was killed.
    pub(super) code: Option<i32>,
    pub(super) answer: Value,
    pub(super) said: String,
}

/// Plays all of it. Gives what was done, as a story; on a wrong, that and what is wrong.
pub(super) fn play(school: &School, steps: &[Step]) -> Result<(Sums, String), String> {
    let mut player = Player::new(school);
    let result = steps.iter().try_for_each(|step| player.step(step)).and_then(|()| player.end());
    match result {
        Ok(()) => Ok((player.sums, player.told())),
        Err(wrong) => Err(format!("{}\n  WRONG: {}", player.told(), player.plain(&wrong))),
    }
}

impl<'a> Player<'a> {
    fn new(school: &'a School) -> Self {
        let folder = tempfile::Builder::new().prefix("play-").tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let place = school.copy_to(folder.path());
        Self {
            school,
            folder,
            place,
            truth: Truth { surnames: school.surnames.clone(), ..Truth::default() },
            papers: Vec::new(),
            shows: Vec::new(),
            stacks: Vec::new(),
            missed: BTreeSet::new(),
            daemon: None,
            checkpoints: Vec::new(),
            backup: None,
            judge: BagJudge::start().unwrap(),
            sums: Sums::default(),
            story: Vec::new(),
            outs: 0,
        }
    }

    fn step(&mut self, step: &Step) -> Result<(), Wrong> {
        let act = match &step.deed {
            Deed::TakeIn(stack) => {
                let stack = self.lay(stack);
                Some(Act::TakeIn { stack })
            }
            Deed::Drop(cover) => {
                self.sums.steps += 1;
                return self.drop_in(*cover, step.kill);
            }
            Deed::Switch => {
                self.sums.steps += 1;
                return self.switch();
            }
            Deed::KillDaemon => {
                if let Some(daemon) = &mut self.daemon {
                    self.sums.steps += 1;
                    self.sums.kills += 1;
                    self.story.push("the daemon is killed and started again".into());
                    daemon.kill();
                    self.start()?;
                    return self.examine();
                }
                None
            }
            deed => Act::of(deed, &self.truth, self.stacks.len()),
        };
        let Some(act) = act else { return Ok(()) };
        self.sums.steps += 1;
        if matches!(step.deed, Deed::Delete(_)) {
            let before = self.truth.deletions.len();
            self.act(&act)?;
            if self.truth.deletions.len() == before {
                return Ok(());
            }
            self.act(&Act::Approve { deletion: before, who: 1 })?;
            return self.strike(&Act::Approve { deletion: before, who: 2 }, step.kill);
        }
        self.strike(&act, step.kill)
    }

    fn strike(&mut self, act: &Act, kill: Option<Crash>) -> Result<(), Wrong> {
        match kill {
            // Nobody rebuilds under a running daemon, which says so.
            Some(crash) if !(matches!(act, Act::Rebuild) && self.daemon.is_some()) => self.crash(act, crash),
            _ => self.act(act),
        }
    }

    /// Lays a new stack of paper into a folder.
    fn lay(&mut self, stack: &Stack) -> usize {
        let mut papers: Vec<usize> = (0..stack.loose).map(|_| self.work()).collect();
        for (lid, pages) in &stack.runs {
            let shows = match lid {
                Lid::Cover(pupil) => Shows::Cover(pupil % self.school.pupils.len()),
                Lid::Nobodys => Shows::NobodysCover,
            };
            papers.push(self.paper(shows));
            papers.extend((0..*pages).map(|_| self.work()).collect::<Vec<_>>());
        }
        let folder = self.folder.path().join(format!("stack-{}", self.stacks.len() + 1));
        std::fs::create_dir(&folder).unwrap();
        // Taken in by order of name.
        for paper in &papers {
            std::fs::write(folder.join(format!("{}.jpg", mark(*paper))), &self.papers[*paper]).unwrap();
        }
        self.stacks.push(Laid { folder, papers });
        self.stacks.len() - 1
    }

    fn work(&mut self) -> usize {
        let word = self.papers.len() % WORDS.len();
        self.paper(Shows::Work(word))
    }

    fn paper(&mut self, shows: Shows) -> usize {
        self.papers.push(self.school.paper(shows, self.papers.len()));
        self.shows.push(shows);
        self.papers.len() - 1
    }

    pub(super) fn sheets(&self, papers: &[usize]) -> Vec<(usize, Looks)> {
        let looks = |paper: usize| match self.shows[paper] {
            Shows::Cover(pupil) => Looks::Cover(pupil),
            Shows::NobodysCover => Looks::NobodysCover,
            Shows::Work(_) => Looks::Work,
        };
        papers.iter().map(|paper| (*paper, looks(*paper))).collect()
    }

    /// Does what is done with one command, to its end.
    fn act(&mut self, act: &Act) -> Result<(), Wrong> {
        let (typed, out) = self.typed(act);
        let ended = self.run(&typed);
        self.tell(&typed, &format!("{:?}", ended.code));
        self.done(act, &out, &ended)
    }

    /// A command came to its end by itself: it did what it must, and nothing else.
    pub(super) fn done(&mut self, act: &Act, out: &Path, ended: &Ended) -> Result<(), Wrong> {
        let mut after = self.truth.clone();
        let expected = match act {
            Act::Rebuild if self.daemon.is_some() => Err(8),
            _ => act.apply(&mut after, ended.answer["decision"].as_i64().unwrap_or_default()),
        };
        let code = expected.err().unwrap_or(0);
        if ended.code != Some(code) {
            return Err(format!("ended with {:?}, not with {code}: {}", ended.code, ended.said.trim()));
        }
        if expected.is_err() {
            self.sums.refused += 1;
            if !ended.said.contains("error:") {
                return Err(format!("refused without a word: {}", ended.said));
            }
            return self.look();
        }
        if act.decides() && ended.answer["decision"].as_i64().is_none_or(|n| self.truth.decisions.contains_key(&n)) {
            return Err(format!("the decision has no number of its own: {}", ended.answer));
        }
        self.truth = after;
        match act {
            Act::TakeIn { stack } => {
                let id = ended.answer[0]["id"].as_str().unwrap_or_default().to_owned();
                let papers = self.stacks[*stack].papers.clone();
                self.came_in(&id, &papers, false)?;
            }
            Act::Export(pupil) => self.handed_over(*pupil, out)?,
            Act::Checkpoint => self.checkpoints.push(out.to_owned()),
            Act::Backup => self.backup = Some(census::expected(&self.truth)),
            _ => {}
        }
        self.look()
    }

    /// A batch is there whose sheets are these: its pages get their names.
    pub(super) fn came_in(&mut self, id: &str, papers: &[usize], cut_short: bool) -> Result<(), Wrong> {
        let shown = self.ask(&["batch", "show", id])?;
        let runs = shown["runs"].as_array().into_iter().flatten();
        let pages = runs.flat_map(|run| run["pages"].as_array().into_iter().flatten());
        let mut pages: Vec<(u64, String)> = pages
            .map(|page| (page["side"].as_u64().unwrap_or(0), page["id"].as_str().unwrap_or_default().to_owned()))
            .collect();
        pages.sort();
        if pages.len() != papers.len() {
            return Err(format!("{} sheets came in as {} pages: {shown}", papers.len(), pages.len()));
        }
        let first = self.truth.pages.len();
        let sheets = self.sheets(papers);
        self.truth.take_in(id.to_owned(), &sheets, cut_short);
        for (page, (_, id)) in self.truth.pages[first..].iter_mut().zip(pages) {
            page.id = id;
        }
        self.sums.pages += papers.len();
        Ok(())
    }

    /// A file is dropped into the watched folder while the daemon runs, or before it is started.
    fn drop_in(&mut self, cover: Option<usize>, kill: Option<Crash>) -> Result<(), Wrong> {
        let paper = match cover {
            Some(pupil) => self.paper(Shows::Cover(pupil % self.school.pupils.len())),
            None => self.work(),
        };
        let served = self.daemon.is_some();
        let file = self.place.drops[0].join(format!("{}.jpg", mark(paper)));
        std::fs::write(&file, &self.papers[paper]).unwrap();
        let crash = kill.map_or(String::new(), |crash| format!(", the daemon killed after {} ms", crash.after_ms));
        self.story.push(format!("{:?} is dropped into the watched folder{crash}", self.shows[paper]));
        if !served {
            self.start()?;
        }
        if let Some(crash) = kill {
            self.sums.kills += 1;
            // The file is claimed only after a quiet second: some are killed before, some in the midst.
            std::thread::sleep(Duration::from_millis(crash.after_ms * 12));
            self.daemon.as_mut().unwrap().kill();
            self.start()?;
        }
        self.wait_until("the file to be taken in", |player| Ok(!file.try_exists().unwrap() && player.is_at_rest()?))?;
        let known = self.truth.batches.clone();
        let new: Vec<Value> =
            self.batches()?.into_iter().filter(|batch| !known.contains(&text(&batch["id"]))).collect();
        // One that was begun for a file that was not claimed in time may have stayed empty.
        let with: Vec<&Value> = new.iter().filter(|batch| batch["counts"]["captured"] != 0).collect();
        let [batch] = with.as_slice() else { return Err(format!("one file became {} batches", with.len())) };
        let id = text(&batch["id"]);
        self.stacks.push(Laid { folder: self.folder.path().join("gone"), papers: vec![paper] });
        let stack = self.stacks.len() - 1;
        self.came_in(&id, &[paper], false)?;
        self.lay_again(stack);
        if !served {
            self.stop()?;
        }
        if kill.is_some() { self.examine() } else { self.look() }
    }

    /// The dropped file once more, for whoever wants to take it in again.
    fn lay_again(&mut self, stack: usize) {
        let laid = &mut self.stacks[stack];
        laid.folder = self.folder.path().join(format!("stack-{}", stack + 1));
        std::fs::create_dir(&laid.folder).unwrap();
        std::fs::write(laid.folder.join(format!("{}.jpg", mark(laid.papers[0]))), &self.papers[laid.papers[0]])
            .unwrap();
    }

    fn switch(&mut self) -> Result<(), Wrong> {
        if self.daemon.is_some() {
            self.story.push("the daemon is stopped".into());
            self.stop()?;
        } else {
            self.story.push("the daemon is started".into());
            self.start()?;
        }
        self.look()
    }

    /// A child of a killed daemon may hold the lock and the socket for a moment longer.
    pub(super) fn start(&mut self) -> Result<(), Wrong> {
        self.daemon = None;
        for _ in 0..200 {
            if let Ok(daemon) = Daemon::start(&self.place.scantrail) {
                self.daemon = Some(daemon);
                return Ok(());
            }
            std::thread::sleep(LOOK_EVERY);
        }
        let said =
            self.place.scantrail.run(["status"]).map(|output| String::from_utf8_lossy(&output.stderr).into_owned());
        Err(format!("the daemon does not start: {said:?}"))
    }

    fn stop(&mut self) -> Result<(), Wrong> {
        self.daemon.take().map_or(Ok(()), |mut daemon| daemon.stop().map_err(|failed| failed.to_string()))
    }

    /// What is typed for an act, and the new file or folder it may write.
    pub(super) fn typed(&mut self, act: &Act) -> (Vec<String>, PathBuf) {
        self.outs += 1;
        let out = self.folder.path().join(format!("out-{}", self.outs));
        if matches!(act, Act::Export(_)) {
            std::fs::create_dir(&out).unwrap();
        }
        let disk = self.folder.path().join("disk");
        let stack = match act {
            Act::TakeIn { stack } => self.stacks[*stack].folder.to_string_lossy().into_owned(),
            _ => String::new(),
        };
        (act.typed(&self.truth, self.school, &out.to_string_lossy(), &disk.to_string_lossy(), &stack), out)
    }

    pub(super) fn run(&self, typed: &[String]) -> Ended {
        self.place.scantrail.run(with_json(typed)).unwrap().into()
    }

    /// A question that must be answered.
    pub(super) fn ask(&self, typed: &[&str]) -> Result<Value, Wrong> {
        let ended = self.run(&typed.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>());
        if ended.code != Some(0) {
            return Err(format!("`scantrail {}` ended with {:?}: {}", typed.join(" "), ended.code, ended.said.trim()));
        }
        Ok(ended.answer)
    }

    pub(super) fn batches(&self) -> Result<Vec<Value>, Wrong> {
        Ok(self.ask(&["batches", "--limit", "1000"])?.as_array().cloned().unwrap_or_default())
    }

    pub(super) fn is_at_rest(&self) -> Result<bool, Wrong> {
        let status = self.ask(&["status"])?;
        let waiting = ["look", "read", "understand", "file"].iter().map(|stage| status["queue"][stage].as_u64());
        let open = status["open_batches"].as_array().map_or(1, Vec::len);
        Ok(open == 0 && waiting.map(|pages| pages.unwrap_or(1)).sum::<u64>() == 0)
    }

    pub(super) fn wait_until(&self, what: &str, so: impl Fn(&Self) -> Result<bool, Wrong>) -> Result<(), Wrong> {
        for _ in 0..LOOKS {
            if so(self)? {
                return Ok(());
            }
            std::thread::sleep(LOOK_EVERY);
        }
        Err(format!("waited in vain for {what}"))
    }

    /// The quick look after every step: each page's original at its place, and nowhere else.
    pub(super) fn look(&self) -> Result<(), Wrong> {
        let found = Papers::new(&self.papers).census(&self.place.data, &self.truth, &self.school.pupils);
        let wrong = difference(&found, &census::expected(&self.truth));
        if wrong.is_empty() { Ok(()) } else { Err(wrong.join("; ")) }
    }

    pub(super) fn tell(&mut self, typed: &[String], how: &str) {
        let line = self.plain(&format!("scantrail {} → {how}", typed.join(" ")));
        self.story.push(line);
    }

    fn told(&self) -> String {
        self.story.join("\n")
    }

    /// Ids by what they stand for: a story that can be followed.
    fn plain(&self, text: &str) -> String {
        let mut text = text.replace(self.folder.path().to_string_lossy().as_ref(), "");
        for (number, page) in self.truth.pages.iter().enumerate().filter(|(_, page)| !page.id.is_empty()) {
            text = text.replace(&page.id, &format!("page-{}-{:?}", number + 1, page.looks));
        }
        for (id, name) in self.school.pupils.iter().zip(&self.school.forenames) {
            text = text.replace(id, name);
        }
        text
    }
}

pub(super) fn with_json(typed: &[String]) -> Vec<String> {
    [typed, &["--json".to_owned()]].concat()
}

pub(super) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

impl From<Output> for Ended {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            answer: serde_json::from_slice(&output.stdout).unwrap_or_default(),
            said: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}
