-- An API key may act for several sites.
ALTER TABLE api_keys RENAME TO keys_of_one_site;
CREATE TABLE api_keys (
    num     INTEGER PRIMARY KEY,
    id      TEXT    NOT NULL UNIQUE,
    name    TEXT    NOT NULL,
    hash    BLOB    NOT NULL UNIQUE,
    scopes  TEXT    NOT NULL,                     -- JSON
    created INTEGER NOT NULL,
    expires INTEGER,
    revoked INTEGER
);
INSERT INTO api_keys SELECT num, id, name, hash, scopes, created, expires, revoked FROM keys_of_one_site;
CREATE TABLE key_sites (
    key  INTEGER NOT NULL REFERENCES api_keys (num) ON DELETE CASCADE,
    site INTEGER NOT NULL REFERENCES sites (num),
    PRIMARY KEY (key, site)
) WITHOUT ROWID;
INSERT INTO key_sites SELECT num, site FROM keys_of_one_site;
DROP TABLE keys_of_one_site;

CREATE TABLE users (
    num      INTEGER PRIMARY KEY,
    id       TEXT    NOT NULL UNIQUE,
    email    TEXT    NOT NULL UNIQUE,             -- in lower case
    name     TEXT    NOT NULL,
    password TEXT,                                -- argon2id, as a PHC string; null: signs in elsewhere only
    created  INTEGER NOT NULL
);
CREATE TABLE user_roles (
    user_num INTEGER NOT NULL REFERENCES users (num) ON DELETE CASCADE,
    site     INTEGER NOT NULL REFERENCES sites (num),
    role     TEXT    NOT NULL,
    PRIMARY KEY (user_num, site)
) WITHOUT ROWID;
-- Whom OpenID providers mean by their subjects.
CREATE TABLE user_subjects (
    issuer   TEXT    NOT NULL,
    subject  TEXT    NOT NULL,
    user_num INTEGER NOT NULL REFERENCES users (num) ON DELETE CASCADE,
    PRIMARY KEY (issuer, subject)
) WITHOUT ROWID;
CREATE INDEX user_subjects_by_user ON user_subjects (user_num, issuer);

CREATE TABLE sessions (
    hash     BLOB    PRIMARY KEY,
    user_num INTEGER NOT NULL REFERENCES users (num) ON DELETE CASCADE,
    created  INTEGER NOT NULL,
    expires  INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX sessions_by_user ON sessions (user_num);
CREATE INDEX sessions_by_expiry ON sessions (expires);
-- What a sign-in elsewhere ends with: good once, for a minute.
CREATE TABLE sign_in_codes (
    hash     BLOB    PRIMARY KEY,
    user_num INTEGER NOT NULL REFERENCES users (num) ON DELETE CASCADE,
    expires  INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX sign_in_codes_by_user ON sign_in_codes (user_num);
CREATE INDEX sign_in_codes_by_expiry ON sign_in_codes (expires);
