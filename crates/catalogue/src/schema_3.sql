-- Schema, step 3: captures that show several pages.

-- How many pages the copy of this capture has: two for an open book, one for each paper on a mat.
ALTER TABLE page ADD COLUMN parts INTEGER NOT NULL DEFAULT 1;

-- What a person said the captures of a batch show, how many papers lie on the mat, and the digest of the model of the
-- empty mat in `.trail/mats`.
ALTER TABLE batch ADD COLUMN shows TEXT NOT NULL DEFAULT 'anything';
ALTER TABLE batch ADD COLUMN expected INTEGER;
ALTER TABLE batch ADD COLUMN mat TEXT;
