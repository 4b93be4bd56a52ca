-- Keys that pass live by themselves: their table stays as large as what is in force, where that of links
-- and titles, which are kept for ever, grows. What stood in one table stands in both from now on.
CREATE TABLE shingle_key (
    hash    INTEGER NOT NULL,
    release INTEGER NOT NULL,
    PRIMARY KEY (hash, release)
) STRICT, WITHOUT ROWID;
INSERT INTO shingle_key (hash, release) SELECT hash, release FROM likeness_key;
