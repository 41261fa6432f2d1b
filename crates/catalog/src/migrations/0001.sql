-- Numbers (`num`) are ours, ids are the wire's. Instants are milliseconds since 1970, flags 0 or 1.

CREATE TABLE sites (
    num         INTEGER PRIMARY KEY,
    id          TEXT    NOT NULL UNIQUE,
    name        TEXT    NOT NULL,
    prefix      TEXT    NOT NULL UNIQUE,          -- six hex digits that start the ids of the site's files
    created     INTEGER NOT NULL,
    quota_bytes INTEGER,                          -- null: as much as the storage holds
    quota_files INTEGER,
    used_bytes  INTEGER NOT NULL DEFAULT 0,       -- originals, live and trashed
    used_files  INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE api_keys (
    num     INTEGER PRIMARY KEY,
    id      TEXT    NOT NULL UNIQUE,
    site    INTEGER NOT NULL REFERENCES sites (num),
    name    TEXT    NOT NULL,
    hash    BLOB    NOT NULL UNIQUE,
    scopes  TEXT    NOT NULL,                     -- JSON
    created INTEGER NOT NULL,
    expires INTEGER,
    revoked INTEGER
);

CREATE TABLE signing_keys (
    id      TEXT    PRIMARY KEY,
    secret  BLOB    NOT NULL,
    created INTEGER NOT NULL
);

CREATE TABLE folders (
    num     INTEGER PRIMARY KEY,
    site    INTEGER NOT NULL REFERENCES sites (num),
    id      TEXT    NOT NULL,                     -- 32 hex, or the name of a root
    parent  INTEGER REFERENCES folders (num),     -- null for roots
    root    INTEGER NOT NULL,                     -- which tree: see `Root`
    depth   INTEGER NOT NULL,                     -- 0 for roots
    name    TEXT    NOT NULL,
    created INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    UNIQUE (site, id)
);
CREATE UNIQUE INDEX folders_by_name ON folders (parent, name);

CREATE TABLE files (
    num        INTEGER PRIMARY KEY,
    site       INTEGER NOT NULL REFERENCES sites (num),
    uid        BLOB    NOT NULL UNIQUE,           -- the 16 bytes in the id; ties of every sort are broken by it
    id         TEXT    NOT NULL,
    format     TEXT    NOT NULL,
    facet      INTEGER NOT NULL,                  -- kind and privacy in one number: see `Facet`
    root       INTEGER NOT NULL,
    parent     INTEGER NOT NULL REFERENCES folders (num),
    came_from  INTEGER REFERENCES folders (num),  -- the folder to go back to from the trash
    name       TEXT    NOT NULL,
    name_key   BLOB    NOT NULL,                  -- what sorting by name compares
    labels     TEXT    NOT NULL,                  -- JSON
    haystack   TEXT    NOT NULL,                  -- what search looks through: name and labels, folded
    size       INTEGER NOT NULL,
    hash       BLOB,
    status     INTEGER NOT NULL,
    created    INTEGER NOT NULL,
    updated    INTEGER NOT NULL,
    trashed    INTEGER,
    revision   INTEGER NOT NULL,                  -- counts the events of the file
    file_name  TEXT    NOT NULL,                  -- the name it came with
    source_url TEXT,                              -- null: uploaded
    added_by_type TEXT NOT NULL,
    added_by   TEXT    NOT NULL
);
-- A level of folders, and a whole tree, in each order. The facet comes before the key, so that any choice of kinds and
-- privacy is a handful of ordered runs to merge, and never a scan for the few rows that fit.
CREATE INDEX files_level_name    ON files (parent, facet, name_key, uid);
CREATE INDEX files_level_updated ON files (parent, facet, updated, uid);
CREATE INDEX files_level_size    ON files (parent, facet, size, uid);
CREATE INDEX files_tree_name     ON files (site, root, facet, name_key, uid);
CREATE INDEX files_tree_updated  ON files (site, root, facet, updated, uid);
CREATE INDEX files_tree_size     ON files (site, root, facet, size, uid);
CREATE INDEX files_trashed       ON files (trashed) WHERE trashed IS NOT NULL;

-- What is known of a file's content: a JSON text that the manager writes. Apart, as lists walk rows that need none of it.
CREATE TABLE facts (
    file INTEGER PRIMARY KEY REFERENCES files (num) ON DELETE CASCADE,
    json TEXT NOT NULL
);

CREATE TABLE assets (
    file  INTEGER NOT NULL REFERENCES files (num) ON DELETE CASCADE,
    key   TEXT    NOT NULL,
    blob  TEXT    NOT NULL,                       -- its key in the storage
    mime  TEXT    NOT NULL,
    size  INTEGER NOT NULL,
    hash  BLOB    NOT NULL,
    crc32 INTEGER NOT NULL,
    PRIMARY KEY (file, key)
) WITHOUT ROWID;

CREATE TABLE uploads (
    id       TEXT    PRIMARY KEY,
    site     INTEGER NOT NULL REFERENCES sites (num),
    file     TEXT    NOT NULL,                    -- the id that the file will have
    spec     TEXT    NOT NULL,                    -- JSON of the manager
    created  INTEGER NOT NULL,
    expires  INTEGER NOT NULL,
    finished INTEGER
);
CREATE INDEX uploads_by_expiry ON uploads (expires);

CREATE TABLE jobs (
    num      INTEGER PRIMARY KEY,
    kind     TEXT    NOT NULL,
    payload  TEXT    NOT NULL,                    -- JSON of the manager
    state    INTEGER NOT NULL,                    -- 0 waits or runs, 1 dead
    run_at   INTEGER NOT NULL,                    -- for a running job: when its lease ends
    attempts INTEGER NOT NULL,
    created  INTEGER NOT NULL,
    error    TEXT
);
CREATE INDEX jobs_due ON jobs (state, run_at);

CREATE TABLE events (
    seq      INTEGER PRIMARY KEY AUTOINCREMENT,
    id       TEXT    NOT NULL,
    site     INTEGER NOT NULL REFERENCES sites (num),
    kind     TEXT    NOT NULL,
    entity   TEXT    NOT NULL,
    sequence INTEGER NOT NULL,                    -- counts the events of the entity
    time     INTEGER NOT NULL,
    body     TEXT    NOT NULL                     -- JSON of the manager
);
CREATE INDEX events_by_entity ON events (entity, sequence);
CREATE INDEX events_by_time ON events (time);

CREATE TABLE archives (
    hex     TEXT    PRIMARY KEY,
    site    INTEGER NOT NULL REFERENCES sites (num),
    files   TEXT    NOT NULL,                     -- JSON: ids
    created INTEGER NOT NULL
);
