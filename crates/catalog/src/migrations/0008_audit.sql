-- Who did what, from where. Written by the transaction of what was done.
CREATE TABLE audit (
    seq      INTEGER PRIMARY KEY AUTOINCREMENT,
    time     INTEGER NOT NULL,
    site     INTEGER REFERENCES sites (num),      -- null: it was about none, or about all
    action   TEXT    NOT NULL,
    entity   TEXT    NOT NULL,                    -- the id of what it was done to
    who_type TEXT    NOT NULL,                    -- as the wire spells it
    who      TEXT    NOT NULL,
    key      TEXT,                                -- the API key that it came by
    address  TEXT,                                -- where it came from
    request  TEXT,                                -- id of the request
    detail   TEXT                                 -- JSON of the manager
);
CREATE INDEX audit_of_site   ON audit (site, time, seq);
CREATE INDEX audit_of_entity ON audit (site, entity, time, seq);
CREATE INDEX audit_of_who    ON audit (site, who, time, seq);
CREATE INDEX audit_by_time   ON audit (time);
