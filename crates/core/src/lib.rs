//! The words and rules of Scantrail, without any way to touch the world.
//!
//! A capture becomes a page, a page is identified, prepared, read and filed. The types here are the
//! vocabulary of that journey; [`interpret::interpret`] decides whose page each one is; [`state::apply`]
//! is the only way a page changes its state. Everything else in the workspace plugs into [`ports`].
//!
//! This crate must not know a file, a clock, a thread, a database or an image codec.

pub mod calendar;
pub mod code32;
pub mod evidence;
pub mod fold;
pub mod gone;
pub mod ids;
pub mod interpret;
pub mod ports;
pub mod raster;
pub mod roster;
pub mod school_year;
pub mod sheet;
pub mod state;
pub mod units;
pub mod vocabulary;

pub use jiff;
