internal import Assessment
internal import CreditModel
internal import Synchronization

/// What explanations of one evaluation have in common: who is in the cohorts, and the rates by which indicators place
/// them. It follows from a prefix of the log, so it is kept as long as it is asked for; the last few questions only.
final class EvaluationMemo: Sendable {
    struct Key: Hashable, Sendable {
        private let scheme: String
        private let overlay: String?
        private let year: Int
        private let position: UInt64
        private let without: Set<UInt64>

        init(_ query: EvaluationQuery, position: UInt64) {
            scheme = query.scheme.digest
            overlay = query.scheme.overlay?.digest
            year = query.year
            self.position = position
            without = query.without
        }
    }

    private struct Kept: Sendable {
        var key: Key
        var roll: CohortRoll
        var rates: [String: [CohortKey: CohortRates]] = [:]
    }

    private static let capacity = 4
    /// The one asked for last stands last.
    private let kept = Mutex<[Kept]>([])

    func roll(_ key: Key, _ make: () throws -> CohortRoll) rethrows -> CohortRoll {
        if let found = kept.withLock({ kept -> CohortRoll? in
            guard let index = kept.firstIndex(where: { $0.key == key }) else { return nil }
            let found = kept.remove(at: index)
            kept.append(found)
            return found.roll
        }) {
            return found
        }
        let roll = try make()
        kept.withLock { kept in
            kept.removeAll { $0.key == key }
            kept.append(Kept(key: key, roll: roll))
            if kept.count > EvaluationMemo.capacity { kept.removeFirst() }
        }
        return roll
    }

    func rates(
        _ key: Key, _ indicator: String, _ cohort: CohortKey, _ make: () throws -> CohortRates?
    ) rethrows
        -> CohortRates?
    {
        if let found = kept.withLock({ kept in kept.first { $0.key == key }?.rates[indicator]?[cohort] }) {
            return found
        }
        let rates = try make()
        kept.withLock { kept in
            guard let index = kept.firstIndex(where: { $0.key == key }) else { return }
            kept[index].rates[indicator, default: [:]][cohort] = rates
        }
        return rates
    }
}
