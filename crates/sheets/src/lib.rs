//! Our sheets: what stands in their codes, how they are drawn, how they are found again in pixels.
//!
//! [`payload`] is the text in a code. [`layout`] is where things stand on a sheet, shared by [`draw`], which makes
//! PDF, and [`frame`], which recognises a sheet although none of its codes can be read. [`find`] reads codes. [`labels`] are
//! the sheets stickers are printed on; [`self_test`] scores a printer and a scanner.
//! What this crate draws, it reads. It must not know a pupil's record, a register of sheets or a file of the school.

pub mod draw;
pub mod find;
pub mod frame;
mod geometry;
pub mod labels;
pub mod layout;
pub mod payload;
pub mod self_test;

pub use geometry::Attitude;
