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
