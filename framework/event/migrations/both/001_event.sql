-- What was committed and has to be told to others. seq is the order of commits and is never used twice.
CREATE TABLE event_outbox (
	seq          INTEGER PRIMARY KEY AUTOINCREMENT,
	id           TEXT NOT NULL UNIQUE,
	name         TEXT NOT NULL,
	payload      TEXT NOT NULL CHECK (json_valid(payload)),
	store_id     TEXT NOT NULL DEFAULT '', -- in the platform's file: the store that it is meant for
	created_at   INTEGER NOT NULL,
	delivered_at INTEGER
) STRICT;
CREATE INDEX event_outbox_open ON event_outbox (seq) WHERE delivered_at IS NULL;
CREATE INDEX event_outbox_delivered ON event_outbox (delivered_at) WHERE delivered_at IS NOT NULL;

-- How far each consumer is in this file's outbox, and how its next event has failed so far.
CREATE TABLE event_cursor (
	consumer TEXT PRIMARY KEY,
	seq      INTEGER NOT NULL,
	attempts INTEGER NOT NULL DEFAULT 0,
	retry_at INTEGER,
	error    TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;

-- What consumers that live in this file have taken in: a second delivery is seen here and changes nothing.
CREATE TABLE event_inbox (
	consumer TEXT NOT NULL,
	event_id TEXT NOT NULL,
	at       INTEGER NOT NULL,
	PRIMARY KEY (consumer, event_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX event_inbox_at ON event_inbox (at);

-- Deliveries given up after too many attempts. The platform's file lists those of all stores.
CREATE TABLE event_parked (
	event_id  TEXT NOT NULL,
	consumer  TEXT NOT NULL,
	store_id  TEXT NOT NULL,
	name      TEXT NOT NULL,
	attempts  INTEGER NOT NULL,
	error     TEXT NOT NULL,
	parked_at INTEGER NOT NULL,
	PRIMARY KEY (event_id, consumer)
) STRICT, WITHOUT ROWID;
