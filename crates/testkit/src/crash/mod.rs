//! Crashes on demand: the plug pulled at any write, the program killed at any system call, the disk full or failing.
//!
//! ```text
//! power cut:  file system ─ loop ─ FUSE (nbdfuse) ─ nbdkit ─→ image
//!                                                     └──────→ log of every write and flush, in order
//! cut N:      base image + log up to N, what no flush covered kept at random ─→ mount ─→ the program ─→ judge
//! sweep:      strace makes the Nth call of one kind fail, or kills there ─→ the program again ─→ judge
//! ```
//! It is always the real program, never a model of it: [`workload`] drives it and notes what it acknowledged, [`judge`]
//! says afterwards whether it kept its word. All of it needs root, because it mounts; what is missing on a machine is an
//! error that names the package, never a test left out.

pub mod cuts;
pub mod device;
pub mod judge;
pub mod kill;
pub mod log;
pub mod paper;
pub mod room;
pub mod sweep;
pub mod weakness;
pub mod workload;

mod tools;

pub use tools::Trouble;
