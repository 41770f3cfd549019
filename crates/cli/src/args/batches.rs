//! `scantrail batch`: one batch, and what a person says about it.

use clap::Subcommand;
use scantrail_daemon::api::BatchRequest;

#[derive(Debug, Subcommand)]
pub(crate) enum Batch {
    /// Its runs, its sums, and what is odd about it
    Show {
        /// Its id
        batch: String,
    },
    /// File the runs that wait only for a look: the cover was read, but something about the batch is odd
    Confirm {
        /// Its id
        batch: String,
        /// This run alone, whatever it waits for, for the pupils it is proposed to
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
        run: Option<u32>,
        /// Why, for the record
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// The covers lie behind the work: give every cover the pages before it
    Shift {
        /// Its id
        batch: String,
        /// Why, for the record
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// Another run begins at a page: a cover is missing there
    Split {
        /// The first page of the new run
        #[arg(value_name = "PAGE")]
        before: String,
        /// Whose the new run is: id, short code or name
        #[arg(long, value_name = "PUPIL")]
        to: Option<String>,
        /// Why, for the record
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// A run belongs to the run before it: what begins it is no cover
    Join {
        /// Its id
        batch: String,
        /// The run that is no run of its own
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
        run: u32,
        /// Why, for the record
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// Nothing was handed in for these pupils, and that is right
    Absent {
        /// Its id
        batch: String,
        /// Ids, short codes or names
        #[arg(required = true)]
        pupils: Vec<String>,
        /// Why, for the record
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// End an interrupted batch as it is; its last run is held
    End {
        /// Its id
        batch: String,
    },
}

impl Batch {
    /// What is asked for.
    pub(crate) fn request(&self) -> BatchRequest {
        match self {
            Self::Show { batch } => BatchRequest::Show { batch: batch.clone() },
            Self::Confirm { batch, run, reason } => {
                BatchRequest::Confirm { batch: batch.clone(), run: run.map(|run| run - 1), reason: reason.clone() }
            }
            Self::Shift { batch, reason } => BatchRequest::Shift { batch: batch.clone(), reason: reason.clone() },
            Self::Split { before, to, reason } => {
                BatchRequest::Split { before: before.clone(), to: to.clone(), reason: reason.clone() }
            }
            Self::Join { batch, run, reason } => {
                BatchRequest::Join { batch: batch.clone(), run: run - 1, reason: reason.clone() }
            }
            Self::Absent { batch, pupils, reason } => {
                BatchRequest::Absent { batch: batch.clone(), pupils: pupils.clone(), reason: reason.clone() }
            }
            Self::End { batch } => BatchRequest::End { batch: batch.clone() },
        }
    }
}
