//! End to end: the real `scantrail` command on real libsane, Tesseract, SQLite and Chromium, judged from the outside.
//!
//! The programs are built by `cargo xtask test` before these tests run and are found beside the test's own folder.

mod commands;
mod crashes;
mod day;
mod device_trouble;
mod files;
mod judges;
mod logs;
mod web;
mod world;
