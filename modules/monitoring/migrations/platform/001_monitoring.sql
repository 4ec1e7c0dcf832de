-- What is known of each database's replica: the last restore drill and the last snapshot. store_id '' is the platform's own
-- database. Times are Unix milliseconds; changed_at is when the file was last seen to have been written.
CREATE TABLE monitoring_file (
	store_id          TEXT PRIMARY KEY,
	changed_at        INTEGER,
	drill_at          INTEGER, -- the last drill began
	drill_result      TEXT NOT NULL DEFAULT '' CHECK (drill_result IN ('', 'sound', 'lost', 'foreign', 'untried')),
	drill_error       TEXT NOT NULL DEFAULT '',
	drill_place       TEXT NOT NULL DEFAULT '', -- the replica that was tried
	drill_txid        INTEGER NOT NULL DEFAULT 0,
	drill_orders      INTEGER NOT NULL DEFAULT 0,
	drill_newest      INTEGER NOT NULL DEFAULT 0, -- number of the newest order that was compared
	drill_bytes       INTEGER NOT NULL DEFAULT 0,
	drill_ms          INTEGER NOT NULL DEFAULT 0,
	sound_at          INTEGER, -- the last drill that went well began
	snapshot_tried_at INTEGER, -- the last snapshot began
	snapshot_error    TEXT NOT NULL DEFAULT '',
	snapshot_at       INTEGER, -- the last one that is at the replica
	snapshot_name     TEXT NOT NULL DEFAULT '',
	snapshot_bytes    INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
