//! What lies on the disk, seen without asking the program: every copy of a paper, and every mark of one.

use super::school::{MARK, MARK_DIGITS};
use super::truth::{Place, Truth};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

/// Where one file is that has the bytes of a paper.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Spot {
    Trail(usize),
    Held,
    /// Put aside or thrown away: private, out of the way.
    Away,
    /// Anywhere else.
    Stray(PathBuf),
}

/// Every file that has the bytes of a paper: where, which paper, of which page by its name.
pub(super) type Census = Vec<(Spot, usize, String)>;

/// Every paper there is, by its bytes.
pub(super) struct Papers<'a> {
    by_bytes: HashMap<&'a [u8], usize>,
    sizes: BTreeSet<u64>,
}

impl<'a> Papers<'a> {
    pub(super) fn new(papers: &'a [Vec<u8>]) -> Self {
        Self {
            by_bytes: papers.iter().enumerate().map(|(number, bytes)| (bytes.as_slice(), number)).collect(),
            sizes: papers.iter().map(|bytes| bytes.len() as u64).collect(),
        }
    }

    /// What lies in a data folder.
    pub(super) fn census(&self, data: &Path, truth: &Truth, pupils: &[String]) -> Census {
        let mut found = Census::new();
        for path in files(data) {
            if !path.metadata().is_ok_and(|about| self.sizes.contains(&about.len())) {
                continue;
            }
            if let Some(&paper) = self.by_bytes.get(bytes_of(&path).as_slice()) {
                let name = path.file_name().unwrap().to_string_lossy().into_owned();
                let page = truth.pages.iter().find(|page| !page.id.is_empty() && name.contains(&page.id));
                let spot = spot(path.strip_prefix(data).unwrap(), pupils);
                found.push((spot, paper, page.map(|page| page.id.clone()).unwrap_or(name)));
            }
        }
        found.sort();
        found
    }
}

fn spot(path: &Path, pupils: &[String]) -> Spot {
    let parts: Vec<String> = path.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    match parts.as_slice() {
        ["Pupils", folder, _, "data", "_originals", _] => {
            let whose = pupils.iter().position(|id| folder.ends_with(&format!("({id})")));
            whose.map_or_else(|| Spot::Stray(path.to_owned()), Spot::Trail)
        }
        ["Unidentified", ..] => Spot::Held,
        [".trail", "control", ..] => Spot::Away,
        _ => Spot::Stray(path.to_owned()),
    }
}

/// What should lie there.
pub(super) fn expected(truth: &Truth) -> Census {
    let mut all = Census::new();
    for page in truth.there() {
        let about = &truth.pages[page];
        let mut at = |spot| all.push((spot, about.paper, about.id.clone()));
        match truth.place(page) {
            Place::Trail(pupils) => pupils.into_iter().for_each(|pupil| at(Spot::Trail(pupil))),
            Place::Held => at(Spot::Held),
            Place::Aside | Place::Discarded => at(Spot::Away),
            Place::Deleted => {}
        }
    }
    all.sort();
    all
}

/// How two censuses differ, in words; nothing if they do not.
pub(super) fn difference(found: &Census, expected: &Census) -> Vec<String> {
    let count = |census: &Census| {
        let mut counts: BTreeMap<(Spot, usize, String), i64> = BTreeMap::new();
        for one in census {
            *counts.entry(one.clone()).or_default() += 1;
        }
        counts
    };
    let (found, expected) = (count(found), count(expected));
    let all: BTreeSet<_> = found.keys().chain(expected.keys()).collect();
    let of = |counts: &BTreeMap<_, i64>, one| counts.get(one).copied().unwrap_or(0);
    let differing = all.into_iter().filter(|one| of(&found, *one) != of(&expected, *one));
    let told = differing.map(|one| {
        let (spot, paper, page) = one;
        let (found, expected) = (of(&found, one), of(&expected, one));
        format!("paper {paper} of page {page} lies {found} times at {spot:?}, not {expected} times")
    });
    told.collect()
}

/// The numbers of the marks in files of a data folder, catalogue and logs included, each with a file it is in.
pub(super) fn marks(data: &Path) -> BTreeMap<usize, PathBuf> {
    let mut found = BTreeMap::new();
    for path in files(data).into_iter().filter(|path| !path.ends_with("reserve.bin")) {
        let bytes = bytes_of(&path);
        let mut rest = bytes.as_slice();
        while let Some(at) = position(rest, MARK.as_bytes()) {
            rest = &rest[at + MARK.len()..];
            let digits = rest.get(..MARK_DIGITS).and_then(|digits| std::str::from_utf8(digits).ok());
            if let Some(number) = digits.and_then(|digits| digits.parse().ok()) {
                found.entry(number).or_insert_with(|| path.clone());
            }
        }
    }
    found
}

/// Files of a data folder with this text in them.
pub(super) fn holding(data: &Path, needle: &str) -> Vec<PathBuf> {
    let mut all = files(data);
    all.retain(|path| !path.ends_with("reserve.bin"));
    all.retain(|path| position(&bytes_of(path), needle.as_bytes()).is_some());
    all
}

fn position(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    let mut from = 0;
    while let Some(at) = bytes[from..].iter().position(|byte| *byte == needle[0]) {
        if bytes[from + at..].starts_with(needle) {
            return Some(from + at);
        }
        from += at + 1;
    }
    None
}

/// None, if it is gone by now.
fn bytes_of(path: &Path) -> Vec<u8> {
    match std::fs::read(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => panic!("{}: {error}", path.display()),
        read => read.unwrap_or_default(),
    }
}

pub(super) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut rest = vec![folder.to_owned()];
    while let Some(folder) = rest.pop() {
        for entry in folder.read_dir().unwrap() {
            let path = entry.unwrap().path();
            // A daemon at work makes temporary files, and takes them away again.
            let Ok(about) = path.symlink_metadata() else { continue };
            if about.is_dir() {
                rest.push(path);
            } else if about.is_file() {
                found.push(path);
            }
        }
    }
    found
}
