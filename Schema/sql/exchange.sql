-- Who takes records out of the archive, what each was handed and how far it has come. Apart from the log: it is about
-- operation, and names other platforms. The secrets of webhooks are in keys/.
CREATE TABLE exchange (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    -- The archive whose records these are.
    archive TEXT NOT NULL
) STRICT;

CREATE TABLE subscriber (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    title TEXT NOT NULL,
    delivery TEXT NOT NULL CHECK (delivery IN ('pull', 'push', 'file')),
    visibility TEXT NOT NULL CHECK (visibility IN ('public', 'full')),
    texts TEXT NOT NULL CHECK (texts = 'sealed' OR (texts = 'opened' AND visibility = 'full')),
    -- The filter: a body, an event type, regions with commas; null is not asked.
    body TEXT,
    type TEXT,
    regions TEXT,
    -- The API key that it asks with.
    key TEXT,
    url TEXT CHECK ((url IS NOT NULL) = (delivery = 'push')),
    allows_private INTEGER NOT NULL CHECK (allows_private IN (0, 1)),
    -- Milliseconds since 1970, UTC.
    created_at INTEGER NOT NULL,
    paused_at INTEGER,
    removed_at INTEGER,
    -- The position of the log that is looked at next, and the day (days since 1970-01-01) on which publications that
    -- end by themselves were looked for last.
    scanned INTEGER NOT NULL DEFAULT 0,
    swept_on INTEGER NOT NULL DEFAULT 0,
    -- The feed of a subscriber is numbered from 0 without gaps: so many were handed out, so many acknowledged.
    handed INTEGER NOT NULL DEFAULT 0 CHECK (handed >= acknowledged),
    acknowledged INTEGER NOT NULL DEFAULT 0 CHECK (acknowledged >= 0),
    -- Of a push: failures in a row, when it is tried again, what became of the last try.
    failures INTEGER NOT NULL DEFAULT 0,
    next_attempt INTEGER,
    last_attempt INTEGER,
    last_outcome TEXT,
    -- Counts the changes: whoever has read an older one changes nothing.
    revision INTEGER NOT NULL DEFAULT 0
) STRICT;

-- A name is free again when its subscriber was removed; what was handed to that one stays.
CREATE UNIQUE INDEX subscriber_name ON subscriber (name) WHERE removed_at IS NULL;

-- What was handed out, by its number in the subscriber's feed.
CREATE TABLE item (
    subscriber INTEGER NOT NULL REFERENCES subscriber (id),
    number INTEGER NOT NULL,
    -- 0: the entry at the position; 1: the notice that the public does not see its stream any more.
    kind INTEGER NOT NULL CHECK (kind IN (0, 1)),
    position INTEGER NOT NULL,
    stream TEXT NOT NULL,
    source TEXT NOT NULL,
    event TEXT NOT NULL,
    -- SHA-256 of the event as it was handed out last.
    digest BLOB NOT NULL CHECK (length(digest) = 32),
    -- The day in Asia/Shanghai on which it was handed out first, in days since 1970-01-01.
    sent_on INTEGER NOT NULL,
    PRIMARY KEY (subscriber, number)
) STRICT, WITHOUT ROWID;

CREATE INDEX item_stream ON item (subscriber, stream);

-- What is to be handed out next, in this order.
CREATE TABLE waiting (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    subscriber INTEGER NOT NULL REFERENCES subscriber (id),
    kind INTEGER NOT NULL CHECK (kind IN (0, 1)),
    position INTEGER NOT NULL,
    stream TEXT NOT NULL
) STRICT;

CREATE INDEX waiting_subscriber ON waiting (subscriber, id);

-- The cases that a subscriber of public records has, or is to get, as publicised.
CREATE TABLE shown (
    subscriber INTEGER NOT NULL REFERENCES subscriber (id),
    item TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (subscriber, item)
) STRICT, WITHOUT ROWID;

CREATE INDEX shown_body ON shown (subscriber, body);

-- Items first ..< last that were handed out together. At most one of a subscriber is neither acknowledged nor cancelled.
CREATE TABLE batch (
    subscriber INTEGER NOT NULL REFERENCES subscriber (id),
    number INTEGER NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL CHECK (last > first),
    -- SHA-256 of its events as lines, as it was handed out last.
    digest BLOB NOT NULL CHECK (length(digest) = 32),
    made_at INTEGER NOT NULL,
    handed_at INTEGER NOT NULL,
    acknowledged_at INTEGER,
    cancelled_at INTEGER,
    PRIMARY KEY (subscriber, number)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX batch_under_way ON batch (subscriber) WHERE acknowledged_at IS NULL AND cancelled_at IS NULL;
CREATE INDEX batch_last ON batch (subscriber, last);

-- What administrators did, and receipts of files: append-only.
CREATE TABLE act (
    id INTEGER PRIMARY KEY,
    time INTEGER NOT NULL,
    subscriber INTEGER NOT NULL REFERENCES subscriber (id),
    act TEXT NOT NULL,
    principal TEXT NOT NULL,
    reason TEXT,
    position INTEGER
) STRICT;

CREATE INDEX act_subscriber ON act (subscriber, id);

CREATE TRIGGER act_is_never_updated BEFORE UPDATE ON act BEGIN SELECT RAISE(ABORT, 'acts are append-only'); END;
CREATE TRIGGER act_is_never_deleted BEFORE DELETE ON act BEGIN SELECT RAISE(ABORT, 'acts are append-only'); END;
CREATE TRIGGER item_is_never_deleted BEFORE DELETE ON item BEGIN SELECT RAISE(ABORT, 'what was handed out is kept'); END;
CREATE TRIGGER subscriber_is_never_deleted BEFORE DELETE ON subscriber
BEGIN SELECT RAISE(ABORT, 'a subscriber is removed, never deleted'); END;
-- The cursor goes back only where the last act says so.
CREATE TRIGGER cursor_never_goes_back BEFORE UPDATE OF acknowledged ON subscriber
WHEN NEW.acknowledged < OLD.acknowledged AND NOT EXISTS (
    SELECT 1 FROM act WHERE id = (SELECT max(id) FROM act WHERE subscriber = NEW.id)
    AND act = 'reset' AND position = NEW.acknowledged)
BEGIN SELECT RAISE(ABORT, 'a cursor goes back only by a reset that is recorded'); END;

-- "CrEx". The version is that of this layout.
PRAGMA application_id = 1131562360;
PRAGMA user_version = 1;
