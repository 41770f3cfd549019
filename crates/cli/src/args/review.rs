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
    /// Say whose it is
    Assign {
        /// The page's id
        page: String,
        /// Id, short code, or a name that fits one pupil
        pupil: String,
        /// Every held page of its run, not this page alone
        #[arg(long)]
        run: bool,
        /// Why, for the record
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// Say that it is nobody's work
    Discard {
        /// The page's id
        page: String,
        /// Every held page of its run, not this page alone
        #[arg(long)]
        run: bool,
        /// Why, for the record
        #[arg(long)]
        reason: String,
    },
    /// Take a decision back
    Undo {
        /// Its number [default: the last that stands]
        decision: Option<i64>,
    },
}

impl Review {
    /// What is asked for.
    pub(crate) fn request(&self) -> ReviewRequest {
        let reach = |run: &bool| if *run { ReachWord::Run } else { ReachWord::Page };
        match self {
            Self::List => ReviewRequest::List,
            Self::Show { page } => ReviewRequest::Show { page: page.clone() },
            Self::Assign { page, pupil, run, reason } => ReviewRequest::Assign {
                page: page.clone(),
                pupil: pupil.clone(),
                reach: reach(run),
                reason: reason.clone(),
            },
            Self::Discard { page, run, reason } => {
                ReviewRequest::Discard { page: page.clone(), reach: reach(run), reason: reason.clone() }
            }
            Self::Undo { decision } => ReviewRequest::Undo { decision: *decision },
        }
    }
}
