CREATE TABLE job (
	id           TEXT PRIMARY KEY,
	kind         TEXT NOT NULL,
	payload      TEXT,
	state        TEXT NOT NULL CHECK (state IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
	dedupe_key   TEXT,
	actor        TEXT NOT NULL DEFAULT '',
	run_at       INTEGER NOT NULL,
	attempts     INTEGER NOT NULL DEFAULT 0,
	max_attempts INTEGER NOT NULL,
	interrupted  INTEGER NOT NULL DEFAULT 0, -- how often the process ended under it
	done         INTEGER NOT NULL DEFAULT 0,
	total        INTEGER NOT NULL DEFAULT 0,
	message      TEXT NOT NULL DEFAULT '',
	checkpoint   TEXT,
	result       TEXT,
	error        TEXT NOT NULL DEFAULT '',
	created_at   INTEGER NOT NULL,
	started_at   INTEGER,
	heartbeat_at INTEGER,
	cancel_at    INTEGER,
	finished_at  INTEGER
) STRICT;
CREATE UNIQUE INDEX job_key ON job (kind, dedupe_key) WHERE dedupe_key IS NOT NULL AND state IN ('queued', 'running');
CREATE INDEX job_queued ON job (run_at) WHERE state = 'queued';
CREATE INDEX job_running ON job (id) WHERE state = 'running';
CREATE INDEX job_finished ON job (finished_at) WHERE finished_at IS NOT NULL;
