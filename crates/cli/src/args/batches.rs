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
            Self::End { batch } => BatchRequest::End { batch: batch.clone() },
        }
    }
}
