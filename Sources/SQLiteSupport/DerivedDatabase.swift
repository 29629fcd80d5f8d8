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

    /// Opens the file for writing; one that is missing, damaged or of another layout is made anew.
    package static func writable(path: String, schema: String, version: Int) throws -> DerivedDatabase {
        try storing(("打开派生文件", "opening a derived file"), file: path) {
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
                && Row.fetchOne(db, sql: "SELECT size, root FROM cursor") != nil
        }
        return found ?? false
    }

    package func read<Result>(_ body: (Database) throws -> Result) throws -> Result {
        try storing(("读取派生文件", "reading a derived file"), file: path) { try queue.inDatabase(body) }
    }

    /// Runs `body` in one transaction and moves the cursor from `old` to `new` with it, by compare-and-set: a view and
    /// its cursor commit together or not at all.
    package func advance(from old: LogHead, to new: LogHead, _ body: (Database) throws -> Void) throws {
        try storing(("写入派生文件", "writing a derived file"), file: path) {
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

    package func cursor() throws -> LogHead {
        try read { try DerivedDatabase.cursor($0) }
    }

    package static func cursor(_ db: Database) throws -> LogHead {
        guard let row = try Row.fetchOne(db, sql: "SELECT size, root FROM cursor"),
            let root = Digest32(row[1] as Data)
        else { return .empty }
        return LogHead(size: UInt64(row[0] as Int64), root: root)
    }
}
