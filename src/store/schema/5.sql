-- What our books know of an app beyond its marker, as JSON; nothing of one that was only found by its marker.
ALTER TABLE app ADD COLUMN book TEXT;

-- What the operator wants of a running operation, said by a process that does not run it.
ALTER TABLE operation ADD COLUMN wish TEXT;

-- What nobody else may work on while an operation runs; it may be more than one thing.
DROP INDEX one_running;
CREATE TABLE hold (
    lock      TEXT PRIMARY KEY,
    operation INTEGER NOT NULL REFERENCES operation (id)
) STRICT, WITHOUT ROWID;
INSERT INTO hold (lock, operation) SELECT lock, id FROM operation WHERE ended IS NULL;
CREATE INDEX hold_by_operation ON hold (operation);

-- Ids and names that an operation is about to use; they go with its end.
CREATE TABLE id_lease (
    host      TEXT NOT NULL,
    vmid      INTEGER NOT NULL,
    operation INTEGER NOT NULL REFERENCES operation (id),
    name      TEXT UNIQUE,
    PRIMARY KEY (host, vmid)
) STRICT, WITHOUT ROWID;

-- Ports of a host that belong to an app, as long as it is in our books.
CREATE TABLE port_lease (
    host      TEXT NOT NULL,
    port      INTEGER NOT NULL,
    app       TEXT NOT NULL,
    name      TEXT NOT NULL,
    operation INTEGER NOT NULL,
    PRIMARY KEY (host, port),
    UNIQUE (host, app, name)
) STRICT, WITHOUT ROWID;

-- Whose turn it is on a node: so many operations at a time, the urgent ones first.
CREATE TABLE turn (
    operation INTEGER PRIMARY KEY REFERENCES operation (id),
    node      TEXT NOT NULL,
    urgency   INTEGER NOT NULL,
    has_it    INTEGER NOT NULL
) STRICT;
