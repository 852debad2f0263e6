-- How SSH gets in, as JSON; nothing where it was not set up.
ALTER TABLE host ADD COLUMN ssh TEXT;

-- By which key a machine is known: the host where it was added ('', accepted by the operator), one of its nodes
-- ('node/NAME') or guests ('guest/VMID').
CREATE TABLE ssh_key (
    host       TEXT NOT NULL REFERENCES host (id) ON DELETE CASCADE,
    owner      TEXT NOT NULL,
    key        TEXT NOT NULL,
    first_seen INTEGER NOT NULL,
    PRIMARY KEY (host, owner)
) STRICT, WITHOUT ROWID;

-- Who is at the console of a guest: all share one terminal, so scripts make way for people.
CREATE TABLE console_seat (
    host   TEXT NOT NULL,
    vmid   INTEGER NOT NULL,
    holder TEXT NOT NULL,
    role   TEXT NOT NULL,
    until  INTEGER NOT NULL,
    PRIMARY KEY (host, vmid, holder)
) STRICT, WITHOUT ROWID;
