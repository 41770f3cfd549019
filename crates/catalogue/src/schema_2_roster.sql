-- Version 2, the roster: names that change, identities that are sealed, classes and their teachers, roll-overs, and
-- how a school's own lists are read.

ALTER TABLE pupil ADD COLUMN left_on TEXT;

-- A trail's folder that is to get another name: planned with the change of name, done by the filing thread, in order.
CREATE TABLE renaming (
    number      INTEGER PRIMARY KEY AUTOINCREMENT,
    pupil       TEXT NOT NULL REFERENCES pupil,
    from_folder TEXT NOT NULL,
    to_folder   TEXT NOT NULL,
    trouble     TEXT,                         -- why it could not be done the last time, in words
    moved       INTEGER NOT NULL DEFAULT 0    -- on the disk and in this catalogue; records may still name the old one
) STRICT;

-- What a pupil was called and numbered before a new identity. Nothing reads it but the comparison with a new list and
-- the one command that shows it, which leaves a trace.
CREATE TABLE sealed_identity (
    number           INTEGER PRIMARY KEY,
    pupil            TEXT NOT NULL REFERENCES pupil,
    at               TEXT NOT NULL,
    surname          TEXT NOT NULL,
    forename         TEXT NOT NULL,
    upn              TEXT NOT NULL,
    former_upn       TEXT NOT NULL,
    admission_number TEXT NOT NULL,
    born             TEXT
) STRICT;
CREATE TABLE sealed_look (
    number INTEGER PRIMARY KEY,
    at     TEXT NOT NULL,
    pupil  TEXT NOT NULL REFERENCES pupil,
    reason TEXT NOT NULL
) STRICT;

CREATE TABLE class (
    number     INTEGER PRIMARY KEY,
    name       TEXT NOT NULL UNIQUE,
    year_group TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE teaching (
    number     INTEGER PRIMARY KEY,
    class      INTEGER NOT NULL REFERENCES class,
    teacher    TEXT NOT NULL,
    from_date  TEXT NOT NULL,
    until_date TEXT,              -- the last day; none while it goes on
    UNIQUE (class, teacher, from_date)
) STRICT;

-- A school's own words for the columns of its lists.
CREATE TABLE list_column (
    field  TEXT PRIMARY KEY,
    header TEXT NOT NULL
) STRICT;

-- A roll-over, with what each pupil was before, until it is undone.
CREATE TABLE roll_over (
    number     INTEGER PRIMARY KEY,
    at         TEXT NOT NULL,
    last_event INTEGER NOT NULL,  -- the last event it wrote itself
    undone_at  TEXT
) STRICT;
CREATE TABLE roll_over_step (
    roll_over  INTEGER NOT NULL REFERENCES roll_over,
    pupil      TEXT NOT NULL REFERENCES pupil,
    class      TEXT NOT NULL,
    year_group TEXT NOT NULL,
    standing   TEXT NOT NULL,
    left_on    TEXT,
    PRIMARY KEY (roll_over, pupil)
) STRICT, WITHOUT ROWID;
