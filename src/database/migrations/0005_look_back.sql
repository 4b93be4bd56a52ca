-- What is kept of a text so that a later statement or topic finds it without reading it
-- (`domain::relation::Sketch`); gone with the text.
CREATE TABLE entry_sketch (
    entry  INTEGER PRIMARY KEY REFERENCES entry (number),
    sketch BLOB NOT NULL
) STRICT;

-- Statements and topics that entries are held against, and how far back that is done.
CREATE TABLE target (
    target TEXT PRIMARY KEY,                    -- `domain::relation::Target`, JSON
    digest BLOB    NOT NULL,                    -- of what it is looked for by
    gone   INTEGER NOT NULL,                    -- no longer wanted: relations to it are taken away
    after  INTEGER                              -- the last entry that was looked at; NULL: all were
) STRICT, WITHOUT ROWID;

-- The last entry decided under `source.rules`, where `decided` are others.
ALTER TABLE source ADD COLUMN decided_to INTEGER NOT NULL DEFAULT 0;
