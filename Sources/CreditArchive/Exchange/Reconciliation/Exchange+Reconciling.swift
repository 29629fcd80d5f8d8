public import CreditModel
internal import Foundation
internal import GRDB

extension Exchange {
    /// What was sent to a subscriber and what it acknowledged, by day; with its list, also what is missing from it and
    /// what differs.
    ///
    /// Where an event was sent several times, the latest counts. What was never acknowledged is outstanding, not missing.
    ///
    /// - Parameters:
    ///   - list: what it says it has; nil: only our side.
    ///   - from: the first day; nil: from the beginning.
    ///   - to: the last day, included; nil: until today.
    public func reconcile(
        _ name: String, against list: ReconciliationList? = nil, from: CalendarDay? = nil, to: CalendarDay? = nil
    ) throws -> Reconciliation {
        try store.read { db in
            let subscriber = try Exchange.subscriber(name, db)
            var result = Reconciliation(
                subscriber: name, acknowledged: subscriber.acknowledged, listed: list?.count)
            var days: [CalendarDay: Reconciliation.Day] = [:]
            /// Identities that were sent, each seen once: the latest first.
            var seen: Set<String> = []
            let rows = try Row.fetchCursor(
                db,
                sql:
                    "SELECT number, source, event, digest, sent_on FROM item WHERE subscriber = ? ORDER BY number DESC",
                arguments: [subscriber.id])
            while let row = try rows.next() {
                let item = Item(row, subscriber)
                let isAsked = from.map { $0 <= item.day } ?? true && to.map { item.day <= $0 } ?? true
                let own = list.map { _ in 0 }
                var day = days[item.day] ?? Reconciliation.Day(day: item.day, missing: own, differing: own)
                day.sent += 1
                if item.isAcknowledged { day.acknowledged += 1 }
                if let list, seen.insert(item.key).inserted, let difference = item.difference(from: list) {
                    if isAsked { result.add(difference) }
                    switch difference.kind {
                    case .missing: day.missing = (day.missing ?? 0) + 1
                    case .differing, .unknown: day.differing = (day.differing ?? 0) + 1
                    }
                }
                if isAsked { days[item.day] = day }
            }
            result.differences.reverse()
            result.days = days.values.sorted { $0.day < $1.day }
            if let list { result.take(unknownOf: list, seen) }
            return result
        }
    }

    private struct Item {
        var number: UInt64
        var source: String
        var id: String
        var digest: String
        var day: CalendarDay
        var isAcknowledged: Bool

        var key: String { ReconciliationList.key(source, id) }

        init(_ row: Row, _ subscriber: Subscriber) {
            number = UInt64(row[0] as Int64)
            source = row[1]
            id = row[2]
            let bytes: Data = row[3]
            digest = "sha256:" + bytes.map { String(format: "%02x", $0) }.joined()
            day = CalendarDay(ordinal: row[4])
            isAcknowledged = number < subscriber.acknowledged
        }

        /// Nil where the list has it as it was sent, or it was not acknowledged and may still be on its way.
        func difference(from list: ReconciliationList) -> Reconciliation.Difference? {
            let listed = list.digests[key]
            guard let listed else { return isAcknowledged ? told(.missing, nil) : nil }
            return listed.contains(digest) ? nil : told(.differing, listed.min())
        }

        private func told(_ kind: Reconciliation.Kind, _ listed: String?) -> Reconciliation.Difference {
            Reconciliation.Difference(
                kind: kind, number: number, day: day, source: source, id: id, sent: digest, listed: listed)
        }
    }
}

extension Reconciliation {
    fileprivate mutating func take(unknownOf list: ReconciliationList, _ sent: Set<String>) {
        let strange = list.digests.keys.filter { !sent.contains($0) }.sorted()
        unknown = strange.count
        for key in strange {
            let parts = key.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
            add(
                Difference(
                    kind: .unknown, number: nil, day: nil, source: String(parts[0]), id: String(parts[parts.count - 1]),
                    sent: nil, listed: list.digests[key]?.min()))
        }
    }
}
