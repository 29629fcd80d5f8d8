internal import CreditModel
internal import EventLog
internal import GRDB

// What administrators do with subscribers. Every act is kept, with who did it and why.
extension Exchange {
    /// Makes a subscriber, which begins at the log's first entry.
    ///
    /// - Parameter principal: who asks, as in ``SubscriberAct/principal``.
    /// - Returns: the subscriber, and the secret of its webhook where it has one: shown this once.
    /// - Throws: ``ArchiveError`` as of ``SubscriberWish``; `subscriber-exists`, `too-many-subscribers`,
    ///   `key-not-found`, `key-without-role`, `body-not-found`, `name-ambiguous`.
    public func create(
        _ wish: SubscriberWish, by principal: String
    ) throws -> (subscriber: Subscriber, secret: String?) {
        try wish.check()
        try requireKey(wish.key)
        let body = try wish.body.map { try Auditor(archive).body(named: $0) }
        let now = archive.clock()
        let made = try store.write { db in
            let names = try String.fetchAll(db, sql: "SELECT name FROM subscriber WHERE removed_at IS NULL")
            guard !names.contains(wish.name) else {
                throw ArchiveError(
                    .conflict, "subscriber-exists", field: "name", chinese: "已有订阅方 \(wish.name)；请另取代号，或先移除它",
                    english: "there is a subscriber \(wish.name) already; take another name, or remove it first")
            }
            guard names.count < Exchange.maximumSubscribers else {
                throw ArchiveError(
                    .refused, "too-many-subscribers", chinese: "订阅方已满 \(Exchange.maximumSubscribers) 个",
                    english: "there are \(Exchange.maximumSubscribers) subscribers already")
            }
            try db.execute(
                sql: """
                    INSERT INTO subscriber (name, title, delivery, visibility, texts, body, type, regions, key, url,
                    allows_private, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    wish.name, wish.title, wish.delivery.rawValue, wish.visibility.rawValue, wish.texts.rawValue,
                    body?.text, wish.type,
                    wish.regions.isEmpty ? nil : wish.regions.map(\.text).joined(separator: ","), wish.key,
                    wish.url, wish.allowsPrivate, now,
                ])
            let id = db.lastInsertedRowID
            try Exchange.note(.created, of: id, by: principal, at: now, db)
            return try Exchange.subscriber(id, db)
        }
        return (made, made.delivery == .push ? try secrets.issue(for: made.id, at: now) : nil)
    }

    /// Stops the handing out of batches; what was handed out can still be acknowledged.
    public func pause(_ name: String, reason: String, by principal: String) throws -> Subscriber {
        try act(.paused, on: name, reason, by: principal) { subscriber, db in
            guard subscriber.pausedAt == nil else {
                throw ArchiveError(
                    .refused, "subscriber-paused", field: name, chinese: "订阅方 \(name) 已经暂停",
                    english: "the subscriber \(name) is paused already")
            }
            try Exchange.update(subscriber, "paused_at = ?", [self.archive.clock()], db)
        }
    }

    /// Goes on where it was paused, and forgets the failures of its webhook.
    public func resume(_ name: String, reason: String, by principal: String) throws -> Subscriber {
        try act(.resumed, on: name, reason, by: principal) { subscriber, db in
            guard subscriber.pausedAt != nil || subscriber.failures > 0 else {
                throw ArchiveError(
                    .refused, "subscriber-not-paused", field: name, chinese: "订阅方 \(name) 没有暂停",
                    english: "the subscriber \(name) is not paused")
            }
            try Exchange.update(subscriber, "paused_at = NULL, failures = 0, next_attempt = NULL", [], db)
        }
    }

    /// Ends a subscriber for good. What it was handed stays on record; its name is free again.
    public func remove(_ name: String, reason: String, by principal: String) throws {
        try Exchange.requireReason(reason)
        let now = archive.clock()
        let id = try store.write { db in
            let subscriber = try Exchange.subscriber(name, db)
            try Exchange.update(subscriber, "removed_at = ?", [now], db)
            try Exchange.note(.removed, of: subscriber.id, by: principal, at: now, reason: reason, db)
            return subscriber.id
        }
        try secrets.remove(id)
    }

    /// Sets the cursor back: from this number on everything is handed out again, under the same numbers.
    ///
    /// Throws ``ArchiveError`` `cursor-ahead` for a number beyond the cursor, which only acknowledgements move forward.
    public func reset(
        _ name: String, to position: UInt64, reason: String, by principal: String
    ) throws -> Subscriber {
        try act(.reset, on: name, reason, position: position, by: principal) { subscriber, db in
            guard position <= subscriber.acknowledged else {
                throw ArchiveError(
                    .refused, "cursor-ahead", field: "position",
                    chinese: "游标只能退回：现为 \(subscriber.acknowledged)，不能改到 \(position)",
                    english:
                        "a reset only goes back: the cursor is at \(subscriber.acknowledged), not beyond \(position)")
            }
            try db.execute(
                sql: "UPDATE batch SET cancelled_at = ? WHERE subscriber = ? AND last > ? AND cancelled_at IS NULL",
                arguments: [self.archive.clock(), subscriber.id, Int64(position)])
            try Exchange.update(
                subscriber, "acknowledged = ?, failures = 0, next_attempt = NULL", [Int64(position)], db)
        }
    }

    /// Binds another API key, which alone pulls for the subscriber from then on.
    public func bind(_ name: String, key: String, reason: String, by principal: String) throws -> Subscriber {
        try requireKey(key)
        return try act(.bound, on: name, "\(key): \(reason)", by: principal) { subscriber, db in
            try Exchange.update(subscriber, "key = ?", [key], db)
        }
    }

    /// Issues another secret for its webhook, shown this once; posts are signed with the former one, too, for a day.
    ///
    /// Throws ``ArchiveError`` `delivery-differs` where it has no webhook.
    public func renewSecret(of name: String, reason: String, by principal: String) throws -> String {
        let changed = try act(.secret, on: name, reason, by: principal) { subscriber, _ in
            try Exchange.require(.push, subscriber)
        }
        return try secrets.issue(for: changed.id, at: archive.clock())
    }

    private func act(
        _ kind: SubscriberAct.Kind, on name: String, _ reason: String, position: UInt64? = nil, by principal: String,
        _ change: (Subscriber, Database) throws -> Void
    ) throws -> Subscriber {
        try Exchange.requireReason(reason)
        return try store.write { db in
            let subscriber = try Exchange.subscriber(name, db)
            // First: the cursor goes back only where an act says so.
            try Exchange.note(
                kind, of: subscriber.id, by: principal, at: archive.clock(), reason: reason, position: position, db)
            try change(subscriber, db)
            return try Exchange.subscriber(name, db)
        }
    }

    /// Changes columns of a subscriber; whoever has read it before changes nothing any more.
    static func update(
        _ subscriber: Subscriber, _ columns: StaticString, _ arguments: StatementArguments, _ db: Database
    ) throws {
        try db.execute(
            sql: "UPDATE subscriber SET \(columns), revision = revision + 1 WHERE id = ?",
            arguments: arguments + [subscriber.id])
    }

    static func require(_ delivery: Subscriber.Delivery, _ subscriber: Subscriber) throws(ArchiveError) {
        guard subscriber.delivery == delivery else {
            throw ArchiveError(
                .refused, "delivery-differs", field: subscriber.name,
                chinese: "订阅方 \(subscriber.name) 的交换方式是 \(subscriber.delivery.rawValue)，不是 \(delivery.rawValue)",
                english:
                    "the subscriber \(subscriber.name) is served by \(subscriber.delivery.rawValue), not by "
                    + delivery.rawValue)
        }
    }

    private static func requireReason(_ reason: String) throws(ArchiveError) {
        guard PlainText.isName(reason, limit: 200) else {
            throw ArchiveError(
                .badInput, "reason-malformed", field: "reason", chinese: "请写明理由（1–200 字）",
                english: "say why (1–200 characters)")
        }
    }

    private func requireKey(_ id: String?) throws(ArchiveError) {
        guard let id else { return }
        guard let key = try APIKeys(archive.folder, clock: archive.clock).all().first(where: { $0.id == id }) else {
            throw ArchiveError(
                .notFound, "key-not-found", field: "key", chinese: "没有密钥 \(id)", english: "there is no key \(id)")
        }
        guard key.roles.contains(.subscriber), key.isValid(on: archive.today) else {
            throw ArchiveError(
                .badInput, "key-without-role", field: "key", chinese: "密钥 \(id) 没有角色 subscriber，或已失效",
                english: "the key \(id) does not have the role subscriber, or is not valid any more")
        }
    }
}
