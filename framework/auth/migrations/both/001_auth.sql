-- Times are Unix milliseconds, UTC. Tokens are kept as SHA-256, never in clear.

CREATE TABLE auth_session (
    id            TEXT PRIMARY KEY,             -- the family: every refresh token of one sign-in
    subject       TEXT NOT NULL,
    audience      TEXT NOT NULL,
    generation    INTEGER NOT NULL,             -- of the refresh token that is current, from 1
    key_id        TEXT NOT NULL,                -- the key that it was derived with
    token_hash    BLOB NOT NULL,
    previous_hash BLOB,
    rotated_at    INTEGER,
    created_at    INTEGER NOT NULL,
    last_used_at  INTEGER NOT NULL,
    expires_at    INTEGER NOT NULL,
    revoked_at    INTEGER,
    revoked_why   TEXT,
    address       TEXT NOT NULL,
    user_agent    TEXT NOT NULL
) STRICT;
CREATE INDEX auth_session_subject ON auth_session (subject, last_used_at);
CREATE INDEX auth_session_expires ON auth_session (expires_at);

CREATE TABLE auth_one_time (
    token_hash BLOB PRIMARY KEY,
    purpose    TEXT NOT NULL,
    subject    TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX auth_one_time_subject ON auth_one_time (subject, purpose);
CREATE INDEX auth_one_time_expires ON auth_one_time (expires_at);
