//! `scantrail review`: the queue.

use clap::Subcommand;
use scantrail_daemon::api::{ReachWord, ReviewRequest};

#[derive(Debug, Subcommand)]
pub(crate) enum Review {
    /// Every page that waits, with its reason
    List,
    /// One page that waits, with its neighbours
    Show {
        /// Its id
        page: String,
    },
    /// Say whose pages are; of several pupils, a group's. A filed page moves
    Assign {
        /// The pages' ids, separated by commas
        #[arg(value_name = "PAGE,…")]
        pages: String,
        /// Ids, short codes, or names that fit one pupil each
        #[arg(required = true, value_name = "PUPIL")]
        pupils: Vec<String>,
        /// Their whole runs, not these pages alone
        #[arg(long)]
        run: bool,
        /// Why, for the record
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// Say that pages are nobody's work
    Discard {
        /// The pages' ids, separated by commas
        #[arg(value_name = "PAGE,…")]
        pages: String,
        /// Their whole runs, not these pages alone
        #[arg(long)]
        run: bool,
        /// Why, for the record
        #[arg(long)]
        reason: String,
    },
    /// Say that it is not known whose pages are: filed pages come back here
    Recall {
        /// The pages' ids, separated by commas
        #[arg(value_name = "PAGE,…")]
        pages: String,
        /// Their whole runs, not these pages alone
        #[arg(long)]
        run: bool,
        /// Why, for the record
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// Give an unnamed cover to a pupil, for every batch it was or will be in
    Name {
        /// The cover's id, or a page behind it
        #[arg(value_name = "SHEET|PAGE")]
        sheet: String,
        /// Id, short code, or a name that fits one pupil
        pupil: String,
        /// Why, for the record
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// Take a decision back, whatever was decided since
    Undo {
        /// Its number [default: the last that stands]
        decision: Option<i64>,
    },
    /// What was decided, newest first
    Decisions {
        /// How many
        #[arg(long, default_value_t = 20)]
        limit: u32,
    },
}

/// Ids separated by commas.
fn listed(pages: &str) -> Vec<String> {
    pages.split(',').map(|id| id.trim().to_owned()).filter(|id| !id.is_empty()).collect()
}

impl Review {
    /// What is asked for.
    pub(crate) fn request(&self) -> ReviewRequest {
        let reach = |run: &bool| if *run { ReachWord::Run } else { ReachWord::Page };
        match self {
            Self::List => ReviewRequest::List,
            Self::Show { page } => ReviewRequest::Show { page: page.clone() },
            Self::Assign { pages, pupils, run, reason } => ReviewRequest::Assign {
                pages: listed(pages),
                pupils: pupils.clone(),
                reach: reach(run),
                reason: reason.clone(),
            },
            Self::Discard { pages, run, reason } => {
                ReviewRequest::Discard { pages: listed(pages), reach: reach(run), reason: reason.clone() }
            }
            Self::Recall { pages, run, reason } => {
                ReviewRequest::Recall { pages: listed(pages), reach: reach(run), reason: reason.clone() }
            }
            Self::Name { sheet, pupil, reason } => {
                ReviewRequest::Name { sheet: sheet.clone(), pupil: pupil.clone(), reason: reason.clone() }
            }
            Self::Undo { decision } => ReviewRequest::Undo { decision: *decision },
            Self::Decisions { limit } => ReviewRequest::Decisions { limit: *limit },
        }
    }
}
