//! Pixels in; pixels, measurements and a reversible transform out.
//!
//! [`prepare::prepare`] makes one page ready: which way up, how it is turned, where the paper ends, whether anything is
//! on it, and one resampling that takes all of that back. Every measurement may decline and says why; a page in doubt
//! stays as it is. [`encode`] writes JPEG.
//!
//! This crate knows no pupil, no file, no clock and no thread of its own.

mod background;
mod backing;
pub mod blank;
mod components;
pub mod crop;
pub mod curl;
pub mod deskew;
pub mod encode;
pub mod finding;
pub mod geometry;
pub mod items;
pub mod kind;
pub mod object;
pub mod orientation;
pub mod outline;
pub mod overlay;
mod plane;
pub mod prepare;
pub mod quality;
mod ruling;
pub mod shade;
pub mod split;
mod survey;
#[cfg(test)]
mod testing;
pub mod warp;
mod wide;
