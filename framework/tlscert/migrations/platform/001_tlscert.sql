-- Certificates, their private keys and the account at the certificate authority, sealed with the operator's key.
CREATE TABLE tlscert_entry (
	key         TEXT PRIMARY KEY,
	value       BLOB NOT NULL,
	size        INTEGER NOT NULL,
	modified_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- How it stands with a name's certificate.
CREATE TABLE tlscert_state (
	host      TEXT PRIMARY KEY,
	not_after INTEGER,
	failures  INTEGER NOT NULL DEFAULT 0,
	retry_at  INTEGER,
	error     TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;
