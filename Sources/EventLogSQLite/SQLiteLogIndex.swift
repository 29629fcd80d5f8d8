public import EventLog
internal import Foundation
internal import GRDB
internal import SQLiteSupport
internal import Schema
internal import Synchronization
internal import TransparencyLog

/// `index.sqlite`: identities and streams, derived from the log (entry.md, Tables of log.sqlite).
///
/// New entries lie in memory and are found at once; ``flush(head:)`` writes them sorted, together with the cursor and the
/// root there. The file is disposable: one that is missing, damaged or of another log is derived again. Only the holder of
/// the archive's ``WriterLock`` writes it; other processes keep what the file lacks in memory.
public final class SQLiteLogIndex: LogIndex {
    private let file: DerivedDatabase?
    private let writable: Bool
    private let state: Mutex<State>

    private struct State: Sendable {
        var overlay = IndexOverlay()
        /// The source numbers of the file.
        var sources: [SourceName: Int64] = [:]
        /// The greatest id that the file has of a source.
        var lastIDs: [SourceName: LastID] = [:]
        /// The file has nothing yet: no need to look there.
        var isFileEmpty = false
        /// The file is not used: everything lies in memory (a reader without a usable file).
        var ignoresFile = false
    }

    private enum LastID: Sendable {
        case noneKept
        case id(String)
    }

    private static let layout = 2

    /// Opens or makes the file. A damaged one is made anew by a writer and ignored by a reader.
    public init(path: String, writable: Bool) throws {
        self.writable = writable
        if writable {
            let open = {
                try DerivedDatabase.writable(path: path, schema: Schema.indexSQL, version: SQLiteLogIndex.layout)
            }
            let found = try open()
            if (try? SQLiteLogIndex.isComplete(found)) == true {
                file = found
            } else {
                try? found.queue.close()
                DerivedDatabase.remove(path: path)
                file = try open()
            }
        } else {
            let found = try DerivedDatabase.readable(path: path, version: SQLiteLogIndex.layout)
            file = found.flatMap { (try? SQLiteLogIndex.isComplete($0)) == true ? $0 : nil }
        }
        let size = try file?.cursor().size
        state = Mutex(State(isFileEmpty: size == 0, ignoresFile: file == nil))
    }

    private func read<Result>(_ body: (Database) throws -> Result) throws -> Result? {
        guard let file, !state.withLock({ $0.ignoresFile }) else { return nil }
        return try file.read(body)
    }

    public func cursor() throws -> LogHead {
        let cursor = try read { try DerivedDatabase.cursor($0) } ?? .empty
        // A reader's file is moved on by the writer's process: what it has by now does not lie in memory, too.
        guard !writable else { return cursor }
        state.withLock { state in
            state.overlay.forget(before: cursor.size)
            state.lastIDs = [:]
            state.isFileEmpty = cursor.size == 0
        }
        return cursor
    }

    public func position(of identity: EventIdentity) throws -> UInt64? {
        let found: (position: UInt64?, lastID: LastID?) = state.withLock { state in
            (
                state.overlay.identities[identity],
                state.isFileEmpty ? .noneKept : state.lastIDs[SourceName(text: identity.source)]
            )
        }
        if let position = found.position { return position }
        // Ids that are ordered by time lie behind all that are kept: no need to look.
        switch found.lastID {
        case .noneKept?: return nil
        case .id(let last)? where last.utf8.lexicographicallyPrecedes(identity.id.utf8): return nil
        default: break
        }
        return try read { db -> UInt64? in
            guard let source = try self.sourceNumber(identity.source, adding: false, db) else {
                self.state.withLock { $0.lastIDs[SourceName(text: identity.source)] = .noneKept }
                return nil
            }
            if found.lastID == nil { try self.rememberLastID(of: identity.source, source, db) }
            let select = try db.cachedStatement(sql: "SELECT position FROM identity WHERE source = ? AND id = ?")
            return try Int64.fetchOne(select, arguments: [source, identity.id]).map(UInt64.init)
        } ?? nil
    }

    private func rememberLastID(of name: String, _ number: Int64, _ db: Database) throws {
        let select = try db.cachedStatement(sql: "SELECT max(id) FROM identity WHERE source = ?")
        let last = try String.fetchOne(select, arguments: [number])
        state.withLock { $0.lastIDs[SourceName(text: name)] = last.map(LastID.id) ?? .noneKept }
    }

    private func sourceNumber(_ name: String, adding: Bool, _ db: Database) throws -> Int64? {
        if let number = state.withLock({ $0.sources[SourceName(text: name)] }) { return number }
        let select = try db.cachedStatement(sql: "SELECT number FROM source WHERE name = ?")
        var number = try Int64.fetchOne(select, arguments: [name])
        if number == nil, adding {
            try db.execute(sql: "INSERT INTO source (name) VALUES (?)", arguments: [name])
            number = db.lastInsertedRowID
        }
        if let number { state.withLock { $0.sources[SourceName(text: name)] = number } }
        return number
    }

    public func stream(_ id: StreamID) throws -> StreamHead {
        let (head, isFileEmpty) = state.withLock { ($0.overlay.streams[id], $0.isFileEmpty) }
        if let head { return head }
        return isFileEmpty ? StreamHead() : try keptStream(id)
    }

    private func keptStream(_ id: StreamID) throws -> StreamHead {
        try read { db in try SQLiteLogIndex.stream(id, db) } ?? StreamHead()
    }

    private static func stream(_ id: StreamID, _ db: Database) throws -> StreamHead {
        let select = try db.cachedStatement(sql: "SELECT key, positions, count FROM stream WHERE name = ?")
        var head = StreamHead()
        guard let row = try Row.fetchOne(select, arguments: [id.text]) else { return head }
        head.keyID = (row[0] as Int64?).flatMap { UInt32(exactly: $0) }
        head.positions = try PackedPositions.unpack(row[1] as Data)
        guard head.positions.count == row[2] as Int else { throw PackedPositions.damaged }
        return head
    }

    public func highestKeyID() throws -> UInt32? {
        let kept: UInt32? =
            try read { db in
                try Int64.fetchOne(db, sql: "SELECT highest_key FROM cursor").flatMap { UInt32(exactly: $0) }
            } ?? nil
        let pending = state.withLock { $0.overlay.highestKeyID }
        return [kept, pending].compactMap { $0 }.max()
    }

    public func destroyedKeyIDs() throws -> [UInt32] {
        let kept: [UInt32]? = try read { db in
            try Int64.fetchAll(db, sql: "SELECT id FROM destroyed_key ORDER BY id").compactMap { UInt32(exactly: $0) }
        }
        return (kept ?? []) + state.withLock { $0.overlay.destroyedKeyIDs }
    }

    /// How far the file reaches, and a digest of all it says; nil where there is none that can be used.
    public func contents() throws -> (size: UInt64, digest: String)? {
        guard let file else { return nil }
        let digest = try file.digest([
            "SELECT source.name, identity.id, identity.position FROM identity JOIN source ON source.number = identity.source "
                + "ORDER BY source.name, identity.id",
            "SELECT name, key, count, positions FROM stream ORDER BY name", "SELECT id FROM destroyed_key ORDER BY id",
        ])
        return (try file.cursor().size, digest)
    }

    /// Whether the file has as many identities and events in streams as the log has entries up to its cursor. One that
    /// lost some would let a recorded event in again.
    private static func isComplete(_ file: DerivedDatabase) throws -> Bool {
        try file.read { db in
            try Bool.fetchOne(
                db,
                sql: """
                    SELECT (SELECT count(*) FROM identity) = size AND (SELECT coalesce(sum(count), 0) FROM stream) = size
                    FROM cursor
                    """) ?? false
        }
    }

    public func streams(withPrefix prefix: String) throws -> [StreamID] {
        let kept: [String]? = try read { db in
            // U+10FFFF sorts behind every other character, in bytes too.
            try String.fetchAll(
                db, sql: "SELECT name FROM stream WHERE name >= ? AND name < ? ORDER BY name",
                arguments: [prefix, prefix + "\u{10FFFF}"])
        }
        let pending = state.withLock { $0.overlay.streams(withPrefix: prefix) }
        return Set((kept ?? []).compactMap(StreamID.init) + pending).sorted()
    }

    public var pendingCount: Int { state.withLock { $0.overlay.count } }

    public func add(_ entries: [IndexedEntry]) throws {
        guard let first = entries.first else { return }
        state.withLock { $0.overlay.align(to: first.position) }
        // What the file has of the streams is read before the lock is taken: reading takes it too.
        var bases: [StreamID: StreamHead] = [:]
        for entry in entries where entry.sequence > 0 && bases[entry.stream] == nil {
            if state.withLock({ $0.overlay.streams[entry.stream] == nil }) {
                bases[entry.stream] = try keptStream(entry.stream)
            }
        }
        try state.withLock { state in
            for entry in entries { try state.overlay.add(entry) { bases[$0] ?? StreamHead() } }
        }
    }

    public func flush(head: LogHead) throws {
        guard let file, writable else { return }
        let overlay = state.withLock { $0.overlay }
        do {
            try file.advance(from: file.cursor(), to: head) { try self.write(overlay, $0) }
        } catch {
            // Numbers that the transaction gave to new sources went with it.
            state.withLock { $0.sources = [:] }
            throw error
        }
        state.withLock { state in
            state.overlay = IndexOverlay()
            state.lastIDs = [:]
            state.isFileEmpty = false
        }
    }

    private func write(_ overlay: IndexOverlay, _ db: Database) throws {
        let identities = overlay.identityOrder.sorted { $0.identity < $1.identity }
        let insert = try db.cachedStatement(sql: "INSERT INTO identity (source, id, position) VALUES (?, ?, ?)")
        for (identity, position) in identities {
            let source = try sourceNumber(identity.source, adding: true, db)
            try insert.step(source ?? 0, identity.id, Int64(position))
        }
        let upsert = try db.cachedStatement(
            sql: """
                INSERT INTO stream (name, key, count, positions) VALUES (?, ?, ?, ?)
                ON CONFLICT (name) DO UPDATE
                SET key = excluded.key, count = excluded.count, positions = excluded.positions
                """)
        for stream in overlay.streamOrder.sorted() {
            let state = overlay.streams[stream] ?? StreamHead()
            try upsert.execute(arguments: [
                stream.text, state.keyID.map { Int64($0) }, state.positions.count,
                PackedPositions.pack(state.positions),
            ])
        }
        for key in overlay.destroyedKeyIDs {
            try db.execute(sql: "INSERT OR IGNORE INTO destroyed_key (id) VALUES (?)", arguments: [Int64(key)])
        }
        if let highest = overlay.highestKeyID {
            try db.execute(
                sql: "UPDATE cursor SET highest_key = max(coalesce(highest_key, 0), ?)", arguments: [Int64(highest)])
        }
    }

    public func reset() throws {
        guard let file, writable else {
            state.withLock { $0 = State(isFileEmpty: true, ignoresFile: true) }
            return
        }
        try file.advance(from: file.cursor(), to: .empty) { db in
            for table in ["identity", "stream", "source", "destroyed_key"] {
                try db.execute(sql: "DELETE FROM \(table)")
            }
            try db.execute(sql: "UPDATE cursor SET highest_key = NULL")
        }
        state.withLock { $0 = State(isFileEmpty: true) }
    }
}
