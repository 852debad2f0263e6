-- What each storage showed of backups the last time it could be read, as one node sees it.
CREATE TABLE backup_shelf (
    host TEXT NOT NULL REFERENCES host (id) ON DELETE CASCADE,
    node TEXT NOT NULL,
    storage TEXT NOT NULL,
    as_of INTEGER,
    facts TEXT NOT NULL,
    PRIMARY KEY (host, node, storage)
) STRICT;

-- Apart from its shelf: that a storage was looked at again is written without writing all of it again.
CREATE TABLE backup_content (
    host TEXT NOT NULL,
    node TEXT NOT NULL,
    storage TEXT NOT NULL,
    backups TEXT NOT NULL,
    PRIMARY KEY (host, node, storage),
    FOREIGN KEY (host, node, storage) REFERENCES backup_shelf (host, node, storage) ON DELETE CASCADE
) STRICT;

-- The backup jobs of a host, and the guests that none of them takes.
CREATE TABLE backup_jobs (
    host TEXT PRIMARY KEY REFERENCES host (id) ON DELETE CASCADE,
    jobs TEXT NOT NULL,
    uncovered TEXT NOT NULL
) STRICT;

-- Tasks whose logs were read, once and for all.
CREATE TABLE backup_task (
    host TEXT NOT NULL REFERENCES host (id) ON DELETE CASCADE,
    task TEXT NOT NULL,
    began INTEGER NOT NULL,
    PRIMARY KEY (host, task)
) STRICT;

CREATE INDEX backup_task_by_age ON backup_task (began);

-- What became of each guest in them.
CREATE TABLE backup_run (
    host TEXT NOT NULL,
    task TEXT NOT NULL,
    vmid INTEGER NOT NULL,
    began INTEGER NOT NULL,
    took INTEGER,
    mode TEXT,
    weakened TEXT,
    failed TEXT,
    volume TEXT,
    size INTEGER,
    left_out TEXT,
    PRIMARY KEY (host, task, vmid),
    FOREIGN KEY (host, task) REFERENCES backup_task (host, task) ON DELETE CASCADE
) STRICT;

CREATE INDEX backup_run_by_age ON backup_run (began);

-- Backups that were restored and tried.
CREATE TABLE proof (
    host TEXT NOT NULL REFERENCES host (id) ON DELETE CASCADE,
    app TEXT NOT NULL,
    at INTEGER NOT NULL,
    proof TEXT NOT NULL,
    PRIMARY KEY (app, at)
) STRICT;

-- Jobs of our own, for hosts that do not let us edit theirs.
CREATE TABLE schedule (
    host TEXT NOT NULL REFERENCES host (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    job TEXT NOT NULL,
    last_run INTEGER,
    PRIMARY KEY (host, id)
) STRICT;

-- How full a storage was, once a day; a storage that all nodes share has no node.
CREATE TABLE fill (
    host TEXT NOT NULL REFERENCES host (id) ON DELETE CASCADE,
    node TEXT NOT NULL,
    storage TEXT NOT NULL,
    day INTEGER NOT NULL,
    used INTEGER NOT NULL,
    total INTEGER NOT NULL,
    PRIMARY KEY (host, node, storage, day)
) STRICT, WITHOUT ROWID;
