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
