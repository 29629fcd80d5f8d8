-- facts.sqlite: decoded facts without texts, clustered by body and case, and observations; derived from the log and disposable.
CREATE TABLE cursor (
    id INTEGER PRIMARY KEY CHECK (id = 0),
    size INTEGER NOT NULL,
    root BLOB NOT NULL
) STRICT;

CREATE TABLE body (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE "case" (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    body INTEGER NOT NULL
) STRICT;

-- "case" 0: facts of the body itself. data: packed by FactCodec.
CREATE TABLE fact (
    body INTEGER NOT NULL,
    "case" INTEGER NOT NULL,
    position INTEGER NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (body, "case", position)
) STRICT, WITHOUT ROWID;

-- Codes that a body was given later: its first code is its id (or its registration says it).
CREATE TABLE code (
    code TEXT NOT NULL PRIMARY KEY,
    body INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Data items of schemes' indicators that were reported, their words once.
CREATE TABLE input (
    number INTEGER PRIMARY KEY,
    scheme TEXT NOT NULL,
    indicator TEXT NOT NULL,
    name TEXT NOT NULL,
    UNIQUE (scheme, indicator, name)
) STRICT;

-- Observations, clustered so that a year's cohort is read in one pass, and one input of it in a short one.
-- evidence 1: 佐证材料 came with it.
CREATE TABLE observation (
    year INTEGER NOT NULL,
    input INTEGER NOT NULL,
    body INTEGER NOT NULL,
    position INTEGER NOT NULL,
    evidence INTEGER NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (year, input, body, position)
) STRICT, WITHOUT ROWID;

INSERT INTO cursor (id, size, root) VALUES (0, 0, x'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
PRAGMA user_version = 4;
