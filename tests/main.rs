//! End to end: the real `scantrail` command on real libsane, Tesseract, SQLite and Chromium, judged from the outside.
//!
//! The programs are built by `cargo xtask test` before these tests run and are found beside the test's own folder.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![expect(clippy::disallowed_methods, reason = "these tests write files as strangers would, not school data")]
#![expect(clippy::case_sensitive_file_extension_comparisons, reason = "the program's own names have one spelling")]

mod alignment;
mod backups;
mod behind;
mod captures;
mod commands;
mod crashes;
mod day;
mod decisions;
mod device_trouble;
mod documents;
mod failing_disks;
mod files;
mod forgetting;
mod handing_over;
mod judges;
mod keeping;
mod logs;
mod model;
mod power_cuts;
mod reading;
mod rebuild;
mod roster;
mod scenes;
mod sheets;
mod sweep;
mod tampering;
mod web;
mod world;
