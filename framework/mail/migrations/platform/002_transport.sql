-- The mail server that the operator has chosen: one row, or none.
CREATE TABLE mail_transport (
	id         TEXT PRIMARY KEY CHECK (id = 'smtp'),
	host       TEXT NOT NULL,
	port       INTEGER NOT NULL,
	security   TEXT NOT NULL CHECK (security IN ('starttls', 'tls', 'none')),
	username   TEXT NOT NULL,
	password   BLOB, -- sealed with the operator's key
	sender     TEXT NOT NULL, -- the address that mails come from
	hourly     INTEGER NOT NULL, -- mails an hour that one store may send; 0 is any number
	keep_days  INTEGER NOT NULL, -- how long what a mail says, and to whom, is kept
	updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
