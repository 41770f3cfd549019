//! the scantrail command.
fn main() {}
