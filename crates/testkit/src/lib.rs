//! fictional school, fixture painter, virtual eSCL scanner, temporary SANE set-ups.
