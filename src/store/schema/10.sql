-- What the books say and the hosts do not, as JSON. One row that is not over for a guest and a kind of drift.
CREATE TABLE finding (
    id       INTEGER PRIMARY KEY,
    host     TEXT NOT NULL REFERENCES host (id) ON DELETE CASCADE,
    vmid     INTEGER NOT NULL,
    kind     TEXT NOT NULL,
    finding  TEXT NOT NULL,
    standing TEXT NOT NULL,
    seen     INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX finding_guest ON finding (host, vmid, kind) WHERE standing <> 'over';
-- A guest of an app that complete listings did not show, one after the other; told to nobody.
CREATE TABLE suspicion (
    host   TEXT NOT NULL REFERENCES host (id) ON DELETE CASCADE,
    vmid   INTEGER NOT NULL,
    misses INTEGER NOT NULL,
    listed INTEGER NOT NULL,
    PRIMARY KEY (host, vmid)
) STRICT;
-- The configuration of an app's guest as it was left by us, or accepted by the operator; without what may be secret.
CREATE TABLE baseline (
    host      TEXT NOT NULL REFERENCES host (id) ON DELETE CASCADE,
    vmid      INTEGER NOT NULL,
    app       TEXT NOT NULL,
    node      TEXT NOT NULL,
    config    TEXT NOT NULL,
    overtaken INTEGER NOT NULL,
    at        INTEGER NOT NULL,
    PRIMARY KEY (host, vmid)
) STRICT;
-- Whom a host showed when it was looked at last, and with which rights, as JSON.
CREATE TABLE looked (
    host   TEXT PRIMARY KEY REFERENCES host (id) ON DELETE CASCADE,
    looked TEXT NOT NULL
) STRICT;
