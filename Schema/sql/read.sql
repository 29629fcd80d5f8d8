-- read-<n>.sqlite: the read models of one generation; derived and disposable.
CREATE TABLE cursor (
    id INTEGER PRIMARY KEY CHECK (id = 0),
    size INTEGER NOT NULL,
    root BLOB NOT NULL
) STRICT;

CREATE TABLE body (
    id TEXT NOT NULL PRIMARY KEY,
    code TEXT,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    level TEXT,
    region TEXT NOT NULL,
    parent TEXT,
    established_on INTEGER,
    abolished_on INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX body_by_code ON body (code);

-- A case as all its facts leave it. Days: days since 1970-01-01.
CREATE TABLE standing (
    body TEXT NOT NULL,
    "case" TEXT NOT NULL,
    category TEXT NOT NULL,
    area TEXT,
    severity TEXT NOT NULL,
    amount TEXT,
    status TEXT NOT NULL,
    in_dispute INTEGER NOT NULL,
    determined_on INTEGER NOT NULL,
    repaired_on INTEGER,
    revoked_on INTEGER,
    attributed_year INTEGER NOT NULL,
    -- First day on which a public record is no longer publicised; null where it is not public.
    publicity_ends INTEGER,
    PRIMARY KEY (body, "case")
) STRICT, WITHOUT ROWID;

INSERT INTO cursor (id, size, root) VALUES (0, 0, x'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
PRAGMA user_version = 1;
