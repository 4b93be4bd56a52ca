-- Keys of our statements once more, where no flood of others' texts crowds them out: statements are
-- few, so all of theirs are looked at.
CREATE TABLE statement_key (
    hash    INTEGER NOT NULL,
    release INTEGER NOT NULL REFERENCES release (number),
    PRIMARY KEY (hash, release)
) STRICT, WITHOUT ROWID;
INSERT INTO statement_key (hash, release)
    SELECT hash, release FROM likeness_key WHERE release IN (SELECT release FROM statement);
