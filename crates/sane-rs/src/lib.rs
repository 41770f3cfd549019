//! safe bindings to SANE (libsane): sessions, options, frames.
