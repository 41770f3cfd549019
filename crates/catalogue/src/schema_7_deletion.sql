-- Schema, step 7, deletion: pupils' own records, and which backups have heard of what.

-- Pupils whose own record is proposed to be erased.
CREATE TABLE deletion_pupil (
    deletion INTEGER NOT NULL REFERENCES deletion (id),
    pupil    TEXT NOT NULL REFERENCES pupil,
    PRIMARY KEY (deletion, pupil)
) STRICT, WITHOUT ROWID;
CREATE INDEX deletion_of_pupil ON deletion_pupil (pupil);

-- Who took a proposal back.
ALTER TABLE deletion ADD COLUMN withdrawn_by TEXT;

-- When the record was erased: what is left of the row is the id, for sheets and events that name it.
ALTER TABLE pupil ADD COLUMN erased_at TEXT;
CREATE TABLE pupil_tombstone (
    pupil    TEXT PRIMARY KEY,
    at       TEXT NOT NULL,
    deletion INTEGER              -- none if it was erased again after a restore
) STRICT;

-- How often something was deleted since the file was last written anew: what is free in it, and its journal, still
-- hold the text until then.
CREATE TABLE scrub_due (
    one   INTEGER PRIMARY KEY CHECK (one = 1),
    marks INTEGER NOT NULL
) STRICT;
INSERT INTO scrub_due (one, marks) SELECT 1, count(*) FROM tombstone;

-- Folders that were backed up to, each known by the id in it: two disks may be mounted at one place in turn.
CREATE TABLE backup_folder (
    id    TEXT PRIMARY KEY,
    place TEXT NOT NULL,          -- where it lay the last time
    at    TEXT NOT NULL,          -- when it was last there
    gone_at TEXT                  -- when somebody said that it is gone for good
) STRICT;
-- From before folders had ids: known by their place until they are seen again.
INSERT INTO backup_folder (id, place, at)
    SELECT 'at ' || place, place, max(at) FROM backup_run WHERE kind = 'backup' AND outcome <> 'failed' GROUP BY place;
-- Which deletions were carried out in which of them.
CREATE TABLE backup_heard (
    folder   TEXT NOT NULL REFERENCES backup_folder (id),
    deletion INTEGER NOT NULL REFERENCES deletion (id),
    at       TEXT NOT NULL,
    PRIMARY KEY (folder, deletion)
) STRICT, WITHOUT ROWID;

-- When a pack was whole where it was asked for; none while it is being made, and if that broke off. Those from before
-- were noted when they were about to leave.
ALTER TABLE export ADD COLUMN ended_at TEXT;
UPDATE export SET ended_at = at;
