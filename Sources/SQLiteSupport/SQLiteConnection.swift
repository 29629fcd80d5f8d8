package import EventLog
package import GRDB
internal import GRDBSQLite

#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// How the archive opens SQLite files, and what SQLite's errors mean to it.
package enum SQLiteConnection {
    /// Bytes of a page of the log: of 4096, 8192 and 16384 the one that keeps `log.sqlite` below 1.15 × the entry bytes
    /// for entries of 600 and of 900 bytes (Tools/bench --only pages).
    package static let logPageSize = 8_192

    /// A writing connection: WAL, and every commit synced (`synchronous=FULL`).
    package static func writer(_ path: String, pageSize: Int, durable: Bool) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.busyMode = .timeout(10)
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA page_size = \(pageSize)")
            try db.execute(sql: "PRAGMA journal_mode = WAL")
            try db.execute(sql: "PRAGMA secure_delete = ON")
        }
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        // After GRDB has set the connection up, so that nothing of its own can weaken it.
        try queue.inDatabase { db in
            try db.execute(sql: durable ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL")
        }
        return queue
    }

    /// A connection that fills a file which nobody reads yet and which is thrown away after a crash.
    package static func builder(_ path: String, pageSize: Int) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA page_size = \(pageSize)")
            try db.execute(sql: "PRAGMA journal_mode = OFF")
            try db.execute(sql: "PRAGMA synchronous = OFF")
            try db.execute(sql: "PRAGMA locking_mode = EXCLUSIVE")
            // KiB, negative by SQLite's rule: pages wait here until their neighbours are there.
            try db.execute(sql: "PRAGMA cache_size = -16384")
        }
        return try DatabaseQueue(path: path, configuration: configuration)
    }

    /// A reading connection. On a read-only folder, where a WAL cannot be set up, a cleanly closed file is read as is.
    package static func reader(_ path: String) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(10)
        do {
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            _ = try queue.inDatabase { try Int.fetchOne($0, sql: "SELECT count(*) FROM sqlite_schema") }
            return queue
        } catch let error as DatabaseError
            where error.resultCode == .SQLITE_CANTOPEN || error.resultCode == .SQLITE_READONLY
        {
            guard access(path, R_OK) == 0, !hasPendingWAL(path) else { throw error }
            let escaped = path.addingURIEscapes
            return try DatabaseQueue(path: "file:\(escaped)?immutable=1", configuration: configuration)
        }
    }

    private static func hasPendingWAL(_ path: String) -> Bool {
        var status = stat()
        return stat(path + "-wal", &status) == 0 && status.st_size > 0
    }
}

extension String {
    fileprivate var addingURIEscapes: String {
        var result = ""
        for byte in utf8 {
            switch byte {
            case UInt8(ascii: "%"), UInt8(ascii: "?"), UInt8(ascii: "#"), 0..<0x21, 0x7F...:
                let digits = Array("0123456789ABCDEF")
                result += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
            default: result.unicodeScalars.append(Unicode.Scalar(byte))
            }
        }
        return result
    }
}

/// Runs a storage operation; SQLite's errors come out as ``EventLogError``, damage told from everything else.
package func storing<Result>(
    _ doing: (chinese: String, english: String), file: String, _ body: () throws -> Result
) throws -> Result {
    do {
        return try body()
    } catch let error as DatabaseError {
        switch error.resultCode {
        case .SQLITE_CORRUPT, .SQLITE_NOTADB:
            throw EventLogError.damaged(
                "文件 \(file) 已损坏（\(error.message ?? "")）", "the file \(file) is damaged (\(error.message ?? ""))")
        default:
            throw EventLogError.storage(doing, "\(file)：\(error.reason)")
        }
    }
}

/// As ``storing(_:file:_:)``; damage comes out as `damage`, which says what to do with a file that no backup of the log
/// mends.
package func storing<Result>(
    _ doing: (chinese: String, english: String), file: String, damage: @autoclosure () -> EventLogError,
    _ body: () throws -> Result
) throws -> Result {
    do {
        return try storing(doing, file: file, body)
    } catch let error as EventLogError where error.code == .damaged {
        throw damage()
    }
}

extension DatabaseError {
    /// What happened to the file, in Chinese and English, with SQLite's own words and number (sqlite.org/rescode.html).
    fileprivate var reason: String {
        let told = "SQLite \(extendedResultCode.rawValue): \(message ?? "")"
        let known: (chinese: String, english: String)? =
            switch resultCode {
            case .SQLITE_FULL: ("磁盘空间不足", "no space left on the disk")
            case .SQLITE_IOERR: ("磁盘读写出错", "the disk cannot be read or written")
            case .SQLITE_READONLY: ("文件或文件系统只读", "the file or its file system is read-only")
            case .SQLITE_CANTOPEN: ("无法打开，请检查权限、路径和磁盘空间", "cannot be opened; check permissions, path and space")
            case .SQLITE_BUSY, .SQLITE_LOCKED: ("被另一进程占用", "another process holds it")
            case .SQLITE_NOMEM: ("内存不足", "out of memory")
            default: nil
            }
        return known.map { "\($0.chinese) / \($0.english) (\(told))" } ?? told
    }
}
