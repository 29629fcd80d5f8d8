internal import Assessment
internal import CreditModel
internal import EventLog
internal import Projections
internal import Synchronization

/// What explanations of one evaluation have in common: who is in the cohorts, and the rates by which indicators place
/// them. It follows from a prefix of the log and is kept while nothing that it rests on is recorded; the last few
/// questions only.
final class EvaluationMemo: Sendable {
    struct Key: Hashable, Sendable {
        private let scheme: String
        private let overlay: String?
        private let year: Int
        private let without: Set<UInt64>
        /// The position that is asked for; nil: whatever is recorded by now.
        private let asked: UInt64?

        init(_ query: EvaluationQuery) {
            scheme = query.scheme.digest
            overlay = query.scheme.overlay?.digest
            year = query.year
            without = query.without
            asked = query.atPosition
        }
    }

    /// What entries mean for an evaluation.
    struct News: Sendable {
        /// A body was registered or changed: cohorts and parents may be others.
        var concernsBodies = false
        /// A case was: what indicators count from the archive may be another.
        var concernsCases = false
        /// Something was reported for these indicators in the year.
        var indicators: Set<String> = []
    }

    private struct Kept: Sendable {
        var key: Key
        var position: UInt64
        var roll: CohortRoll
        var rates: [String: [CohortKey: CohortRates]] = [:]
    }

    private static let capacity = 4
    /// The one asked for last stands last.
    private let kept = Mutex<[Kept]>([])

    /// Brings what is kept of a question to a later position: what the entries since then concern is forgotten.
    ///
    /// - Parameter news: tells of entries what they mean; nil for too many of them.
    func advance(_ key: Key, to position: UInt64, _ news: (Range<UInt64>) throws -> News?) rethrows {
        guard let since = kept.withLock({ kept in kept.first { $0.key == key }?.position }), since != position else {
            return
        }
        let found = since < position ? try news(since + 1..<position + 1) : nil
        kept.withLock { kept in
            guard let index = kept.firstIndex(where: { $0.key == key && $0.position == since }) else { return }
            guard let found, !found.concernsBodies else {
                kept.remove(at: index)
                return
            }
            if found.concernsCases { kept[index].rates = [:] }
            for indicator in found.indicators { kept[index].rates[indicator] = nil }
            kept[index].position = position
        }
    }

    func roll(_ key: Key, at position: UInt64, _ make: () throws -> CohortRoll) rethrows -> CohortRoll {
        if let found = kept.withLock({ kept -> CohortRoll? in
            guard let index = kept.firstIndex(where: { $0.key == key && $0.position == position }) else { return nil }
            let found = kept.remove(at: index)
            kept.append(found)
            return found.roll
        }) {
            return found
        }
        let roll = try make()
        kept.withLock { kept in
            kept.removeAll { $0.key == key }
            kept.append(Kept(key: key, position: position, roll: roll))
            if kept.count > EvaluationMemo.capacity { kept.removeFirst() }
        }
        return roll
    }

    func rates(
        _ key: Key, at position: UInt64, _ indicator: String, _ cohort: CohortKey, _ make: () throws -> CohortRates?
    ) rethrows -> CohortRates? {
        func isMine(_ kept: Kept) -> Bool { kept.key == key && kept.position == position }
        if let found = kept.withLock({ kept in kept.first(where: isMine)?.rates[indicator]?[cohort] }) { return found }
        let rates = try make()
        kept.withLock { kept in
            guard let index = kept.firstIndex(where: isMine) else { return }
            kept[index].rates[indicator, default: [:]][cohort] = rates
        }
        return rates
    }
}

extension EvaluationMemo.News {
    /// More entries than this are not gone through: what is kept is made anew.
    private static let most = 10_000

    /// Reads entries of the log; nil where there are too many. Throws ``EventLogError`` where the log is damaged.
    init?(_ archive: Archive, _ entries: Range<UInt64>, _ query: EvaluationQuery) throws {
        guard entries.count <= Self.most else { return nil }
        try archive.log.forEachEntry(in: entries) { entry in
            if let (_, year) = ObservationStream.parse(entry.subject) {
                guard year == query.year, case .observationRecorded(let data) = try entry.event(),
                    data.scheme == query.scheme.id
                else { return }
                indicators.insert(data.indicator)
            } else {
                switch entry.subject.family {
                case "body": concernsBodies = true
                case "case": concernsCases = true
                default: break
                }
            }
        }
    }
}
