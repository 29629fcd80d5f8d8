public import EventLog
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
    private let stamp = WALStamp()

    private static let pageSize = 4_096

    private init(queue: DatabaseQueue, path: String) {
        self.queue = queue
        self.path = path
        inode = DerivedDatabase.inode(path)
    }

    /// A file that is made anew.
    private init(queue: DatabaseQueue, path: String, schema: String) throws {
        try queue.inDatabase { db in
            try db.inTransaction(.immediate) {
                try db.execute(sql: schema)
                return .commit
            }
        }
        self.init(queue: queue, path: path)
    }

    /// Whether the file that was opened is still the one at its path.
    package var isInPlace: Bool { inode != nil && inode == DerivedDatabase.inode(path) }

    private static func inode(_ path: String) -> UInt64? {
        var status = stat()
        return stat(path, &status) == 0 ? UInt64(status.st_ino) : nil
    }

    /// Opens the file for writing; one that is missing, damaged or of an older layout is made anew.
    ///
    /// Throws ``EventLogError`` `derived-newer` for one of a newer layout: it is left as it is.
    package static func writable(path: String, schema: String, version: Int) throws -> DerivedDatabase {
        if let found = try existing(path: path, version: version) { return found }
        return try keeping(opening, file: path) {
            remove(path: path)
            let queue = try SQLiteConnection.writer(path, pageSize: pageSize, durable: false)
            return try DerivedDatabase(queue: queue, path: path, schema: schema)
        }
    }

    /// Opens the file for writing; nil where it is missing, damaged or of an older layout.
    ///
    /// Throws ``EventLogError`` `derived-newer` for one of a newer layout, `storage-failed` where the disk or another
    /// process keeps it from being opened: that says nothing against the file.
    package static func existing(path: String, version: Int) throws -> DerivedDatabase? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        return try storing(opening, file: path) {
            guard
                let queue = try unlessDamaged({ try SQLiteConnection.writer(path, pageSize: pageSize, durable: false) })
            else { return nil }
            guard try unlessDamaged({ try isUsable(queue, version) }) ?? false else {
                defer { try? queue.close() }
                try requireNotNewer(queue, path, version)
                return nil
            }
            return DerivedDatabase(queue: queue, path: path)
        }
    }

    /// Nil where the file's content is at fault; other errors are thrown on.
    private static func unlessDamaged<Result>(_ body: () throws -> Result) throws -> Result? {
        do {
            return try body()
        } catch let error as DatabaseError
            where [.SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_ERROR].contains(error.resultCode)
        {
            // SQLITE_ERROR: a table is missing or has another form.
            return nil
        }
    }

    private static let opening = ("打开派生文件", "opening a derived file")

    /// Opens a file to be filled before anybody reads it, without a journal and unsynced: each page is written once.
    /// ``finish()`` makes it last; until then a crash leaves rubbish, to be removed.
    ///
    /// - Parameter schema: for a file that is to be made anew; nil: the file is there.
    package static func building(path: String, schema: String?) throws -> DerivedDatabase {
        try keeping(("生成派生文件", "building a derived file"), file: path) {
            if schema != nil { remove(path: path) }
            let queue = try SQLiteConnection.builder(path, pageSize: pageSize)
            guard let schema else { return DerivedDatabase(queue: queue, path: path) }
            return try DerivedDatabase(queue: queue, path: path, schema: schema)
        }
    }

    /// Closes the file, which is one whole file on disk then.
    package func finish() throws {
        try DerivedDatabase.keeping(("完成派生文件", "finishing a derived file"), file: path) {
            try queue.inDatabase { try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
            try queue.close()
            // After the close: closing any descriptor of a file drops SQLite's locks on it.
            let descriptor = open(path, O_RDONLY | O_CLOEXEC)
            defer { close(descriptor) }
            guard descriptor >= 0, fsync(descriptor) == 0 else {
                throw EventLogError.storage(
                    ("同步 \(path) ", "syncing \(path)"), DurableFile.reason(errno))
            }
        }
    }

    /// Puts a finished file in the place of another. A crash in between leaves none, which is derived anew.
    package static func replace(path: String, by finished: String) throws {
        // The old file's WAL first of all: it must never meet the new file.
        remove(path: path)
        for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: finished + suffix) }
        guard rename(finished, path) == 0 else {
            throw EventLogError.storage(("替换 \(path) ", "replacing \(path)"), DurableFile.reason(errno))
        }
    }

    /// Copies the file as it is now, others writing or not, into a new one without gaps.
    package func copy(to other: String) throws {
        try DerivedDatabase.keeping(("复制派生文件", "copying a derived file"), file: path) {
            DerivedDatabase.remove(path: other)
            try queue.inDatabase { try $0.execute(sql: "VACUUM INTO ?", arguments: [other]) }
        }
    }

    /// Refuses a file that a newer version of the program wrote: it is neither served nor destroyed.
    private static func requireNotNewer(_ queue: DatabaseQueue, _ path: String, _ version: Int) throws {
        guard let found = try? queue.inDatabase({ try Int.fetchOne($0, sql: "PRAGMA user_version") }), found > version
        else { return }
        throw EventLogError.newer(path, "\(found) > \(version)")
    }

    /// Opens the file for reading; nil where it is missing, damaged or of an older layout.
    ///
    /// Throws ``EventLogError`` `derived-newer` for one of a newer layout.
    package static func readable(path: String, version: Int) throws -> DerivedDatabase? {
        guard FileManager.default.fileExists(atPath: path), let queue = try? SQLiteConnection.reader(path) else {
            return nil
        }
        guard (try? isUsable(queue, version)) ?? false else {
            try requireNotNewer(queue, path, version)
            return nil
        }
        return DerivedDatabase(queue: queue, path: path)
    }

    /// Deletes the file and what SQLite keeps beside it.
    package static func remove(path: String) {
        for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
    }

    private static func isUsable(_ queue: DatabaseQueue, _ version: Int) throws -> Bool {
        try queue.inDatabase { db in
            try Int.fetchOne(db, sql: "PRAGMA user_version") == version
                && keptCursor(db) != nil && WALStamp.fits(db)
        }
    }

    package func read<Result>(_ body: (Database) throws -> Result) throws -> Result {
        try DerivedDatabase.keeping(DerivedDatabase.reading, file: path) { try queue.inDatabase(body) }
    }

    /// Runs `body` in one transaction and moves the cursor from `old` to `new` with it, by compare-and-set: a view and
    /// its cursor commit together or not at all.
    package func advance(from old: LogHead, to new: LogHead, _ body: (Database) throws -> Void) throws {
        try DerivedDatabase.keeping(("写入派生文件", "writing a derived file"), file: path) {
            try stamp.begin(queue)
            try queue.inDatabase { db in
                try db.inTransaction(.immediate) {
                    try body(db)
                    try WALStamp.mark(db)
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
            var digest = RowDigest()
            for query in queries { try digest.addRows(db, query) }
            return digest.text()
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
        try storing(
            doing, file: file,
            damage: EventLogError(
                .damaged, chinese: "派生文件 \(file) 已损坏；请删除它，下次打开时会由日志重新生成",
                english: "the derived file \(file) is damaged; delete it, it is derived from the log when next opened"),
            body)
    }
}

extension EventLogError.Code {
    /// A derived file that a newer version of the program wrote.
    public static let newerDerived = Self(rawValue: "derived-newer")
}

extension EventLogError {
    /// - Parameter what: the versions, or what is not known.
    package static func newer(_ path: String, _ what: String) -> EventLogError {
        EventLogError(
            .newerDerived,
            chinese: "派生文件 \(path) 由更新版本的程序写成（\(what)）；请用该版本，或删除此文件由本版本从日志重新生成",
            english:
                "the derived file \(path) was written by a newer version of this program (\(what)); use that version, or "
                + "delete the file, and this one derives it from the log again")
    }
}
