internal import CreditArchive
internal import GRDB

extension TestArchive {
    /// Puts an approval into `proposals.sqlite` as a process leaves it that is killed behind it.
    public func approveAndDie(_ id: String, by principal: String) throws {
        let queue = try DatabaseQueue(path: folder.proposals)
        try queue.inDatabase { db in
            try db.execute(
                sql: "UPDATE proposal SET state = 'approving', decided_by = ?, decided_at = 1 WHERE id = ?",
                arguments: [principal, id])
        }
        try queue.close()
    }
}

/// Keeps everybody else from writing to an SQLite file until it is let go: a disk that is busy for a while.
public final class HeldFile: Sendable {
    private let queue: DatabaseQueue

    public init(_ path: String) throws {
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        queue = try DatabaseQueue(path: path, configuration: configuration)
        try queue.inDatabase { try $0.execute(sql: "BEGIN IMMEDIATE") }
    }

    public func letGo() throws {
        try queue.inDatabase { try $0.execute(sql: "ROLLBACK") }
        try queue.close()
    }
}
