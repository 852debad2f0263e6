CREATE TABLE host (
    id        TEXT PRIMARY KEY,
    addresses TEXT NOT NULL,
    login     TEXT NOT NULL,
    pin       TEXT NOT NULL,
    added     INTEGER NOT NULL
) STRICT;

CREATE TABLE app (
    id      TEXT PRIMARY KEY,
    name    TEXT NOT NULL,
    host    TEXT NOT NULL,
    vmid    INTEGER NOT NULL,
    marker  TEXT NOT NULL,
    address TEXT
) STRICT;

-- What a host last showed. A cache: it can be lost without loss.
CREATE TABLE snapshot (
    host     TEXT PRIMARY KEY REFERENCES host (id) ON DELETE CASCADE,
    as_of    INTEGER NOT NULL,
    facts    TEXT NOT NULL,
    nodes    TEXT NOT NULL,
    guests   TEXT NOT NULL,
    storages TEXT NOT NULL
) STRICT;

-- AUTOINCREMENT: a number that was given out is never given out again, guests carry it in their markers.
CREATE TABLE operation (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    lock    TEXT NOT NULL,
    plan    TEXT NOT NULL,
    began   INTEGER NOT NULL,
    ended   INTEGER,
    outcome TEXT,
    holder  TEXT NOT NULL,
    lease   INTEGER,
    CHECK ((ended IS NULL) = (outcome IS NULL))
) STRICT;

-- One running operation per subject, whichever process began it.
CREATE UNIQUE INDEX one_running ON operation (lock) WHERE ended IS NULL;

CREATE TABLE entry (
    operation INTEGER NOT NULL REFERENCES operation (id),
    n         INTEGER NOT NULL,
    at        INTEGER NOT NULL,
    entry     TEXT NOT NULL,
    PRIMARY KEY (operation, n)
) STRICT, WITHOUT ROWID;
