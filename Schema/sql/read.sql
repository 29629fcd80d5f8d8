-- read-<n>.sqlite: the read models of one generation; derived and disposable. Each projection brings its own table.
CREATE TABLE cursor (
    id INTEGER PRIMARY KEY CHECK (id = 0),
    size INTEGER NOT NULL,
    root BLOB NOT NULL
) STRICT;

-- Which projections filled the tables. definition: SHA-256 over name, version and table. stopped_at: the position of an
-- entry that the fold could not take; the rows are not served then.
CREATE TABLE projection (
    name TEXT NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    definition TEXT NOT NULL,
    stopped_at INTEGER,
    stopped_zh TEXT,
    stopped_en TEXT
) STRICT, WITHOUT ROWID;

INSERT INTO cursor (id, size, root) VALUES (0, 0, x'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
PRAGMA user_version = 2;
