internal import CreditModel
internal import EventLog

/// Counts as a trend grows.
struct TrendTally {
    private var counts: [Int: TrendYear] = [:]
    private var attributed: ClosedRange<Int>?
    /// How the number of cases in effect changes from one year end to the next.
    private var steps: [Int: Int] = [:]

    /// Every case of the archive widens the range of years, in scope or not.
    mutating func note(year: Int) {
        attributed = min(attributed?.lowerBound ?? year, year)...max(attributed?.upperBound ?? year, year)
    }

    mutating func add(_ timeline: CaseTimeline, _ state: CaseState, under policy: CreditPolicy) throws {
        count(state)
        var wasInEffect = false
        let years = timeline.facts.map(\.day.year)
        // Between two facts nothing changes: only the ends of years with facts need a look.
        for year in Set(years).sorted() {
            guard let end = CalendarDay(year: year, month: 12, day: 31) else { continue }
            let isInEffect: Bool
            do { isInEffect = try timeline.state(asOf: end, under: policy)?.isInEffect ?? false } catch {
                throw EventLogError.undecodable(timeline.facts.last?.position ?? 0, error.english)
            }
            if isInEffect != wasInEffect { steps[year, default: 0] += isInEffect ? 1 : -1 }
            wasInEffect = isInEffect
        }
    }

    private mutating func count(_ state: CaseState) {
        let record = state.record
        var year = counts[record.attributedYear] ?? TrendYear(year: record.attributedYear)
        year.determined += 1
        switch state.status {
        case .revoked: year.revoked += 1
        case .repaired: year.repaired += 1
        case .inEffect: break
        }
        if state.status != .revoked {
            year.byCategory[record.category, default: 0] += 1
            if let area = record.area { year.byArea[area, default: 0] += 1 }
            year.bySeverity[record.severity, default: 0] += 1
            year.amount = year.amount + (record.amount ?? .zero)
        }
        counts[record.attributedYear] = year
    }

    /// - Parameter isOpen: nobody asked for a first year, so that there is none before it.
    func answer(from: Int?, to: Int?, isOpen: Bool, _ position: UInt64?) -> TrendAnswer {
        guard let first = from ?? attributed?.lowerBound, let last = to ?? attributed?.upperBound, first <= last else {
            return TrendAnswer(years: [], before: nil, position: position)
        }
        var inEffect = steps.filter { $0.key < first - 1 }.values.reduce(0, +)
        let years = (first - 1...last).map { number in
            inEffect += steps[number] ?? 0
            var year = counts[number] ?? TrendYear(year: number)
            year.inEffectAtYearEnd = inEffect
            return year
        }
        return TrendAnswer(years: Array(years.dropFirst()), before: isOpen ? nil : years.first, position: position)
    }
}
