//! `scantrail sheets`: printing.

use super::Work;
use anyhow::Result;
use clap::{Args as Arguments, Subcommand};
use scantrail_daemon::DaemonError;
use scantrail_daemon::api::{SheetsRequest, SheetsWanted};
use std::path::{Path, PathBuf};

/// Where the PDF goes.
#[derive(Debug, Arguments)]
pub(crate) struct Out {
    /// The PDF to write
    #[arg(long, value_name = "FILE.pdf")]
    pub(crate) out: PathBuf,
}

/// For whom.
#[derive(Debug, Arguments)]
#[group(required = true, multiple = false)]
pub(crate) struct Whom {
    /// A whole class
    #[arg(long)]
    pub(crate) class: Option<String>,
    /// One pupil: id, short code or name
    #[arg(long)]
    pub(crate) pupil: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Sheets {
    /// Cover sheets, one for each pupil; or unnamed ones
    Cover {
        /// A whole class
        #[arg(long, conflicts_with_all = ["pupil", "unnamed"])]
        class: Option<String>,
        /// One pupil: id, short code or name
        #[arg(long, conflicts_with = "unnamed")]
        pupil: Option<String>,
        /// So many covers that are given to pupils later
        #[arg(long, value_name = "N")]
        unnamed: Option<u32>,
        #[command(flatten)]
        out: Out,
    },
    /// Cards to lay beside work, ten to a page
    Card {
        #[command(flatten)]
        whom: Whom,
        #[command(flatten)]
        out: Out,
    },
    /// A start sheet that says what a batch is
    Start {
        #[command(flatten)]
        work: Work,
        /// The date of the work, like 2026-11-21
        #[arg(long)]
        date: Option<String>,
        #[command(flatten)]
        out: Out,
    },
    /// End, separator and discard sheets
    Control {
        #[command(flatten)]
        out: Out,
    },
}

impl Sheets {
    /// What is asked for.
    pub(crate) fn request(&self) -> Result<SheetsRequest> {
        Ok(SheetsRequest::Print { what: self.wanted()? })
    }

    /// Where the PDF goes.
    pub(crate) fn out(&self) -> &Path {
        let (Self::Cover { out, .. } | Self::Card { out, .. } | Self::Start { out, .. } | Self::Control { out }) = self;
        &out.out
    }

    fn wanted(&self) -> Result<SheetsWanted> {
        Ok(match self {
            Self::Cover { unnamed: Some(count), .. } => SheetsWanted::Unnamed { count: *count },
            Self::Cover { class: None, pupil: None, .. } => {
                let error = DaemonError::usage("say for whom: --class 4B, --pupil ID, or --unnamed 10");
                return Err(error.into());
            }
            Self::Cover { class, pupil, .. } => SheetsWanted::Cover { class: class.clone(), pupil: pupil.clone() },
            Self::Card { whom, .. } => SheetsWanted::Card { class: whom.class.clone(), pupil: whom.pupil.clone() },
            Self::Start { work, date, .. } => {
                let text = |value: &Option<String>| value.clone().unwrap_or_default();
                SheetsWanted::Start {
                    class: text(&work.class),
                    subject: text(&work.subject),
                    title: text(&work.title),
                    date: date.clone(),
                }
            }
            Self::Control { .. } => SheetsWanted::Control,
        })
    }
}
