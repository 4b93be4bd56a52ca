-- Terms of the releases in the wire. The text itself is not kept here; rowid is place (seconds and
-- number, see `search.rs`), so that the newest come first without sorting.
CREATE VIRTUAL TABLE search USING fts5 (
    terms, content = '', contentless_delete = 1, tokenize = 'ascii'
);

-- Under which rules everything is indexed (0: nothing is), and when something that could be found
-- last stopped being found, or showed other words.
ALTER TABLE state ADD COLUMN search_rules INTEGER NOT NULL DEFAULT 0;
ALTER TABLE state ADD COLUMN lost INTEGER NOT NULL DEFAULT 0;

-- When the release's serial last grew.
ALTER TABLE release ADD COLUMN changed INTEGER NOT NULL DEFAULT 0;

-- How many releases stand in a scope, so that nobody counts them.
ALTER TABLE scope ADD COLUMN held INTEGER NOT NULL DEFAULT 0;
UPDATE scope SET held = (SELECT count(*) FROM membership AS m WHERE m.scope = scope.number);

-- Asked for while it was being polled: due again as soon as that poll is kept.
ALTER TABLE source ADD COLUMN again INTEGER NOT NULL DEFAULT 0;

-- Sources that are being polled: few, however many there are.
CREATE INDEX source_leased ON source (lease_token) WHERE lease_token IS NOT NULL;
