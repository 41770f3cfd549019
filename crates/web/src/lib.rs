//! The local site: what a school sees of Scantrail in a browser on the same machine.
//!
//! Handlers ask a [`Desk`] and show its answer; the daemon stands behind that port. Pages are made on the server,
//! work without script and carry nothing inline. [`serve`] binds them to a loopback listener.
//!
//! This crate must not know a rule: whose a page is, what may be filed, what counts as accounted for. It knows no
//! database and no file. A pupil's name never stands in an address, in a title or in a log line.

mod desk;
mod form;
mod guard;
mod layout;
mod pages;
mod parts;
mod problem;
mod server;
pub mod view;

pub use desk::{BadSize, Desk, DeskError, PreviewSize};
pub use server::{ServeError, router, serve};
