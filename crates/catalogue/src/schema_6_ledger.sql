
-- Schema, step 6, the ledger: every event is a leaf of a Merkle tree (crate `ledger`).

-- Keys of commitments. `of` is `page ID`, `pupil ID`, `batch ID` or `school`. Numbers are never given twice, so that a leaf
-- whose key was destroyed finds none.
CREATE TABLE ledger_key (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    of     TEXT NOT NULL UNIQUE,
    key    BLOB NOT NULL
) STRICT;

CREATE TABLE leaf (
    number     INTEGER PRIMARY KEY,       -- its place in the tree, from 0
    event      INTEGER NOT NULL UNIQUE,
    key        INTEGER NOT NULL,          -- of ledger_key; no reference, for the key may be destroyed
    commitment BLOB NOT NULL
) STRICT;

-- Every whole node: level 0 are the leaves' hashes. Never changes, only grows.
CREATE TABLE tree (
    level INTEGER NOT NULL,
    place INTEGER NOT NULL,
    hash  BLOB NOT NULL,
    PRIMARY KEY (level, place)
) STRICT, WITHOUT ROWID;

-- Checkpoints that were signed, and whether they have left the machine.
CREATE TABLE checkpoint (
    size      INTEGER PRIMARY KEY,        -- leaves
    at        TEXT NOT NULL,
    note      TEXT NOT NULL,
    copied_at TEXT,
    hooked_at TEXT,
    trouble   TEXT                        -- why it could not be handed on the last time
) STRICT;

-- For how many leaves tiles are on the disk.
CREATE TABLE ledger_tiles (
    one  INTEGER PRIMARY KEY CHECK (one = 1),
    size INTEGER NOT NULL
) STRICT;
INSERT INTO ledger_tiles (one, size) VALUES (1, 0);

CREATE TRIGGER leaf_is_append_only_update BEFORE UPDATE ON leaf BEGIN SELECT raise(ABORT, 'leaves are never changed'); END;
CREATE TRIGGER leaf_is_append_only_delete BEFORE DELETE ON leaf BEGIN SELECT raise(ABORT, 'leaves are never deleted'); END;
CREATE TRIGGER tree_is_append_only_update BEFORE UPDATE ON tree BEGIN SELECT raise(ABORT, 'the tree is never changed'); END;
CREATE TRIGGER tree_is_append_only_delete BEFORE DELETE ON tree BEGIN SELECT raise(ABORT, 'the tree is never deleted'); END;

-- Once its key is destroyed, what was personal in an event may go, and nothing else.
DROP TRIGGER event_is_append_only_update;
CREATE TRIGGER event_is_append_only_update BEFORE UPDATE ON event
WHEN NOT (
    new.seq = old.seq AND new.at = old.at AND new.kind = old.kind AND new.batch IS old.batch AND new.page IS old.page
    AND new.pupil IS NULL AND new.data = '{}'
    AND NOT EXISTS (SELECT 1 FROM leaf JOIN ledger_key ON ledger_key.number = leaf.key WHERE leaf.event = old.seq)
)
BEGIN SELECT raise(ABORT, 'events are never changed'); END;
