//! The settings as the rest of the program sees them: checked, complete, in their own types.

use scantrail_core::calendar::Calendar;
use scantrail_core::sheet::SheetKind;
use scantrail_core::units::Dpi;
use scantrail_core::vocabulary::{Flow, Shows};
use std::net::SocketAddr;
use std::num::NonZeroU16;
use std::path::PathBuf;
use std::time::Duration;

/// Everything `scantrail.toml` says, with the defaults filled in. Paths are absolute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The school's name as it is printed on sheets.
    pub school: String,
    /// The data folder.
    pub data: PathBuf,
    /// Where the web page is served; a loopback address.
    pub listen: SocketAddr,
    /// How pages are read.
    pub reading: Reading,
    /// Folders in which fonts for sheets are looked for, best first.
    pub fonts: Vec<PathBuf>,
    /// What a person confirms.
    pub confirm: Confirm,
    /// What is too much.
    pub limits: Limits,
    /// At least one; names are unique.
    pub profiles: Vec<Profile>,
    /// Watched folders; none lies in another or in the data folder.
    pub folders: Vec<Folder>,
    /// Codes the school had before us.
    pub own_codes: Vec<OwnCode>,
    /// How long what is kept; nothing is proposed for deletion without a rule.
    pub retention: Vec<Retention>,
    /// Disk space.
    pub storage: Storage,
    /// Backups.
    pub backup: Backup,
    /// Scanners.
    pub sane: Sane,
    /// When the school's half-terms are.
    pub calendar: Calendar,
    /// Where checkpoints of the log go.
    pub ledger: Ledger,
}

impl Config {
    /// The profile of that name.
    pub fn profile(&self, name: &str) -> Option<&Profile> {
        self.profiles.iter().find(|profile| profile.name == name)
    }
}

/// How pages are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The text engine's name of the language model, e.g. `eng`.
    pub language: String,
    /// What is read in another language; the first that fits counts.
    pub languages: Vec<Language>,
    /// Whether filed pages are read again when a better way of reading comes with a new version.
    pub again: bool,
    /// The folder with the models of the reader of handwriting; without them no handwriting is looked for.
    pub models: PathBuf,
    /// How many pages are read at the same time.
    pub threads: Threads,
}

impl Reading {
    /// The language of work of a class in a subject; either may be empty if it is not known.
    pub fn language_for(&self, class: &str, subject: &str) -> &str {
        let same = |wanted: &Option<String>, is: &str| {
            wanted.as_ref().is_none_or(|wanted| wanted.to_lowercase() == is.to_lowercase())
        };
        let fits = |one: &&Language| same(&one.class, class) && same(&one.subject, subject);
        self.languages.iter().find(fits).map_or(&self.language, |one| &one.model)
    }
}

/// Work that is read in another language than most.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Language {
    /// Of this class; of every class if none is named.
    pub class: Option<String>,
    /// In this subject; in every subject if none is named.
    pub subject: Option<String>,
    /// The text engine's name of the language model.
    pub model: String,
}

/// How many threads do a work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Threads {
    /// As many as the machine has processors.
    Auto,
    /// So many.
    Fixed(NonZeroU16),
}

/// What a person confirms before pages are filed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Confirm {
    /// The strip of runs after a batch.
    pub runs: WhenToConfirm,
}

/// When something waits for a person's word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhenToConfirm {
    /// Every time.
    Always,
    /// Only if something looks wrong.
    Alarms,
    /// Never; what looks wrong is held all the same.
    Never,
}

/// What is too much. Beyond a limit a file is quarantined with the reason, never cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Pages of one run beyond which a missed cover is suspected.
    pub run_pages: u32,
    /// Bytes of one file.
    pub file_bytes: u64,
    /// Pixels of one picture.
    pub pixels: u64,
    /// Pages of one file.
    pub pages_per_file: u32,
}

/// How a scanner is set for one kind of work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// What people choose it by.
    pub name: String,
    /// Which part of the scanner.
    pub device: Device,
    /// Colour or grey.
    pub colour: Colour,
    /// Dots per inch.
    pub dpi: Dpi,
    /// One side or both.
    pub sides: Sides,
    /// The subject, when no sheet says.
    pub subject: Option<String>,
    /// The class, when no sheet says.
    pub class: Option<String>,
}

/// Which part of a scanner takes the sheets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Device {
    /// The document feeder.
    Feeder,
    /// The glass.
    Flatbed,
}

/// Colour or grey; black-and-white is not offered, because faint pencil does not survive it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    /// Three samples per pixel.
    Colour,
    /// One.
    Grey,
}

/// Which sides of a sheet are captured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sides {
    /// The front.
    One,
    /// Front and back.
    Both,
}

/// A watched folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    /// Where.
    pub path: PathBuf,
    /// How the files in it belong together.
    pub flow: Flow,
    /// What the pictures in it show.
    pub shows: Shows,
    /// How many papers lie on the mat in each, cards not counted.
    pub items: Option<u32>,
    /// A picture of the mat with nothing on it.
    pub mat: Option<PathBuf>,
    /// How long a file must stay as it is before it counts as whole.
    pub quiet: Duration,
    /// The subject, when no sheet says.
    pub subject: Option<String>,
    /// The class, when no sheet says.
    pub class: Option<String>,
}

/// How long records of a kind are kept; after that they are proposed for deletion, never deleted by themselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retention {
    /// What the school calls it.
    pub name: String,
    /// Which records.
    pub records: Records,
    /// In this subject alone; in every subject if none is named.
    pub subject: Option<String>,
    /// From when it counts.
    pub since: Since,
    /// How many months.
    pub months: u16,
}

/// Which records a retention rule is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Records {
    /// Filed work, with its covers.
    Work,
    /// Pages nobody is known of.
    Held,
    /// What was thrown away or set aside.
    Discarded,
    /// The own record of a pupil who has left and of whom no work is left: name, date of birth, numbers.
    Pupil,
}

/// From when a retention rule counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Since {
    /// The end of the school year of the work, 31 August.
    YearEnd,
    /// The day the pupil left; of a group, the last.
    Leaving,
    /// The pupil's date of birth; of a group, the youngest's.
    Birth,
    /// The day the page came in.
    Arrival,
}

/// A kind of codes the school had before us: library numbers, admission numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnCode {
    /// A regular expression for the whole text of such a code; its group `number` is what it carries.
    pub pattern: String,
    /// What a sheet with such a code does.
    pub acts_as: SheetKind,
    /// Which of a pupil's numbers it carries.
    pub names: OwnCodeNames,
}

/// What a code of the school's own names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnCodeNames {
    /// The pupil with this admission number.
    AdmissionNumber,
    /// The pupil with this unique pupil number.
    Upn,
    /// Nobody: it only separates.
    Nobody,
}

impl OwnCodeNames {
    /// Every kind of number.
    pub const ALL: [Self; 3] = [Self::AdmissionNumber, Self::Upn, Self::Nobody];

    /// The word used in the configuration and in tables.
    pub fn word(self) -> &'static str {
        match self {
            Self::AdmissionNumber => "admission-number",
            Self::Upn => "upn",
            Self::Nobody => "nobody",
        }
    }
}

/// Disk space.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Storage {
    /// Bytes kept back so that a full disk can still be tidied.
    pub reserve_bytes: u64,
    /// Below so many free bytes nothing new is taken in.
    pub high_water_bytes: u64,
}

/// Backups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backup {
    /// The folder of the daily backup; none without one.
    pub to: Option<PathBuf>,
    /// From which hour of the day it is made, 0 to 23, by the machine's clock.
    pub hour: u32,
    /// How many of the newest snapshots are kept.
    pub keep: u32,
    /// Weeks of which the last snapshot is kept.
    pub keep_weeks: u32,
    /// Months of which the last snapshot is kept.
    pub keep_months: u32,
    /// Days after which a backup counts as too old.
    pub warn_days: u32,
    /// Days after which a tried restore counts as too long ago.
    pub warn_test_days: u32,
}

/// How scanners are reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sane {
    /// Another folder than the system's for SANE's own configuration.
    pub config_dir: Option<PathBuf>,
    /// How long opening may take.
    pub open: Duration,
    /// How long the scanner may stay silent during a page.
    pub silence: Duration,
    /// How long it is given to let go after a cancel.
    pub cancel: Duration,
}

/// How checkpoints of the log leave the machine.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ledger {
    /// A folder elsewhere into which each is copied.
    pub copy_to: Option<PathBuf>,
    /// A command that gets each on its standard input.
    pub hook: Option<String>,
}
