-- index.sqlite: identities and streams, derived from the log and disposable.
CREATE TABLE cursor (
    id INTEGER PRIMARY KEY CHECK (id = 0),
    size INTEGER NOT NULL,
    root BLOB NOT NULL,
    highest_key INTEGER
) STRICT;

CREATE TABLE source (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;

-- In the order of (source, id): time-ordered ids append at the right edge.
CREATE TABLE identity (
    source INTEGER NOT NULL,
    id TEXT NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (source, id)
) STRICT, WITHOUT ROWID;

-- positions: by version, `count` of them, each as the LEB128 difference from the one before.
CREATE TABLE stream (
    name TEXT NOT NULL PRIMARY KEY,
    key INTEGER,
    count INTEGER NOT NULL,
    positions BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE destroyed_key (
    id INTEGER PRIMARY KEY
) STRICT;

INSERT INTO cursor (id, size, root) VALUES (0, 0, x'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
PRAGMA user_version = 2;
