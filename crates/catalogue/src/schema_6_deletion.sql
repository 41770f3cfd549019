-- Schema, step 6, deletion.

-- What is told in the trail that a page left.
CREATE INDEX event_of_leaving ON event (pupil) WHERE kind = 'left-trail';

-- Nothing of a pupil, or a page alone, is deleted while this stands.
CREATE TABLE legal_hold (
    id        INTEGER PRIMARY KEY,
    at        TEXT NOT NULL,
    pupil     TEXT REFERENCES pupil,
    page      TEXT REFERENCES page (id),
    reason    TEXT NOT NULL,
    account   TEXT NOT NULL,
    lifted_at TEXT,
    lifted_by TEXT,
    lifted_for TEXT       -- why
) STRICT;
CREATE INDEX legal_hold_stands ON legal_hold (id) WHERE lifted_at IS NULL;

-- A list of pages that somebody proposes to delete; two people approve it, and then it is carried out.
CREATE TABLE deletion (
    id       INTEGER PRIMARY KEY,
    at       TEXT NOT NULL,
    rule     TEXT NOT NULL,       -- the retention rule it follows; empty if a person asked
    reason   TEXT NOT NULL,
    account  TEXT NOT NULL,       -- who proposed it
    state    TEXT NOT NULL,       -- proposed | withdrawn | approved | done
    ended_at TEXT,
    files    INTEGER NOT NULL DEFAULT 0,
    bytes    INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE deletion_page (
    deletion INTEGER NOT NULL REFERENCES deletion (id),
    page     TEXT NOT NULL REFERENCES page (id),
    PRIMARY KEY (deletion, page)
) STRICT, WITHOUT ROWID;
CREATE INDEX deletion_of_page ON deletion_page (page);
CREATE TABLE deletion_approval (
    deletion INTEGER NOT NULL REFERENCES deletion (id),
    account  TEXT NOT NULL,
    at       TEXT NOT NULL,
    PRIMARY KEY (deletion, account)
) STRICT, WITHOUT ROWID;

-- What was deleted: enough to delete it again after an older backup was restored, and nothing more.
CREATE TABLE tombstone (
    page     TEXT PRIMARY KEY,
    capture  TEXT NOT NULL,
    at       TEXT NOT NULL,
    deletion INTEGER              -- none if it was deleted again after a restore
) STRICT;
