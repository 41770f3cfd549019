//! composes the stages over the ports: look, prepare, read.
