internal import CreditModel
internal import Crypto
internal import EventLog
internal import Foundation
internal import GRDB

// What leaves is kept first: its numbers, digests and batch.
extension Exchange {
    /// What is about to be handed out.
    struct Handing {
        var made: [(number: UInt64, event: ExchangeEvent)] = []
        /// Rows of `waiting` that are done with.
        var taken: [Int64] = []
        /// Streams that the subscriber is told to take out: a later entry brings them whole again.
        var ended: Set<StreamID> = []
        var bytes = 0

        /// Adds an event; false where the batch is full without it.
        mutating func add(_ event: ExchangeEvent, as number: UInt64, limit: Int) -> Bool {
            bytes += event.json.count + 1
            guard bytes <= limit || made.isEmpty else { return false }
            made.append((number, event))
            return true
        }
    }

    /// What was handed out before, as it may leave now.
    func again(_ subscriber: Subscriber, _ range: Range<UInt64>, bytes: Int) throws -> ExchangeBatch? {
        let rows = try store.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT number, kind, position, stream FROM item
                    WHERE subscriber = ? AND number >= ? AND number < ? ORDER BY number
                    """, arguments: [subscriber.id, Int64(range.lowerBound), Int64(range.upperBound)])
        }
        var maker = try EventMaker(archive, subscriber)
        var handing = Handing()
        for row in rows {
            let number = UInt64(row[0] as Int64)
            let found = try ExchangeScan.Found(row: row)
            let event = try maker.event(found, number: number)
            guard handing.add(event, as: number, limit: bytes) else { break }
            if event.kind != found.kind { handing.ended.insert(event.stream) }
        }
        return try hand(out: handing, subscriber, logSize: archive.log.head().size)
    }

    /// What waits, as it may leave now.
    func take(_ subscriber: Subscriber, limit: Int, bytes: Int, logSize: UInt64) throws -> ExchangeBatch? {
        let rows = try store.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT id, kind, position, stream, EXISTS (SELECT 1 FROM item WHERE item.subscriber = ?1
                    AND item.stream = waiting.stream) AS handed
                    FROM waiting WHERE subscriber = ?1 ORDER BY id LIMIT ?2
                    """, arguments: [subscriber.id, limit])
        }
        var maker = try EventMaker(archive, subscriber)
        var handing = Handing()
        var (known, told) = (Set<StreamID>(), Set<StreamID>())
        for row in rows {
            let found = try ExchangeScan.Found(row: row)
            let event = try maker.event(found, number: subscriber.handed + UInt64(handing.made.count))
            if event.kind != found.kind { handing.ended.insert(event.stream) }
            // What it never got needs no notice, and one is enough.
            let isNeeded =
                event.kind == .entry
                || (row[4] as Bool || known.contains(event.stream)) && told.insert(event.stream).inserted
            if isNeeded {
                guard handing.add(event, as: subscriber.handed + UInt64(handing.made.count), limit: bytes) else {
                    break
                }
                if event.kind == .entry {
                    known.insert(event.stream)
                    told.remove(event.stream)
                }
            }
            handing.taken.append(row[0])
        }
        return try hand(out: handing, subscriber, logSize: logSize)
    }

    /// Keeps what is handed out, before it is; nil where the subscriber was changed meanwhile.
    private func hand(out handing: Handing, _ subscriber: Subscriber, logSize: UInt64) throws -> ExchangeBatch? {
        let events = handing.made.map(\.event.json)
        let digest = SHA256.hash(data: ExchangeBatch.lines(events))
        let (now, today) = (archive.clock(), archive.today.ordinal)
        return try store.write { db in
            guard try Exchange.subscriber(subscriber.id, db).revision == subscriber.revision else { return nil }
            for id in handing.taken { try db.execute(sql: "DELETE FROM waiting WHERE id = ?", arguments: [id]) }
            for stream in handing.ended {
                try db.execute(
                    sql: "DELETE FROM shown WHERE subscriber = ? AND item = ?",
                    arguments: [subscriber.id, String(stream.name)])
            }
            try Exchange.keep(handing, subscriber, today, db)
            let isAllTaken = subscriber.waiting == UInt64(handing.taken.count) && subscriber.scanned >= logSize
            guard let first = handing.made.first?.number, let last = handing.made.last.map({ $0.number + 1 }) else {
                try Exchange.update(subscriber, "last_attempt = ?", [now], db)
                return empty(subscriber, isAtEnd: isAllTaken)
            }
            let number = try Exchange.keepBatch(first, last, Data(digest), now, subscriber, db)
            try Exchange.update(subscriber, "handed = max(handed, ?), last_attempt = ?", [Int64(last), now], db)
            return ExchangeBatch(
                subscriber: subscriber.name, number: number, first: first, position: last,
                digest: "sha256:" + digest.map { String(format: "%02x", $0) }.joined(),
                isAtEnd: isAllTaken && last >= subscriber.handed, events: events)
        }
    }

    private static func keep(_ handing: Handing, _ subscriber: Subscriber, _ today: Int32, _ db: Database) throws {
        let insert = try db.cachedStatement(
            sql: """
                INSERT INTO item (subscriber, number, kind, position, stream, source, event, digest, sent_on)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (subscriber, number) DO UPDATE SET
                kind = excluded.kind, source = excluded.source, event = excluded.event, digest = excluded.digest
                """)
        for (number, event) in handing.made {
            try insert.execute(arguments: [
                subscriber.id, Int64(number), event.kind.rawValue, Int64(event.position), event.stream.text,
                event.identity.source, event.identity.id, Data(SHA256.hash(data: event.json)), today,
            ])
        }
    }

    /// The batch that is under way as it is handed out now, or a new one. Returns its number.
    private static func keepBatch(
        _ first: UInt64, _ last: UInt64, _ digest: Data, _ now: Int64, _ subscriber: Subscriber, _ db: Database
    ) throws -> UInt64 {
        if let number = try Int64.fetchOne(
            db,
            sql: """
                SELECT number FROM batch WHERE subscriber = ? AND acknowledged_at IS NULL AND cancelled_at IS NULL
                """, arguments: [subscriber.id])
        {
            try db.execute(
                sql: "UPDATE batch SET last = ?, digest = ?, handed_at = ? WHERE subscriber = ? AND number = ?",
                arguments: [Int64(last), digest, now, subscriber.id, number])
            return UInt64(number)
        }
        let number =
            try Int64.fetchOne(
                db, sql: "SELECT coalesce(max(number), 0) + 1 FROM batch WHERE subscriber = ?",
                arguments: [subscriber.id]) ?? 1
        try db.execute(
            sql: """
                INSERT INTO batch (subscriber, number, first, last, digest, made_at, handed_at)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6)
                """, arguments: [subscriber.id, number, Int64(first), Int64(last), digest, now])
        return UInt64(number)
    }
}

extension ExchangeScan.Found {
    /// A row whose second to fourth columns are kind, position and stream.
    fileprivate init(row: Row) throws {
        guard let kind = ExchangeEvent.Kind(rawValue: row[1]), let stream = StreamID(row[3] as String) else {
            throw EventLogError.damaged("交换记录已损坏（事件无法识别）", "the exchange record is damaged: an unreadable event")
        }
        self.init(kind: kind, position: UInt64(row[2] as Int64), stream: stream)
    }
}
