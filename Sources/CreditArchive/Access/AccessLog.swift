public import EventLog
internal import Foundation
internal import GRDB
internal import SQLiteSupport
internal import Schema
internal import Synchronization

/// `access.sqlite`: every reading of a record that is not public, durable within one second.
///
/// Readings are gathered and written together twice a second, synced. Where they cannot be written, nothing more is read:
/// ``add(_:)`` throws until they can. A power cut may take the readings of the last second with it, and the manual says so.
public final class AccessLog: Sendable {
    /// Readings that may wait to be written; no more are given then.
    public static let maximumWaiting = 100_000
    private static let pauseMilliseconds = 500

    private struct State: Sendable {
        var waiting: [AccessRecord] = []
        var failure: EventLogError?
        var isClosed = false
    }

    private let path: String
    private let queue: DatabaseQueue
    private let state = Mutex(State())
    private let ended = DispatchSemaphore(value: 0)

    /// Opens the record for writing, and makes it where it is missing. Throws ``EventLogError``.
    public init(_ folder: ArchiveFolder) throws {
        path = folder.access
        let path = path
        queue = try storing(AccessLog.opening, file: path) {
            let isNew = !FileManager.default.fileExists(atPath: path)
            let queue = try SQLiteConnection.writer(path, pageSize: 4_096, durable: true)
            if isNew {
                chmod(path, 0o600)
                try queue.inDatabase { db in
                    try db.inTransaction(.immediate) {
                        try db.execute(sql: Schema.accessSQL)
                        return .commit
                    }
                }
            }
            return queue
        }
        try AccessLog.check(queue, path)
        Thread.detachNewThread { [self] in
            while !state.withLock({ $0.isClosed }) {
                Thread.sleep(forTimeInterval: Double(AccessLog.pauseMilliseconds) / 1_000)
                write()
            }
            write()
            ended.signal()
        }
    }

    private static let opening = ("打开查阅记录", "opening the access record")

    static func check(_ queue: DatabaseQueue, _ path: String) throws {
        let version = try storing(opening, file: path) {
            try queue.inDatabase { try Int.fetchOne($0, sql: "PRAGMA user_version") }
        }
        guard version == 1 else {
            throw EventLogError.damaged(
                "\(path) 不是查阅记录（版本 \(version ?? 0)）", "\(path) is no access record (version \(version ?? 0))")
        }
    }

    /// Why readings cannot be recorded now; nil where they can.
    public var failure: EventLogError? { state.withLock { $0.failure } }

    /// Notes a reading. Throws ``EventLogError`` where earlier ones could not be written: nothing may be given then.
    public func add(_ record: AccessRecord) throws(EventLogError) {
        let failure: EventLogError? = state.withLock { state in
            if let failure = state.failure { return failure }
            guard state.waiting.count < AccessLog.maximumWaiting else {
                return EventLogError(
                    .busy, chinese: "查阅记录排队已满，请稍后重试", english: "too many readings wait to be recorded; try again later")
            }
            state.waiting.append(record)
            return nil
        }
        if let failure { throw failure }
    }

    /// Writes what waits.
    private func write() {
        let waiting = state.withLock { state in
            defer { state.waiting = [] }
            return state.waiting
        }
        guard !waiting.isEmpty else { return }
        do {
            try storing(("写入查阅记录", "writing the access record"), file: path) {
                try queue.inDatabase { db in
                    try db.inTransaction(.immediate) {
                        let insert = try db.cachedStatement(
                            sql: """
                                INSERT INTO access (time, principal, request, subject, purpose, status, request_id)
                                VALUES (?, ?, ?, ?, ?, ?, ?)
                                """)
                        for record in waiting {
                            try insert.execute(arguments: [
                                record.milliseconds, record.principal, record.request, record.subject, record.purpose,
                                record.status, record.requestID,
                            ])
                        }
                        return .commit
                    }
                }
            }
            state.withLock { $0.failure = nil }
        } catch {
            let failure = error as? EventLogError ?? .storage(("写入查阅记录", "writing the access record"), "\(error)")
            state.withLock { state in
                state.waiting = waiting + state.waiting
                state.failure = failure
            }
        }
    }

    /// Writes what waits, and ends.
    public func close() throws {
        state.withLock { $0.isClosed = true }
        ended.wait()
        if let failure = state.withLock({ $0.failure }) { throw failure }
        try queue.close()
    }

    /// The readings asked for, the newest first. Reads beside a process that writes; none where there is no record.
    public static func read(_ folder: ArchiveFolder, _ query: AccessQuery) throws -> [AccessRecord] {
        guard FileManager.default.fileExists(atPath: folder.access) else { return [] }
        return try storing(("读取查阅记录", "reading the access record"), file: folder.access) {
            let queue = try SQLiteConnection.reader(folder.access)
            try check(queue, folder.access)
            return try queue.inDatabase { db in
                try Row.fetchAll(
                    db,
                    sql: """
                        SELECT time, principal, request, subject, purpose, status, request_id FROM access
                        WHERE (?1 IS NULL OR principal = ?1) AND (?2 IS NULL OR subject = ?2)
                        AND (?3 IS NULL OR time >= ?3) AND (?4 IS NULL OR time < ?4) ORDER BY id DESC LIMIT ?5
                        """,
                    arguments: [query.principal, query.subject, query.from, query.to, query.limit]
                ).map { row in
                    AccessRecord(
                        milliseconds: row[0], principal: row[1], request: row[2], subject: row[3], purpose: row[4],
                        status: row[5], requestID: row[6])
                }
            }
        }
    }
}
