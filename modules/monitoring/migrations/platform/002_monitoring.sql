-- What went wrong on our side, grouped by its cause. Nothing here is about a person: messages are scrubbed before they are kept.
-- Times are Unix milliseconds.
CREATE TABLE monitoring_failure (
	fingerprint TEXT PRIMARY KEY,
	kind        TEXT NOT NULL CHECK (kind IN ('panic', 'error', 'job')),
	type        TEXT NOT NULL, -- Go type of the error
	message     TEXT NOT NULL,
	surface     TEXT NOT NULL,
	method      TEXT NOT NULL,
	route       TEXT NOT NULL, -- a pattern, or the kind of a job
	module      TEXT NOT NULL,
	status      INTEGER NOT NULL,
	seen        INTEGER NOT NULL,
	first_at    INTEGER NOT NULL,
	last_at     INTEGER NOT NULL,
	store_id    TEXT NOT NULL, -- of the last one; '' outside a store
	request_id  TEXT NOT NULL, -- of the last one, or the job's id
	release     TEXT NOT NULL,
	stack       TEXT NOT NULL,
	state       TEXT NOT NULL CHECK (state IN ('open', 'resolved', 'muted')),
	returned    INTEGER NOT NULL DEFAULT 0, -- how often it was seen again after somebody had resolved it
	changed_at  INTEGER,                    -- the state
	changed_by  TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;
CREATE INDEX monitoring_failure_last ON monitoring_failure (state, last_at);

-- Jobs of all files that used their last attempt, so that nobody opens every file to find them.
CREATE TABLE monitoring_job (
	store_id  TEXT NOT NULL, -- '' is the platform's own file
	job_id    TEXT NOT NULL,
	kind      TEXT NOT NULL,
	message   TEXT NOT NULL, -- scrubbed
	attempts  INTEGER NOT NULL,
	failed_at INTEGER NOT NULL,
	PRIMARY KEY (store_id, job_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX monitoring_job_failed ON monitoring_job (failed_at);
