//! `scantrail ledger`: checkpoints, proofs, and checking both.

use crate::run::missing;
use anyhow::{Context as _, Result};
use clap::{Args as Arguments, Subcommand};
use scantrail_daemon::api::{LedgerAnswer, LedgerRequest, Outside, Printed, ProofReply};
use scantrail_daemon::{check_proof, client};
use std::path::{Path, PathBuf};

/// What the log is, before what each command does.
const ABOUT: &str = "Everything that happens to a page is written into a log that can only grow. A checkpoint is a \
signature over all of it up to now. Kept elsewhere (mailed, printed, on another machine), it proves later:

  - what was in the log when it was made existed then, and was not changed, dropped or reordered since;
  - deletions happened, and when.

It does not prove: that every sheet was captured; whose work it really is; what somebody with full access to this \
machine did between two checkpoints; that copies outside are gone. Without a checkpoint that left the machine, \
whoever controls the machine can write a new log.";

#[derive(Debug, Subcommand)]
#[command(long_about = ABOUT)]
pub(crate) enum Ledger {
    /// Sign the log as it is now, keep the checkpoint, and hand it outside as the configuration says
    Checkpoint {
        /// Also put it there: a new file, or a folder
        #[arg(long, value_name = "FILE|DIR")]
        out: Option<PathBuf>,
        /// Also make a page to print and keep: its text, and a code of it
        #[arg(long, value_name = "FILE.pdf")]
        print: Option<PathBuf>,
    },
    /// Make a proof of what happened to a page, which can be checked without this data folder. It tells the pupil's id
    /// and the digest of the original: hand it to whom that concerns
    Prove {
        /// Its id
        page: String,
        /// The file to write the proof to; one that is there already is never overwritten. Without it, the events are listed;
        /// `--json` gives the proof
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        #[command(flatten)]
        kept: Kept,
    },
    /// Check the whole log of the data folder; or a proof, with no data folder at all
    #[command(after_help = ABOUT)]
    Verify {
        /// A proof that `ledger prove` made
        proof: Option<PathBuf>,
        /// The page's original: is it the one that the proof is about?
        #[arg(long, value_name = "ORIGINAL", requires = "proof")]
        file: Option<PathBuf>,
        #[command(flatten)]
        kept: Kept,
        /// The line of the school's key, as `ledger key` once showed it
        #[arg(long, value_name = "VKEY")]
        key: Option<String>,
    },
    /// The line that checks signatures of checkpoints; no secret. Give it to whoever keeps checkpoints
    Key,
}

/// Checkpoints that were kept outside.
#[derive(Debug, Arguments)]
pub(crate) struct Kept {
    /// A checkpoint that was kept outside: the log must be the one it covers. As often as you like
    #[arg(long = "checkpoint", value_name = "FILE")]
    files: Vec<PathBuf>,
}

impl Kept {
    /// Their texts.
    pub(crate) fn checkpoints(&self) -> Result<Vec<Outside>> {
        self.files.iter().map(|path| Ok(Outside::new(path.display().to_string(), &text(path)?))).collect()
    }
}

/// A small text from outside.
fn text(path: &Path) -> Result<String> {
    let bytes = std::fs::read(path).map_err(|source| missing(path, source))?;
    String::from_utf8(bytes).with_context(|| format!("`{}` is no text", path.display()))
}

impl Ledger {
    /// What is asked for.
    pub(crate) fn request(&self) -> Result<LedgerRequest> {
        Ok(match self {
            Self::Checkpoint { print, .. } => {
                LedgerRequest::Checkpoint { print: if print.is_some() { Printed::Yes } else { Printed::No } }
            }
            Self::Prove { page, kept, .. } => {
                LedgerRequest::Prove { page: page.clone(), checkpoints: kept.checkpoints()? }
            }
            Self::Verify { kept, key, .. } => {
                LedgerRequest::Verify { checkpoints: kept.checkpoints()?, key: key.clone() }
            }
            Self::Key => LedgerRequest::Key,
        })
    }

    /// What a proof proves, if one is to be checked: nothing else is needed for that.
    pub(crate) fn proof(&self) -> Result<Option<ProofReply>> {
        let Self::Verify { proof: Some(proof), file, kept, key } = self else { return Ok(None) };
        Ok(Some(check_proof(&text(proof)?, file.as_deref(), &kept.checkpoints()?, key.as_deref())?))
    }

    /// Puts what was answered where it was wanted.
    pub(crate) fn keep(&self, answer: &LedgerAnswer) -> Result<()> {
        match (self, answer) {
            (Self::Checkpoint { out, print }, LedgerAnswer::Checkpoint(made)) => {
                if let Some(out) = out {
                    let name = made.file.file_name().unwrap_or_default();
                    let file = if out.is_dir() { out.join(name) } else { out.clone() };
                    client::keep(&made.note, &file)?;
                }
                if let Some(print) = print {
                    client::keep_bytes(&made.pdf, print)?;
                }
                Ok(())
            }
            (Self::Prove { out: Some(out), .. }, LedgerAnswer::Proof(proof)) => {
                let mut text = serde_json::to_string_pretty(proof)?;
                text.push('\n');
                client::keep(&text, out)?;
                Ok(())
            }
            _ => Ok(()),
        }
    }
}
