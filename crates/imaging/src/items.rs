//! Several things on a mat: what lies where, each with its outline.
