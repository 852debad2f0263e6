-- Which process looks after what runs by itself, and until when, in milliseconds since 1970.
CREATE TABLE lead (
    what   TEXT PRIMARY KEY,
    holder TEXT NOT NULL,
    until  INTEGER NOT NULL
) STRICT;
