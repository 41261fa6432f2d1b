-- Uploads that arrive in pieces. What is durable of one is `received`; its bytes lie in the storage under its id.
CREATE TABLE resumables (
    id       TEXT    PRIMARY KEY,                  -- names it in its URL
    session  TEXT    REFERENCES uploads (id) ON DELETE CASCADE, -- null: a part that no whole has claimed
    part     INTEGER NOT NULL,                     -- whether it is to be joined with others
    length   INTEGER,                              -- null: not known yet
    received INTEGER NOT NULL,
    metadata TEXT    NOT NULL,                     -- Upload-Metadata as it was sent
    parts    TEXT,                                 -- JSON: ids of those it was joined from
    expires  INTEGER NOT NULL
);
CREATE UNIQUE INDEX resumables_by_session ON resumables (session) WHERE session IS NOT NULL;
CREATE INDEX resumables_by_expiry ON resumables (expires);
CREATE INDEX resumables_unclaimed ON resumables (length) WHERE session IS NULL;
