//! SQLite: the work queue, the roster, batches, files, review, search.
