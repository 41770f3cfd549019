//! Whose is it.
