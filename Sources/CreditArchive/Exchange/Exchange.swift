internal import CreditModel
internal import EventLog
internal import GRDB

/// What an archive sends to other platforms, and what they have of it: named subscribers, their batches and cursors,
/// files with receipts, and the reconciliation of both sides.
///
/// At least once and nothing skipped: a batch is handed out again, with the same numbers, until its digest is
/// acknowledged; only then the next one is made. Outside the log: nothing here changes an entry.
public final class Exchange: Sendable {
    /// Most events of a batch that is pulled or pushed, and of one that is a file.
    public static let maximumBatch = 1_000
    public static let maximumFileBatch = 50_000
    /// A batch ends before it is larger than this, unless a single event is.
    static let maximumBatchBytes = 8 << 20
    static let maximumFileBytes = 256 << 20
    public static let maximumSubscribers = 200

    let archive: Archive
    let store: ExchangeStore
    let secrets: SubscriberSecrets
    let places: EntryPlaces

    /// - Parameter archive: open for reading, or the one that a service writes to.
    /// - Throws: ``EventLogError``, ``ArchiveError`` `exchange-foreign`.
    public init(_ archive: Archive) throws {
        self.archive = archive
        store = try ExchangeStore(archive.folder, archive: archive.created.archive)
        secrets = SubscriberSecrets(archive.folder)
        places = EntryPlaces(archive)
    }

    /// The time by the archive's clock, in milliseconds since 1970, UTC.
    public var now: Int64 { archive.clock() }

    /// The number of entries of the log.
    public var logSize: UInt64 { get throws { try archive.log.head().size } }

    /// Every subscriber that was not removed, by name.
    public func subscribers() throws -> [Subscriber] {
        try store.read { try Subscriber.fetch($0, "removed_at IS NULL ORDER BY name") }
    }

    /// A subscriber by its name. Throws ``ArchiveError`` `subscriber-not-found`.
    public func subscriber(_ name: String) throws -> Subscriber {
        try store.read { try Exchange.subscriber(name, $0) }
    }

    /// What was done with a subscriber, the latest last; at most the last thousand.
    public func acts(of subscriber: Subscriber) throws -> [SubscriberAct] {
        try store.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT time, act, principal, reason, position FROM act WHERE subscriber = ?
                    ORDER BY id DESC LIMIT 1000
                    """, arguments: [subscriber.id]
            ).reversed().compactMap { row in
                SubscriberAct.Kind(rawValue: row[1]).map {
                    SubscriberAct(
                        time: row[0], kind: $0, principal: row[2], reason: row[3],
                        position: (row[4] as Int64?).map { UInt64($0) })
                }
            }
        }
    }

    static func subscriber(_ name: String, _ db: Database) throws -> Subscriber {
        guard
            let found = try Subscriber.fetch(db, "removed_at IS NULL AND subscriber.name = ?", [name]).first
        else {
            throw ArchiveError(
                .notFound, "subscriber-not-found", field: name, chinese: "没有订阅方 \(name)；见 subscribers list",
                english: "there is no subscriber \(name); see subscribers list")
        }
        return found
    }

    /// A subscriber as it is in this transaction. Throws ``ArchiveError`` `subscriber-not-found` where it was removed.
    static func subscriber(_ id: Int64, _ db: Database) throws -> Subscriber {
        guard let found = try Subscriber.fetch(db, "removed_at IS NULL AND subscriber.id = ?", [id]).first else {
            throw ArchiveError(
                .notFound, "subscriber-not-found", chinese: "订阅方已被移除", english: "the subscriber was removed")
        }
        return found
    }

    /// Notes an act.
    static func note(
        _ kind: SubscriberAct.Kind, of id: Int64, by principal: String, at time: Int64, reason: String? = nil,
        position: UInt64? = nil, _ db: Database
    ) throws {
        try db.execute(
            sql: "INSERT INTO act (time, subscriber, act, principal, reason, position) VALUES (?, ?, ?, ?, ?, ?)",
            arguments: [time, id, kind.rawValue, principal, reason, position.map { Int64($0) }])
    }
}

extension Subscriber {
    fileprivate static func fetch(
        _ db: Database, _ condition: StaticString, _ arguments: StatementArguments = []
    ) throws -> [Subscriber] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT *, (SELECT count(*) FROM waiting WHERE waiting.subscriber = subscriber.id) AS waiting
                FROM subscriber WHERE \(condition)
                """, arguments: arguments
        ).map(Subscriber.init)
    }

    private init(_ row: Row) throws {
        guard let delivery = Delivery(rawValue: row["delivery"]),
            let visibility = Visibility(rawValue: row["visibility"]),
            let texts = Texts(rawValue: row["texts"])
        else { throw EventLogError.damaged("交换记录中的订阅方无法识别", "a subscriber of the exchange record is unreadable") }
        id = row["id"]
        name = row["name"]
        title = row["title"]
        self.delivery = delivery
        self.visibility = visibility
        self.texts = texts
        regions = (row["regions"] as String? ?? "").split(separator: ",").compactMap { RegionCode(String($0)) }
        filter = FeedFilter(
            body: (row["body"] as String?).flatMap(BodyID.init), type: row["type"],
            regions: regions.isEmpty ? nil : regions.map(\.prefix))
        key = row["key"]
        url = row["url"]
        allowsPrivate = row["allows_private"]
        createdAt = row["created_at"]
        pausedAt = row["paused_at"]
        scanned = UInt64(row["scanned"] as Int64)
        sweptOn = row["swept_on"]
        handed = UInt64(row["handed"] as Int64)
        acknowledged = UInt64(row["acknowledged"] as Int64)
        waiting = UInt64(row["waiting"] as Int64)
        failures = row["failures"]
        nextAttempt = row["next_attempt"]
        lastAttempt = row["last_attempt"]
        lastOutcome = row["last_outcome"]
        revision = row["revision"]
    }
}
