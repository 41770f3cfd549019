//! `scantrail delete`, `retention`, `legal-hold`, `move`: what is kept, for how long, and whose it is.

use clap::{Args as Arguments, Subcommand};
use scantrail_daemon::api::{DeletionRequest, ReviewRequest};
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub(crate) enum Delete {
    /// Propose pages for deletion: a list with a number, nothing is deleted yet
    Propose {
        /// The pages' ids
        #[arg(value_name = "PAGE", required_unless_present = "pupil")]
        pages: Vec<String>,
        /// Everything in a pupil's trail
        #[arg(long)]
        pupil: Option<String>,
        /// Why, for the certificate
        #[arg(long)]
        reason: String,
        /// Who proposes it
        #[arg(long = "as", value_name = "NAME")]
        account: String,
    },
    /// What was proposed, approved and deleted, newest first
    List,
    /// One deletion: its pages, who approved; once it is done, the certificate
    Show {
        /// Its number
        deletion: i64,
    },
    /// The certificate of a deletion that was carried out: a page, and the same as JSON beside it
    Certificate {
        /// Its number
        deletion: i64,
        /// The page, a new file; the JSON gets the same name with `.json`
        #[arg(long, value_name = "FILE.pdf")]
        out: PathBuf,
    },
    /// Approve a deletion; with the second person's approval it is carried out, and cannot be undone
    Approve {
        /// Its number
        deletion: i64,
        /// Who approves
        #[arg(long = "as", value_name = "NAME")]
        account: String,
    },
    /// Take a proposal back
    Withdraw {
        /// Its number
        deletion: i64,
        /// Who takes it back
        #[arg(long = "as", value_name = "NAME")]
        account: String,
    },
}

impl Delete {
    /// What is asked for.
    pub(crate) fn request(&self) -> DeletionRequest {
        match self {
            Self::Propose { pages, pupil, reason, account } => DeletionRequest::Propose {
                pages: pages.clone(),
                pupil: pupil.clone(),
                reason: reason.clone(),
                account: account.clone(),
            },
            Self::List => DeletionRequest::List,
            Self::Certificate { deletion, .. } => DeletionRequest::Certificate { deletion: *deletion },
            Self::Show { deletion } => DeletionRequest::Show { deletion: *deletion },
            Self::Approve { deletion, account } => {
                DeletionRequest::Approve { deletion: *deletion, account: account.clone() }
            }
            Self::Withdraw { deletion, account } => {
                DeletionRequest::Withdraw { deletion: *deletion, account: account.clone() }
            }
        }
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Retention {
    /// What is due by the rules of the configuration; nothing is changed
    Due {
        /// On this day, like 2027-09-01 [default: today]
        #[arg(long, value_name = "DATE")]
        on: Option<String>,
    },
    /// Propose for deletion what is due by one rule
    Propose {
        /// The rule's name
        rule: String,
        /// Who proposes it
        #[arg(long = "as", value_name = "NAME")]
        account: String,
    },
}

impl Retention {
    /// What is asked for.
    pub(crate) fn request(&self) -> DeletionRequest {
        match self {
            Self::Due { on } => DeletionRequest::Due { on: on.clone() },
            Self::Propose { rule, account } => {
                DeletionRequest::ProposeDue { on: None, rule: rule.clone(), account: account.clone() }
            }
        }
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum LegalHold {
    /// Keep everything of a pupil, or one page, from being deleted
    Put {
        /// Id, short code, or a name that fits one pupil
        #[arg(required_unless_present = "page", conflicts_with = "page")]
        pupil: Option<String>,
        /// One page alone
        #[arg(long)]
        page: Option<String>,
        /// Why
        #[arg(long)]
        reason: String,
        /// Who says so
        #[arg(long = "as", value_name = "NAME")]
        account: String,
    },
    /// Lift a legal hold
    Lift {
        /// Its number
        hold: i64,
        /// Why
        #[arg(long)]
        reason: String,
        /// Who says so
        #[arg(long = "as", value_name = "NAME")]
        account: String,
    },
    /// Every legal hold, those that stand first
    List,
}

impl LegalHold {
    /// What is asked for.
    pub(crate) fn request(&self) -> DeletionRequest {
        match self {
            Self::Put { pupil, page, reason, account } => DeletionRequest::Hold {
                pupil: pupil.clone(),
                page: page.clone(),
                reason: reason.clone(),
                account: account.clone(),
            },
            Self::Lift { hold, reason, account } => {
                DeletionRequest::Lift { hold: *hold, reason: reason.clone(), account: account.clone() }
            }
            Self::List => DeletionRequest::Holds,
        }
    }
}

#[derive(Debug, Arguments)]
pub(crate) struct Move {
    /// The pages' ids
    #[arg(required = true, value_name = "PAGE")]
    pub(crate) pages: Vec<String>,
    /// Whose they are: id, short code, or a name that fits one pupil; several for a group's
    #[arg(long, required = true, value_name = "PUPIL", num_args = 1..)]
    to: Vec<String>,
    /// Why, for the record; name no other child in it
    #[arg(long)]
    reason: String,
}

impl Move {
    /// What is asked for.
    pub(crate) fn request(&self) -> ReviewRequest {
        ReviewRequest::Move { pages: self.pages.clone(), pupils: self.to.clone(), reason: self.reason.clone() }
    }
}
