CREATE TABLE audit_entry (
	id           TEXT PRIMARY KEY,
	at           INTEGER NOT NULL,
	actor_kind   TEXT NOT NULL,
	actor_id     TEXT NOT NULL,
	actor_name   TEXT NOT NULL,
	address      TEXT NOT NULL,
	action       TEXT NOT NULL,
	subject_kind TEXT NOT NULL,
	subject_id   TEXT NOT NULL,
	subject_name TEXT NOT NULL,
	before       TEXT,
	after        TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX audit_entry_subject ON audit_entry (subject_kind, subject_id, id);
CREATE INDEX audit_entry_actor ON audit_entry (actor_kind, actor_id, id);

-- A row stands here only inside the transaction of audit.Erase.
CREATE TABLE audit_erasing (reason TEXT NOT NULL) STRICT;

CREATE TRIGGER audit_entry_kept BEFORE DELETE ON audit_entry
BEGIN SELECT RAISE(ABORT, 'audit entries are never deleted'); END;

CREATE TRIGGER audit_entry_unchanged BEFORE UPDATE ON audit_entry
WHEN NOT EXISTS (SELECT 1 FROM audit_erasing)
	OR NEW.id IS NOT OLD.id OR NEW.at IS NOT OLD.at OR NEW.action IS NOT OLD.action
	OR NEW.actor_kind IS NOT OLD.actor_kind OR NEW.subject_kind IS NOT OLD.subject_kind
BEGIN SELECT RAISE(ABORT, 'audit entries are never changed'); END;

-- INSERT OR REPLACE would delete without asking the first trigger.
CREATE TRIGGER audit_entry_once BEFORE INSERT ON audit_entry
WHEN EXISTS (SELECT 1 FROM audit_entry WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'audit entries are never replaced'); END;
