-- What the books say and the hosts do not, as JSON. One open or dismissed row for a guest and a kind of drift; one that is
-- only suspected was missed once and is told to nobody.
CREATE TABLE finding (
    id       INTEGER PRIMARY KEY,
    host     TEXT NOT NULL,
    vmid     INTEGER NOT NULL,
    kind     TEXT NOT NULL,
    finding  TEXT NOT NULL,
    standing TEXT NOT NULL,
    seen     INTEGER NOT NULL
) STRICT;
CREATE INDEX finding_guest ON finding (host, vmid, kind);
-- The configuration of a guest as it was left by us, or accepted by the operator.
CREATE TABLE baseline (
    host   TEXT NOT NULL,
    vmid   INTEGER NOT NULL,
    config TEXT NOT NULL,
    at     INTEGER NOT NULL,
    PRIMARY KEY (host, vmid)
) STRICT;
