-- Mails that this file's transactions have written. The job mail.send sends those that are queued.
CREATE TABLE mail_message (
	id         TEXT PRIMARY KEY, -- also the left part of the Message-ID
	kind       TEXT NOT NULL,    -- order.placed
	ref        TEXT NOT NULL,    -- id of what it is about
	state      TEXT NOT NULL CHECK (state IN ('queued', 'sent', 'kept', 'refused', 'parked')),
	to_name    TEXT NOT NULL,
	to_address TEXT NOT NULL COLLATE NOCASE,
	from_name  TEXT NOT NULL,
	reply_to   TEXT NOT NULL,
	bcc        TEXT NOT NULL,
	subject    TEXT NOT NULL,
	html       TEXT NOT NULL,
	text       TEXT NOT NULL,
	secret     INTEGER NOT NULL CHECK (secret IN (0, 1)), -- what it says lets its reader in
	attempts   INTEGER NOT NULL DEFAULT 0,
	error      TEXT NOT NULL DEFAULT '',
	created_at INTEGER NOT NULL,
	next_at    INTEGER NOT NULL,
	ended_at   INTEGER, -- sent, kept, refused or parked
	erased_at  INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX mail_message_queued ON mail_message (next_at) WHERE state = 'queued';
CREATE INDEX mail_message_ended ON mail_message (ended_at) WHERE erased_at IS NULL AND ended_at IS NOT NULL;
CREATE INDEX mail_message_to ON mail_message (to_address);
CREATE INDEX mail_message_ref ON mail_message (ref);
