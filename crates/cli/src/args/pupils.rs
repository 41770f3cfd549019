//! `scantrail pupils`: the roster.

use crate::run::missing;
use anyhow::Result;
use clap::{Args as Arguments, Subcommand};
use scantrail_daemon::api::{
    DeletionRequest, DryRun, ImportRequest, KeptMapping, ListOf, NewIdentity, NewPupil, Request, RosterRequest,
};
use std::path::{Path, PathBuf};

#[derive(Debug, Subcommand)]
pub(crate) enum Pupils {
    /// Take over a list from the school's system (CSV, or a Common Transfer File)
    Import(Import),
    /// All pupils
    List {
        /// Of this class
        #[arg(long)]
        class: Option<String>,
    },
    /// Pupils by the beginnings of their names, without accents: `amelie` finds Amélie
    Find {
        /// Beginnings of words of the name, in any order; all must fit
        #[arg(required = true)]
        words: Vec<String>,
    },
    /// One pupil
    Show {
        /// Id, short code, or a name that fits one pupil
        pupil: String,
    },
    /// Write down a pupil who is on no list yet
    Add(Add),
    /// Give a pupil another name; the trail's folder follows
    Rename {
        /// Id, short code, or a name that fits one pupil
        pupil: String,
        /// The new surname
        #[arg(long)]
        surname: Option<String>,
        /// The new forename
        #[arg(long)]
        forename: Option<String>,
    },
    /// Put a pupil into another class
    Class {
        /// Id, short code, or a name that fits one pupil
        pupil: String,
        /// The class
        class: String,
        /// The year group there [default: as before]
        #[arg(long)]
        year: Option<String>,
    },
    /// Pupils have left; their trails stay
    Leave {
        /// Ids, short codes, or names that fit one pupil each
        #[arg(required = true)]
        pupils: Vec<String>,
        /// When, like 2026-11-21 [default: today]
        #[arg(long)]
        date: Option<String>,
    },
    /// A pupil is at the school after all, or again
    Return {
        /// Id, short code, or a name that fits one pupil
        pupil: String,
    },
    /// Give a pupil a new name and new numbers, and seal the old ones (adoption, protection)
    NewIdentity(Identity),
    /// Show what was sealed; that somebody looked, and why, is kept
    Sealed {
        /// Id, short code, or a name that fits one pupil
        pupil: String,
        /// Why, for the record
        #[arg(long)]
        reason: String,
    },
    /// Propose that a pupil's own record is erased: name, date of birth, numbers, classes. The pupil has left, and no
    /// work and no legal hold is left; two people approve with `delete approve`
    Erase {
        /// Id, short code, or a name that fits one pupil
        pupil: String,
        /// Why, for the certificate; name nobody in it
        #[arg(long)]
        reason: String,
        /// Who proposes it
        #[arg(long = "as", value_name = "NAME")]
        account: String,
    },
    /// The step into the next school year: classes go up, year 6 leaves
    RollOver {
        /// Say what would happen, change nothing
        #[arg(long)]
        dry_run: bool,
        /// Where each class goes: a table with the columns class and to
        #[arg(long, value_name = "FILE.csv")]
        plan: Option<PathBuf>,
        /// Take the last roll-over back, while nothing else has changed
        #[arg(long, conflicts_with_all = ["dry_run", "plan"])]
        undo: bool,
    },
}

#[derive(Debug, Arguments)]
pub(crate) struct Import {
    /// The list
    file: PathBuf,
    /// Say what would change, change nothing
    #[arg(long)]
    dry_run: bool,
    /// What a column holds, e.g. surname="Nachname"; kept for the next import
    #[arg(long, value_name = "FIELD=HEADER")]
    map: Vec<String>,
    /// Forget what was kept of earlier --map
    #[arg(long)]
    forget_mapping: bool,
    /// The list is of this class only: nobody else can be missing from it
    #[arg(long)]
    class: Option<String>,
    /// The list is of some pupils only: nobody is missing from it
    #[arg(long, conflicts_with = "class")]
    partial: bool,
    /// So many pupils may be missing from the list, even if that is more than a third of the school
    #[arg(long, value_name = "N")]
    allow_leavers: Option<u32>,
}

#[derive(Debug, Arguments)]
pub(crate) struct Add {
    /// The surname
    #[arg(long, default_value = "")]
    surname: String,
    /// The forename
    #[arg(long, default_value = "")]
    forename: String,
    /// The class
    #[arg(long, default_value = "")]
    class: String,
    /// The year group
    #[arg(long, default_value = "")]
    year: String,
    /// The unique pupil number
    #[arg(long, default_value = "")]
    upn: String,
    /// The school's own number
    #[arg(long, default_value = "")]
    admission_number: String,
    /// The date of birth, like 2018-03-04
    #[arg(long)]
    born: Option<String>,
}

#[derive(Debug, Arguments)]
pub(crate) struct Identity {
    /// Id, short code, or a name that fits one pupil
    pupil: String,
    /// The new surname
    #[arg(long)]
    surname: Option<String>,
    /// The new forename
    #[arg(long)]
    forename: Option<String>,
    /// The new unique pupil number; empty for none
    #[arg(long)]
    upn: Option<String>,
    /// The school's own new number; empty for none
    #[arg(long)]
    admission_number: Option<String>,
}

fn read(file: &Path) -> Result<Vec<u8>> {
    std::fs::read(file).map_err(|source| missing(file, source))
}

fn dry(dry_run: bool) -> DryRun {
    if dry_run { DryRun::Yes } else { DryRun::No }
}

impl Pupils {
    /// What is asked for.
    pub(crate) fn request(&self) -> Result<Request> {
        Ok(Request::Roster(match self {
            Self::Erase { pupil, reason, account } => {
                return Ok(Request::Deletion(DeletionRequest::ProposeRecord {
                    pupil: pupil.clone(),
                    reason: reason.clone(),
                    account: account.clone(),
                }));
            }
            Self::Import(import) => RosterRequest::Import(Box::new(import.request()?)),
            Self::List { class } => RosterRequest::List { class: class.clone() },
            Self::Find { words } => RosterRequest::Find { words: words.join(" ") },
            Self::Show { pupil } => RosterRequest::Show { pupil: pupil.clone() },
            Self::Add(add) => RosterRequest::Add(Box::new(add.request())),
            Self::Rename { pupil, surname, forename } => {
                RosterRequest::Rename { pupil: pupil.clone(), surname: surname.clone(), forename: forename.clone() }
            }
            Self::Class { pupil, class, year } => {
                RosterRequest::Class { pupil: pupil.clone(), class: class.clone(), year_group: year.clone() }
            }
            Self::Leave { pupils, date } => RosterRequest::Leave { pupils: pupils.clone(), date: date.clone() },
            Self::Return { pupil } => RosterRequest::Return { pupil: pupil.clone() },
            Self::NewIdentity(new) => RosterRequest::NewIdentity(Box::new(new.request())),
            Self::Sealed { pupil, reason } => RosterRequest::Sealed { pupil: pupil.clone(), reason: reason.clone() },
            Self::RollOver { undo: true, .. } => RosterRequest::UndoRollOver,
            Self::RollOver { dry_run, plan, .. } => {
                let plan = plan.as_deref().map(read).transpose()?;
                RosterRequest::RollOver { plan, dry_run: dry(*dry_run) }
            }
        }))
    }
}

impl Import {
    fn request(&self) -> Result<ImportRequest> {
        Ok(ImportRequest {
            list: read(&self.file)?,
            dry_run: dry(self.dry_run),
            map: self.map.clone(),
            kept: if self.forget_mapping { KeptMapping::Forget } else { KeptMapping::Use },
            of: match (&self.class, self.partial) {
                (Some(class), _) => ListOf::Class(class.clone()),
                (None, true) => ListOf::Some,
                (None, false) => ListOf::School,
            },
            allow_leavers: self.allow_leavers,
        })
    }
}

impl Add {
    fn request(&self) -> NewPupil {
        NewPupil {
            surname: self.surname.clone(),
            forename: self.forename.clone(),
            class: self.class.clone(),
            year_group: self.year.clone(),
            upn: self.upn.clone(),
            admission_number: self.admission_number.clone(),
            born: self.born.clone(),
        }
    }
}

impl Identity {
    fn request(&self) -> NewIdentity {
        NewIdentity {
            pupil: self.pupil.clone(),
            surname: self.surname.clone(),
            forename: self.forename.clone(),
            upn: self.upn.clone(),
            admission_number: self.admission_number.clone(),
        }
    }
}
