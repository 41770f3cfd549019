-- Schema, step 4: words of two readers, found with slips too, and gone from the file when they are deleted.

-- Pages whose words are to be put into the index again, from their records: the old index cannot be copied out.
CREATE TABLE text_due (
    page INTEGER PRIMARY KEY REFERENCES page (number)
) STRICT;
INSERT INTO text_due (page) SELECT id FROM page_text_docsize;
DROP TABLE page_text;

-- Folded words, by the page's number. The words themselves are kept: an index without them (content = '') can only
-- mark a page as gone, and its words would stay in the file. Folding leaves nothing for the tokenizer but blanks.
-- Beginnings of two and three letters have an index of their own: without it they take 12 and 4 ms in 60 000 pages
-- instead of 0.3; it takes 565 bytes a page. Four letters take 0.7 ms, and 0.4 for 300 bytes more.
CREATE VIRTUAL TABLE page_text USING fts5 (words, guessed, tokenize = 'ascii', prefix = '2 3');
INSERT INTO page_text (page_text, rank) VALUES ('secure-delete', 1);

-- Every word of the index that may be found by a slip, once.
CREATE TABLE term (
    word TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
