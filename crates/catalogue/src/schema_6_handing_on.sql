
-- What a small picture of an index page was made from: the digest of the copy it shows. None for every other file.
ALTER TABLE file ADD COLUMN made_from TEXT;
-- Folders from before get their index page when their manifests are written next, which is now.
UPDATE bag SET dirty = dirty + 1;

-- What was handed over, to whom: so that it can be told later who has a page. The words of a person stand here and in no
-- event.
CREATE TABLE export (
    id      TEXT PRIMARY KEY,
    at      TEXT NOT NULL,
    pupil   TEXT NOT NULL REFERENCES pupil,
    year    TEXT NOT NULL,
    to_whom TEXT NOT NULL,
    digest  TEXT NOT NULL     -- of the pack's tag manifest, which covers every byte of it
) STRICT;
CREATE INDEX export_of_pupil ON export (pupil);
CREATE TABLE export_page (
    export TEXT NOT NULL REFERENCES export,
    page   TEXT NOT NULL REFERENCES page (id),
    PRIMARY KEY (export, page)
) STRICT, WITHOUT ROWID;
CREATE INDEX export_about_page ON export_page (page);

-- By where it came from a file of a pack is known again.
CREATE INDEX delivery_by_source ON delivery (source);

-- Backups, and restores that were tried.
CREATE TABLE backup_run (
    number   INTEGER PRIMARY KEY,
    at       TEXT NOT NULL,
    kind     TEXT NOT NULL,     -- backup | restore-test
    place    TEXT NOT NULL,
    snapshot TEXT NOT NULL,     -- empty if none came of it
    files    INTEGER NOT NULL,
    bytes    INTEGER NOT NULL,
    outcome  TEXT NOT NULL,     -- good | incomplete | failed
    why      TEXT NOT NULL      -- in words, where it is not good
) STRICT;
CREATE INDEX backup_run_by_kind ON backup_run (kind, outcome, number);
