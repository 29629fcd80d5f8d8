-- Acts that wait for a second person: outside the log, since nothing is recorded before it is approved. Rows stay; what a
-- row proposes goes once it is decided, because the log then has it, or nobody may.
CREATE TABLE proposal (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    act TEXT NOT NULL,
    -- The identity of its (first) event, by which an approval is carried out once and no more.
    source TEXT NOT NULL,
    event TEXT NOT NULL,
    subject TEXT NOT NULL,
    -- 行政区划代码 of the body that it is about; null where it is about none.
    region TEXT,
    proposed_by TEXT NOT NULL,
    -- Milliseconds since 1970, UTC.
    proposed_at INTEGER NOT NULL,
    -- Null: it stays until it is decided.
    expires_at INTEGER,
    -- JSON with plain texts; null once it is decided.
    content BLOB,
    -- approving: approved, and on its way into the log.
    state TEXT NOT NULL CHECK (state IN ('open', 'approving', 'approved', 'returned', 'expired')),
    decided_by TEXT,
    decided_at INTEGER,
    -- Why it was returned.
    reason TEXT,
    -- Where its first entry is recorded.
    position INTEGER,
    CHECK ((content IS NOT NULL) = (state IN ('open', 'approving'))),
    CHECK ((decided_by IS NOT NULL) = (state IN ('approving', 'approved', 'returned'))),
    CHECK (decided_by IS NULL OR state = 'returned' OR decided_by <> proposed_by),
    CHECK ((position IS NOT NULL) = (state = 'approved'))
) STRICT;

-- What waits is proposed once; what was returned may be proposed again.
CREATE UNIQUE INDEX proposal_waits_once ON proposal (source, event) WHERE state IN ('open', 'approving');

CREATE TRIGGER proposals_stay BEFORE DELETE ON proposal BEGIN SELECT RAISE(ABORT, 'proposals stay'); END;
CREATE TRIGGER decisions_stand BEFORE UPDATE ON proposal WHEN OLD.state IN ('approved', 'returned', 'expired')
BEGIN SELECT RAISE(ABORT, 'a decision stands'); END;
CREATE TRIGGER proposals_are_what_they_were BEFORE UPDATE OF id, act, source, event, subject, region, proposed_by, proposed_at, expires_at ON proposal
BEGIN SELECT RAISE(ABORT, 'a proposal is not changed'); END;

-- "CrPr". The version is that of this layout.
PRAGMA application_id = 1131565170;
PRAGMA user_version = 1;
