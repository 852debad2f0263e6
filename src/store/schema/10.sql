-- What the deck remembers beside its settings: where units stand, what was used how often, as JSON by a name of its own.
CREATE TABLE memory (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;
