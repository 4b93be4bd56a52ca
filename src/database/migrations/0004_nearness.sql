-- How near an entry's text is to what its issuer says: 0 a teaser, 1 a text, 2 the issuer's own.
ALTER TABLE entry ADD COLUMN nearness INTEGER NOT NULL DEFAULT 1;
