-- Launch, suspension and deletion. Stores that were there before are open to everybody, as they were.
ALTER TABLE tenant_store ADD COLUMN launched_at INTEGER;
ALTER TABLE tenant_store ADD COLUMN suspend_reason TEXT NOT NULL DEFAULT '';
ALTER TABLE tenant_store ADD COLUMN delete_at INTEGER;     -- the end of the time in which a deletion can be undone
UPDATE tenant_store SET launched_at = created_at;
ALTER TABLE tenant_merchant ADD COLUMN suspended_at INTEGER;
ALTER TABLE tenant_merchant ADD COLUMN suspend_reason TEXT NOT NULL DEFAULT '';
