//! `scantrail export`, `open-pack`, `backup`, `backups` and `restore`: work handed over, and everything kept twice.

use clap::Args as Arguments;
use scantrail_daemon::api::{
    BackupAsked, DryRun, ExportRequest, ImportPackRequest, OriginalsWord, PackFor, Request, SharedWord,
};
use std::path::{Path, PathBuf};

#[derive(Debug, Arguments)]
pub(crate) struct Export {
    /// Whose work: id, short code, or a name that fits one pupil
    pub(crate) pupil: String,
    /// Which school year, like 2026-27; may be left out where there is only one
    #[arg(long, value_name = "YEAR")]
    pub(crate) year: Option<String>,
    /// The folder to put the pack and its receipts into
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// To whom it is handed over, for the receipt
    #[arg(long, value_name = "WHOM", default_value = "")]
    pub(crate) to: String,
    /// One file behind a passphrase (age); without --passphrase-… a new one is made up and told
    #[arg(long)]
    pub(crate) encrypt: bool,
    #[command(flatten)]
    pub(crate) passphrase: Passphrase,
    #[command(flatten)]
    pub(crate) parts: Parts,
}

/// What of the work goes into a pack.
#[derive(Debug, Arguments)]
pub(crate) struct Parts {
    /// Leave the captures themselves out
    #[arg(long, conflicts_with = "originals_as_they_are")]
    pub(crate) without_originals: bool,
    /// Every byte of the captures, also where photos tell the place they were taken: for a court
    #[arg(long)]
    pub(crate) originals_as_they_are: bool,
    /// Leave out pages that others made too
    #[arg(long)]
    pub(crate) without_shared: bool,
}

impl Export {
    /// What is asked for.
    pub(crate) fn request(&self) -> ExportRequest {
        let Parts { without_originals, originals_as_they_are, without_shared } = self.parts;
        let originals = match (without_originals, originals_as_they_are) {
            (true, _) => OriginalsWord::LeftOut,
            (_, true) => OriginalsWord::AsTheyAre,
            _ => OriginalsWord::WithoutPlaces,
        };
        let shared = if without_shared { SharedWord::Without } else { SharedWord::With };
        let (pupil, year, to) = (self.pupil.clone(), self.year.clone(), self.to.clone());
        ExportRequest { pupil, year, to, originals, shared }
    }
}

/// Where a passphrase comes from; never from the command line, where everybody on the machine reads it.
#[derive(Debug, Arguments)]
#[group(multiple = false)]
pub(crate) struct Passphrase {
    /// The passphrase is the first line of this file
    #[arg(long, value_name = "FILE")]
    pub(crate) passphrase_file: Option<PathBuf>,
    /// The passphrase is the first line of stdin; on a terminal it is asked for and not shown
    #[arg(long)]
    pub(crate) passphrase_stdin: bool,
}

#[derive(Debug, Arguments)]
pub(crate) struct OpenPack {
    /// The locked pack, `pack-….tar.age`
    pub(crate) file: PathBuf,
    /// The folder to put it into
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    #[command(flatten)]
    pub(crate) passphrase: Passphrase,
}

#[derive(Debug, Arguments)]
pub(crate) struct ImportPack {
    /// The pack's folder: of ours, or any valid bag
    pub(crate) path: PathBuf,
    /// For whom: id, short code, or a name that fits one pupil
    #[arg(long, value_name = "WHO", conflicts_with = "new_pupil")]
    pub(crate) pupil: Option<String>,
    /// For a pupil who is new here, called as the pack says
    #[arg(long)]
    pub(crate) new_pupil: bool,
    /// Say what would come
    #[arg(long)]
    pub(crate) dry_run: bool,
}

impl ImportPack {
    /// What is asked for.
    pub(crate) fn request(&self) -> anyhow::Result<Request> {
        let path = std::path::absolute(&self.path)?;
        let whose = match (&self.pupil, self.new_pupil) {
            (Some(pupil), _) => PackFor::Pupil(pupil.clone()),
            (None, true) => PackFor::NewPupil,
            (None, false) => PackFor::Nobody,
        };
        let dry_run = if self.dry_run { DryRun::Yes } else { DryRun::No };
        Ok(Request::ImportPack(ImportPackRequest { path, whose, dry_run }))
    }
}

#[derive(Debug, Arguments)]
pub(crate) struct Backup {
    /// The folder on another disk [default: `to` of the backup section in the configuration]
    pub(crate) dest: Option<PathBuf>,
    /// Keep so many of the newest snapshots, instead of what the configuration says
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) keep: Option<u32>,
    /// Make none; only take what was deleted out of those that are there
    #[arg(long, conflicts_with = "keep")]
    pub(crate) tombstones_only: bool,
    /// A backup's folder is gone for good, its disk wiped or destroyed: nobody waits for it to hear of deletions
    #[arg(long, value_name = "FOLDER|ID", conflicts_with_all = ["dest", "keep", "tombstones_only"])]
    pub(crate) gone: Option<String>,
}

impl Backup {
    /// What is asked for.
    pub(crate) fn request(&self) -> anyhow::Result<Request> {
        let to = self.dest.as_deref().map(std::path::absolute).transpose()?;
        if let Some(folder) = &self.gone {
            return Ok(Request::Backup(BackupAsked::Gone { folder: folder.clone() }));
        }
        Ok(Request::Backup(if self.tombstones_only {
            BackupAsked::Tombstones { to }
        } else {
            BackupAsked::Make { to, keep: self.keep }
        }))
    }
}

#[derive(Debug, Arguments)]
pub(crate) struct Restore {
    /// The backup's folder
    pub(crate) source: PathBuf,
    /// Which snapshot, as `scantrail backups` names it [default: the newest]
    #[arg(long, value_name = "SNAPSHOT")]
    pub(crate) at: Option<String>,
    /// The folder to restore into, missing or empty; with --test the folder to try it in
    #[arg(long, value_name = "DIR", required_unless_present_any = ["dry_run", "test"])]
    pub(crate) into: Option<PathBuf>,
    /// Read every byte of it and restore nothing
    #[arg(long, conflicts_with = "test")]
    pub(crate) dry_run: bool,
    /// Restore it, compare everything, throw it away, and note that it worked
    #[arg(long)]
    pub(crate) test: bool,
    /// Restore what is sound when files of the backup are damaged, and tell which are not
    #[arg(long, conflicts_with = "test")]
    pub(crate) leave_damaged_out: bool,
}

impl Restore {
    /// Where it goes; nowhere in a dry run.
    pub(crate) fn into(&self) -> Option<&Path> {
        self.into.as_deref().filter(|_| !self.dry_run)
    }
}
