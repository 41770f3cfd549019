//! TOML to a checked configuration, all faults at once.
