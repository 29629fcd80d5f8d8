internal import GRDB
internal import Synchronization

/// Tells a WAL file from one that belongs to another copy of its database: SQLite itself would take it.
///
/// The first change of a session writes a random number into a page of its own and has it checkpointed into the file;
/// every later change writes the number beside the cursor, into the WAL. An older file beside a WAL that was left has
/// another number than the WAL. Not told: a copy that was taken within the session that left the WAL, or while a reader
/// kept the WAL from being emptied.
final class WALStamp: Sendable {
    private let hasBegun = Mutex(false)

    /// Begins the session where this is its first change.
    func begin(_ queue: DatabaseQueue) throws {
        guard !hasBegun.withLock({ $0 }) else { return }
        let number = Int64.random(in: 1...Int64.max)
        try queue.inDatabase { db in
            try db.inTransaction(.immediate) {
                try WALStamp.begin(number, db)
                return .commit
            }
            // Passive: nobody is waited for. Where a reader holds the WAL, the number stays there with it.
            try db.execute(sql: "PRAGMA wal_checkpoint(PASSIVE)")
        }
        hasBegun.withLock { $0 = true }
    }

    private static func begin(_ number: Int64, _ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE IF NOT EXISTS wal_session (
                    id INTEGER PRIMARY KEY CHECK (id = 0), number INTEGER NOT NULL, previous INTEGER NOT NULL
                ) STRICT;
                CREATE TABLE IF NOT EXISTS wal_mark (
                    id INTEGER PRIMARY KEY CHECK (id = 0), number INTEGER NOT NULL
                ) STRICT;
                """)
        try db.execute(sql: "INSERT OR IGNORE INTO wal_mark (id, number) VALUES (0, ?)", arguments: [number])
        // Until the first change the mark is the session's before.
        try db.execute(
            sql: "INSERT OR REPLACE INTO wal_session (id, number, previous) SELECT 0, ?, number FROM wal_mark",
            arguments: [number])
    }

    /// Marks a change, within its transaction, with the number that the file has: several connections may write it in
    /// turn, each with a session of its own.
    static func mark(_ db: Database) throws {
        try db.cachedStatement(sql: "UPDATE wal_mark SET number = (SELECT number FROM wal_session)").execute()
    }

    /// Whether the file and its WAL belong together, as far as can be told. Throws where neither can be read.
    static func fits(_ db: Database) throws -> Bool {
        // A file that was never changed has no mark yet.
        guard try db.tableExists("wal_session") else { return true }
        return try Bool.fetchOne(
            db,
            sql: """
                SELECT wal_mark.number IN (wal_session.number, wal_session.previous) FROM wal_session, wal_mark
                """) ?? false
    }
}
