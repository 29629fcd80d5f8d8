internal import CanonicalJSON
internal import CreditModel
internal import EventLog
internal import Foundation
internal import GRDB
internal import SQLiteSupport
internal import Schema
internal import Synchronization

/// `proposals.sqlite`: acts that wait for a second person, and what became of them. Made with the first proposal.
///
/// Any number of processes may use it at once: each change is one durable transaction that looks at the state first.
final class ProposalStore: Sendable {
    private let path: String
    private let opened = Mutex<DatabaseQueue?>(nil)

    init(_ folder: ArchiveFolder) { path = folder.proposals }

    private static let opening = ("打开提案", "opening the proposals")
    private static let writing = ("写入提案", "writing the proposals")
    private static let columns = """
        id, act, source, event, subject, region, proposed_by, proposed_at, expires_at, content, state, decided_by,
        decided_at, reason, position
        """

    // MARK: Reading

    /// Those asked for, the newest first. Throws ``EventLogError``.
    func list(_ query: ProposalQuery) throws -> [Proposal] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT \(ProposalStore.columns) FROM proposal WHERE (?1 IS NULL OR act = ?1)
                    ORDER BY number DESC LIMIT ?2
                    """, arguments: [query.act?.rawValue, query.limit]
            ).map(ProposalStore.proposal)
        } ?? []
    }

    /// One proposal; nil where there is none.
    func proposal(_ id: String) throws -> Proposal? {
        try read { db in try ProposalStore.proposal(id, db) } ?? nil
    }

    /// Those that were approved and are not known to be in the log.
    func approving() throws -> [Proposal] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: "SELECT \(ProposalStore.columns) FROM proposal WHERE state = 'approving' ORDER BY number"
            ).map(ProposalStore.proposal)
        } ?? []
    }

    private static func proposal(_ id: String, _ db: Database) throws -> Proposal? {
        try Row.fetchOne(
            db, sql: "SELECT \(columns) FROM proposal WHERE id = ?", arguments: [id]
        ).map(proposal)
    }

    private static func proposal(_ row: Row) throws -> Proposal {
        let content: Data? = row[9]
        guard let act = TwoPersonAct(rawValue: row[1]), let state = Proposal.State(rawValue: row[10]) else {
            throw EventLogError.damaged("提案 \(row[0] as String) 不合规定", "the proposal \(row[0] as String) is malformed")
        }
        let position: Int64? = row[14]
        return Proposal(
            id: row[0], act: act, source: row[2], event: row[3], subject: row[4],
            region: (row[5] as String?).flatMap { RegionCode($0) }, proposedBy: row[6], proposedAt: row[7],
            expiresAt: row[8], state: state, decidedBy: row[11], decidedAt: row[12], reason: row[13],
            position: position.map { UInt64($0) },
            content: try content.map { try ProposalContent(json: JSONDocument(parsing: Array($0)).root) })
    }

    // MARK: Writing

    /// Keeps a proposal, or returns the one that waits with the same identity. Throws ``EventLogError``.
    func add(_ proposal: Proposal, expiring now: Int64) throws -> Proposal {
        guard let content = proposal.content else { preconditionFailure("a new proposal says what it proposes") }
        return try change(now) { db in
            let waiting = try Row.fetchOne(
                db,
                sql: """
                    SELECT \(ProposalStore.columns) FROM proposal
                    WHERE source = ? AND event = ? AND state IN ('open', 'approving')
                    """, arguments: [proposal.source, proposal.event])
            if let waiting { return try ProposalStore.proposal(waiting) }
            try db.execute(
                sql: """
                    INSERT INTO proposal (id, act, source, event, subject, region, proposed_by, proposed_at, expires_at,
                    content, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'open')
                    """,
                arguments: [
                    proposal.id, proposal.act.rawValue, proposal.source, proposal.event, proposal.subject,
                    proposal.region?.text, proposal.proposedBy, proposal.proposedAt, proposal.expiresAt,
                    Data(content.bytes),
                ])
            return proposal
        }
    }

    /// Takes an open proposal on its way into the log; nothing where it is not open any more. Returns it as it is then.
    func begin(_ id: String, by principal: String, at now: Int64) throws -> (proposal: Proposal?, isBegun: Bool) {
        try change(now) { db in
            try db.execute(
                sql: """
                    UPDATE proposal SET state = 'approving', decided_by = ?, decided_at = ?
                    WHERE id = ? AND state = 'open' AND proposed_by <> ?
                    """, arguments: [principal, now, id, principal])
            let isBegun = db.changesCount == 1
            return (try ProposalStore.proposal(id, db), isBegun)
        }
    }

    /// What was approved is in the log.
    func finish(_ id: String, at position: UInt64) throws {
        try change(nil) { db in
            try db.execute(
                sql: """
                    UPDATE proposal SET state = 'approved', position = ?, content = NULL
                    WHERE id = ? AND state = 'approving'
                    """, arguments: [Int64(position), id])
        }
    }

    /// What was approved could not be recorded: it waits again.
    func reopen(_ id: String) throws {
        try change(nil) { db in
            try db.execute(
                sql: """
                    UPDATE proposal SET state = 'open', decided_by = NULL, decided_at = NULL
                    WHERE id = ? AND state = 'approving'
                    """, arguments: [id])
        }
    }

    /// Returns an open proposal with the reason; nothing where it is not open any more. Returns it as it is then.
    func giveBack(
        _ id: String, reason: String, by principal: String, at now: Int64
    ) throws -> (proposal: Proposal?, isReturned: Bool) {
        try change(now) { db in
            try db.execute(
                sql: """
                    UPDATE proposal SET state = 'returned', decided_by = ?, decided_at = ?, reason = ?, content = NULL
                    WHERE id = ? AND state = 'open'
                    """, arguments: [principal, now, reason, id])
            let isReturned = db.changesCount == 1
            return (try ProposalStore.proposal(id, db), isReturned)
        }
    }

    // MARK: The file

    private func read<Result>(_ body: (Database) throws -> Result) throws -> Result? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        return try storing(("读取提案", "reading the proposals"), file: path) {
            let queue = try opened.withLock { $0 } ?? SQLiteConnection.reader(path)
            return try queue.inDatabase { db in
                try ProposalStore.check(db, path)
                return try body(db)
            }
        }
    }

    /// One durable transaction; what has expired by `now` does so in it.
    private func change<Result>(_ now: Int64?, _ body: (Database) throws -> Result) throws -> Result {
        let queue = try writer()
        return try storing(ProposalStore.writing, file: path) {
            var result: Result?
            try queue.inDatabase { db in
                try db.inTransaction(.immediate) {
                    if let now {
                        try db.execute(
                            sql: """
                                UPDATE proposal SET state = 'expired', content = NULL
                                WHERE state = 'open' AND expires_at <= ?
                                """, arguments: [now])
                    }
                    result = try body(db)
                    return .commit
                }
                // Texts of decided proposals do not stay behind in the write-ahead log.
                _ = try? db.checkpoint(.truncate)
            }
            guard let result else { preconditionFailure("a transaction that returns has run its body") }
            return result
        }
    }

    private func writer() throws -> DatabaseQueue {
        try opened.withLock { opened in
            if let opened { return opened }
            let path = path
            let queue = try storing(ProposalStore.opening, file: path) {
                let queue = try SQLiteConnection.writer(path, pageSize: 4_096, durable: true)
                chmod(path, 0o600)
                try queue.inDatabase { db in
                    try db.inTransaction(.immediate) {
                        // Two may make it at once: the first has done it.
                        if try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_schema") == 0 {
                            try db.execute(sql: Schema.proposalsSQL)
                        }
                        return .commit
                    }
                    try ProposalStore.check(db, path)
                }
                return queue
            }
            opened = queue
            return queue
        }
    }

    private static func check(_ db: Database, _ path: String) throws {
        let version = try Int.fetchOne(db, sql: "PRAGMA user_version")
        guard version == 1 else {
            throw EventLogError.damaged(
                "\(path) 不是提案文件（版本 \(version ?? 0)）", "\(path) has no proposals (version \(version ?? 0))")
        }
    }
}
