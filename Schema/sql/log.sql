-- log.sqlite: the only truth, strictly sequential (entry.md, Tables of log.sqlite). Nothing is ever updated or deleted.
CREATE TABLE entry (
    position INTEGER PRIMARY KEY,
    blob BLOB NOT NULL
) STRICT;

-- Full tiles only (C2SP tlog-tiles): 256 hashes, and the Merkle root over them.
CREATE TABLE tile (
    level INTEGER NOT NULL,
    "index" INTEGER NOT NULL,
    hashes BLOB NOT NULL CHECK (length(hashes) = 8192),
    root BLOB NOT NULL CHECK (length(root) = 32),
    PRIMARY KEY (level, "index")
) STRICT, WITHOUT ROWID;

-- One tree head per transaction, unsigned: the right edge is covered too.
CREATE TABLE head (
    size INTEGER PRIMARY KEY,
    root BLOB NOT NULL CHECK (length(root) = 32)
) STRICT;

-- Signed checkpoints as published; never two for one size.
CREATE TABLE checkpoint (
    size INTEGER PRIMARY KEY,
    note BLOB NOT NULL
) STRICT;

CREATE TRIGGER entry_is_never_updated BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER entry_is_never_deleted BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER tile_is_never_updated BEFORE UPDATE ON tile BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER tile_is_never_deleted BEFORE DELETE ON tile BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER head_is_never_updated BEFORE UPDATE ON head BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER head_is_never_deleted BEFORE DELETE ON head BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER checkpoint_is_never_updated BEFORE UPDATE ON checkpoint BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER checkpoint_is_never_deleted BEFORE DELETE ON checkpoint BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;

-- INSERT OR REPLACE deletes without asking the triggers above: what is there already is never inserted again.
CREATE TRIGGER entry_is_never_replaced BEFORE INSERT ON entry
WHEN EXISTS (SELECT 1 FROM entry WHERE position = NEW.position)
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER tile_is_never_replaced BEFORE INSERT ON tile
WHEN EXISTS (SELECT 1 FROM tile WHERE level = NEW.level AND "index" = NEW."index")
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER head_is_never_replaced BEFORE INSERT ON head
WHEN EXISTS (SELECT 1 FROM head WHERE size = NEW.size)
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER checkpoint_is_never_replaced BEFORE INSERT ON checkpoint
WHEN EXISTS (SELECT 1 FROM checkpoint WHERE size = NEW.size)
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;

-- "CrAr": so that file(1) and doctor know whose file it is. The version is that of this layout.
PRAGMA application_id = 1131561330;
PRAGMA user_version = 1;
