//! The daemon: one data folder, one owner, every adapter wired together.
//!
//! [`Engine`] holds the folder and its lock; [`Session`] runs its threads and answers [`api::Request`]s; [`serve()`]
//! adds watched folders, the socket and the web page.
//!
//! **Invariant:** the only crate that knows every adapter; it decides nothing that `scantrail-core` decides.

pub mod api;
mod backup;
mod batches;
mod bench;
pub mod client;
mod copies;
mod decide;
mod deletion;
mod derive;
mod desk;
mod doctor;
mod documents;
mod engine;
mod error;
mod export;
mod filing;
pub mod hand_over;
mod health;
mod import_pack;
mod index;
mod inspect;
mod intake;
mod languages;
mod lead;
mod ledger;
mod mats;
mod models;
mod moved_away;
mod other_script;
mod own_codes;
mod pace;
mod places;
mod printing;
mod queries;
mod rebuild;
mod reconcile;
mod record;
mod recover;
mod register;
mod renaming;
mod restored;
mod retention;
mod review;
mod roster;
mod score;
mod search;
mod serve;
mod session;
mod setup;
mod socket;
mod spent;
mod texts;
mod understand;
mod verify;
mod waiting;
mod workers;
mod world;

pub use backup::{RestoreOrder, backups, restore, tried};
pub use doctor::{Checked, Health, doctor};
pub use engine::Engine;
pub use error::{DaemonError, Exit};
pub use inspect::{CodeSeen, Inspection, Inspector, PageSeen, Times, Wanted, WordSeen};
pub use ledger::check_proof;
pub use models::{ModelSeen, models};
pub use rebuild::rebuild;
pub use scantrail_archive::backup::Damaged;
pub use scantrail_capture::scanner::DeviceInfo;
pub use score::{Scored, ScoredItem, Scorer};
pub use serve::serve;
pub use session::Session;
pub use setup::{devices, init};
