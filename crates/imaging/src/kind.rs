//! What a capture shows, as far as that decides what may be done to it.
