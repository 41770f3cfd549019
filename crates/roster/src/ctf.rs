//! The Common Transfer File of England's Department for Education: pupils from one school's system to another's.
//!
//! There is a new version every year; what is read here has stood at the same place in all of them
//! (`CTfile/CTFpupilData/Pupil`). Read: UPN, surname, forename, date of birth, and of the basic details the former UPN,
//! the preferred names and the year group. Everything else, among it sex, ethnicity, meals, special needs, medical
//! notes, addresses, contacts and attendance, is passed over on purpose: a school trail has no use for it.
//!
//! Hardened: no document type, no entities but the five of XML itself, bounded nesting, no recursion.

use crate::columns::Field;
use crate::list::{Form, List};
use crate::problem::{RosterError, RowProblem};
use crate::text::Encoding;
use crate::{cells, row};
use quick_xml::Reader;
use quick_xml::events::{BytesRef, Event};
use std::collections::{BTreeMap, BTreeSet};

/// Elements within elements; real files have about eight.
const DEEPEST: usize = 64;

/// What is read of a pupil, by path below `Pupil`, with its rank: the name a pupil is called by comes before the legal.
const READ: &[(&[&str], Field, usize)] = &[
    (&["upn"], Field::Upn, 0),
    (&["surname"], Field::Surname, 1),
    (&["forename"], Field::Forename, 1),
    (&["dob"], Field::Born, 0),
    (&["basicdetails", "formerupn"], Field::FormerUpn, 0),
    (&["basicdetails", "preferredsurname"], Field::Surname, 0),
    (&["basicdetails", "preferredforename"], Field::Forename, 0),
    (&["basicdetails", "ncyearactual"], Field::YearGroup, 0),
];

/// Where pupils stand.
const PUPIL: &[&str] = &["ctfile", "ctfpupildata", "pupil"];

/// Where the file says which version it is.
const VERSION: &[&str] = &["ctfile", "header", "ctfversion"];

/// Reads a transfer file.
pub(crate) fn read(text: &str, encoding: Encoding) -> Result<List, RosterError> {
    let mut walk = Walk::new(text);
    let mut reader = Reader::from_str(text);
    loop {
        let event = reader.read_event();
        let line = walk.line_at(reader.buffer_position());
        match event.map_err(|error| RosterError::BrokenXml { line, why: error.to_string() })? {
            Event::Start(start) => walk.open(&local(start.local_name().as_ref()), line)?,
            Event::Empty(start) => {
                walk.open(&local(start.local_name().as_ref()), line)?;
                walk.close();
            }
            Event::End(_) => walk.close(),
            Event::Text(part) => walk.text.push_str(&String::from_utf8_lossy(&part)),
            Event::CData(part) => walk.text.push_str(&String::from_utf8_lossy(&part)),
            Event::GeneralRef(reference) => walk.text.push(character(&reference, line)?),
            Event::DocType(_) => {
                return Err(RosterError::UnsafeXml { line, what: "a document type declaration" });
            }
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
            Event::Eof => return walk.finish(encoding, line),
        }
    }
}

fn local(name: &[u8]) -> String {
    String::from_utf8_lossy(name).into_owned()
}

/// The character one of XML's own references stands for.
fn character(reference: &BytesRef<'_>, line: u64) -> Result<char, RosterError> {
    let broken = |why: String| RosterError::BrokenXml { line, why };
    if let Some(character) = reference.resolve_char_ref().map_err(|error| broken(error.to_string()))? {
        return Ok(character);
    }
    match &**reference {
        b"amp" => Ok('&'),
        b"lt" => Ok('<'),
        b"gt" => Ok('>'),
        b"quot" => Ok('"'),
        b"apos" => Ok('\''),
        _ => Err(RosterError::UnsafeXml { line, what: "an entity of its own" }),
    }
}

/// What was read of one pupil, by field and rank.
type Cells = BTreeMap<(Field, usize), String>;

/// The state of one reading.
struct Walk<'t> {
    source: &'t str,
    /// Up to here line breaks were counted.
    counted: usize,
    line: u64,
    /// Names of the open elements in small letters.
    path: Vec<String>,
    /// Text of the innermost element so far.
    text: String,
    version: String,
    /// The pupil being read: the line it begins on, and its cells by field and rank.
    pupil: Option<(u64, Cells)>,
    passed_over: BTreeSet<String>,
    list: Vec<Result<scantrail_core::roster::ListedPupil, RowProblem>>,
    warnings: Vec<RowProblem>,
}

impl<'t> Walk<'t> {
    fn new(source: &'t str) -> Self {
        Self {
            source,
            counted: 0,
            line: 1,
            path: Vec::new(),
            text: String::new(),
            version: String::new(),
            pupil: None,
            passed_over: BTreeSet::new(),
            list: Vec::new(),
            warnings: Vec::new(),
        }
    }

    fn line_at(&mut self, position: u64) -> u64 {
        let position = usize::try_from(position).unwrap_or(usize::MAX).min(self.source.len());
        let passed = self.source.get(self.counted..position).unwrap_or_default();
        self.line += passed.matches('\n').count() as u64;
        self.counted = position;
        self.line
    }

    fn open(&mut self, name: &str, line: u64) -> Result<(), RosterError> {
        if self.path.is_empty() && !name.eq_ignore_ascii_case(PUPIL[0]) {
            return Err(RosterError::OtherXml { root: name.to_owned() });
        }
        if self.path.len() == DEEPEST {
            return Err(RosterError::UnsafeXml { line, what: "elements nested too deeply" });
        }
        self.path.push(name.to_ascii_lowercase());
        self.text.clear();
        if self.path == PUPIL {
            self.pupil = Some((line, BTreeMap::new()));
        }
        // A group is named once, what is in it is not: the names alone say enough.
        if let Some(below) = self.below_pupil()
            && !READ.iter().any(|(path, ..)| path.starts_with(&below))
            && !below.is_empty()
            && (below.len() == 1 || below.len() == 2 && below[0] == "basicdetails")
        {
            self.passed_over.insert(name.to_owned());
        }
        Ok(())
    }

    fn below_pupil(&self) -> Option<Vec<&str>> {
        let path: Vec<&str> = self.path.iter().map(String::as_str).collect();
        path.strip_prefix(PUPIL).map(<[_]>::to_vec)
    }

    fn close(&mut self) {
        let value = cells::clean(&std::mem::take(&mut self.text));
        if self.path == VERSION {
            self.version.clone_from(&value);
        }
        let read = self.below_pupil().and_then(|below| READ.iter().find(|(path, ..)| *path == below));
        if let (Some((_, cells)), Some((_, field, rank))) = (&mut self.pupil, read)
            && !value.is_empty()
        {
            cells.entry((*field, *rank)).or_insert(value);
        }
        if self.path == PUPIL
            && let Some((line, cells)) = self.pupil.take()
        {
            self.pupil_ends(line, &cells);
        }
        self.path.pop();
    }

    fn pupil_ends(&mut self, line: u64, cells: &Cells) {
        let cell = |wanted| {
            cells.iter().find(|((field, _), _)| *field == wanted).map(|(_, text)| text.clone()).unwrap_or_default()
        };
        let mut warnings = Vec::new();
        let pupil = row::pupil(line, &cell, &mut warnings);
        self.warnings.extend(warnings.into_iter().map(|problem| RowProblem { line, problem }));
        self.list.push(pupil.map_err(|problem| RowProblem { line, problem }));
    }

    fn finish(self, encoding: Encoding, line: u64) -> Result<List, RosterError> {
        if !self.path.is_empty() {
            return Err(RosterError::BrokenXml { line, why: "the file ends in the middle".into() });
        }
        let mut list = List {
            pupils: vec![],
            problems: self.warnings,
            not_read: self.passed_over.into_iter().collect(),
            encoding,
            form: Form::Transfer { version: self.version },
        };
        for row in self.list {
            match row {
                Ok(pupil) => list.pupils.push(pupil),
                Err(problem) => list.problems.push(problem),
            }
        }
        Ok(list)
    }
}
