-- Addresses that lead elsewhere: those of a shop that was moved here, and those that content pages had before.
CREATE TABLE cms_redirect (
  id         TEXT NOT NULL PRIMARY KEY,
  from_path  TEXT NOT NULL,             -- path of the shop, without query
  to_path    TEXT NOT NULL,             -- path of the shop, or an https address
  created_at INTEGER NOT NULL,
  deleted_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX cms_redirect_from ON cms_redirect (from_path) WHERE deleted_at IS NULL;

CREATE TRIGGER cms_page_slug_before AFTER UPDATE OF slug ON cms_page WHEN old.slug <> new.slug AND old.published = 1
BEGIN
  INSERT INTO cms_redirect (id, from_path, to_path, created_at) VALUES (lower(hex(randomblob(16))), '/' || old.slug, '/' || new.slug, new.updated_at)
    ON CONFLICT (from_path) WHERE deleted_at IS NULL DO UPDATE SET to_path = excluded.to_path;
END;
