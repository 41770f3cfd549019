//! `scantrail pupils`: the roster.

use crate::run::missing;
use anyhow::Result;
use clap::Subcommand;
use scantrail_daemon::api::{DryRun, RosterRequest};
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub(crate) enum Pupils {
    /// Take over a list from the school's system (CSV)
    Import {
        /// The list
        file: PathBuf,
        /// Say what would change, change nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// All pupils
    List {
        /// Of this class
        #[arg(long)]
        class: Option<String>,
    },
    /// One pupil
    Show {
        /// Id, short code, or a name that fits one pupil
        pupil: String,
    },
}

impl Pupils {
    /// What is asked for.
    pub(crate) fn request(&self) -> Result<RosterRequest> {
        Ok(match self {
            Self::Import { file, dry_run } => RosterRequest::Import {
                list: std::fs::read(file).map_err(|source| missing(file, source))?,
                dry_run: if *dry_run { DryRun::Yes } else { DryRun::No },
            },
            Self::List { class } => RosterRequest::List { class: class.clone() },
            Self::Show { pupil } => RosterRequest::Show { pupil: pupil.clone() },
        })
    }
}
