-- Secrets with which programs use a store's API. They lie here and not in the store's file, so that whoever asks is known before it is opened, and so that no
-- restore of a store brings back one that was revoked.
CREATE TABLE tokens_token (
	id           TEXT PRIMARY KEY,
	store_id     TEXT NOT NULL,
	name         TEXT NOT NULL,
	hash         BLOB NOT NULL UNIQUE,      -- SHA-256 of the secret, which has 238 random bits
	hint         TEXT NOT NULL,             -- the secret's last characters
	permissions  TEXT NOT NULL CHECK (json_valid(permissions)), -- an array of names, without patterns
	user_id      TEXT NOT NULL,             -- who answers for it: it may no more than they
	days         INTEGER NOT NULL,          -- for how long a secret works; 0 is without an end
	created_at   INTEGER NOT NULL,
	secret_at    INTEGER NOT NULL,          -- when the present secret was made
	expires_at   INTEGER,
	last_used_at INTEGER,                   -- to about a minute
	last_address TEXT NOT NULL DEFAULT '',
	revoked_at   INTEGER,
	revoked_by   TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX tokens_token_store ON tokens_token (store_id);
