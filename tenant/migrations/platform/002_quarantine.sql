-- Stores that are closed because something is wrong with their file. Others serve.
CREATE TABLE tenant_quarantine (
    store_id    TEXT PRIMARY KEY,
    reason      TEXT NOT NULL CHECK (reason IN ('damaged', 'migration', 'newer', 'rolled back', 'replacing')),
    detail      TEXT NOT NULL,
    schema_mark INTEGER NOT NULL,               -- of the binary that closed it: another one tries a failed migration anew
    since       INTEGER NOT NULL
) STRICT;
