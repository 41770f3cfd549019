//! The long look: everything the program says about the school, and everything that lies on the disk, beside the simple
//! school.

use super::census::{Papers, difference, files, holding, marks};
use super::play::{Player, Wrong, text};
use super::school::{Shows, WORDS};
use super::truth::{PEOPLE, Place, Stage};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

fn must(so: bool, wrong: impl FnOnce() -> String) -> Result<(), Wrong> {
    if so { Ok(()) } else { Err(wrong()) }
}

fn ids(list: &Value, of: impl Fn(&Value) -> &Value) -> BTreeSet<String> {
    list.as_array().into_iter().flatten().map(|one| text(of(one))).collect()
}

impl Player<'_> {
    /// Looks at everything.
    pub(super) fn examine(&self) -> Result<(), Wrong> {
        self.look()?;
        self.verified()?;
        self.truth.batches.iter().enumerate().try_for_each(|(number, batch)| self.batch(number, batch))?;
        (0..self.school.pupils.len()).try_for_each(|pupil| self.trail(pupil))?;
        let held = ids(&self.ask(&["review", "list"])?, |hold| &hold["page"]["id"]);
        let waiting = self.named(|place| *place == Place::Held);
        must(held == waiting, || format!("{held:?} wait for a person, not {waiting:?}"))?;
        let told: BTreeSet<(i64, bool)> = (self.decisions()?.iter())
            .map(|one| (one["decision"].as_i64().unwrap_or(0), !one["undone_at"].is_null()))
            .collect();
        let meant = self.truth.decisions.iter().map(|(number, one)| (*number, one.undone)).collect();
        must(told == meant, || format!("decisions {told:?}, not {meant:?}"))?;
        self.deletions()?;
        self.folders()?;
        self.words()?;
        self.nothing_is_left()?;
        let status = self.ask(&["status"])?;
        let counted = (status["pages"]["captured"].as_u64(), status["pages"]["deleted"].as_u64());
        let (all, there) = (self.truth.pages.len() as u64, self.truth.there().len() as u64);
        must(counted == (Some(all), Some(all - there)), || format!("counted {counted:?}: {all} and {there}"))
    }

    /// The last look, by judges of other people too.
    pub(super) fn end(&mut self) -> Result<(), Wrong> {
        self.examine()?;
        self.daemon = None;
        let wrong = self.judge.problems(&self.place.data).map_err(|trouble| trouble.to_string())?;
        must(wrong.is_empty(), || wrong.join("; "))?;
        self.sums.deleted = self.truth.pages.len() - self.truth.there().len();
        let Some(kept) = &self.backup else { return Ok(()) };
        let (disk, into) = (self.folder.path().join("disk"), self.folder.path().join("restored"));
        self.ask(&["restore", disk.to_str().unwrap(), "--into", into.to_str().unwrap()])?;
        let census = Papers::new(&self.papers).census(&into, &self.truth, &self.school.pupils);
        let wrong = difference(&census, kept);
        must(wrong.is_empty(), || format!("restored: {}", wrong.join("; ")))
    }

    /// The ids of the pages at such places.
    fn named(&self, at: impl Fn(&Place) -> bool) -> BTreeSet<String> {
        let pages = (0..self.truth.pages.len()).filter(|page| at(&self.truth.place(*page)));
        pages.map(|page| self.truth.pages[page].id.clone()).collect()
    }

    /// The program's own check, beside every checkpoint that somebody keeps.
    fn verified(&self) -> Result<(), Wrong> {
        let mut typed = vec!["verify".to_owned()];
        for checkpoint in &self.checkpoints {
            typed.extend(["--checkpoint".to_owned(), checkpoint.to_string_lossy().into_owned()]);
        }
        let ended = self.run(&typed);
        let held = ended.answer["checkpoints"].as_u64().unwrap_or(0) as usize;
        let clean = ended.code == Some(0) && held >= self.checkpoints.len();
        must(clean, || format!("verify: {:?} {} {}", ended.code, ended.answer, ended.said.trim()))
    }

    /// A batch as it is shown: each page in its state, with its pupils, and who has the same bytes.
    fn batch(&self, number: usize, id: &str) -> Result<(), Wrong> {
        let shown = self.ask(&["batch", "show", id])?;
        let runs = shown["runs"].as_array().into_iter().flatten();
        let pages: Vec<&Value> = runs.flat_map(|run| run["pages"].as_array().into_iter().flatten()).collect();
        let in_it = self.truth.pages.iter().enumerate().filter(|(_, page)| page.batch == number);
        for (page, about) in in_it {
            let place = self.truth.place(page);
            let Some(told) = pages.iter().find(|one| one["id"] == *about.id) else {
                // A batch of which nothing is left has no runs.
                must(place == Place::Deleted, || format!("{} is not in its batch: {shown}", about.id))?;
                continue;
            };
            let (state, pupils) = match &place {
                Place::Trail(pupils) => ("filed", pupils.clone()),
                Place::Aside => ("filed", BTreeSet::new()),
                Place::Held => ("held", BTreeSet::new()),
                Place::Discarded => ("discarded", BTreeSet::new()),
                Place::Deleted => ("deleted", BTreeSet::new()),
            };
            let pupils: BTreeSet<String> = pupils.into_iter().map(|pupil| self.school.pupils[pupil].clone()).collect();
            let whose = ids(&told["pupils"], |id| id);
            must(told["state"] == state && whose == pupils, || format!("{} should be {place:?}: {told}", about.id))?;
            let twins = self.truth.there().into_iter().filter(|other| {
                *other != page && self.truth.pages[*other].paper == about.paper && place != Place::Deleted
            });
            let twins: BTreeSet<String> = twins.map(|other| self.truth.pages[other].id.clone()).collect();
            let duplicates = ids(&told["possible_duplicates"], |id| id);
            must(duplicates == twins, || format!("{} has the bytes of {twins:?}: {told}", about.id))?;
        }
        Ok(())
    }

    fn trail(&self, pupil: usize) -> Result<(), Wrong> {
        let shown = self.ask(&["trail", &self.school.pupils[pupil]])?;
        let pieces = shown["pieces"].as_array().into_iter().flatten();
        let mut pages: Vec<String> = pieces
            .flat_map(|piece| piece["pages"].as_array().into_iter().flatten().map(|page| text(&page["id"])))
            .collect();
        pages.sort();
        let mut work: Vec<String> =
            self.truth.work_of(pupil).into_iter().map(|page| self.truth.pages[page].id.clone()).collect();
        work.sort();
        must(pages == work, || format!("in the trail of pupil {pupil} are {pages:?}, not {work:?}"))
    }

    fn deletions(&self) -> Result<(), Wrong> {
        let listed = self.list(&["delete", "list"])?;
        let told: BTreeSet<(i64, String, BTreeSet<String>)> = listed
            .iter()
            .map(|one| {
                let by = ids(&one["approvals"], |approval| &approval["account"]);
                (one["deletion"].as_i64().unwrap_or(0), text(&one["state"]), by)
            })
            .collect();
        let meant: BTreeSet<(i64, String, BTreeSet<String>)> = (1..)
            .zip(&self.truth.deletions)
            .map(|(number, one)| {
                let state = match one.stage {
                    Stage::Proposed => "proposed",
                    Stage::Withdrawn => "withdrawn",
                    Stage::Done => "done",
                };
                (number, state.to_owned(), one.approved_by.iter().map(|who| PEOPLE[*who].to_owned()).collect())
            })
            .collect();
        must(told == meant, || format!("deletions {told:?}, not {meant:?}"))?;
        let holds = self.list(&["legal-hold", "list"])?;
        let told: BTreeSet<(i64, bool)> =
            holds.iter().map(|one| (one["hold"].as_i64().unwrap_or(0), !one["lifted_at"].is_null())).collect();
        let meant: BTreeSet<(i64, bool)> = (1..).zip(&self.truth.holds).map(|(n, hold)| (n, hold.lifted)).collect();
        must(told == meant, || format!("legal holds {told:?}, not {meant:?}"))
    }

    /// Each trail has the name its pupil has now.
    fn folders(&self) -> Result<(), Wrong> {
        let names = self.truth.surnames.iter().zip(&self.school.forenames).zip(&self.school.pupils);
        let names: BTreeSet<String> =
            names.map(|((surname, forename), id)| format!("{surname}, {forename} ({id})")).collect();
        for entry in self.place.data.join("Pupils").read_dir().unwrap() {
            let name = entry.unwrap().file_name().to_string_lossy().into_owned();
            must(names.contains(&name), || format!("`{name}` is no trail of {names:?}"))?;
        }
        Ok(())
    }

    /// Words are found on the pages that were read, and on no other.
    fn words(&self) -> Result<(), Wrong> {
        for (number, word) in WORDS.iter().enumerate() {
            let says = |page: &usize| self.shows[self.truth.pages[*page].paper] == Shows::Work(number);
            let all: Vec<usize> = (0..self.truth.pages.len()).filter(says).collect();
            if !all.iter().any(|page| self.truth.pages[*page].was_read) {
                continue;
            }
            let found = ids(&self.ask(&["search", word])?, |hit| &hit["page"]);
            let to_find = all.into_iter().filter(|page| {
                self.truth.pages[*page].is_read() && matches!(self.truth.place(*page), Place::Trail(_) | Place::Held)
            });
            let to_find: BTreeSet<String> = to_find.map(|page| self.truth.pages[page].id.clone()).collect();
            must(found == to_find, || format!("`{word}` is found on {found:?}, not on {to_find:?}"))?;
        }
        Ok(())
    }

    /// Of what was deleted no byte is left: no mark in any file, no word that was read.
    fn nothing_is_left(&self) -> Result<(), Wrong> {
        let there: BTreeSet<usize> = self.truth.there().into_iter().map(|page| self.truth.pages[page].paper).collect();
        // Of a sheet that did not come in with its stack the batch still tells the name of the file.
        let gone =
            |paper: usize| self.truth.pages.iter().any(|page| page.paper == paper) && !self.missed.contains(&paper);
        let left = marks(&self.place.data).into_iter().find(|(mark, _)| gone(*mark) && !there.contains(mark));
        must(left.is_none(), || format!("of a deleted paper something is left: {left:?}"))?;
        let deleted = self.named(|place| *place == Place::Deleted);
        let of_it = |path: &std::path::PathBuf| {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            deleted.iter().any(|id| name.contains(id))
        };
        let left = files(&self.place.data).into_iter().find(of_it);
        must(left.is_none(), || format!("a file of a deleted page is left: {left:?}"))?;
        for (number, word) in WORDS.iter().enumerate() {
            let of_word = |page: &&super::truth::Page| self.shows[page.paper] == Shows::Work(number) && page.was_read;
            let read: Vec<_> = self.truth.pages.iter().filter(of_word).collect();
            if !read.is_empty() && !read.iter().any(|page| page.is_read()) {
                let left = holding(&self.place.data, word);
                must(left.is_empty(), || format!("the word `{word}` of deleted pages is left in {left:?}"))?;
            }
        }
        Ok(())
    }

    /// A pack holds the work that is in the trail, byte for byte, and is a sound bag.
    pub(super) fn handed_over(&self, pupil: usize, out: &Path) -> Result<(), Wrong> {
        let pack = out.read_dir().unwrap().map(|entry| entry.unwrap().path()).find(|path| path.is_dir());
        let Some(pack) = pack else { return Err("there is no pack".into()) };
        let originals = pack.join("data/_originals");
        let mut inside: Vec<Vec<u8>> =
            originals.read_dir().unwrap().map(|entry| std::fs::read(entry.unwrap().path()).unwrap()).collect();
        let mut work: Vec<Vec<u8>> = self.truth.work_of(pupil).into_iter().map(|page| self.bytes(page)).collect();
        inside.sort();
        work.sort();
        must(inside == work, || format!("a pack of {} originals, not of {}", inside.len(), work.len()))?;
        let mut sums = Command::new("sha256sum");
        sums.args(["--strict", "--quiet", "--check", "manifest-sha256.txt", "tagmanifest-sha256.txt"]);
        let sums = sums.current_dir(&pack).output().unwrap();
        must(sums.status.success(), || format!("a pack: {}", String::from_utf8_lossy(&sums.stdout)))
    }

    fn bytes(&self, page: usize) -> Vec<u8> {
        self.papers[self.truth.pages[page].paper].clone()
    }
}
