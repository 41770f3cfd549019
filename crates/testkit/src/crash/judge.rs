//! Whether the program kept its word: every acknowledged paper exactly once with its bytes, nothing doubled, every folder
//! sound by the program's own check and by judges of other people.

use super::paper::{Paper, Place};
use super::tools::{Trouble, at};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

/// `bagit.py --validate` for one folder a line, without starting Python for each.
const BAGIT: &str = "\
import bagit, logging, sys
logging.disable(logging.CRITICAL)
for line in sys.stdin:
    try:
        bagit.Bag(line.rstrip('\\n')).validate()
        print('valid', flush=True)
    except Exception as error:
        print('invalid: ' + (repr(error) + ' ' + str(error)).replace('\\n', ' '), flush=True)
";

/// The exit code of a command that finds the data folder in use: a child that the killed program was just starting may hold
/// the lock and the socket for a moment longer.
const IN_USE: i32 = 8;
const STILL_HELD: Duration = Duration::from_millis(50);
const STILL_HELD_LOOKS: u32 = 100;

/// Every paper there ever was, known by its bytes.
#[derive(Debug, Clone, Default)]
pub struct Truth {
    papers: BTreeMap<Vec<u8>, String>,
    shared: BTreeSet<String>,
}

impl Truth {
    /// Papers that may be found; their names must differ, and their bytes.
    pub fn add(&mut self, papers: &[Paper]) -> Result<(), Trouble> {
        for paper in papers {
            if self.papers.insert(paper.bytes.clone(), paper.name.clone()).is_some() {
                return Err(Trouble::Program(format!("two papers have the bytes of {}", paper.name)));
            }
        }
        Ok(())
    }

    /// A paper that may lie in several trails, once in each.
    pub fn share(&mut self, name: &str) {
        self.shared.insert(name.to_owned());
    }

    /// Where each paper lies below the folders, private folders included.
    pub fn census(&self, folders: &[&Path]) -> Result<BTreeMap<&str, Vec<PathBuf>>, Trouble> {
        let sizes: BTreeSet<u64> = self.papers.keys().map(|bytes| bytes.len() as u64).collect();
        let mut found: BTreeMap<&str, Vec<PathBuf>> = BTreeMap::new();
        let mut rest: Vec<PathBuf> = folders.iter().map(|folder| (*folder).to_owned()).collect();
        while let Some(folder) = rest.pop() {
            for entry in at(&folder, folder.read_dir())? {
                let path = at(&folder, entry)?.path();
                let about = at(&path, path.symlink_metadata())?;
                if about.is_dir() {
                    rest.push(path);
                } else if about.is_file() && sizes.contains(&about.len()) {
                    let bytes = at(&path, std::fs::read(&path))?;
                    if let Some(name) = self.papers.get(&bytes) {
                        found.entry(name).or_default().push(path);
                    }
                }
            }
        }
        Ok(found)
    }

    /// What is wrong with the papers of a place: an acknowledged one that is not there once, any that is there twice or was
    /// set aside.
    pub fn problems(&self, place: &Place, acknowledged: &BTreeSet<String>) -> Result<Vec<String>, Trouble> {
        let mut folders = vec![place.data.as_path()];
        folders.extend(place.drops.iter().filter(|drop| !drop.starts_with(&place.data)).map(PathBuf::as_path));
        let census = self.census(&folders)?;
        let mut problems = Vec::new();
        for name in self.papers.values() {
            let places = census.get(name.as_str()).map_or(&[][..], Vec::as_slice);
            match places {
                [] if acknowledged.contains(name) => problems.push(format!("LOST: {name} was acknowledged")),
                [] => {}
                [one] if one.components().any(|part| part.as_os_str() == "quarantine") => {
                    problems.push(format!("SET ASIDE: {name}"));
                }
                [_] => {}
                // A group's page lies in the trail of each.
                more if self.shared.contains(name) && are_apart(more, &place.data) => {}
                more => {
                    let told: Vec<_> = more.iter().map(|path| path.display().to_string()).collect();
                    problems.push(format!("DOUBLED: {name} lies at {}", told.join(" and ")));
                }
            }
        }
        Ok(problems)
    }
}

/// Whether all of them lie in trails, no two in the same.
fn are_apart(paths: &[PathBuf], data: &Path) -> bool {
    let pupils = data.join("Pupils");
    let trails = paths.iter().map(|path| path.strip_prefix(&pupils).ok()?.components().next());
    let different: BTreeSet<_> = trails.collect();
    different.len() == paths.len() && !different.contains(&None)
}

/// Lets the program recover by its own means and check everything; what it finds wrong, one line each.
pub fn verified(place: &Place) -> Result<Vec<String>, Trouble> {
    let mut output = place.scantrail.run(["verify", "--json"])?;
    for _ in 0..STILL_HELD_LOOKS {
        let said = String::from_utf8_lossy(&output.stderr);
        if output.status.code() != Some(IN_USE) && !said.contains("the daemon went away") {
            break;
        }
        std::thread::sleep(STILL_HELD);
        output = place.scantrail.run(["verify", "--json"])?;
    }
    let said = String::from_utf8_lossy(&output.stdout);
    let answer: serde_json::Value = serde_json::from_str(&said).unwrap_or_default();
    let problems = answer["problems"].as_array().cloned().unwrap_or_default();
    if output.status.success() && problems.is_empty() {
        return Ok(Vec::new());
    }
    if problems.is_empty() {
        let why = String::from_utf8_lossy(&output.stderr);
        return Ok(vec![format!("VERIFY ended with {:?}: {}", output.status.code(), why.trim())]);
    }
    Ok(problems.iter().map(|problem| format!("VERIFY: {}", problem.as_str().unwrap_or_default())).collect())
}

/// `bagit.py`, waiting for folders.
#[derive(Debug)]
pub struct BagJudge {
    child: Child,
    ask: ChildStdin,
    hear: BufReader<ChildStdout>,
}

impl BagJudge {
    /// Starts it, from the environment of the judges.
    pub fn start() -> Result<Self, Trouble> {
        let missing = |what: String| Trouble::Missing { what, hint: "`cargo xtask test` makes the judges" };
        let judges =
            std::env::var_os("SCANTRAIL_JUDGES").ok_or_else(|| missing("SCANTRAIL_JUDGES is not set".into()))?;
        let python = Path::new(&judges).join("bin").join("python3");
        let mut command = Command::new(&python);
        command.args(["-c", BAGIT]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().map_err(|error| missing(format!("{}: {error}", python.display())))?;
        let (Some(ask), Some(hear)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(Trouble::Program("a judge without ears".into()));
        };
        Ok(Self { child, ask, hear: BufReader::new(hear) })
    }

    /// What `bagit.py` and `sha256sum` find wrong with the bags of a data folder.
    pub fn problems(&mut self, data: &Path) -> Result<Vec<String>, Trouble> {
        let mut problems = Vec::new();
        for bag in bags(data)? {
            let told = writeln!(self.ask, "{}", bag.display()).and_then(|()| self.ask.flush());
            at(&bag, told)?;
            let mut verdict = String::new();
            at(&bag, self.hear.read_line(&mut verdict))?;
            if verdict.trim() != "valid" {
                problems.push(format!("BAGIT: {}: {}", bag.display(), verdict.trim()));
            }
            let mut sums = Command::new("sha256sum");
            sums.args(["--strict", "--quiet", "--check", "manifest-sha256.txt", "tagmanifest-sha256.txt"]);
            if let Err(error) = super::tools::run(sums.current_dir(&bag)) {
                problems.push(format!("SHA256SUM: {}: {error}", bag.display()));
            }
        }
        Ok(problems)
    }
}

impl Drop for BagJudge {
    fn drop(&mut self) {
        // It may have ended by itself; either way it is gone now.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Every bag of a data folder.
fn bags(data: &Path) -> Result<Vec<PathBuf>, Trouble> {
    let mut bags = Vec::new();
    let pupils = data.join("Pupils");
    for pupil in folders_in(&pupils)? {
        for year in folders_in(&pupil)? {
            if year.join("bagit.txt").try_exists().unwrap_or(false) {
                bags.push(year);
            }
        }
    }
    Ok(bags)
}

fn folders_in(folder: &Path) -> Result<Vec<PathBuf>, Trouble> {
    let mut found = Vec::new();
    for entry in at(folder, folder.read_dir())? {
        let path = at(folder, entry)?.path();
        if path.is_dir() {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paper(name: &str) -> Paper {
        Paper { name: name.into(), bytes: format!("the bytes of {name}").into_bytes() }
    }

    #[test]
    fn lost_doubled_and_set_aside_are_told_apart() {
        let room = tempfile::tempdir().unwrap();
        let data = room.path().join("school");
        for folder in ["school/.trail/spool", "school/.trail/quarantine", "school/Pupils/x", "school/Pupils/y", "drop"]
        {
            std::fs::create_dir_all(room.path().join(folder)).unwrap();
        }
        let mut truth = Truth::default();
        let papers: Vec<Paper> = ["lost", "unknown", "once", "twice", "aside", "group"].map(paper).into();
        truth.add(&papers).unwrap();
        assert!(truth.add(&papers[..1]).is_err(), "two papers with the same bytes cannot be told apart");
        let put =
            |at: &str, which: usize| super::super::tools::write(&room.path().join(at), &papers[which].bytes).unwrap();
        put("school/.trail/spool/a.jpg", 2);
        put("school/Pupils/x/b.jpg", 3);
        put("drop/b.jpg", 3);
        put("school/Pupils/x/d.jpg", 5);
        put("school/Pupils/y/d.jpg", 5);
        put("school/.trail/quarantine/c.jpg", 4);
        truth.share("group");
        let place = Place::set(Path::new("none"), room.path(), &data, &[room.path().join("drop")]).unwrap();
        let known = ["lost", "once", "twice"].map(str::to_owned).into();
        let problems = truth.problems(&place, &known).unwrap();
        let kinds: Vec<&str> = problems.iter().map(|problem| problem.split(' ').next().unwrap()).collect();
        assert_eq!(kinds, ["SET", "LOST:", "DOUBLED:"], "{problems:?}");
    }
}
