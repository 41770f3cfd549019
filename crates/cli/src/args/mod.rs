//! The command line: the contract of the interface. Each area has a file: its arguments, and the request they make.

mod batches;
mod classes;
mod deletion;
mod documents;
mod keeping;
mod ledger;
mod pupils;
mod reconcile;
mod review;
mod sheets;

pub(crate) use batches::Batch;
pub(crate) use classes::Classes;
pub(crate) use deletion::{Delete, LegalHold, Move, Retention};
pub(crate) use documents::{Pdf, Text};
pub(crate) use keeping::{Backup, Export, ImportPack, OpenPack, Passphrase, Restore};
pub(crate) use ledger::{Kept, Ledger};
pub(crate) use pupils::Pupils;
pub(crate) use reconcile::Reconcile;
pub(crate) use review::Review;
pub(crate) use sheets::Sheets;

use clap::{Args as Arguments, Parser, Subcommand};
use scantrail_core::vocabulary;
use std::path::PathBuf;

/// Scans, sorts and keeps pupils' work: every page in its pupil's trail, none lost, none doubled, none guessed.
#[derive(Debug, Parser)]
#[command(name = "scantrail", version, max_term_width = 100)]
pub(crate) struct Args {
    /// The configuration [default: /etc/scantrail/scantrail.toml, else ./scantrail.toml]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Machine output: one JSON value, or JSON Lines for streams
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Less talk on stderr
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// More talk on stderr; twice for still more
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make a data folder and a commented scantrail.toml in it
    Init {
        /// The folder
        dir: PathBuf,
        /// The school's name as it is printed on sheets
        #[arg(long)]
        school: String,
    },
    /// Run the daemon: watched folders, pipeline, web page
    Serve,
    /// List the scanners SANE knows, with what they can do
    Devices,
    /// Scan one batch; returns when it is accounted for
    Scan(Scan),
    /// Take files or folders in; waits until each page is filed, held or quarantined
    Ingest(Ingest),
    /// The roster
    #[command(subcommand)]
    Pupils(Pupils),
    /// Classes and who teaches them
    #[command(subcommand)]
    Classes(Classes),
    /// The six half-terms of a school year
    Calendar {
        /// Which, like 2026-27 [default: this year]
        year: Option<String>,
    },
    /// Print cover sheets, cards and control sheets as PDF
    #[command(subcommand)]
    Sheets(Sheets),
    /// What came in, newest first
    Batches {
        /// How many
        #[arg(long, default_value_t = 20)]
        limit: u32,
    },
    /// One batch
    #[command(subcommand)]
    Batch(Batch),
    /// The pages that wait for a person
    #[command(subcommand)]
    Review(Review),
    /// Move filed pages to the trail of the pupil they belong to
    Move(Move),
    /// Delete pages for good: proposed by one, approved by two people
    #[command(subcommand)]
    Delete(Delete),
    /// How long what is kept
    #[command(subcommand)]
    Retention(Retention),
    /// What may not be deleted, whatever the rules say
    #[command(subcommand)]
    LegalHold(LegalHold),
    /// Who was expected, and whose work came, waits, is missing or absent
    Reconcile(Reconcile),
    /// Find words on pages
    Search(Search),
    /// A pupil's pieces in order of date
    Trail {
        /// Id, short code, or a name that fits one pupil
        pupil: String,
    },
    /// Put work of one pupil into one PDF, with bookmarks; the pictures stay as they are
    Pdf(Pdf),
    /// The words of a filed or held page, for other programs
    Text(Text),
    /// Hand a pupil's year over: a pack that opens anywhere, with a receipt
    Export(Export),
    /// Open a pack that is locked with a passphrase
    OpenPack(OpenPack),
    /// Take in a pack of another school, for a pupil you name
    ImportPack(ImportPack),
    /// Copy everything to another disk, only what is new, and read it again there
    Backup(Backup),
    /// The snapshots of a backup
    Backups {
        /// Its folder [default: `to` of the backup section in the configuration]
        dest: Option<PathBuf>,
    },
    /// Bring a backup back into an empty folder, or try whether that works
    Restore(Restore),
    /// What the pipeline sees in an image, filing nothing
    Inspect(Inspect),
    /// Compare every file with its digest, folders with catalogue, both ways, and all of it with the log of events
    Verify {
        /// Presence and size only
        #[arg(long)]
        quick: bool,
        #[command(flatten)]
        kept: Kept,
    },
    /// Build the catalogue again from the folders, for instance when it is damaged or gone; the old one is kept
    Rebuild {
        /// Say what would come, and change nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// The log of everything that happened: signed checkpoints of it, proofs from it
    #[command(subcommand)]
    Ledger(Ledger),
    /// Everything at a glance
    Status,
    /// Whether the models are there that guess at handwriting, each with its state
    Models {
        /// May be said or left out
        #[arg(value_parser = ["status"], hide = true)]
        what: Option<String>,
    },
    /// Read pages again that were read before: in another language, or after a model was installed
    Reread(Reread),
    /// What a technician would ask first: what is here, what is missing, what to do
    Doctor,
    /// The configuration
    #[command(subcommand)]
    Config(Config),
}

#[derive(Debug, Arguments)]
pub(crate) struct Reread {
    /// The pages' ids
    #[arg(value_name = "PAGE", required_unless_present = "batch")]
    pub(crate) pages: Vec<String>,
    /// All pages of a batch
    #[arg(long, value_name = "ID")]
    pub(crate) batch: Option<String>,
    /// In this language, as Tesseract names its models: `deu`; several joined with `+` [default: that of the batch, or as
    /// the configuration says of its class and subject]
    #[arg(long, value_name = "LANGUAGE")]
    pub(crate) language: Option<String>,
}

/// What the work is.
#[derive(Debug, Arguments)]
pub(crate) struct Work {
    /// For which class
    #[arg(long)]
    pub(crate) class: Option<String>,
    /// In which subject
    #[arg(long)]
    pub(crate) subject: Option<String>,
    /// What it is called
    #[arg(long)]
    pub(crate) title: Option<String>,
    /// In which language it is printed, as Tesseract names its models: `deu`; several joined with `+`; `none`: not read
    #[arg(long)]
    pub(crate) language: Option<String>,
}

#[derive(Debug, Arguments)]
pub(crate) struct Scan {
    /// The device, as `scantrail devices` names it
    #[arg(long, value_name = "ID")]
    pub(crate) device: String,
    /// A profile of the configuration [default: its first]
    #[arg(long)]
    pub(crate) profile: Option<String>,
    #[command(flatten)]
    pub(crate) work: Work,
    /// Continue an interrupted batch with the sheets that are not in it yet
    #[arg(long = "continue", value_name = "BATCH")]
    pub(crate) resume: Option<String>,
    /// Another resolution than the profile's
    #[arg(long)]
    pub(crate) dpi: Option<u16>,
    /// A SANE option as NAME=VALUE, on top of the profile
    #[arg(long = "option", value_name = "NAME=VALUE", value_parser = option)]
    pub(crate) options: Vec<(String, String)>,
    /// For the `pnm` test device: image files that stand for the sheets in its feeder
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub(crate) stack: Vec<PathBuf>,
    /// Exit with 5 when something is held for a person
    #[arg(long)]
    pub(crate) strict: bool,
}

fn option(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("write it as NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}

#[derive(Debug, Arguments)]
pub(crate) struct Ingest {
    /// JPEG, PNG, TIFF or PDF files, or folders of them; they stay where they are
    #[arg(required = true)]
    pub(crate) paths: Vec<PathBuf>,
    /// Continue an interrupted batch with the files that are not in it yet
    #[arg(long = "continue", value_name = "BATCH")]
    pub(crate) resume: Option<String>,
    /// Pictures with a card in each, instead of a stack with cover sheets
    #[arg(long)]
    pub(crate) pictures: bool,
    #[command(flatten)]
    pub(crate) scene: Scene,
    #[command(flatten)]
    pub(crate) work: Work,
    /// Exit with 5 when something is held for a person
    #[arg(long)]
    pub(crate) strict: bool,
}

#[derive(Debug, Arguments)]
pub(crate) struct Search {
    /// Words; all must occur, as a whole or as a beginning; '"quoted words"' stand together; slips are forgiven
    #[arg(required = true)]
    pub(crate) words: Vec<String>,
    /// Of this pupil
    #[arg(long)]
    pub(crate) pupil: Option<String>,
    /// Of this class
    #[arg(long, default_value = "")]
    pub(crate) class: String,
    /// In this subject
    #[arg(long, default_value = "")]
    pub(crate) subject: String,
    /// From this date on, like 2026-09-01
    #[arg(long)]
    pub(crate) from: Option<String>,
    /// Up to this date
    #[arg(long)]
    pub(crate) to: Option<String>,
    /// None of these words may occur
    #[arg(long, value_name = "WORD")]
    pub(crate) without: Vec<String>,
    /// Pages that show this: text, lined, picture, object, board …
    #[arg(long, value_name = "WHAT")]
    pub(crate) shows: Option<String>,
    /// Leave out so many of the best, to see what comes behind them
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) skip: u32,
}

impl Search {
    /// As it would be typed on the web page.
    pub(crate) fn typed(&self) -> String {
        let without = self.without.iter().map(|word| format!("-\"{}\"", word.replace('"', " ")));
        self.words.iter().cloned().chain(without).collect::<Vec<_>>().join(" ")
    }
}

#[derive(Debug, Arguments)]
pub(crate) struct Inspect {
    /// JPEG, PNG, TIFF or PDF files
    #[arg(required = true)]
    pub(crate) images: Vec<PathBuf>,
    /// Tell only these, separated by commas
    #[arg(long, value_delimiter = ',', value_enum)]
    pub(crate) only: Vec<Part>,
    /// They are photographs, not scanned sheets
    #[arg(long)]
    pub(crate) pictures: bool,
    #[command(flatten)]
    pub(crate) scene: Scene,
    /// Write the prepared pages there; of several views of an object also a contact sheet
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Draw what was seen over each image: outlines, lines, codes, text; into the folder of --out, or this one
    #[arg(long)]
    pub(crate) overlay: bool,
    /// The language of the text, as Tesseract names its models
    #[arg(long, default_value = "eng")]
    pub(crate) language: String,
    /// Where the models lie that guess at handwriting
    #[arg(long, value_name = "DIR", default_value = scantrail_config::defaults::MODELS)]
    pub(crate) models: PathBuf,
}

/// What pictures show.
#[derive(Debug, Arguments)]
pub(crate) struct Scene {
    /// What the pictures show: papers on a mat, each a page; an object, cut out; a whiteboard. Implies --pictures
    #[arg(long, value_enum)]
    pub(crate) shows: Option<Shows>,
    /// How many papers lie on the mat in each picture, cards not counted
    #[arg(long, value_name = "N", requires = "shows", value_parser = clap::value_parser!(u32).range(1..=50))]
    pub(crate) items: Option<u32>,
    /// A picture of the mat with nothing on it, by the same camera
    #[arg(long, value_name = "FILE", requires = "shows")]
    pub(crate) mat: Option<PathBuf>,
}

/// What pictures show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Shows {
    /// Papers on a mat, each a page
    Papers,
    /// A piece of work in three dimensions, cut out with its colours untouched
    Object,
    /// A whiteboard, seen from the front and made white
    Board,
}

impl Scene {
    /// In the words of the product.
    pub(crate) fn shows(&self) -> vocabulary::Shows {
        match self.shows {
            None => vocabulary::Shows::Anything,
            Some(Shows::Papers) => vocabulary::Shows::Papers,
            Some(Shows::Object) => vocabulary::Shows::Object,
            Some(Shows::Board) => vocabulary::Shows::Board,
        }
    }

    /// Photographs, if anybody says so.
    pub(crate) fn flow(&self, pictures: bool) -> vocabulary::Flow {
        if pictures || self.shows.is_some() { vocabulary::Flow::Pictures } else { vocabulary::Flow::Stack }
    }
}

/// Part of an inspection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Part {
    /// Codes and their corners
    Codes,
    /// Orientation, skew, outline
    Geometry,
    /// Kind, sharpness, warnings
    Quality,
    /// Words and their places
    Text,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Config {
    /// All faults at once, with file, line and key
    Check,
}
