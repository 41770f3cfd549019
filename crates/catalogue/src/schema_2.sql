-- Version 2: group pages, decisions as words that stand or were taken back, the school's own codes.

-- Whose a page is; of a group's page, each pupil.
CREATE TABLE owner (
    page     TEXT NOT NULL REFERENCES page (id),
    pupil    TEXT NOT NULL REFERENCES pupil,
    piece    TEXT REFERENCES piece,   -- none for a cover
    position INTEGER,                 -- counted from 1 within its piece
    PRIMARY KEY (page, pupil)
) STRICT, WITHOUT ROWID;
CREATE INDEX owner_of_pupil ON owner (pupil, page);
CREATE INDEX owner_of_piece ON owner (piece, position);
INSERT INTO owner (page, pupil, piece, position) SELECT id, pupil, piece, position FROM page WHERE pupil IS NOT NULL;
DROP INDEX page_of_piece;
DROP INDEX page_of_pupil;
ALTER TABLE page DROP COLUMN pupil;
ALTER TABLE page DROP COLUMN piece;
ALTER TABLE page DROP COLUMN position;

-- The paper's size and a picture's own time, when they are known.
ALTER TABLE page ADD COLUMN short_mm INTEGER;
ALTER TABLE page ADD COLUMN long_mm INTEGER;
ALTER TABLE page ADD COLUMN taken_seconds INTEGER;
ALTER TABLE page ADD COLUMN taken_by INTEGER;

-- A piece is found again by the page its run begins with, however runs are cut and joined.
DROP INDEX piece_of_run;
ALTER TABLE piece ADD COLUMN anchor TEXT NOT NULL DEFAULT '';
UPDATE piece SET anchor = coalesce(
    (SELECT owner.page FROM owner WHERE owner.piece = piece.id ORDER BY owner.position LIMIT 1), piece.id);
ALTER TABLE piece DROP COLUMN run;
CREATE UNIQUE INDEX piece_of_run ON piece (batch, anchor, pupil);

-- What was seen on a batch when it was understood, with what the register said then: decisions are weighed against
-- this, not against a register that has changed since.
ALTER TABLE batch ADD COLUMN facts TEXT;

CREATE TABLE run_2 (
    batch      TEXT NOT NULL REFERENCES batch,
    number     INTEGER NOT NULL,
    opening    TEXT NOT NULL,
    closing    TEXT NOT NULL,
    pupil      TEXT REFERENCES pupil,
    candidates TEXT NOT NULL DEFAULT '[]',   -- whose it may be
    verdict    TEXT NOT NULL,                -- file | hold | discard | nothing
    reason     TEXT,
    PRIMARY KEY (batch, number)
) STRICT, WITHOUT ROWID;
INSERT INTO run_2 (batch, number, opening, closing, pupil, candidates, verdict, reason)
    SELECT batch, number, opening, closing, pupil, iif(suggestion IS NULL, '[]', json_array(suggestion)), verdict,
    reason FROM run;
DROP TABLE run;
ALTER TABLE run_2 RENAME TO run;

-- A decision stands until it is undone; it is never changed and never deleted.
ALTER TABLE decision RENAME TO decision_1;
DROP INDEX decision_of_page;
CREATE TABLE decision (
    id        INTEGER PRIMARY KEY,
    at        TEXT NOT NULL,
    kind      TEXT NOT NULL,
    batch     TEXT REFERENCES batch,   -- none for a word about a sheet, which counts in every batch
    sheet     TEXT REFERENCES sheet,
    words     TEXT NOT NULL,           -- as the daemon writes them
    reason    TEXT NOT NULL,
    undone_at TEXT
) STRICT;
CREATE INDEX decision_of_batch ON decision (batch) WHERE undone_at IS NULL;
CREATE INDEX decision_of_sheet ON decision (sheet) WHERE sheet IS NOT NULL;
CREATE TABLE decision_page (
    decision INTEGER NOT NULL REFERENCES decision (id),
    page     TEXT NOT NULL REFERENCES page (id),
    PRIMARY KEY (decision, page)
) STRICT, WITHOUT ROWID;
CREATE INDEX decision_about_page ON decision_page (page);
INSERT INTO decision (id, at, kind, batch, words, reason, undone_at)
    SELECT coalesce(d.together, d.id), min(d.at), d.action, min(page.batch),
    json_array(iif(d.action = 'assign',
        json_object('say', 'theirs', 'pages', json_group_array(d.page), 'pupils', json_array(min(d.pupil))),
        json_object('say', 'nobodys', 'pages', json_group_array(d.page)))),
    min(d.reason), max(d.undone_at)
    FROM decision_1 AS d JOIN page ON page.id = d.page GROUP BY coalesce(d.together, d.id);
INSERT INTO decision_page (decision, page) SELECT coalesce(together, id), page FROM decision_1;
DROP TABLE decision_1;

-- Codes the school had before us, as its configuration's patterns find them; each stands for a sheet.
CREATE TABLE own_code (
    text  TEXT PRIMARY KEY,
    sheet TEXT NOT NULL UNIQUE REFERENCES sheet
) STRICT;
CREATE TABLE own_code_seen (
    page    TEXT NOT NULL REFERENCES page (id),
    text    TEXT NOT NULL,
    kind    TEXT NOT NULL,    -- cover, card, sticker or separator, as its pattern says
    names   TEXT NOT NULL,    -- admission-number, upn or nobody
    value   TEXT NOT NULL,    -- what the pattern took out of it
    PRIMARY KEY (page, text)
) STRICT, WITHOUT ROWID;
