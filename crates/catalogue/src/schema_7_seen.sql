-- Who looked at what: a day for each page and each way of looking. Nobody's name, until there are accounts.
CREATE TABLE seen (
    page TEXT NOT NULL REFERENCES page (id),
    day  TEXT NOT NULL,   -- on this machine's clock
    how  TEXT NOT NULL,   -- picture | document | words
    PRIMARY KEY (page, day, how)
) STRICT, WITHOUT ROWID;
