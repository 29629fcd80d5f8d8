-- The state of a witness (C2SP tlog-witness): what it cosigned last for each log, and what it refused. Never rolled back.
CREATE TABLE witness (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    verifier_key BLOB NOT NULL
) STRICT;

-- The latest checkpoint of each log, with the log's signature and the cosignature given for it.
CREATE TABLE latest (
    origin BLOB PRIMARY KEY,
    size INTEGER NOT NULL CHECK (size >= 0),
    root BLOB NOT NULL CHECK (length(root) = 32),
    note BLOB NOT NULL,
    time INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Checkpoints that a log signed and that do not go on from the latest one: evidence, each once.
CREATE TABLE refused (
    origin BLOB NOT NULL,
    size INTEGER NOT NULL,
    root BLOB NOT NULL CHECK (length(root) = 32),
    request BLOB NOT NULL,
    time INTEGER NOT NULL,
    PRIMARY KEY (origin, size, root)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER witness_is_never_updated BEFORE UPDATE ON witness BEGIN SELECT RAISE(ABORT, 'a state belongs to one key'); END;
CREATE TRIGGER witness_is_never_deleted BEFORE DELETE ON witness BEGIN SELECT RAISE(ABORT, 'a state belongs to one key'); END;
CREATE TRIGGER latest_never_goes_back BEFORE UPDATE ON latest
WHEN NEW.origin <> OLD.origin OR NEW.size < OLD.size OR (NEW.size = OLD.size AND NEW.root <> OLD.root)
BEGIN SELECT RAISE(ABORT, 'a witness never goes back'); END;
CREATE TRIGGER latest_is_never_deleted BEFORE DELETE ON latest BEGIN SELECT RAISE(ABORT, 'a witness never forgets'); END;
-- INSERT OR REPLACE deletes without asking the trigger above.
CREATE TRIGGER latest_is_never_replaced BEFORE INSERT ON latest
WHEN EXISTS (SELECT 1 FROM latest WHERE origin = NEW.origin)
BEGIN SELECT RAISE(ABORT, 'a witness never forgets'); END;

-- "CrWi". The version is that of this layout.
PRAGMA application_id = 1131566953;
PRAGMA user_version = 1;
