-- The second factor of staff: a time-based one-time password (TOTP, RFC 6238) and codes for the day on which the device is gone.
CREATE TABLE auth_two_factor (
    user_id      TEXT PRIMARY KEY REFERENCES auth_user (id),
    secret       BLOB NOT NULL,                -- encrypted with the operator's key
    created_at   INTEGER NOT NULL,
    confirmed_at INTEGER,                      -- NULL: shown, and not proved yet
    last_step    INTEGER NOT NULL DEFAULT 0    -- the 30-second step of the last code taken: no code of it or before counts again
) STRICT;

CREATE TABLE auth_recovery_code (
    user_id   TEXT NOT NULL REFERENCES auth_user (id),
    code_hash BLOB NOT NULL,                   -- SHA-256; a code has 80 random bits
    used_at   INTEGER,
    PRIMARY KEY (user_id, code_hash)
) STRICT, WITHOUT ROWID;
