//! the local site: handlers and pages, no rule of its own.
