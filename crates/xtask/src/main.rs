//! project tasks: demo, test, tidy, bench.
fn main() {}
