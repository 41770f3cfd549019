//! reads the pupil lists schools export; knows no database.
