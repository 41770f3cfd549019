//! What is drawn is read again: sheets through a printer and a scanner made of arithmetic.
#![expect(clippy::unwrap_used, reason = "helpers of tests may fail as loudly as tests")]

mod drawing;
mod frames;
mod paper;
mod reading;
mod self_test;
