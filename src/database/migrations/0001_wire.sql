-- Times are whole milliseconds since 1970 UTC, digests and keys fixed-size blobs, lists JSON.
-- Whatever grows by the entry is kept narrow: ten million entries are meant to fit.

-- The one row of counters: the newest serial and the newest lease.
CREATE TABLE state (
    one    INTEGER PRIMARY KEY CHECK (one = 1),
    serial INTEGER NOT NULL,
    lease  INTEGER NOT NULL
) STRICT;
INSERT INTO state VALUES (1, 0, 0);

CREATE TABLE source (
    number         INTEGER PRIMARY KEY,
    id             TEXT    NOT NULL UNIQUE,
    name           TEXT,
    url            TEXT    NOT NULL,
    address        TEXT    NOT NULL,
    host           TEXT    NOT NULL,
    keep_all       INTEGER NOT NULL,
    labels         TEXT    NOT NULL,            -- [[slug, name], …]
    enabled        INTEGER NOT NULL,
    rules          BLOB    NOT NULL,            -- of membership, as declared
    decided        BLOB    NOT NULL,            -- the rules under which every entry is decided
    state          TEXT    NOT NULL,
    since          INTEGER NOT NULL,
    message        TEXT,
    remedy         TEXT,
    failures       INTEGER NOT NULL DEFAULT 0,
    polls          INTEGER NOT NULL DEFAULT 0,
    first_ok       INTEGER,
    last_ok        INTEGER,
    last_poll      INTEGER,
    last_new       INTEGER,
    next_poll      INTEGER,
    lease_until    INTEGER,
    lease_token    INTEGER,
    entries        INTEGER NOT NULL DEFAULT 0,
    validators_url TEXT,
    etag           TEXT,
    last_modified  TEXT,
    body_hash      BLOB,
    facts          TEXT    NOT NULL DEFAULT '{}',
    facts_number   INTEGER,                     -- the row of `facts` that its last kept entries name
    rhythm_memory  TEXT
) STRICT;
CREATE INDEX source_address ON source (address);
CREATE INDEX source_due ON source (next_poll) WHERE enabled = 1;
CREATE INDEX source_state ON source (state);

-- Addresses that permanently redirected to a source's own.
CREATE TABLE source_moved (
    address TEXT PRIMARY KEY,
    source  INTEGER NOT NULL REFERENCES source (number)
) STRICT, WITHOUT ROWID;

-- What a source said of itself when entries of it were kept.
CREATE TABLE facts (
    number INTEGER PRIMARY KEY,
    source INTEGER NOT NULL REFERENCES source (number),
    facts  TEXT    NOT NULL
) STRICT;

CREATE TABLE release (
    number     INTEGER PRIMARY KEY,
    id         TEXT    NOT NULL UNIQUE,
    atom_id    TEXT    NOT NULL,
    published  INTEGER,
    updated    INTEGER NOT NULL,
    first_seen INTEGER NOT NULL,
    position   INTEGER NOT NULL,
    entered    INTEGER,
    serial     INTEGER NOT NULL,
    shown      INTEGER,                         -- an entry; NULL: our statement
    statement  TEXT,                            -- slug
    language   TEXT,                            -- of the shown text
    relations  TEXT,                            -- of its members, best first; NULL: none
    labels     TEXT,                            -- [[slug, name], …]; NULL: none
    digest     BLOB    NOT NULL,                -- of the shown words
    visible    BLOB    NOT NULL,                -- of everything that is served of it
    withdrawn  INTEGER,
    reason     TEXT,
    moved_to   INTEGER
) STRICT;
CREATE INDEX release_position ON release (position, number);

-- Ids in addresses that a release bore before it got a statement of ours.
CREATE TABLE release_moved (
    id      TEXT PRIMARY KEY,
    release INTEGER NOT NULL REFERENCES release (number)
) STRICT, WITHOUT ROWID;

-- Which Atom ids were ever borne, by 64 bits of a digest: one that looks borne but is not costs
-- no more than a tag URI of ours.
CREATE TABLE borne (
    hash    INTEGER PRIMARY KEY,
    release INTEGER NOT NULL
) STRICT;

CREATE TABLE entry (
    number         INTEGER PRIMARY KEY,
    source         INTEGER NOT NULL REFERENCES source (number),
    key            BLOB    NOT NULL,
    release        INTEGER NOT NULL REFERENCES release (number),
    id             TEXT,
    canonical_link TEXT,
    link           TEXT,
    title          TEXT,
    language       TEXT,
    published      INTEGER,
    updated        INTEGER,
    first_seen     INTEGER NOT NULL,
    last_shown     INTEGER NOT NULL,
    ordinal        INTEGER NOT NULL,
    with_first     INTEGER NOT NULL,            -- came with the first poll of its source
    digest         BLOB    NOT NULL,
    visible        BLOB    NOT NULL,
    admitted       INTEGER NOT NULL,
    facts          INTEGER NOT NULL REFERENCES facts (number),
    relations      TEXT,                        -- NULL: none
    evidence       TEXT,                        -- by which it joined
    removed        INTEGER,
    reason         TEXT,
    fading         INTEGER NOT NULL,            -- has a text and is outside the wire
    keyed          INTEGER NOT NULL             -- has keys of shingles
) STRICT;
CREATE UNIQUE INDEX entry_key ON entry (source, key);
CREATE INDEX entry_release ON entry (release);
CREATE INDEX entry_source ON entry (source);
CREATE INDEX entry_fading ON entry (last_shown) WHERE fading = 1;
CREATE INDEX entry_keyed ON entry (last_shown) WHERE keyed = 1;

-- Guids and canonical links by which an entry is found again: 64 bits of a digest over source,
-- kind and text; the text itself is compared in `entry`.
CREATE TABLE entry_name (
    hash  INTEGER NOT NULL,
    entry INTEGER NOT NULL REFERENCES entry (number),
    PRIMARY KEY (hash, entry)
) STRICT, WITHOUT ROWID;

-- The original, JSON in zstd.
CREATE TABLE entry_text (
    entry INTEGER PRIMARY KEY REFERENCES entry (number),
    text  BLOB NOT NULL
) STRICT;

-- HTML made clean by `rules`, in zstd.
CREATE TABLE entry_clean (
    entry INTEGER PRIMARY KEY REFERENCES entry (number),
    rules INTEGER NOT NULL,
    html  BLOB    NOT NULL
) STRICT;

-- Keys of candidates; the kind is part of the hash.
CREATE TABLE likeness_key (
    hash    INTEGER NOT NULL,
    release INTEGER NOT NULL,
    PRIMARY KEY (hash, release)
) STRICT, WITHOUT ROWID;

-- An entry's keys of shingles, 8 bytes each, so that they can be taken back.
CREATE TABLE entry_keys (
    entry  INTEGER PRIMARY KEY REFERENCES entry (number),
    hashes BLOB NOT NULL
) STRICT;

CREATE TABLE statement (
    number        INTEGER PRIMARY KEY,
    slug          TEXT    NOT NULL UNIQUE,
    id            TEXT    NOT NULL,
    release       INTEGER NOT NULL REFERENCES release (number),
    first_seen    INTEGER NOT NULL,
    changed       INTEGER NOT NULL,
    first_reading INTEGER NOT NULL,
    title         TEXT    NOT NULL,
    published     INTEGER,
    updated       INTEGER,
    language      TEXT,
    labels        TEXT    NOT NULL,             -- [[slug, name], …]
    text_group     TEXT,                        -- language versions of one text share it
    translation_of TEXT,                        -- slug
    digest        BLOB    NOT NULL,
    visible       BLOB    NOT NULL,
    relations     TEXT,
    withdrawn     INTEGER,                      -- since when
    reason        TEXT,
    text          BLOB    NOT NULL              -- the statement, JSON in zstd
) STRICT;
CREATE INDEX statement_release ON statement (release);

-- What a feed can hold: `wire`, `statements`, `s:` source number, `t:` topic slug, `l:` language,
-- `r:` statement slug (related to it); `all:` source number has a serial only.
CREATE TABLE scope (
    number INTEGER PRIMARY KEY,
    key    TEXT    NOT NULL UNIQUE,
    serial INTEGER NOT NULL
) STRICT;

-- Releases in the wire, by what holds them: a feed is one range of it.
CREATE TABLE membership (
    scope    INTEGER NOT NULL REFERENCES scope (number),
    position INTEGER NOT NULL,
    release  INTEGER NOT NULL REFERENCES release (number),
    entered  INTEGER NOT NULL,
    PRIMARY KEY (scope, position, release)
) STRICT, WITHOUT ROWID;
CREATE INDEX membership_entered ON membership (scope, entered);
CREATE INDEX membership_release ON membership (release);

CREATE TABLE tombstone (
    scope    INTEGER NOT NULL REFERENCES scope (number),
    at       INTEGER NOT NULL,
    release  INTEGER NOT NULL REFERENCES release (number),
    id       TEXT    NOT NULL,
    atom_id  TEXT    NOT NULL,
    reason   TEXT    NOT NULL,
    moved_to INTEGER,
    PRIMARY KEY (scope, at, release)
) STRICT, WITHOUT ROWID;
CREATE INDEX tombstone_release ON tombstone (release);

CREATE TABLE link (
    release INTEGER NOT NULL REFERENCES release (number),
    other   INTEGER NOT NULL REFERENCES release (number),
    kind    TEXT    NOT NULL,
    why     TEXT    NOT NULL,
    PRIMARY KEY (release, other)
) STRICT, WITHOUT ROWID;
CREATE INDEX link_other ON link (other);

-- Words that a release showed before the present ones.
CREATE TABLE version (
    release INTEGER NOT NULL REFERENCES release (number),
    updated INTEGER NOT NULL,
    title   TEXT,
    digest  BLOB    NOT NULL,
    PRIMARY KEY (release, updated)
) STRICT, WITHOUT ROWID;

-- When each feed of ours last changed.
CREATE TABLE served (
    feed    TEXT PRIMARY KEY,
    digest  BLOB    NOT NULL,
    changed INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
