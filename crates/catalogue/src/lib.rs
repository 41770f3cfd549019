//! The catalogue: what the school holds, where each page is on its way, and what was decided, in one SQLite file.
//!
//! Disk first, catalogue second: a row here never claims a file that is not durable yet (planned files say so). All
//! changes go through one writing connection; every change of a page's state goes through
//! [`scantrail_core::state::apply`] and lands in the same transaction as its event.
//!
//! **Invariant:** no path is opened here but the catalogue's own, and nothing of SQLite shows in the public interface.

mod again;
mod backup_folders;
mod batches;
mod captures;
mod classes;
mod codes;
mod connection;
mod copying;
mod counts;
mod deletion;
mod deliveries;
mod error;
mod events;
mod files;
mod handing_on;
mod identity;
mod keepable;
mod ledger;
mod legal_holds;
mod migrations;
mod pages;
mod pictures;
mod places;
mod pupils;
mod register;
mod renames;
mod review;
mod roll_over;
#[cfg(test)]
mod roster_tests;
mod runs;
mod school;
mod scrubbing;
mod seen;
mod sheet_list;
mod sheets;
#[cfg(test)]
mod tests;
mod text;
mod told;

pub use again::ReadAgain;
pub use backup_folders::BackupFolder;
pub use batches::{Batch, BatchContext, BatchState, NewBatch, Scene, Sides};
pub use captures::NewCapture;
pub use classes::{Class, Teaching};
pub use codes::{OwnCodeSeen, SeenCode};
pub use connection::Catalogue;
pub use copying::{BackupKind, BackupOutcome, BackupRun};
pub use counts::{BatchCount, Counts, Queue};
pub use deletion::{APPROVALS, Deletion, DeletionState, Forgotten, NewDeletion, Tombstone};
pub use deliveries::{Delivery, DeliveryState};
pub use error::CatalogueError;
pub use events::Event;
pub use files::{DirtyBag, FileRole, FileRow, FileState, PlannedFile, TagFile};
pub use handing_on::{Export, NewExport};
pub use keepable::{Keepable, KeptOf};
pub use ledger::{Doubt, HandedOn, KeptCheckpoint, LeafRow, LedgerView};
pub use legal_holds::LegalHold;
pub use pages::{Findings, Page, PageOwner, Stage};
pub use pictures::PictureRow;
pub use places::{Place, Placed};
pub use pupils::NumberKind;
pub use register::{Builder, Loaded, RegisterPart};
pub use renames::Renaming;
pub use review::{Decision, NewDecision};
pub use runs::{Ownership, PieceRow, RunRow, Understanding};
pub use school::School;
pub use scrubbing::Scrubbed;
pub use seen::SeenAs;
pub use sheet_list::SheetRecord;
pub use sheets::{RegisteredSheet, SheetContext};
pub use text::{Found, Hit, Hits, How, PageText, Query, Reader, Total};
pub use told::{ToldPage, ToldTrail, Was};
