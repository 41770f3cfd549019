//! What stays: the only crate that writes school data to disk.
//!
//! [`durable`] holds the few file effects everything else is made of: each is safe to repeat, and each has reached
//! the disk when it returns. On top of them lie the data folder with its lock ([`folder`]), the spool that receives
//! originals ([`spool`]), the names of files and folders ([`names`]), the trails as BagIt bags ([`bag`]), the record
//! beside every page ([`sidecar`]), the page that shows a year to a person ([`index`]), the searchable copy ([`pdf`]),
//! what was read on it for other programs ([`transcript`]), what the folders tell by themselves ([`trails`]) and the
//! check of all of it ([`verify`]).
//!
//! What leaves the folder goes through [`outside`]: as a [`pack`] without the places of its photos ([`located`]), or into a
//! [`backup`].
//!
//! This crate must not know a database, a clock, a device or an image's pixels. What should be on the disk is told to
//! it; it never decides from what happens to lie there.

pub mod backup;
pub mod bag;
pub mod folder;
pub mod health;
pub mod index;
pub mod located;
pub mod names;
pub mod pack;
pub mod pdf;
pub mod sidecar;
pub mod spool;
pub mod trails;
pub mod transcript;
pub mod verify;

pub use scantrail_durable as durable;
pub use scantrail_durable::{DiskError, Fault, Operation, outside, space};
