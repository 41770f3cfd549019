//! `scantrail sheets`: printing, the register of what was printed, and the self-test.

use super::Work;
use anyhow::Result;
use clap::{Args as Arguments, Subcommand, ValueEnum};
use scantrail_daemon::DaemonError;
use scantrail_daemon::api::{self, CardWord, DryRun, EdgesWord, SheetsRequest, SheetsWanted, SidesWord};
use std::path::{Path, PathBuf};

/// Where the PDF goes.
#[derive(Debug, Arguments)]
pub(crate) struct Out {
    /// The PDF to write
    #[arg(long = "out", value_name = "FILE.pdf", required_unless_present = "dry_run")]
    pub(crate) file: Option<PathBuf>,
    /// Say for whom and how many; write and register nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Fronts only, for printers that print on one side
    #[arg(long)]
    pub(crate) simplex: bool,
}

/// For whom.
#[derive(Debug, Arguments)]
pub(crate) struct Whom {
    /// A whole class
    #[arg(long, conflicts_with = "pupil")]
    pub(crate) class: Option<String>,
    /// One pupil: id, short code or name
    #[arg(long)]
    pub(crate) pupil: Option<String>,
    /// Only pupils who were added, or whose name or class changed, since this day, like 2026-09-01
    #[arg(long, value_name = "DATE", conflicts_with = "pupil")]
    pub(crate) changed_since: Option<String>,
}

/// Where cards will lie.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum CardCode {
    /// On the mat of an overhead camera: a code of 40 mm
    Mat,
    /// On a desk, near the camera: a code of 25 mm, a larger name
    Desk,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Sheets {
    /// Cover sheets, one for each pupil; or unnamed ones
    Cover {
        #[command(flatten)]
        whom: Whom,
        /// So many covers that are given to pupils later
        #[arg(long, value_name = "N", conflicts_with_all = ["class", "pupil", "changed_since"])]
        unnamed: Option<u32>,
        #[command(flatten)]
        out: Out,
    },
    /// Cards of 85 × 54 mm to laminate and lay beside work, ten to a page
    Card {
        #[command(flatten)]
        whom: Whom,
        /// Where they will lie
        #[arg(long, value_enum, default_value = "mat")]
        code: CardCode,
        #[command(flatten)]
        out: Out,
    },
    /// Stickers for exercise books, on sheets of labels
    Sticker {
        #[command(flatten)]
        whom: Whom,
        /// The labels: l7160 (3x7), l7163 (2x7), 3474 (3x8) or 3651 (4x10)
        #[arg(long, default_value = "l7160")]
        layout: String,
        /// So many labels of the first sheet are used up
        #[arg(long, value_name = "N", default_value_t = 0)]
        skip: u32,
        /// Draw the edges of the labels, for a trial on plain paper
        #[arg(long)]
        outlines: bool,
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
    /// End, separator, discard and unnamed sheets
    Control {
        /// Which: end, separator, discard, unnamed
        #[arg(long = "kind", value_name = "KIND", value_delimiter = ',', default_value = "end,separator,discard")]
        kinds: Vec<String>,
        /// How many of each
        #[arg(long, value_name = "N", default_value_t = 1)]
        copies: u32,
        #[command(flatten)]
        out: Out,
    },
    /// The sheet that measures printer and scanner; scan it and see `sheets score`
    SelfTest {
        #[command(flatten)]
        out: Out,
    },
    /// Score captures of a self-test sheet; exits with 0 if nothing has to change, else with 1
    Score {
        /// Image files; PDF and TIFF may have several pages
        #[arg(required = true, value_name = "IMAGE")]
        images: Vec<PathBuf>,
    },
    /// The sheets that were printed, newest first
    List {
        /// Those of one pupil: id, short code or name
        #[arg(long)]
        pupil: Option<String>,
        /// How many
        #[arg(long, default_value_t = 100)]
        limit: u32,
    },
    /// What a sheet is, by the id at its foot or by the text of its code
    Show {
        /// The id, or what a code reader says
        code: String,
    },
    /// A sheet does not count any more; whoever scans it is told why
    Revoke {
        /// The id at its foot
        sheet: String,
        /// Why; no names
        #[arg(long)]
        reason: String,
    },
}

impl Whom {
    fn asked(&self) -> api::Whom {
        let Self { class, pupil, changed_since } = self;
        api::Whom { class: class.clone(), pupil: pupil.clone(), changed_since: changed_since.clone() }
    }
}

impl Sheets {
    /// What is asked for.
    pub(crate) fn request(&self) -> Result<SheetsRequest> {
        Ok(match self {
            Self::List { pupil, limit } => SheetsRequest::List { pupil: pupil.clone(), limit: *limit },
            Self::Show { code } => SheetsRequest::Show { code: code.clone() },
            Self::Revoke { sheet, reason } => SheetsRequest::Revoke { sheet: sheet.clone(), reason: reason.clone() },
            Self::Score { .. } => unreachable!("scoring asks no data folder and was done before"),
            _ => {
                let out = self.out_arguments().expect("every other command prints");
                SheetsRequest::Print {
                    what: self.wanted()?,
                    sides: if out.simplex { SidesWord::Front } else { SidesWord::Both },
                    dry_run: if out.dry_run { DryRun::Yes } else { DryRun::No },
                }
            }
        })
    }

    /// Where the PDF goes; nowhere for a dry run.
    pub(crate) fn out(&self) -> Option<&Path> {
        let out = self.out_arguments().filter(|out| !out.dry_run)?;
        out.file.as_deref()
    }

    fn out_arguments(&self) -> Option<&Out> {
        match self {
            Self::Cover { out, .. }
            | Self::Card { out, .. }
            | Self::Sticker { out, .. }
            | Self::Start { out, .. }
            | Self::Control { out, .. }
            | Self::SelfTest { out } => Some(out),
            Self::Score { .. } | Self::List { .. } | Self::Show { .. } | Self::Revoke { .. } => None,
        }
    }

    fn wanted(&self) -> Result<SheetsWanted> {
        Ok(match self {
            Self::Cover { unnamed: Some(count), .. } => SheetsWanted::Unnamed { count: *count },
            Self::Cover { whom: Whom { class: None, pupil: None, changed_since: None }, .. } => {
                let error =
                    DaemonError::usage("say for whom: --class 4B, --pupil ID, --changed-since DATE, or --unnamed 10");
                return Err(error.into());
            }
            Self::Cover { whom, .. } => SheetsWanted::Cover { whom: whom.asked() },
            Self::Card { whom, code, .. } => SheetsWanted::Card {
                whom: whom.asked(),
                code: match code {
                    CardCode::Mat => CardWord::Mat,
                    CardCode::Desk => CardWord::Desk,
                },
            },
            Self::Sticker { whom, layout, skip, outlines, .. } => SheetsWanted::Sticker {
                whom: whom.asked(),
                layout: layout.clone(),
                skip: *skip,
                edges: if *outlines { EdgesWord::Drawn } else { EdgesWord::None },
            },
            Self::Start { work, date, .. } => {
                let text = |value: &Option<String>| value.clone().unwrap_or_default();
                SheetsWanted::Start {
                    class: text(&work.class),
                    subject: text(&work.subject),
                    title: text(&work.title),
                    date: date.clone(),
                }
            }
            Self::Control { kinds, copies, .. } => SheetsWanted::Control { kinds: kinds.clone(), copies: *copies },
            Self::SelfTest { .. } => SheetsWanted::SelfTest,
            Self::Score { .. } | Self::List { .. } | Self::Show { .. } | Self::Revoke { .. } => {
                unreachable!("these commands print nothing")
            }
        })
    }
}
