-- Roles that a merchant made for itself. merchant_id '' is the platform: roles of its operators. The same stands in tenancy_membership.
CREATE TABLE tenancy_role (
	id          TEXT PRIMARY KEY,
	merchant_id TEXT NOT NULL,
	title       TEXT NOT NULL COLLATE NOCASE,
	text        TEXT NOT NULL,
	permissions TEXT NOT NULL CHECK (json_valid(permissions)), -- an array of patterns
	created_at  INTEGER NOT NULL,
	updated_at  INTEGER NOT NULL,
	UNIQUE (merchant_id, title)
) STRICT;

-- When a member was last at work there, to about a minute. What they do for another merchant does not show.
ALTER TABLE tenancy_membership ADD COLUMN seen_at INTEGER;

CREATE TABLE tenancy_invitation (
	id           TEXT PRIMARY KEY,
	email        TEXT NOT NULL,             -- in lower case
	merchant_id  TEXT NOT NULL,
	store_id     TEXT,                      -- NULL: all stores of the merchant
	role         TEXT NOT NULL,
	inviter_id   TEXT NOT NULL,
	inviter_name TEXT NOT NULL,
	lang         TEXT NOT NULL,
	created_at   INTEGER NOT NULL,
	sent_at      INTEGER NOT NULL,
	expires_at   INTEGER NOT NULL,
	accepted_at  INTEGER,
	revoked_at   INTEGER
) STRICT;
CREATE INDEX tenancy_invitation_merchant ON tenancy_invitation (merchant_id, email);

-- What a team asks of its members. merchant_id '' is the platform.
CREATE TABLE tenancy_rule (
	merchant_id TEXT PRIMARY KEY,
	two_factor  INTEGER NOT NULL CHECK (two_factor IN (0, 1))
) STRICT;

-- An address that its owner has not confirmed yet.
CREATE TABLE tenancy_email_change (
	user_id    TEXT PRIMARY KEY,
	email      TEXT NOT NULL,
	created_at INTEGER NOT NULL
) STRICT;
