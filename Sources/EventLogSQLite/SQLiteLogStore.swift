public import EventLog
internal import Foundation
internal import GRDB
internal import GRDBSQLite
internal import SQLiteSupport
internal import Schema
public import TransparencyLog

/// `log.sqlite`: entries, full tiles, heads and checkpoints in one SQLite file (entry.md, Tables of log.sqlite).
///
/// WAL with `synchronous=FULL`: a commit is on disk when it returns. No secondary index; triggers refuse UPDATE and
/// DELETE. Only the holder of the archive's ``WriterLock`` may open it for writing.
public final class SQLiteLogStore: LogStore {
    private let path: String
    private let writer: DatabaseQueue?
    private let reader: DatabaseQueue

    /// Opens an existing log. Throws ``EventLogError``.
    public init(path: String, writable: Bool) throws {
        self.path = path
        guard FileManager.default.fileExists(atPath: path) else {
            throw EventLogError.storage(("打开日志 \(path) ", "opening the log \(path)"), "文件不存在 / there is no such file")
        }
        // The reader first: it changes nothing, so a file that is no log stays as it is.
        let reader = try storing(SQLiteLogStore.opening, file: path) { try SQLiteConnection.reader(path) }
        self.reader = reader
        let version = try storing(SQLiteLogStore.opening, file: path) {
            try reader.inDatabase { try Int.fetchOne($0, sql: "PRAGMA user_version") } ?? 0
        }
        guard version == 1 else {
            throw EventLogError.damaged(
                "\(path) 不是本程序认识的日志（版本 \(version)）", "\(path) is no log that this program knows (version \(version))")
        }
        guard writable else {
            writer = nil
            return
        }
        writer = try storing(SQLiteLogStore.opening, file: path) {
            try SQLiteConnection.writer(path, pageSize: SQLiteConnection.logPageSize, durable: true)
        }
    }

    private static let opening = ("打开日志", "opening the log")

    /// The writer last: the connection that closes a WAL file last empties the WAL into it, which a reading one cannot.
    deinit {
        try? reader.close()
        try? writer?.close()
    }

    /// Makes an empty log file. Throws ``EventLogError`` where the file exists.
    public static func create(path: String) throws {
        guard !FileManager.default.fileExists(atPath: path) else {
            throw EventLogError.storage(("建立日志 \(path) ", "making the log \(path)"), "文件已存在 / the file exists")
        }
        try storing(("建立日志", "making the log"), file: path) {
            let queue = try SQLiteConnection.writer(path, pageSize: SQLiteConnection.logPageSize, durable: true)
            try queue.inDatabase { db in
                try db.inTransaction(.immediate) {
                    try db.execute(sql: Schema.logSQL)
                    return .commit
                }
            }
            try queue.close()
        }
    }

    /// The `synchronous` level in force on the writing connection: 2 is FULL. Nil for a reader.
    public func synchronousLevel() throws -> Int? {
        try writer?.inDatabase { try Int.fetchOne($0, sql: "PRAGMA synchronous") }
    }

    private func read<Result>(_ body: (Database) throws -> Result) throws -> Result {
        try storing(("读取日志", "reading the log"), file: path) { try reader.inDatabase(body) }
    }

    private func write(_ doing: (String, String), _ body: (Database) throws -> Void) throws {
        guard let writer else { preconditionFailure("this log was opened for reading") }
        try storing(doing, file: path) {
            try writer.inDatabase { db in
                try db.inTransaction(.immediate) {
                    try body(db)
                    return .commit
                }
            }
        }
    }

    /// Moves what the WAL holds into the file, so that the file alone is the whole log; readers are not disturbed.
    public func settle() throws {
        guard let writer else { return }
        try storing(("收拢日志", "settling the log"), file: path) {
            try writer.inDatabase { try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
        }
    }

    public func head() throws -> LogHead {
        try read { db in
            var head = LogHead.empty
            let select = try db.cachedStatement(sql: "SELECT size, root FROM head ORDER BY size DESC LIMIT 1")
            try select.forEachRow { row in
                guard let size = UInt64(exactly: row.integer(0)), let root = Digest32(row.bytes(1)) else {
                    throw EventLogError.damaged("树头已损坏", "the tree head is damaged")
                }
                head = LogHead(size: size, root: root)
            }
            return head
        }
    }

    public func commit(_ batch: CommitBatch) throws {
        try write(("写入日志", "writing the log")) { db in
            let last = try db.cachedStatement(sql: "SELECT max(size) FROM head")
            try batch.checkFollows(Int64.fetchOne(last).flatMap { UInt64(exactly: $0) } ?? 0)
            let insert = try db.cachedStatement(sql: "INSERT INTO entry (position, blob) VALUES (?, ?)")
            var position = Int64(batch.firstPosition)
            for entry in batch.entries {
                try insert.step(position, entry)
                position += 1
            }
            if !batch.tiles.isEmpty {
                let tiles = try db.cachedStatement(
                    sql: "INSERT INTO tile (level, \"index\", hashes, root) VALUES (?, ?, ?, ?)")
                for tile in batch.tiles {
                    try tiles.execute(arguments: [
                        tile.level, Int64(tile.index), Data(tile.hashes), Data(tile.root.bytes),
                    ])
                }
            }
            let head = try db.cachedStatement(sql: "INSERT INTO head (size, root) VALUES (?, ?)")
            try head.step(Int64(batch.head.size), batch.head.root.bytes)
            for checkpoint in batch.checkpoints {
                try SQLiteLogStore.insert(checkpoint.note, size: checkpoint.head.size, db)
            }
        }
    }

    public func forEachEntry(in range: Range<UInt64>, _ body: (UInt64, UnsafeRawBufferPointer) throws -> Void) throws {
        guard !range.isEmpty else { return }
        try read { db in
            let select = try db.cachedStatement(
                sql: "SELECT position, blob FROM entry WHERE position >= ? AND position < ? ORDER BY position")
            try select.setArguments([Int64(range.lowerBound), Int64(range.upperBound)])
            let statement = select.sqliteStatement
            defer { sqlite3_reset(statement) }
            var expected = range.lowerBound
            while true {
                let code = sqlite3_step(statement)
                if code == SQLITE_DONE { break }
                guard code == SQLITE_ROW else { throw DatabaseError(resultCode: ResultCode(rawValue: code)) }
                let position = UInt64(bitPattern: sqlite3_column_int64(statement, 0))
                guard position == expected else { break }
                expected += 1
                let count = Int(sqlite3_column_bytes(statement, 1))
                try body(position, UnsafeRawBufferPointer(start: sqlite3_column_blob(statement, 1), count: count))
            }
            guard expected == range.upperBound else {
                // Read after the entries: whoever commits in between makes them more, not fewer.
                let size =
                    try Int64.fetchOne(db, sql: "SELECT max(size) FROM head").flatMap { UInt64(exactly: $0) } ?? 0
                guard expected < size else { throw EventLogError.notFound(expected, size: size) }
                throw EventLogError.damaged("缺少位置 \(expected) 的条目", "the entry at position \(expected) is missing")
            }
        }
    }

    public func fullTile(level: Int, index: UInt64) throws -> [UInt8]? {
        try read { db in
            let select = try db.cachedStatement(sql: "SELECT hashes FROM tile WHERE level = ? AND \"index\" = ?")
            return try Data.fetchOne(select, arguments: [level, Int64(index)]).map { Array($0) }
        }
    }

    public func tileRoots(level: Int, in range: Range<UInt64>) throws -> [Digest32] {
        try read { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT "index", root FROM tile
                    WHERE level = ? AND "index" >= ? AND "index" < ? ORDER BY "index"
                    """,
                arguments: [level, Int64(range.lowerBound), Int64(range.upperBound)])
            return try rows.map { row in
                guard let root = (row[1] as Data?).flatMap({ Digest32($0) }) else {
                    throw EventLogError.damaged("第 \(level) 层有损坏的块", "a tile of level \(level) is damaged")
                }
                return root
            }
        }
    }

    public func save(checkpoint: String, size: UInt64) throws {
        let note = Data(checkpoint.utf8)
        try write(("保存检查点", "keeping the checkpoint")) { db in
            let select = try db.cachedStatement(sql: "SELECT note FROM checkpoint WHERE size = ?")
            if let kept = try Data.fetchOne(select, arguments: [Int64(size)]) {
                guard kept == note else { throw EventLogError.checkpointExists(size: size) }
                return
            }
            try SQLiteLogStore.insert(checkpoint, size: size, db)
        }
    }

    private static func insert(_ checkpoint: String, size: UInt64, _ db: Database) throws {
        try db.execute(
            sql: "INSERT INTO checkpoint (size, note) VALUES (?, ?)",
            arguments: [Int64(size), Data(checkpoint.utf8)])
    }

    public func checkpoint(size: UInt64) throws -> String? {
        try read { db in
            try Data.fetchOne(db, sql: "SELECT note FROM checkpoint WHERE size = ?", arguments: [Int64(size)])
                .map { String(decoding: $0, as: UTF8.self) }
        }
    }

    public func latestCheckpoint() throws -> (size: UInt64, note: String)? {
        try read { db in
            try Row.fetchOne(db, sql: "SELECT size, note FROM checkpoint ORDER BY size DESC LIMIT 1").map { row in
                (UInt64(clamping: row[0] as Int64), String(decoding: row[1] as Data, as: UTF8.self))
            }
        }
    }

    public func checkpoints(above size: UInt64?, limit: Int) throws -> [(size: UInt64, note: String)] {
        try read { db in
            try Row.fetchAll(
                db, sql: "SELECT size, note FROM checkpoint WHERE size > ? ORDER BY size LIMIT ?",
                arguments: [size.map { Int64($0) } ?? -1, limit]
            ).map { row in
                guard let size = UInt64(exactly: row[0] as Int64) else {
                    throw EventLogError.damaged("检查点已损坏", "a checkpoint is damaged")
                }
                return (size, String(decoding: row[1] as Data, as: UTF8.self))
            }
        }
    }
}
