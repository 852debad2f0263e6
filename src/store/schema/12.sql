-- What wanted the operator, as JSON; over is empty as long as it does.
CREATE TABLE alert (
    id     INTEGER PRIMARY KEY,
    rule   TEXT NOT NULL,
    alert  TEXT NOT NULL,
    raised INTEGER NOT NULL,
    over   INTEGER
) STRICT;
CREATE INDEX alert_open ON alert (over) WHERE over IS NULL;
