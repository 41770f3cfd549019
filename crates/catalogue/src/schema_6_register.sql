-- Schema, step 6, the register: what of the catalogue lies in files too, for the day when the catalogue is gone.

-- A part of the register: how often its rows were changed since it was written, and what was written then.
CREATE TABLE register_part (
    part   TEXT PRIMARY KEY,
    marks  INTEGER NOT NULL,   -- 0 if the file says what the rows say
    digest TEXT,               -- of the file; none if there is none
    bytes  INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX register_due ON register_part (part) WHERE marks > 0;

-- Decisions about a batch, undone ones included.
CREATE INDEX decision_about_batch ON decision (batch);

-- Everything there is from before is to be written once.
INSERT INTO register_part (part, marks) VALUES ('school', 1), ('decisions', 1), ('checkpoints', 1);
INSERT INTO register_part (part, marks) SELECT DISTINCT 'sheets/' || substr(made_at, 1, 7), 1 FROM sheet;
INSERT INTO register_part (part, marks) SELECT 'batches/' || substr(id, 1, 2) || '/' || id, 1 FROM batch;
INSERT INTO register_part (part, marks) SELECT DISTINCT printf('events/%06d', seq / 1000), 1 FROM event;
