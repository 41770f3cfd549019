//! The roster: asked for and answered.

use super::DryRun;
use serde::{Deserialize, Serialize};

/// One thing asked about the roster. Dates are ISO; pupils are named by id, short code, or a name that fits one.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "roster-do", rename_all = "kebab-case")]
#[expect(missing_docs, reason = "each mirrors the command of the same name; its arguments are explained there")]
pub enum RosterRequest {
    Import(Box<ImportRequest>),
    List { class: Option<String> },
    Find { words: String },
    Show { pupil: String },
    Add(Box<NewPupil>),
    Rename { pupil: String, surname: Option<String>, forename: Option<String> },
    Class { pupil: String, class: String, year_group: Option<String> },
    Leave { pupils: Vec<String>, date: Option<String> },
    Return { pupil: String },
    NewIdentity(Box<NewIdentity>),
    Sealed { pupil: String, reason: String },
    RollOver { plan: Option<Vec<u8>>, dry_run: DryRun },
    UndoRollOver,
    Classes,
    ShowClass { class: String },
    ClassYear { class: String, year_group: String },
    AddTeacher { class: String, teacher: String, from: Option<String>, until: Option<String> },
    RemoveTeacher { class: String, teacher: String, until: Option<String> },
    Calendar { year: Option<String> },
}

/// A list, and how it is to be read.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ImportRequest {
    /// Its bytes.
    pub list: Vec<u8>,
    /// Whether to change anything.
    pub dry_run: DryRun,
    /// What its columns hold, as FIELD=HEADER; kept for the next import.
    pub map: Vec<String>,
    /// Whether what was kept of earlier imports still counts.
    pub kept: KeptMapping,
    /// Whom the list should hold.
    pub of: ListOf,
    /// So many pupils may be missing from it, however large a part of the school that is.
    pub allow_leavers: Option<u32>,
}

/// What becomes of the mapping that earlier imports left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeptMapping {
    /// It is used.
    Use,
    /// It is forgotten.
    Forget,
}

/// Whom a list should hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ListOf {
    /// The whole school.
    School,
    /// One class.
    Class(String),
    /// Some pupils: nobody is missing from it.
    Some,
}

/// A pupil that is written down by hand.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields of a pupil")]
pub struct NewPupil {
    pub surname: String,
    pub forename: String,
    pub class: String,
    pub year_group: String,
    pub upn: String,
    pub admission_number: String,
    pub born: Option<String>,
}

/// A new name and new numbers; what is not given stays, the former UPN is always taken away.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields of a pupil")]
pub struct NewIdentity {
    pub pupil: String,
    pub surname: Option<String>,
    pub forename: Option<String>,
    pub upn: Option<String>,
    pub admission_number: Option<String>,
}

/// What comes back about the roster.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "roster", content = "value", rename_all = "kebab-case")]
#[expect(missing_docs, reason = "each mirrors the request of the same name")]
pub enum RosterAnswer {
    Import(ImportReply),
    List(Vec<PupilReply>),
    One(Box<PupilFullReply>),
    NewIdentity(NewIdentityReply),
    Sealed(SealedReply),
    RollOver(RollOverReply),
    RolledBack { pupils: u64 },
    Classes(Vec<ClassReply>),
    Class(ClassReply),
    Calendar(CalendarReply),
}

/// A pupil.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PupilReply {
    /// The id.
    pub id: String,
    /// The code on the pupil's sheets.
    pub code: String,
    /// `Surname, Forename`.
    pub name: String,
    /// The class.
    pub class: String,
    /// The year group.
    pub year_group: String,
    /// `current`, `leaver-candidate`, `left`.
    pub standing: String,
    /// Day and month of birth, to tell namesakes apart.
    pub born: Option<String>,
}

/// A pupil, with everything the roster holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PupilFullReply {
    /// As in a list.
    #[serde(flatten)]
    pub pupil: PupilReply,
    /// Family name.
    pub surname: String,
    /// Given name.
    pub forename: String,
    /// Date of birth, ISO.
    pub date_of_birth: Option<String>,
    /// Unique pupil number.
    pub upn: String,
    /// What is doubtful about the number, in words.
    pub upn_doubt: Option<String>,
    /// An earlier unique pupil number.
    pub former_upn: String,
    /// The school's own number.
    pub admission_number: String,
    /// The day the pupil left, ISO.
    pub left_on: Option<String>,
    /// The trail's folder, below `Pupils`.
    pub folder: String,
    /// Who teaches the pupil's class today.
    pub teachers: Vec<String>,
}

/// What a list changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportReply {
    /// Whether it was only looked at.
    pub dry_run: bool,
    /// What it was: `table` or `transfer`.
    pub form: String,
    /// New pupils.
    pub added: u32,
    /// Pupils whose details change.
    pub changed: u32,
    /// Pupils who stay as they are.
    pub unchanged: u32,
    /// Pupils who are not on the list: leaver candidates.
    pub missing: u32,
    /// Rows that cannot be taken as they are.
    pub conflicts: u32,
    /// The changes by what they are.
    pub groups: Vec<ImportGroup>,
    /// Every change, in words.
    pub lines: Vec<String>,
    /// What was odd about the file.
    pub warnings: Vec<String>,
    /// How it was read.
    pub notes: Vec<String>,
    /// Why it would be refused without `--dry-run`.
    pub refused: Option<String>,
}

/// Changes of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportGroup {
    /// `added`, `returned`, `renamed`, `moved`, `changed`, `missing`, `conflict`.
    pub kind: String,
    /// The kind in words.
    pub title: String,
    /// One pupil or row each.
    pub lines: Vec<String>,
}

/// What became of a new identity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewIdentityReply {
    /// The pupil, under the new name.
    pub pupil: PupilReply,
    /// What is doubtful about the new number, in words.
    pub upn_doubt: Option<String>,
    /// Where the old name may still stand, in words.
    pub remains: Vec<String>,
}

/// What was sealed of a pupil.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedReply {
    /// The pupil's id.
    pub id: String,
    /// Oldest first.
    pub identities: Vec<SealedIdentityReply>,
}

/// One sealed identity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields of a pupil")]
pub struct SealedIdentityReply {
    /// When it was sealed, RFC 3339.
    pub at: String,
    pub surname: String,
    pub forename: String,
    pub upn: String,
    pub former_upn: String,
    pub admission_number: String,
}

/// The step into the next school year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RollOverReply {
    /// Whether it was only looked at.
    pub dry_run: bool,
    /// What happens to each class.
    pub classes: Vec<RollOverLine>,
    /// Pupils who go up.
    pub pupils: u64,
    /// Pupils who leave.
    pub leavers: u64,
}

/// What happens to the pupils of one class and year group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RollOverLine {
    /// The class they are in.
    pub class: String,
    /// Their year group.
    pub year_group: String,
    /// The class they go into; none if they leave.
    pub to: Option<String>,
    /// Their year group there.
    pub to_year_group: String,
    /// How many they are.
    pub pupils: u64,
}

/// A class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClassReply {
    /// Its name.
    pub class: String,
    /// Its year groups: as the school says, else those of its pupils.
    pub year_groups: Vec<String>,
    /// How many pupils are in it.
    pub pupils: u64,
    /// Who teaches it, taught it or will.
    pub teachers: Vec<TeacherReply>,
    /// Who is in it; empty in a list of classes.
    pub members: Vec<PupilReply>,
}

/// Somebody teaches a class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeacherReply {
    /// The name.
    pub teacher: String,
    /// The first day, ISO.
    pub from: String,
    /// The last day; none while it goes on.
    pub until: Option<String>,
    /// Whether it is so today.
    pub today: bool,
}

/// The half-terms of a school year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalendarReply {
    /// The year.
    pub year: String,
    /// Whether the dates are assumed because the school has not set them.
    pub assumed: bool,
    /// The six, in order.
    pub half_terms: Vec<HalfTermReply>,
}

/// A half-term.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HalfTermReply {
    /// `Autumn 1`.
    pub name: String,
    /// The first school day, ISO.
    pub first: String,
    /// The last school day, ISO.
    pub last: String,
    /// Whether today is in it.
    pub today: bool,
}
