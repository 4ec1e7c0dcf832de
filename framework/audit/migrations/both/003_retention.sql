-- Entries are never deleted but by audit.Prune, which takes the oldest. None of the last 30 days goes, whoever asks.
DROP TRIGGER audit_entry_kept;
CREATE TRIGGER audit_entry_kept BEFORE DELETE ON audit_entry
WHEN NOT EXISTS (SELECT 1 FROM audit_erasing WHERE reason = 'retention') OR OLD.at > (unixepoch('now') - 30 * 86400) * 1000
BEGIN SELECT RAISE(ABORT, 'audit entries are never deleted'); END;
