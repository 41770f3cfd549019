//! Everything tests and the demonstration need instead of a school: pupils, paper, and machines that misbehave on demand.
//!
//! [`school`] invents the pupils, [`paint`] their pages, [`effects`] and [`paper`] what happens to pages on the way;
//! [`escl`] is a network scanner with faults and [`sane_env`] the SANE set-up that finds it; [`scenario`] puts them
//! together into whole batches with the truth about every side; [`demo`] lets the real program work on them. For development only: no product crate may depend on it.

#![expect(clippy::disallowed_methods, reason = "for development: it writes no school data")]

pub mod crash;
pub mod demo;
pub mod effects;
pub mod escl;
pub mod fonts;
pub mod geometry;
pub mod jpeg;
pub mod paint;
pub mod paper;
pub mod sane_env;
pub mod scenario;
pub mod school;
pub mod seed;

mod canvas;
mod parallel;
