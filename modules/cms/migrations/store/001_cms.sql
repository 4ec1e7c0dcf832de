CREATE TABLE cms_page (
  id          TEXT NOT NULL PRIMARY KEY,
  slug        TEXT NOT NULL,             -- first and only segment of its address in the shop
  title       TEXT NOT NULL,
  body        TEXT NOT NULL DEFAULT '',  -- Markdown as typed
  html        TEXT NOT NULL DEFAULT '',  -- the body, rendered and sanitised when it was saved
  description TEXT NOT NULL DEFAULT '',  -- for search engines
  published   INTEGER NOT NULL DEFAULT 0,
  in_footer   INTEGER NOT NULL DEFAULT 1,
  position    INTEGER NOT NULL DEFAULT 0,
  created_at  INTEGER NOT NULL,
  updated_at  INTEGER NOT NULL,
  deleted_at  INTEGER
) STRICT;
CREATE UNIQUE INDEX cms_page_slug ON cms_page (slug) WHERE deleted_at IS NULL;
