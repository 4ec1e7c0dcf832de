-- Those who sign in as staff, and the keys that sign tokens.
CREATE TABLE auth_key (
    id         TEXT PRIMARY KEY,                -- the kid of tokens and cookies
    secret     BLOB NOT NULL,
    sealed     INTEGER NOT NULL CHECK (sealed IN (0, 1)), -- 1: encrypted with the operator's key
    created_at INTEGER NOT NULL,
    retired_at INTEGER                          -- NULL: signs; otherwise it only verifies
) STRICT;
CREATE UNIQUE INDEX auth_key_signs ON auth_key (retired_at IS NULL) WHERE retired_at IS NULL;

CREATE TABLE auth_user (
    id                   TEXT PRIMARY KEY,
    email                TEXT NOT NULL COLLATE NOCASE UNIQUE, -- in lower case
    name                 TEXT NOT NULL,
    password_hash        TEXT NOT NULL,         -- bcrypt; '' until the invited one has chosen a password
    is_admin             INTEGER NOT NULL CHECK (is_admin IN (0, 1)),
    must_change_password INTEGER NOT NULL CHECK (must_change_password IN (0, 1)),
    disabled_at          INTEGER,
    created_at           INTEGER NOT NULL,
    last_sign_in_at      INTEGER
) STRICT;
