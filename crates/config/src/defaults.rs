//! Every default, and why it is what it is. [`crate::sample()`] prints them, so the commented file cannot drift from them.

use crate::settings::{Threads, WhenToConfirm};
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};

/// Where the web page is served: this machine only, whatever else it is connected to.
pub const LISTEN: SocketAddr = SocketAddr::V4(SocketAddrV4::new(Ipv4Addr::LOCALHOST, 7878));

/// The language model the text engine uses, in its own spelling.
pub const LANGUAGE: &str = "eng";

/// Whether a better way of reading is tried on filed pages: it takes nobody's time.
pub const READ_AGAIN: bool = true;

/// Where the models of the reader of handwriting are looked for.
pub const MODELS: &str = "/usr/local/share/scantrail/models";

/// Pages read at the same time: reading is the slowest stage and scales with processors.
pub const THREADS: Threads = Threads::Auto;

/// When a person looks at a batch's runs before they are filed: a stack without any alarm need not wait.
pub const CONFIRM_RUNS: WhenToConfirm = WhenToConfirm::Alarms;

/// Where fonts for sheets are looked for.
pub const FONTS: &str = "/usr/share/fonts";

/// Pages between two covers beyond which a missed cover is more likely than a thick book (80 sheets, both sides, less
/// than this).
pub const RUN_PAGES: u32 = 200;

/// The largest file taken in, in megabytes: an A3 sheet at 600 dpi in colour, stored raw, has 210 MB.
pub const FILE_MB: u32 = 250;

/// The largest picture decoded, in millions of pixels: an A3 sheet at 600 dpi has 70.
pub const MEGAPIXELS: u32 = 100;

/// The most pages one file may have: a class set of books in one PDF has fewer.
pub const PAGES_PER_FILE: u32 = 1000;

/// How long a file in a watched folder must stay as it is before it counts as whole, in seconds: longer than a copier
/// pauses between two pages.
pub const QUIET_SECONDS: u32 = 5;

/// No mat holds more papers than this.
pub const MOST_ITEMS: u32 = 50;

/// Space kept back so that a full disk can still be tidied, in megabytes.
pub const RESERVE_MB: u32 = 256;

/// Below so many megabytes of free space nothing new is taken in.
pub const HIGH_WATER_MB: u32 = 2048;

/// Dots per inch: enough for pencil and for the codes of a cover sheet, and a quarter of the bytes of 600.
pub const DPI: u16 = 300;

/// Name of the profile that is there when the file has none.
pub const PROFILE: &str = "standard";

/// Seconds a scanner may take to open; network scanners wake up slowly.
pub const OPEN_SECONDS: u32 = 60;

/// Seconds without a byte from the scanner before it counts as hung.
pub const SILENCE_SECONDS: u32 = 120;

/// Seconds a scanner is given to let go after a cancel; sane-airscan needs about 10.
pub const CANCEL_SECONDS: u32 = 15;

/// The language that says: no text is looked for.
pub const NO_READING: &str = "none";

/// The hour from which the daily backup is made.
pub const BACKUP_HOUR: u32 = 2;
/// How many of the newest snapshots are kept.
pub const BACKUP_KEEP: u32 = 14;
/// Weeks of which the last snapshot is kept.
pub const BACKUP_KEEP_WEEKS: u32 = 8;
/// Months of which the last snapshot is kept.
pub const BACKUP_KEEP_MONTHS: u32 = 12;
/// Days after which a backup is too old.
pub const BACKUP_WARN_DAYS: u32 = 7;
/// Days after which a tried restore is too long ago: a term.
pub const BACKUP_WARN_TEST_DAYS: u32 = 120;
