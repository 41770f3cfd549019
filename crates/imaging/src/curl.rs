//! Pages that are not flat: the curve of a bound book, taken back.
