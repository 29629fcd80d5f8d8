internal import CreditModel
internal import EventLog
internal import Foundation
internal import GRDB

extension Exchange {
    /// Takes a subscriber's word that it has a batch: its position and digest. Repeated it changes nothing.
    ///
    /// - Parameters:
    ///   - position: ``ExchangeBatch/position``; 0 is acknowledged from the beginning.
    ///   - digest: of what it got, as ``ExchangeBatch/digest``.
    /// - Throws: ``ArchiveError`` `cursor-ahead` beyond what was handed out; `cursor-unknown` where no batch ends;
    ///   `digest-differs` where it got something else, or the batch has changed since: ask for it again.
    public func acknowledge(
        _ name: String, position: UInt64, digest: String, by delivery: Subscriber.Delivery
    ) throws -> ExchangeReceipt {
        try store.write { db in
            let subscriber = try Exchange.subscriber(name, db)
            try Exchange.require(delivery, subscriber)
            let batch = try Exchange.batch(endingAt: position, of: subscriber, db)
            return try Exchange.acknowledge(batch, digest, subscriber, at: archive.clock(), db)
        }
    }

    /// A batch as a receipt names it.
    struct KeptBatch {
        var number: UInt64
        var first: UInt64
        var last: UInt64
        var digest: String
        var isAcknowledged: Bool
    }

    static func batch(endingAt position: UInt64, of subscriber: Subscriber, _ db: Database) throws -> KeptBatch {
        guard position <= subscriber.handed else {
            throw ArchiveError(
                .conflict, "cursor-ahead", field: "position",
                chinese: "位置 \(position) 超出已发出的 \(subscriber.handed) 条，不能确认",
                english: "position \(position) is beyond the \(subscriber.handed) events that were handed out")
        }
        guard
            let row = try Row.fetchOne(
                db,
                sql: """
                    SELECT number, first, last, digest, acknowledged_at IS NOT NULL FROM batch
                    WHERE subscriber = ? AND last = ? AND cancelled_at IS NULL ORDER BY number DESC
                    """, arguments: [subscriber.id, Int64(position)])
        else {
            throw ArchiveError(
                .conflict, "cursor-unknown", field: "position",
                chinese: "没有止于位置 \(position) 的批次；请重新取批次，按其 position 确认",
                english: "no batch ends at position \(position); ask for the batch again and acknowledge its position")
        }
        let digest: Data = row[3]
        return KeptBatch(
            number: UInt64(row[0] as Int64), first: UInt64(row[1] as Int64), last: UInt64(row[2] as Int64),
            digest: "sha256:" + digest.map { String(format: "%02x", $0) }.joined(), isAcknowledged: row[4])
    }

    static func acknowledge(
        _ batch: KeptBatch, _ digest: String, _ subscriber: Subscriber, at time: Int64, _ db: Database
    ) throws -> ExchangeReceipt {
        guard digest == batch.digest else {
            throw ArchiveError(
                .conflict, "digest-differs", field: "digest",
                chinese: "摘要与批次 \(batch.number) 不符（应为 \(batch.digest)）：内容有误，或此后有记录停止公示；请重新取批次",
                english:
                    "the digest is not that of batch \(batch.number) (\(batch.digest)): it was damaged, or a record was "
                    + "taken out since; ask for the batch again")
        }
        guard !batch.isAcknowledged else {
            return ExchangeReceipt(
                subscriber: subscriber.name, position: subscriber.acknowledged, isDuplicate: true)
        }
        try db.execute(
            sql: "UPDATE batch SET acknowledged_at = ? WHERE subscriber = ? AND number = ?",
            arguments: [time, subscriber.id, Int64(batch.number)])
        try update(
            subscriber, "acknowledged = ?, failures = 0, next_attempt = NULL, last_outcome = 'acknowledged'",
            [Int64(batch.last)], db)
        return ExchangeReceipt(subscriber: subscriber.name, position: batch.last, isDuplicate: false)
    }

    /// The subscribers to whose webhooks something may have to be posted now.
    public func pushes() throws -> [Subscriber] {
        let (size, today) = (try logSize, archive.today.ordinal)
        return try subscribers().filter { one in
            one.delivery == .push && one.pausedAt == nil
                && (one.lag(logSize: size) > 0 || one.visibility == .public && one.sweptOn != today)
        }
    }

    /// Notes that a post has failed.
    ///
    /// - Parameters:
    ///   - outcome: a word: `status-500`, `timeout`, `unreachable` …
    ///   - nextAttempt: when it is tried again, in milliseconds since 1970.
    public func failed(_ subscriber: Subscriber, outcome: String, nextAttempt: Int64) throws {
        try store.write { db in
            guard let current = try? Exchange.subscriber(subscriber.id, db) else { return }
            try Exchange.update(
                current, "failures = failures + 1, next_attempt = ?, last_attempt = ?, last_outcome = ?",
                [nextAttempt, archive.clock(), outcome], db)
        }
    }

    /// The secrets that a post is signed with, the newest first. Throws ``ArchiveError`` `secret-missing`.
    public func signers(of subscriber: Subscriber) throws(ArchiveError) -> [WebhookSignature] {
        let own = try secrets.secrets(of: subscriber.id, at: archive.clock())
        guard !own.isEmpty else {
            throw ArchiveError(
                .unavailable, "secret-missing", field: subscriber.name,
                chinese: "订阅方 \(subscriber.name) 没有签名密钥；请用 subscribers secret 重新发放",
                english: "the subscriber \(subscriber.name) has no secret; issue one with subscribers secret")
        }
        return own.map(WebhookSignature.init)
    }
}
