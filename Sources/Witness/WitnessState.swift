internal import EventLog
internal import Foundation
internal import GRDB
internal import SQLiteSupport
internal import Schema
public import TransparencyLog

/// The latest checkpoint that a witness cosigned for a log.
public struct WitnessedHead: Sendable, Hashable {
    /// The log.
    public let origin: String
    /// The number of entries.
    public let size: UInt64
    /// The root at that size.
    public let root: Digest32
    /// The checkpoint with the log's signatures that were verified, and the cosignature.
    public let note: [UInt8]
    /// The time of the cosignature, in seconds since 1970-01-01 UTC.
    public let timestampSeconds: UInt64
}

/// What a witness remembers, in a SQLite file: the latest checkpoint of each log, and what it refused.
///
/// WAL with `synchronous=FULL`: what a call changed is on disk when it returns. Check and change are one immediate
/// transaction, so that of two processes with one file only one wins, too. Triggers refuse to go back. A witness that
/// lost its state would cosign a second history: it must be retired with its key.
public final class WitnessState: Sendable {
    /// As many refused checkpoints are kept for a log, the first ones: enough to prove what the log did.
    public static let maximumRefused = 100

    private let path: String
    private let queue: DatabaseQueue

    /// Makes the empty state of a key, durably. Throws ``EventLogError`` `witness-state-exists`, `storage-failed`.
    public static func create(path: String, for verifier: NoteVerifier) throws {
        guard !FileManager.default.fileExists(atPath: path) else {
            throw EventLogError(
                .witnessStateExists, chinese: "\(path) 已存在，没有改动；见证状态从不覆盖，请换一个文件名",
                english:
                    "\(path) exists and was left as it is; a witness's state is never overwritten, choose another name")
        }
        // Beside its place first, so that it is there whole or not at all.
        let draft = path + ".part"
        for suffix in ["", "-wal", "-shm"] { unlink(draft + suffix) }
        try WitnessState.keeping(("建立见证状态", "making the witness's state"), file: path) {
            let queue = try SQLiteConnection.writer(draft, pageSize: 4096, durable: true)
            try queue.inDatabase { db in
                try db.inTransaction(.immediate) {
                    try db.execute(sql: Schema.witnessSQL)
                    try db.execute(
                        sql: "INSERT INTO witness (id, verifier_key) VALUES (1, ?)",
                        arguments: [Data(verifier.string.utf8)])
                    return .commit
                }
            }
            try queue.close()
        }
        var code = rename(draft, path) == 0 ? 0 : errno
        if code == 0 { code = DurableFile.syncFolder(of: path) }
        guard code == 0 else { throw WitnessKey.storage(path, code) }
    }

    /// Opens the state of a key.
    ///
    /// - Throws: ``EventLogError`` `witness-state-missing`, `witness-state-foreign` where it is of another key,
    ///   `log-damaged`, `storage-failed`.
    public init(path: String, for verifier: NoteVerifier) throws {
        self.path = path
        guard FileManager.default.fileExists(atPath: path) else {
            throw EventLogError(
                .witnessStateMissing, chinese: "没有见证状态 \(path)；若已丢失，必须停用此密钥并用 witness init 另建，否则可能为第二段历史背书",
                english:
                    "there is no witness state \(path); if it was lost, retire this key and make a new one with witness "
                    + "init: without its memory a witness could cosign a second history")
        }
        queue = try WitnessState.keeping(WitnessState.opening, file: path) {
            try SQLiteConnection.writer(path, pageSize: 4096, durable: true)
        }
        let (version, key) = try WitnessState.keeping(WitnessState.opening, file: path) {
            try queue.inDatabase { db in
                let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
                let key = version == 1 ? try Data.fetchOne(db, sql: "SELECT verifier_key FROM witness") : nil
                return (version, key)
            }
        }
        guard version == 1, let key else {
            throw EventLogError(
                .damaged, chinese: "\(path) 不是本程序认识的见证状态（版本 \(version)）",
                english: "\(path) is no witness state that this program knows (version \(version))")
        }
        guard key.elementsEqual(verifier.string.utf8) else {
            throw EventLogError(
                .witnessStateForeign,
                chinese: "\(path) 是另一见证密钥的状态（\(String(decoding: key, as: UTF8.self))）；请核对 --key 与 --state",
                english:
                    "\(path) is the state of another key (\(String(decoding: key, as: UTF8.self))); check --key and --state"
            )
        }
    }

    deinit { try? queue.close() }

    /// Damage is not mended from a backup: an older state would cosign a second history.
    private static func keeping<Result>(
        _ doing: (chinese: String, english: String), file: String, _ body: () throws -> Result
    ) throws -> Result {
        try storing(
            doing, file: file,
            damage: EventLogError(
                .damaged, chinese: "见证状态 \(file) 已损坏；请停用此密钥并用 witness init 另建，不要换上旧的副本：旧状态会为第二段历史背书",
                english:
                    "the witness's state \(file) is damaged; retire its key and make a new one with witness init, and do "
                    + "not put an older copy in place: it could cosign a second history"),
            body)
    }

    private static let opening = ("打开见证状态", "opening the witness's state")

    /// The latest checkpoint of a log; nil for one never cosigned.
    public func latest(_ origin: String) throws -> WitnessedHead? {
        try WitnessState.keeping(("读取见证状态", "reading the witness's state"), file: path) {
            try queue.inDatabase { try WitnessState.latest(origin, $0) }
        }
    }

    /// The latest checkpoints of all logs, by origin, each with the number of refused ones.
    public func all() throws -> [(head: WitnessedHead, refused: Int)] {
        try WitnessState.keeping(("读取见证状态", "reading the witness's state"), file: path) {
            try queue.inDatabase { db in
                try Row.fetchAll(
                    db,
                    sql: """
                        SELECT *, (SELECT count(*) FROM refused WHERE refused.origin = latest.origin) AS refused
                        FROM latest ORDER BY origin
                        """
                ).map { (try WitnessState.head($0), $0["refused"]) }
            }
        }
    }

    /// The `synchronous` level in force: 2 is FULL.
    public func synchronousLevel() throws -> Int? {
        try queue.inDatabase { try Int.fetchOne($0, sql: "PRAGMA synchronous") }
    }

    /// What to do with the latest checkpoint of a log, once it was looked at.
    enum Change {
        case nothing
        case advance(WitnessedHead)
        case refuse(Checkpoint, request: [UInt8], timestampSeconds: UInt64)
    }

    /// Looks at the latest checkpoint of a log and changes it, in one transaction; durable when it returns.
    func update<Result>(_ origin: String, _ decide: (WitnessedHead?) throws -> (Change, Result)) throws -> Result {
        try WitnessState.keeping(("写入见证状态", "writing the witness's state"), file: path) {
            try queue.inDatabase { db in
                var result: Result?
                try db.inTransaction(.immediate) {
                    let (change, outcome) = try decide(WitnessState.latest(origin, db))
                    try WitnessState.apply(change, db)
                    result = outcome
                    return .commit
                }
                guard let result else { preconditionFailure("the transaction ran") }
                return result
            }
        }
    }

    private static func apply(_ change: Change, _ db: Database) throws {
        switch change {
        case .nothing: break
        case .advance(let head):
            try db.execute(
                sql: """
                    UPDATE latest SET size = ?2, root = ?3, note = ?4, time = ?5 WHERE origin = ?1
                    """, arguments: arguments(head))
            guard db.changesCount == 0 else { return }
            try db.execute(
                sql: "INSERT INTO latest (origin, size, root, note, time) VALUES (?, ?, ?, ?, ?)",
                arguments: arguments(head))
        case .refuse(let checkpoint, let request, let seconds):
            let origin = Data(checkpoint.origin.utf8)
            let kept = try Int.fetchOne(db, sql: "SELECT count(*) FROM refused WHERE origin = ?", arguments: [origin])
            guard (kept ?? 0) < maximumRefused else { return }
            try db.execute(
                sql: "INSERT OR IGNORE INTO refused (origin, size, root, request, time) VALUES (?, ?, ?, ?, ?)",
                arguments: [
                    origin, Int64(checkpoint.size), Data(checkpoint.root.bytes), Data(request), Int64(seconds),
                ])
        }
    }

    private static func arguments(_ head: WitnessedHead) -> StatementArguments {
        [
            Data(head.origin.utf8), Int64(head.size), Data(head.root.bytes), Data(head.note),
            Int64(head.timestampSeconds),
        ]
    }

    private static func latest(_ origin: String, _ db: Database) throws -> WitnessedHead? {
        try Row.fetchOne(db, sql: "SELECT * FROM latest WHERE origin = ?", arguments: [Data(origin.utf8)]).map(head)
    }

    private static func head(_ row: Row) throws -> WitnessedHead {
        let root: Data = row["root"]
        let origin: Data = row["origin"]
        let note: Data = row["note"]
        guard let size = UInt64(exactly: row["size"] as Int64), let time = UInt64(exactly: row["time"] as Int64),
            let digest = Digest32(root)
        else {
            throw EventLogError(
                .damaged, chinese: "见证状态已损坏；请停用此密钥", english: "the witness's state is damaged; retire its key")
        }
        return WitnessedHead(
            origin: String(decoding: origin, as: UTF8.self), size: size, root: digest, note: [UInt8](note),
            timestampSeconds: time)
    }
}
