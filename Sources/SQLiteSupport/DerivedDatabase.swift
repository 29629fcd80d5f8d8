internal import Crypto
package import EventLog
internal import Foundation
package import GRDB
internal import TransparencyLog

/// A derived SQLite file: how far it follows the log, and how it is made anew when it is not what it should be.
///
/// Each has a table `cursor(id, size, root)` with one row and a `user_version` of its layout. WAL, `synchronous=NORMAL`:
/// what a power cut takes from it is derived again.
package struct DerivedDatabase: Sendable {
    package let queue: DatabaseQueue
    package let path: String
    /// The file that was opened, whatever lies at the path later.
    private let inode: UInt64?

    private init(queue: DatabaseQueue, path: String) {
        self.queue = queue
        self.path = path
        inode = DerivedDatabase.inode(path)
    }

    /// Whether the file that was opened is still the one at its path.
    package var isInPlace: Bool { inode != nil && inode == DerivedDatabase.inode(path) }

    private static func inode(_ path: String) -> UInt64? {
        var status = stat()
        return stat(path, &status) == 0 ? UInt64(status.st_ino) : nil
    }

    /// Opens the file for writing; one that is missing, damaged or of another layout is made anew.
    package static func writable(path: String, schema: String, version: Int) throws -> DerivedDatabase {
        try keeping(("打开派生文件", "opening a derived file"), file: path) {
            if let queue = try? SQLiteConnection.writer(path, pageSize: 4_096, durable: false) {
                if isUsable(queue, version) { return DerivedDatabase(queue: queue, path: path) }
                try? queue.close()
            }
            remove(path: path)
            let queue = try SQLiteConnection.writer(path, pageSize: 4_096, durable: false)
            try queue.inDatabase { db in
                try db.inTransaction(.immediate) {
                    try db.execute(sql: schema)
                    return .commit
                }
            }
            return DerivedDatabase(queue: queue, path: path)
        }
    }

    /// Opens the file for reading; nil where it is missing, damaged or of another layout.
    package static func readable(path: String, version: Int) -> DerivedDatabase? {
        guard FileManager.default.fileExists(atPath: path), let queue = try? SQLiteConnection.reader(path),
            isUsable(queue, version)
        else { return nil }
        return DerivedDatabase(queue: queue, path: path)
    }

    /// Deletes the file and what SQLite keeps beside it.
    package static func remove(path: String) {
        for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
    }

    private static func isUsable(_ queue: DatabaseQueue, _ version: Int) -> Bool {
        let found = try? queue.inDatabase { db in
            try Int.fetchOne(db, sql: "PRAGMA user_version") == version
                && keptCursor(db) != nil
        }
        return found ?? false
    }

    package func read<Result>(_ body: (Database) throws -> Result) throws -> Result {
        try DerivedDatabase.keeping(DerivedDatabase.reading, file: path) { try queue.inDatabase(body) }
    }

    /// Runs `body` in one transaction and moves the cursor from `old` to `new` with it, by compare-and-set: a view and
    /// its cursor commit together or not at all.
    package func advance(from old: LogHead, to new: LogHead, _ body: (Database) throws -> Void) throws {
        try DerivedDatabase.keeping(("写入派生文件", "writing a derived file"), file: path) {
            try queue.inDatabase { db in
                try db.inTransaction(.immediate) {
                    try body(db)
                    try db.execute(
                        sql: "UPDATE cursor SET size = ?, root = ? WHERE size = ? AND root = ?",
                        arguments: [Int64(new.size), Data(new.root.bytes), Int64(old.size), Data(old.root.bytes)])
                    guard db.changesCount == 1 else {
                        throw DatabaseError(resultCode: .SQLITE_BUSY, message: "the cursor has moved")
                    }
                    return .commit
                }
            }
        }
    }

    /// SHA-256 over every row of the queries, in their order: equal for equal answers, whatever way they came about.
    package func digest(_ queries: [String]) throws -> String {
        try read { db in
            var hash = SHA256()
            for query in queries {
                let rows = try Row.fetchCursor(db, sql: query)
                while let row = try rows.next() {
                    for value in row.databaseValues { hash.update(value) }
                }
                hash.update(data: [0xFF])
            }
            return "sha256:" + hash.finalize().map { String(format: "%02x", $0) }.joined()
        }
    }

    package func cursor() throws -> LogHead {
        try read { try DerivedDatabase.cursor($0) }
    }

    package static func cursor(_ db: Database) throws -> LogHead { try keptCursor(db) ?? .empty }

    private static func keptCursor(_ db: Database) throws -> LogHead? {
        guard let row = try Row.fetchOne(db, sql: "SELECT size, root FROM cursor"),
            let size = (row[0] as Int64?).flatMap({ UInt64(exactly: $0) }),
            let root = (row[1] as Data?).flatMap({ Digest32($0) })
        else { return nil }
        return LogHead(size: size, root: root)
    }

    package static let reading = ("读取派生文件", "reading a derived file")

    /// Damage to a derived file is mended by deleting it, not from a backup.
    package static func keeping<Result>(
        _ doing: (chinese: String, english: String), file: String, _ body: () throws -> Result
    ) throws -> Result {
        do {
            return try storing(doing, file: file, body)
        } catch let error as EventLogError where error.code == .damaged {
            throw EventLogError(
                .damaged, chinese: "派生文件 \(file) 已损坏；请删除它，下次打开时会由日志重新生成",
                english: "the derived file \(file) is damaged; delete it, it is derived from the log when next opened")
        }
    }
}

extension SHA256 {
    /// A value with its kind and length, so that no two rows look alike.
    fileprivate mutating func update(_ value: DatabaseValue) {
        let (kind, bytes): (UInt8, [UInt8]) =
            switch value.storage {
            case .null: (0, [])
            case .int64(let number): (1, withUnsafeBytes(of: number.bigEndian) { Array($0) })
            case .double(let number): (2, withUnsafeBytes(of: number.bitPattern.bigEndian) { Array($0) })
            case .string(let text): (3, Array(text.utf8))
            case .blob(let data): (4, Array(data))
            }
        update(data: [kind] + withUnsafeBytes(of: UInt32(bytes.count).bigEndian) { Array($0) } + bytes)
    }
}
