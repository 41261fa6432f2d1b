-- Jobs that wait for the outside have workers of their own, so that nobody else waits with them.
ALTER TABLE jobs ADD COLUMN lane INTEGER NOT NULL DEFAULT 0; -- see `Lane`
DROP INDEX jobs_due;
CREATE INDEX jobs_due ON jobs (state, lane, run_at);

CREATE TABLE webhooks (
    num      INTEGER PRIMARY KEY,
    id       TEXT    NOT NULL UNIQUE,
    site     INTEGER NOT NULL REFERENCES sites (num),
    url      TEXT    NOT NULL,
    kinds    TEXT    NOT NULL,                    -- kinds of events, each between commas: `,file_ready,file_failed,`
    created  INTEGER NOT NULL,
    failing  INTEGER,                             -- since when no attempt has succeeded; null: the last one did
    disabled INTEGER,                             -- when it was switched off; null: it is on
    note     TEXT,                                -- why it was switched off
    missed   INTEGER                              -- where the event log was when it was switched off
);
CREATE INDEX webhooks_by_site ON webhooks (site);

-- The keys that a webhook's messages are signed with: one of them signs, a later one may wait for its turn.
CREATE TABLE webhook_keys (
    id      TEXT    PRIMARY KEY,
    webhook INTEGER NOT NULL REFERENCES webhooks (num) ON DELETE CASCADE,
    secret  BLOB    NOT NULL,                     -- PKCS #8
    public  TEXT    NOT NULL,                     -- PEM
    created INTEGER NOT NULL,
    signs   INTEGER NOT NULL
);
CREATE INDEX webhook_keys_by_webhook ON webhook_keys (webhook);

-- One event on its way to one webhook.
CREATE TABLE deliveries (
    num      INTEGER PRIMARY KEY AUTOINCREMENT,
    webhook  INTEGER NOT NULL REFERENCES webhooks (num) ON DELETE CASCADE,
    event    INTEGER NOT NULL,                    -- its position in the log
    entity   TEXT    NOT NULL,                    -- what it tells of: one entity's deliveries go in their order
    state    INTEGER NOT NULL,                    -- 0 waits or is under way, 1 delivered, 2 given up
    due      INTEGER NOT NULL,                    -- for one under way: when its lease ends
    attempts INTEGER NOT NULL,
    created  INTEGER NOT NULL,
    ended    INTEGER,
    status   INTEGER,                             -- of the last answer
    error    TEXT,                                -- of the last attempt
    UNIQUE (webhook, event)
);
CREATE INDEX deliveries_due ON deliveries (webhook, due) WHERE state = 0;
CREATE INDEX deliveries_of_entity ON deliveries (webhook, entity, event) WHERE state = 0;
CREATE INDEX deliveries_ended ON deliveries (ended) WHERE state > 0;
CREATE INDEX deliveries_given_up ON deliveries (webhook) WHERE state = 2;

-- Where files are that were deleted for good, until their bytes are removed.
INSERT INTO folders (site, id, root, depth, name, created, updated) SELECT num, 'gone', 3, 0, 'gone', created, created FROM sites;
UPDATE files SET parent = (SELECT d.num FROM folders d WHERE d.site = files.site AND d.id = 'gone') WHERE root = 3;
