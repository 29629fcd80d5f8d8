internal import EventLog
internal import Foundation
internal import GRDB
internal import SQLiteSupport

// How long readings are kept. No source says it: by default for ever; an office may set a time, and what it deletes by
// that leaves a line of its own in the record.
extension AccessLog {
    private static let pruning = ("删除期满的查阅记录", "deleting old readings")
    /// Rows deleted in one transaction, so that a service that writes beside it waits for a moment only.
    private static let batch = 10_000

    /// Deletes the readings before a time, durably, and records that they were; beside a service that writes.
    ///
    /// - Parameters:
    ///   - limit: milliseconds since 1970, UTC; not after now.
    ///   - principal: who has it done, a pseudonym.
    /// - Returns: how many were deleted; nothing is recorded of none.
    /// - Throws: ``ArchiveError`` `time-in-future`, ``EventLogError``.
    @discardableResult
    public static func prune(
        _ folder: ArchiveFolder, before limit: Int64, by principal: String, clock: Archive.Clock = Archive.systemClock
    ) throws -> Int {
        guard limit <= clock() else {
            throw ArchiveError(
                .usage, "time-in-future", field: "--before", chinese: "只能删除过去的查阅记录",
                english: "only readings of the past are deleted")
        }
        guard FileManager.default.fileExists(atPath: folder.access) else { return 0 }
        return try storing(pruning, file: folder.access) {
            let queue = try SQLiteConnection.writer(folder.access, pageSize: 4_096, durable: true)
            try check(queue, folder.access)
            var total = 0
            var count = 0
            repeat {
                try queue.inDatabase { db in
                    try db.inTransaction(.immediate) {
                        count = try delete(db, before: limit)
                        total += count
                        if total > 0, count < batch {
                            let text = RecordedTime.text(milliseconds: limit)
                            try db.execute(
                                sql: """
                                    INSERT INTO access (time, principal, request, subject, purpose, status, request_id)
                                    VALUES (?, ?, ?, NULL, NULL, 200, '')
                                    """,
                                arguments: [clock(), principal, "PRUNE before \(text): \(total) deleted"])
                        }
                        return .commit
                    }
                }
            } while count == batch
            return total
        }
    }

    /// Deletes a batch. The trigger that keeps readings is away within the transaction alone.
    private static func delete(_ db: Database, before limit: Int64) throws -> Int {
        let name = "access_is_never_deleted"
        let trigger = try String.fetchOne(
            db, sql: "SELECT sql FROM sqlite_schema WHERE type = 'trigger' AND name = ?", arguments: [name])
        guard let trigger else {
            throw EventLogError.damaged("查阅记录缺少防删除的触发器", "the access record lacks its trigger against deletion")
        }
        try db.execute(sql: "DROP TRIGGER access_is_never_deleted")
        try db.execute(
            sql: "DELETE FROM access WHERE id IN (SELECT id FROM access WHERE time < ? ORDER BY id LIMIT ?)",
            arguments: [limit, batch])
        let count = db.changesCount
        try db.execute(sql: trigger)
        return count
    }
}
