internal import EventLog
internal import Foundation
internal import GRDB
internal import SQLiteSupport
internal import Schema

/// `exchange.sqlite`: subscribers, their cursors, and what each was handed (`Schema/sql/exchange.sql`).
///
/// WAL with `synchronous=FULL`: what a call changed is on disk when it returns. Every change is one immediate
/// transaction, so that the service and the command line may work with the file at once.
final class ExchangeStore: Sendable {
    private let path: String
    private let queue: DatabaseQueue

    /// Opens the file of an archive, and makes it where it is missing.
    ///
    /// Throws ``EventLogError`` `log-damaged` for another file or one of a newer layout, ``ArchiveError``
    /// `exchange-foreign` for the file of another archive.
    init(_ folder: ArchiveFolder, archive: String) throws {
        path = folder.exchange
        let path = path
        queue = try storing(ExchangeStore.opening, file: path) {
            let queue = try SQLiteConnection.writer(path, pageSize: 4_096, durable: true)
            chmod(path, 0o600)
            return queue
        }
        let (version, owner) = try write { db in
            // Two may come to an empty file at once: the second finds it made.
            if try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_schema") == 0 {
                try db.execute(sql: Schema.exchangeSQL)
                try db.execute(sql: "INSERT INTO exchange (id, archive) VALUES (1, ?)", arguments: [archive])
            }
            let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
            return (version, version == 1 ? try String.fetchOne(db, sql: "SELECT archive FROM exchange") : nil)
        }
        guard version == 1 else {
            throw EventLogError.damaged(
                "\(path) 不是本程序认识的交换记录（版本 \(version)）", "\(path) is no exchange record (version \(version))")
        }
        guard owner == archive else {
            throw ArchiveError(
                .unavailable, "exchange-foreign", chinese: "\(path) 属于另一档案库（\(owner ?? "—")）；请移走该文件",
                english: "\(path) belongs to another archive (\(owner ?? "—")); move it away")
        }
    }

    deinit { try? queue.close() }

    private static let opening = ("打开交换记录", "opening the exchange record")

    /// Reads one state of the file.
    func read<Result>(_ body: (Database) throws -> Result) throws -> Result {
        try storing(("读取交换记录", "reading the exchange record"), file: path) {
            try queue.inDatabase { db in
                var result: Result?
                try db.inTransaction(.deferred) {
                    result = try body(db)
                    return .commit
                }
                guard let result else { preconditionFailure("the transaction ran") }
                return result
            }
        }
    }

    /// Changes the file in one transaction; nothing is changed where `body` throws.
    func write<Result>(_ body: (Database) throws -> Result) throws -> Result {
        try storing(("写入交换记录", "writing the exchange record"), file: path) {
            try queue.inDatabase { db in
                var result: Result?
                try db.inTransaction(.immediate) {
                    result = try body(db)
                    return .commit
                }
                guard let result else { preconditionFailure("the transaction ran") }
                return result
            }
        }
    }
}
