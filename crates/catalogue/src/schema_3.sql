-- Schema, step 3: captures that show several pages.

-- How many pages the copy of this capture has: two for an open book, one for each paper on a mat.
ALTER TABLE page ADD COLUMN parts INTEGER NOT NULL DEFAULT 1;
