-- Which process looks after what runs by itself, and until when, in milliseconds since 1970.
CREATE TABLE lead (
    what   TEXT PRIMARY KEY,
    holder TEXT NOT NULL,
    until  INTEGER NOT NULL
) STRICT;
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
-- How an app is, as JSON.
CREATE TABLE health (
    app    TEXT PRIMARY KEY,
    health TEXT NOT NULL
) STRICT;
-- How often it was looked at in an hour, and how often it answered.
CREATE TABLE health_hour (
    app    TEXT NOT NULL,
    hour   INTEGER NOT NULL,
    looks  INTEGER NOT NULL,
    good   INTEGER NOT NULL,
    PRIMARY KEY (app, hour)
) STRICT;
-- What wanted the operator, as JSON, with what is known of its telling; over is empty as long as it does. What he says of
-- it stands beside it, because any process may write that.
CREATE TABLE alert (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    alert        TEXT NOT NULL,
    over         INTEGER,
    held         INTEGER,
    acknowledged INTEGER,
    snoozed      INTEGER
) STRICT;
CREATE INDEX alert_over ON alert (over);
