internal import EventLog
internal import Foundation
internal import GRDB
internal import GRDBSQLite
internal import SQLiteSupport
internal import Schema
internal import Synchronization
internal import TransparencyLog

/// The file of the index: what it says, and how it is written in one sorted batch.
///
/// A writer looks things up on a connection of its own, so that a look-up never waits for a batch that is being written.
final class IndexFile: Sendable {
    private static let layout = 2

    private let file: DerivedDatabase
    private let reader: DatabaseQueue
    private let sources = Mutex<[SourceName: Int64]>([:])

    private init(_ file: DerivedDatabase, reader: DatabaseQueue) {
        self.file = file
        self.reader = reader
    }

    /// The reader first: the connection that closes a WAL file last empties the WAL into it, which a reading one cannot.
    deinit { try? reader.close() }

    /// Opens the file for writing; one that is missing, damaged or incomplete is made anew.
    static func writable(path: String) throws -> IndexFile {
        let open = {
            let file = try DerivedDatabase.writable(path: path, schema: Schema.indexSQL, version: layout)
            return IndexFile(file, reader: try SQLiteConnection.reader(path))
        }
        let found = try open()
        if (try? found.isComplete()) == true { return found }
        try? found.reader.close()
        try? found.file.queue.close()
        DerivedDatabase.remove(path: path)
        return try open()
    }

    /// Opens the file for reading; nil where it cannot be used. Throws ``EventLogError`` `derived-newer`.
    static func readable(path: String) throws -> IndexFile? {
        guard let file = try DerivedDatabase.readable(path: path, version: layout) else { return nil }
        let found = IndexFile(file, reader: file.queue)
        return (try? found.isComplete()) == true ? found : nil
    }

    private func read<Result>(_ body: (Database) throws -> Result) throws -> Result {
        try DerivedDatabase.keeping(DerivedDatabase.reading, file: file.path) { try reader.inDatabase(body) }
    }

    /// Whether the file has as many identities and events in streams as the log has entries up to its cursor. One that
    /// lost some would let a recorded event in again.
    private func isComplete() throws -> Bool {
        try read { db in
            try Bool.fetchOne(
                db,
                sql: """
                    SELECT (SELECT count(*) FROM identity) = size AND (SELECT coalesce(sum(count), 0) FROM stream) = size
                    FROM cursor
                    """) ?? false
        }
    }

    // MARK: What it says

    func cursor() throws -> LogHead { try read { try DerivedDatabase.cursor($0) } }

    /// The greatest id of a source; nil where the file has none of it.
    func lastID(of source: SourceName) throws -> String? {
        try read { db in
            guard let number = try number(of: source, db) else { return nil }
            let select = try db.cachedStatement(sql: "SELECT max(id) FROM identity WHERE source = ?")
            return try String.fetchOne(select, arguments: [number])
        }
    }

    func position(of identity: EventIdentity) throws -> UInt64? {
        try read { db in
            guard let number = try number(of: identity.sourceName, db) else { return nil }
            let select = try db.cachedStatement(sql: "SELECT position FROM identity WHERE source = ? AND id = ?")
            return try select.firstRow(number, identity.id) { UInt64(bitPattern: sqlite3_column_int64($0, 0)) }
        }
    }

    func stream(_ id: StreamID) throws -> StreamHead {
        try read { db in
            let select = try db.cachedStatement(sql: "SELECT key, positions, count FROM stream WHERE name = ?")
            return try select.firstRow(id.text) { row in
                var head = StreamHead()
                if sqlite3_column_type(row, 0) != SQLITE_NULL {
                    head.keyID = UInt32(exactly: sqlite3_column_int64(row, 0))
                }
                let bytes = UnsafeRawBufferPointer(
                    start: sqlite3_column_blob(row, 1), count: Int(sqlite3_column_bytes(row, 1)))
                head.positions = try PackedPositions.unpack(bytes)
                guard head.count == UInt64(bitPattern: sqlite3_column_int64(row, 2)) else {
                    throw PackedPositions.damaged
                }
                return head
            } ?? StreamHead()
        }
    }

    func streams(withPrefix prefix: String) throws -> [StreamID] {
        try read { db in
            // U+10FFFF sorts behind every other character, in bytes too.
            try String.fetchAll(
                db, sql: "SELECT name FROM stream WHERE name >= ? AND name < ? ORDER BY name",
                arguments: [prefix, prefix + "\u{10FFFF}"])
        }.compactMap(StreamID.init)
    }

    func highestKeyID() throws -> UInt32? {
        try read { db in try Int64.fetchOne(db, sql: "SELECT highest_key FROM cursor") }
            .flatMap { UInt32(exactly: $0) }
    }

    func destroyedKeyIDs() throws -> [UInt32] {
        try read { db in
            try Int64.fetchAll(db, sql: "SELECT id FROM destroyed_key ORDER BY id").compactMap { UInt32(exactly: $0) }
        }
    }

    func digest() throws -> String {
        try file.digest([
            "SELECT source.name, identity.id, identity.position FROM identity JOIN source ON source.number = identity.source "
                + "ORDER BY source.name, identity.id",
            "SELECT name, key, count, positions FROM stream ORDER BY name", "SELECT id FROM destroyed_key ORDER BY id",
        ])
    }

    private func number(of source: SourceName, _ db: Database) throws -> Int64? {
        if let number = sources.withLock({ $0[source] }) { return number }
        let select = try db.cachedStatement(sql: "SELECT number FROM source WHERE name = ?")
        let number = try Int64.fetchOne(select, arguments: [source.text])
        if let number { sources.withLock { $0[source] = number } }
        return number
    }

    // MARK: Writing

    /// Adds what the overlay holds and moves the cursor to `head` with it.
    func add(_ overlay: IndexOverlay, to head: LogHead) throws {
        try file.advance(from: file.cursor(), to: head) { try write(overlay, $0) }
    }

    private func write(_ overlay: IndexOverlay, _ db: Database) throws {
        let insert = try db.cachedStatement(sql: "INSERT INTO identity (source, id, position) VALUES (?, ?, ?)")
        // Source by source: the ids of one are nearly sorted where they are ordered by time, those of several are not.
        let bySource = Dictionary(grouping: overlay.identityOrder) { $0.identity.sourceName }
        for (source, identities) in bySource.sorted(by: { $0.key < $1.key }) {
            let number = try number(ofNew: source, db)
            for (identity, position) in identities.sorted(by: { $0.identity < $1.identity }) {
                try insert.step(number, identity.id, Int64(position))
            }
        }
        let upsert = try db.cachedStatement(
            sql: """
                INSERT INTO stream (name, key, count, positions) VALUES (?, ?, ?, ?)
                ON CONFLICT (name) DO UPDATE
                SET key = excluded.key, count = excluded.count, positions = excluded.positions
                """)
        for stream in overlay.streamOrder.sorted() {
            let head = overlay.streams[stream] ?? StreamHead()
            try upsert.step(
                stream.text, head.keyID.map { Int64($0) }, Int64(head.count), PackedPositions.pack(head.positions))
        }
        for key in overlay.destroyedKeyIDs {
            try db.execute(sql: "INSERT OR IGNORE INTO destroyed_key (id) VALUES (?)", arguments: [Int64(key)])
        }
        if let highest = overlay.highestKeyID {
            try db.execute(
                sql: "UPDATE cursor SET highest_key = max(coalesce(highest_key, 0), ?)", arguments: [Int64(highest)])
        }
    }

    /// Not remembered: if the transaction fails, the number goes with it.
    private func number(ofNew source: SourceName, _ db: Database) throws -> Int64 {
        if let number = try Int64.fetchOne(
            db, sql: "SELECT number FROM source WHERE name = ?", arguments: [source.text])
        {
            return number
        }
        try db.execute(sql: "INSERT INTO source (name) VALUES (?)", arguments: [source.text])
        return db.lastInsertedRowID
    }

    /// Forgets everything.
    func reset() throws {
        try file.advance(from: file.cursor(), to: .empty) { db in
            for table in ["identity", "stream", "source", "destroyed_key"] {
                try db.execute(sql: "DELETE FROM \(table)")
            }
            try db.execute(sql: "UPDATE cursor SET highest_key = NULL")
        }
        sources.withLock { $0 = [:] }
    }
}
