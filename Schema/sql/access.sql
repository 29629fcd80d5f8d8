-- Who read what that is not public: append-only. Apart from the log: it names principals and purposes, and its retention
-- is a matter of policy.
CREATE TABLE access (
    id INTEGER PRIMARY KEY,
    -- Milliseconds since 1970, UTC.
    time INTEGER NOT NULL,
    principal TEXT NOT NULL,
    -- What was asked for: the method and the path with its query.
    request TEXT NOT NULL,
    -- The body or case that the answer is about; null where it is about many.
    subject TEXT,
    -- Why, as the reader said it in Access-Purpose; null where nothing was said.
    purpose TEXT,
    status INTEGER NOT NULL,
    request_id TEXT NOT NULL
) STRICT;

CREATE TRIGGER access_is_never_updated BEFORE UPDATE ON access BEGIN SELECT RAISE(ABORT, 'the access record is append-only'); END;
CREATE TRIGGER access_is_never_deleted BEFORE DELETE ON access BEGIN SELECT RAISE(ABORT, 'the access record is append-only'); END;

-- "CrAc". The version is that of this layout.
PRAGMA application_id = 1131561315;
PRAGMA user_version = 1;
