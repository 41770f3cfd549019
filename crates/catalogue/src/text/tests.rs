//! Searching, on a real catalogue.
