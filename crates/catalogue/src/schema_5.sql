-- Schema, step 5: what language pages are read in, and which are to be read again.

-- Said by a person for the whole batch; empty if nobody said anything.
ALTER TABLE batch ADD COLUMN language TEXT NOT NULL DEFAULT '';
-- Said by a person for this page.
ALTER TABLE page ADD COLUMN language TEXT;

-- Pages whose words are to be looked for again: somebody asked, or a better way of reading came.
CREATE TABLE reading_due (
    page  INTEGER PRIMARY KEY REFERENCES page (number),
    asked INTEGER NOT NULL    -- 1 if somebody waits for it
) STRICT;
CREATE INDEX reading_asked ON reading_due (asked, page);

-- The newest way of reading that the pages were held against.
CREATE TABLE recipe (
    one  INTEGER PRIMARY KEY CHECK (one = 1),
    read INTEGER NOT NULL
) STRICT;
INSERT INTO recipe (one, read) VALUES (1, 0);
