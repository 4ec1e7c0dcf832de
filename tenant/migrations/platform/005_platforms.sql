-- '' for the installation's own platform, whose base domain the configuration names.
ALTER TABLE tenant_platform ADD COLUMN base_domain TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX tenant_platform_base ON tenant_platform (base_domain) WHERE base_domain <> '';

-- Modules that are switched off.
CREATE TABLE tenant_switch (
	platform_id TEXT NOT NULL REFERENCES tenant_platform (id),
	module      TEXT NOT NULL,
	off_at      INTEGER NOT NULL,
	PRIMARY KEY (platform_id, module)
) STRICT, WITHOUT ROWID;

-- Sidebars that were arranged: entries in their order. One that no row names stands where its module puts it.
CREATE TABLE tenant_menu (
	platform_id TEXT NOT NULL REFERENCES tenant_platform (id),
	surface     TEXT NOT NULL,
	entry       TEXT NOT NULL,
	position    INTEGER NOT NULL,
	hidden      INTEGER NOT NULL,
	PRIMARY KEY (platform_id, surface, entry)
) STRICT, WITHOUT ROWID;

-- Until now the switches were a setting. It stays for the version before this one.
INSERT INTO tenant_switch (platform_id, module, off_at)
SELECT (SELECT id FROM tenant_platform ORDER BY created_at LIMIT 1), j.value, s.updated_at
FROM tenant_setting s, json_each('["' || replace(trim(s.value), ' ', '","') || '"]') j
WHERE s.key = 'modules.off' AND j.value <> '' AND EXISTS (SELECT 1 FROM tenant_platform)
ON CONFLICT DO NOTHING;
