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
        /// The file is not used: everything lies in memory (a reader without a usable file).
        var ignoresFile = false
    }

    private static let layout = 1

    /// Opens or makes the file. A damaged one is made anew by a writer and ignored by a reader.
    public init(path: String, writable: Bool) throws {
        self.writable = writable
        file =
            writable
            ? try DerivedDatabase.writable(path: path, schema: Schema.indexSQL, version: SQLiteLogIndex.layout)
            : DerivedDatabase.readable(path: path, version: SQLiteLogIndex.layout)
        state = Mutex(State(ignoresFile: file == nil))
    }

    private func read<Result>(_ body: (Database) throws -> Result) throws -> Result? {
        guard let file, !state.withLock({ $0.ignoresFile }) else { return nil }
        return try file.read(body)
    }

    public func cursor() throws -> LogHead {
        let cursor = try read { try DerivedDatabase.cursor($0) } ?? .empty
        // A reader's file is moved on by the writer's process: what it has by now does not lie in memory, too.
        if !writable { state.withLock { $0.overlay.forget(before: cursor.size) } }
        return cursor
    }

    public func position(of identity: EventIdentity) throws -> UInt64? {
        if let position = state.withLock({ $0.overlay.identities[identity] }) { return position }
        return try read { db -> UInt64? in
            guard let source = try self.sourceNumber(identity.source, db) else { return nil }
            let select = try db.cachedStatement(sql: "SELECT position FROM identity WHERE source = ? AND id = ?")
            return try Int64.fetchOne(select, arguments: [source, identity.id]).map(UInt64.init)
        } ?? nil
    }

    private func sourceNumber(_ name: String, _ db: Database) throws -> Int64? {
        let key = SourceName(text: name)
        if let number = state.withLock({ $0.sources[key] }) { return number }
        let select = try db.cachedStatement(sql: "SELECT number FROM source WHERE name = ?")
        guard let number = try Int64.fetchOne(select, arguments: [name]) else { return nil }
        state.withLock { $0.sources[key] = number }
        return number
    }

    public func stream(_ id: StreamID) throws -> StreamHead {
        if let head = state.withLock({ $0.overlay.streams[id] }) { return head }
        return try keptStream(id)
    }

    private func keptStream(_ id: StreamID) throws -> StreamHead {
        try read { db in try SQLiteLogIndex.stream(id, db) } ?? StreamHead()
    }

    private static func stream(_ id: StreamID, _ db: Database) throws -> StreamHead {
        let select = try db.cachedStatement(sql: "SELECT key, positions FROM stream WHERE name = ?")
        var head = StreamHead()
        guard let row = try Row.fetchOne(select, arguments: [id.text]) else { return head }
        head.keyID = (row[0] as Int64?).flatMap { UInt32(exactly: $0) }
        head.positions = try PackedPositions.unpack(row[1] as Data)
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
        state.withLock { $0.overlay = IndexOverlay() }
    }

    private func write(_ overlay: IndexOverlay, _ db: Database) throws {
        let identities = overlay.identities.sorted { $0.key < $1.key }
        let insert = try db.cachedStatement(sql: "INSERT INTO identity (source, id, position) VALUES (?, ?, ?)")
        for (identity, position) in identities {
            var source = try sourceNumber(identity.source, db)
            if source == nil {
                try db.execute(sql: "INSERT INTO source (name) VALUES (?)", arguments: [identity.source])
                source = db.lastInsertedRowID
            }
            try insert.execute(arguments: [source, identity.id, Int64(position)])
        }
        let upsert = try db.cachedStatement(
            sql: """
                INSERT INTO stream (name, key, positions) VALUES (?, ?, ?)
                ON CONFLICT (name) DO UPDATE SET key = excluded.key, positions = excluded.positions
                """)
        for (stream, state) in overlay.streams.sorted(by: { $0.key < $1.key }) {
            try upsert.execute(
                arguments: [stream.text, state.keyID.map { Int64($0) }, PackedPositions.pack(state.positions)])
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
            state.withLock { $0 = State(ignoresFile: true) }
            return
        }
        try file.advance(from: file.cursor(), to: .empty) { db in
            for table in ["identity", "stream", "source", "destroyed_key"] {
                try db.execute(sql: "DELETE FROM \(table)")
            }
            try db.execute(sql: "UPDATE cursor SET highest_key = NULL")
        }
        state.withLock { $0 = State() }
    }
}

/// The name of a source, compared byte by byte as SQLite does.
private struct SourceName: Hashable, Sendable {
    let text: String

    static func == (left: SourceName, right: SourceName) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }

    func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}

/// Positions of a stream's events as LEB128 differences: rising numbers in few bytes.
enum PackedPositions {
    static func pack(_ positions: [UInt64]) -> Data {
        var bytes: [UInt8] = []
        var previous: UInt64 = 0
        for position in positions {
            var difference = position &- previous
            previous = position
            while difference >= 0x80 {
                bytes.append(UInt8(truncatingIfNeeded: difference) | 0x80)
                difference >>= 7
            }
            bytes.append(UInt8(difference))
        }
        return Data(bytes)
    }

    static func unpack(_ data: Data) throws -> [UInt64] {
        var positions: [UInt64] = []
        var previous: UInt64 = 0
        var difference: UInt64 = 0
        var shift: UInt64 = 0
        for byte in data {
            guard shift < 64 else { throw EventLogError.damaged("索引中的位置已损坏", "positions in the index are damaged") }
            difference |= UInt64(byte & 0x7F) << shift
            shift += 7
            guard byte & 0x80 == 0 else { continue }
            previous &+= difference
            positions.append(previous)
            (difference, shift) = (0, 0)
        }
        return positions
    }
}
