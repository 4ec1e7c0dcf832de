-- The operator's keys that this installation knows. The keys themselves are never in a database.
CREATE TABLE secret_key (
    id           TEXT PRIMARY KEY,
    check_value  TEXT NOT NULL,                 -- tells whether a key is this one
    created_at   INTEGER NOT NULL,
    confirmed_at INTEGER,                       -- when somebody proved that the recovery code was written down
    retired_at   INTEGER                        -- NULL: it seals; otherwise it only opens
) STRICT;
CREATE UNIQUE INDEX secret_key_seals ON secret_key (retired_at IS NULL) WHERE retired_at IS NULL;
