-- What editors say of single texts (store/decisions.toml, taken together), found when a release that
-- has them is settled: an entry by source and key, a statement of ours by source 0 and its slug.
CREATE TABLE word (
    source INTEGER NOT NULL,
    key    BLOB    NOT NULL,
    word   TEXT    NOT NULL,                    -- JSON
    PRIMARY KEY (source, key)
) STRICT, WITHOUT ROWID;

-- The last good decisions.toml: it holds while the file is at fault or gone.
CREATE TABLE decisions (
    one  INTEGER PRIMARY KEY CHECK (one = 1),
    text TEXT NOT NULL
) STRICT;
