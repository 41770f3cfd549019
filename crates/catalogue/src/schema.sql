-- Times are RFC 3339 in UTC, dates ISO, words as scantrail-core spells them, paths relative to the data folder.

CREATE TABLE school (
    one  INTEGER PRIMARY KEY CHECK (one = 1),
    name TEXT NOT NULL,
    key  TEXT NOT NULL            -- three symbols that every code of this school carries
) STRICT;

CREATE TABLE pupil (
    id               TEXT PRIMARY KEY,
    surname          TEXT NOT NULL,
    forename         TEXT NOT NULL,
    class            TEXT NOT NULL,
    year_group       TEXT NOT NULL,
    upn              TEXT NOT NULL,
    former_upn       TEXT NOT NULL,
    admission_number TEXT NOT NULL,
    born             TEXT,
    standing         TEXT NOT NULL,
    folder           TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE sheet (
    id         TEXT PRIMARY KEY,
    kind       TEXT NOT NULL,
    pupil      TEXT REFERENCES pupil,
    class      TEXT NOT NULL DEFAULT '',
    subject    TEXT NOT NULL DEFAULT '',
    title      TEXT NOT NULL DEFAULT '',
    work_date  TEXT,
    made_at    TEXT NOT NULL,
    revoked_at TEXT
) STRICT;
CREATE INDEX sheet_of_pupil ON sheet (pupil, kind);

CREATE TABLE batch (
    id          TEXT PRIMARY KEY,
    source_kind TEXT NOT NULL,
    source      TEXT NOT NULL,    -- device or folder, as configured
    flow        TEXT NOT NULL,
    sides       TEXT NOT NULL,    -- one | both
    state       TEXT NOT NULL,    -- receiving | interrupted | ended | understood
    cut_short   INTEGER NOT NULL DEFAULT 0,
    trouble     TEXT,             -- why it was interrupted, in words
    opened_at   TEXT NOT NULL,
    ended_at    TEXT,
    class       TEXT NOT NULL,
    subject     TEXT NOT NULL,
    title       TEXT NOT NULL,
    work_date   TEXT NOT NULL,
    alarms      TEXT NOT NULL DEFAULT '[]'
) STRICT;
CREATE INDEX batch_by_state ON batch (state);
CREATE INDEX batch_by_time ON batch (opened_at);

-- A file that was given to us: claimed first, taken apart into captures second.
CREATE TABLE delivery (
    id        INTEGER PRIMARY KEY,
    batch     TEXT NOT NULL REFERENCES batch,
    name      TEXT NOT NULL,      -- as delivered, for the receipt
    source    TEXT NOT NULL,      -- where it lay
    spooled   TEXT NOT NULL UNIQUE,
    state     TEXT NOT NULL,      -- pending | claimed | taken | quarantined | gone
    digest    TEXT,
    captures  INTEGER NOT NULL DEFAULT 0,
    why       TEXT
) STRICT;
CREATE INDEX delivery_by_state ON delivery (state);
CREATE INDEX delivery_of_batch ON delivery (batch);

CREATE TABLE capture (
    id          TEXT PRIMARY KEY,
    batch       TEXT NOT NULL REFERENCES batch,
    sequence    INTEGER NOT NULL,
    side        TEXT NOT NULL,
    media       TEXT NOT NULL,
    digest      TEXT NOT NULL,
    bytes       INTEGER NOT NULL,
    dpi_x       INTEGER,
    dpi_y       INTEGER,
    received_at TEXT NOT NULL,
    suspicion   TEXT,
    turn        INTEGER,          -- the turn its container noted, degrees clockwise
    delivery    INTEGER REFERENCES delivery,
    settings    TEXT NOT NULL DEFAULT '{}',
    location    TEXT NOT NULL UNIQUE,   -- where the original is now
    UNIQUE (batch, sequence)            -- the capture key: identity is the capture, not the content
) STRICT;
CREATE INDEX capture_by_digest ON capture (digest);

CREATE TABLE piece (
    id        TEXT PRIMARY KEY,
    pupil     TEXT NOT NULL REFERENCES pupil,
    year      TEXT NOT NULL,
    subject   TEXT NOT NULL,
    title     TEXT NOT NULL,
    work_date TEXT NOT NULL,
    batch     TEXT NOT NULL REFERENCES batch,
    run       INTEGER NOT NULL,
    folder    TEXT NOT NULL       -- below the bag's data/
) STRICT;
CREATE INDEX piece_of_pupil ON piece (pupil, work_date);
CREATE UNIQUE INDEX piece_of_run ON piece (batch, run, pupil);

CREATE TABLE page (
    number      INTEGER PRIMARY KEY,    -- rowid of the search index
    id          TEXT NOT NULL UNIQUE,
    capture     TEXT NOT NULL REFERENCES capture,
    part        INTEGER NOT NULL DEFAULT 0,
    batch       TEXT NOT NULL REFERENCES batch,
    state       TEXT NOT NULL,
    attempts    INTEGER NOT NULL DEFAULT 0,
    look        TEXT,
    content     TEXT,
    turn        INTEGER,
    skew        REAL,
    text_confidence REAL,
    derivative  TEXT,             -- digest of the prepared JPEG in .trail/work
    reading     TEXT,             -- digest of the reading in .trail/work
    run         INTEGER,
    role        TEXT,
    position    INTEGER,          -- counted from 1 within its piece
    pupil       TEXT REFERENCES pupil,
    piece       TEXT REFERENCES piece,
    identified  TEXT,             -- cover:ID, card:ID, person
    reason      TEXT,             -- why it is held, discarded or quarantined
    warnings    TEXT NOT NULL DEFAULT '[]',
    UNIQUE (capture, part)
) STRICT;
CREATE INDEX page_by_state ON page (state) WHERE state NOT IN ('filed', 'deleted');
CREATE INDEX page_of_batch ON page (batch, state);
CREATE INDEX page_of_piece ON page (piece, position);
CREATE INDEX page_of_pupil ON page (pupil, state);

CREATE TABLE code (
    page    TEXT NOT NULL REFERENCES page (id),
    school  TEXT NOT NULL,
    kind    TEXT NOT NULL,
    sheet   TEXT NOT NULL,
    place   TEXT NOT NULL,
    PRIMARY KEY (page, school, kind, sheet, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE run (
    batch      TEXT NOT NULL REFERENCES batch,
    number     INTEGER NOT NULL,
    opening    TEXT NOT NULL,
    closing    TEXT NOT NULL,
    pupil      TEXT REFERENCES pupil,
    suggestion TEXT REFERENCES pupil,
    verdict    TEXT NOT NULL,     -- file | hold | discard | nothing
    reason     TEXT,
    PRIMARY KEY (batch, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE bag (
    path  TEXT PRIMARY KEY,
    pupil TEXT NOT NULL REFERENCES pupil,
    year  TEXT NOT NULL,
    dirty INTEGER NOT NULL
) STRICT;
CREATE INDEX bag_dirty ON bag (path) WHERE dirty = 1;

CREATE TABLE file (
    path   TEXT PRIMARY KEY,
    page   TEXT REFERENCES page (id),
    bag    TEXT REFERENCES bag,
    role   TEXT NOT NULL,         -- original | page | sidecar | tag
    state  TEXT NOT NULL,         -- planned | present | leaving
    digest TEXT,
    bytes  INTEGER
) STRICT;
CREATE INDEX file_of_page ON file (page);
CREATE INDEX file_of_bag ON file (bag);
CREATE INDEX file_unsettled ON file (page) WHERE state <> 'present';

CREATE TABLE decision (
    id       INTEGER PRIMARY KEY,
    at       TEXT NOT NULL,
    page     TEXT NOT NULL REFERENCES page (id),
    action   TEXT NOT NULL,       -- assign | discard
    pupil    TEXT REFERENCES pupil,
    reason   TEXT NOT NULL,
    before   TEXT NOT NULL,       -- the hold reason it had
    together INTEGER,             -- the first decision of those taken in one step
    undone_at TEXT
) STRICT;
CREATE INDEX decision_of_page ON decision (page);

CREATE TABLE event (
    seq   INTEGER PRIMARY KEY AUTOINCREMENT,
    at    TEXT NOT NULL,
    kind  TEXT NOT NULL,
    batch TEXT,
    page  TEXT,
    pupil TEXT,
    data  TEXT NOT NULL DEFAULT '{}'
) STRICT;
CREATE INDEX event_of_page ON event (page) WHERE page IS NOT NULL;
CREATE INDEX event_of_batch ON event (batch) WHERE batch IS NOT NULL;
CREATE TRIGGER event_is_append_only_update BEFORE UPDATE ON event
BEGIN SELECT raise(ABORT, 'events are never changed'); END;
CREATE TRIGGER event_is_append_only_delete BEFORE DELETE ON event
BEGIN SELECT raise(ABORT, 'events are never deleted'); END;

CREATE VIRTUAL TABLE page_text USING fts5 (
    words, content = '', contentless_delete = 1, tokenize = "unicode61 remove_diacritics 2", prefix = '2 3'
);
