//! How work comes in: scanners through a worker process, files through a sandboxed decoder, watched folders.
//!
//! **Invariant:** a worker may die at any time. This crate links no C library, opens no database and decides nothing
//! about whose work anything is.

pub mod decode;
pub mod files;
pub mod protocol;
pub mod scanner;
pub mod watch;
