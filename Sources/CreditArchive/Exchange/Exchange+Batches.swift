internal import CreditModel
internal import EventLog
internal import GRDB

// Handing out: the batch that is under way again, else what an administrator's reset left to be handed out again, else
// what is found in the log next.
extension Exchange {
    /// Entries looked at for one batch; what a rare filter leaves is asked for again from there.
    static let maximumScanned: UInt64 = 20_000

    /// The next batch of a subscriber; the same one until it is acknowledged. Empty where there is nothing (``ExchangeBatch/isAtEnd``),
    /// or nothing yet among the entries that were looked at.
    ///
    /// An event that the public does not see any more leaves its place in a batch that is handed out again to a notice,
    /// and the digest changes with it.
    ///
    /// - Parameter limit: of events; a batch that is under way keeps its own.
    /// - Throws: ``ArchiveError`` `subscriber-not-found`, `delivery-differs`, `subscriber-paused`, `exchange-busy`,
    ///   `exchange-ahead`; ``EventLogError`` on damage.
    public func nextBatch(of name: String, by delivery: Subscriber.Delivery, limit: Int) throws -> ExchangeBatch {
        let bytes = delivery == .file ? Exchange.maximumFileBytes : Exchange.maximumBatchBytes
        // Another process may be at the same subscriber: whoever comes second begins again.
        for _ in 0..<100 {
            if let batch = try attempt(name, delivery, limit: limit, bytes: bytes) { return batch }
        }
        throw ArchiveError(
            .unavailable, "exchange-busy", field: name, chinese: "另一进程正在为 \(name) 取批次；请稍后重试",
            english: "another process is taking batches of \(name); try again later")
    }

    /// One try; nil where the subscriber was changed meanwhile.
    private func attempt(
        _ name: String, _ delivery: Subscriber.Delivery, limit: Int, bytes: Int
    ) throws -> ExchangeBatch? {
        var scannedHere: UInt64 = 0
        while true {
            let (subscriber, range) = try store.read { db in
                let subscriber = try Exchange.subscriber(name, db)
                return (subscriber, try Exchange.range(of: subscriber, limit: limit, db))
            }
            try Exchange.require(delivery, subscriber)
            try Exchange.requireRunning(subscriber)
            if let range { return try again(subscriber, range, bytes: bytes) }
            let isSwept = subscriber.visibility == .full || subscriber.sweptOn == archive.today.ordinal
            let size = try archive.log.head().size
            if !isSwept {
                guard try sweep(subscriber) else { return nil }
            } else if subscriber.waiting < UInt64(limit), subscriber.scanned < size,
                scannedHere < Exchange.maximumScanned
            {
                let end = try scan(subscriber)
                guard let end else { return nil }
                scannedHere += end - subscriber.scanned
            } else if subscriber.waiting == 0 {
                return empty(subscriber, isAtEnd: subscriber.scanned >= size)
            } else {
                guard let batch = try take(subscriber, limit: limit, bytes: bytes, logSize: size) else { return nil }
                // Everything that waited had become invisible: there may be more.
                if batch.isEmpty, !batch.isAtEnd, scannedHere < Exchange.maximumScanned { continue }
                return batch
            }
        }
    }

    func empty(_ subscriber: Subscriber, isAtEnd: Bool) -> ExchangeBatch {
        ExchangeBatch(
            subscriber: subscriber.name, number: nil, first: subscriber.acknowledged,
            position: subscriber.acknowledged, digest: nil, isAtEnd: isAtEnd, events: [])
    }

    private static func requireRunning(_ subscriber: Subscriber) throws(ArchiveError) {
        guard subscriber.pausedAt == nil else {
            throw ArchiveError(
                .refused, "subscriber-paused", field: subscriber.name,
                chinese: "订阅方 \(subscriber.name) 已暂停，由管理员恢复后继续",
                english: "the subscriber \(subscriber.name) is paused until an administrator resumes it")
        }
    }

    /// The numbers of what was handed out and is to be handed out again; nil where there is none.
    private static func range(of subscriber: Subscriber, limit: Int, _ db: Database) throws -> Range<UInt64>? {
        if let row = try Row.fetchOne(
            db,
            sql: """
                SELECT first, last FROM batch
                WHERE subscriber = ? AND acknowledged_at IS NULL AND cancelled_at IS NULL
                """, arguments: [subscriber.id])
        {
            return UInt64(row[0] as Int64)..<UInt64(row[1] as Int64)
        }
        guard subscriber.acknowledged < subscriber.handed else { return nil }
        return subscriber.acknowledged..<min(subscriber.handed, subscriber.acknowledged + UInt64(limit))
    }

    // MARK: Finding

    private func scan(_ subscriber: Subscriber) throws -> UInt64? {
        var scan = try ExchangeScan(self, subscriber, shown: shown(subscriber))
        let end = try scan.page(limit: ExchangeScan.pageEntries)
        return try keep(scan, subscriber, "scanned = ?", [Int64(end)]) ? end : nil
    }

    private func sweep(_ subscriber: Subscriber) throws -> Bool {
        let day = archive.today.ordinal
        var scan = try ExchangeScan(self, subscriber, shown: shown(subscriber))
        try scan.sweep()
        return try keep(scan, subscriber, "swept_on = ?", [day])
    }

    private func shown(_ subscriber: Subscriber) throws -> [String: Set<String>] {
        guard subscriber.visibility == .public else { return [:] }
        return try store.read { db in
            var shown: [String: Set<String>] = [:]
            let rows = try Row.fetchCursor(
                db, sql: "SELECT body, item FROM shown WHERE subscriber = ?", arguments: [subscriber.id])
            while let row = try rows.next() { shown[row[0], default: []].insert(row[1]) }
            return shown
        }
    }

    /// Keeps what was found; false where the subscriber was changed meanwhile.
    private func keep(
        _ scan: ExchangeScan, _ subscriber: Subscriber, _ columns: StaticString, _ arguments: StatementArguments
    ) throws -> Bool {
        try store.write { db in
            guard try Exchange.subscriber(subscriber.id, db).revision == subscriber.revision else { return false }
            let insert = try db.cachedStatement(
                sql: "INSERT INTO waiting (subscriber, kind, position, stream) VALUES (?, ?, ?, ?)")
            for one in scan.found {
                try insert.execute(arguments: [
                    subscriber.id, one.kind.rawValue, Int64(one.position), one.stream.text,
                ])
            }
            for item in scan.ended.union(scan.begun.keys) {
                try db.execute(
                    sql: "DELETE FROM shown WHERE subscriber = ? AND item = ?", arguments: [subscriber.id, item])
            }
            for (item, body) in scan.begun {
                try db.execute(
                    sql: "INSERT INTO shown (subscriber, item, body) VALUES (?, ?, ?)",
                    arguments: [subscriber.id, item, body])
            }
            try Exchange.update(subscriber, columns, arguments, db)
            return true
        }
    }
}
