-- Sessions of apps, visitors and members whose tokens were revoked before their end.
CREATE TABLE revoked_sessions (
    id      TEXT    PRIMARY KEY,
    expires INTEGER NOT NULL                      -- when the last of their tokens has ended
) WITHOUT ROWID;
CREATE INDEX revoked_sessions_by_expiry ON revoked_sessions (expires);
