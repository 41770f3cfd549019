//! `scantrail.toml` to a checked [`Config`]: every default in one place ([`defaults`]), every fault at once.
//!
//! The file is walked key by key rather than derived: a derived reader stops at the first wrong value, and a visiting
//! technician wants the whole list, each entry with its line, its key, what was found and what would be right. A key
//! that nobody asked for is a fault too, because a misspelt setting that is silently ignored is worse than none.
//!
//! **Invariant:** reads one file and nothing else; a faulty file never turns into defaults.

mod build;
mod calendar;
pub mod defaults;
mod fault;
mod load;
mod moved;
mod rules;
mod sample;
mod section;
mod settings;

pub use defaults::NO_READING;
pub use fault::{Fault, Faults};
pub use load::{LoadError, load, parse};
pub use moved::moved;
pub use rules::check_language;
pub use sample::sample;
pub use settings::{
    Colour, Config, Confirm, Device, Folder, Language, Ledger, Limits, OwnCode, OwnCodeNames, Profile, Reading,
    Records, Retention, Sane, Sides, Since, Storage, Threads, WhenToConfirm,
};
