internal import Assessment
internal import CreditModel

/// A case that is not revoked, as far as a period is concerned.
struct CountedCase: Sendable {
    /// With every correction.
    let category: CreditModel.Category
    let positions: [UInt64]
    private let isDetermined: Bool
    private let isOnAnyDay: Bool
    private let isOnLastDay: Bool

    init(
        _ timeline: CaseTimeline, _ state: CaseState, in days: ClosedRange<CalendarDay>, under policy: CreditPolicy
    ) throws(Refusal) {
        category = state.record.category
        positions = timeline.facts.map(\.position)
        isDetermined = days.contains(state.determinedOn)
        func isInEffect(on day: CalendarDay) throws(Refusal) -> Bool {
            try timeline.state(asOf: day, under: policy)?.isInEffect ?? false
        }
        isOnLastDay = try isInEffect(on: days.upperBound)
        // The state changes on the days of its facts only; on its repair day a record is no longer in effect.
        var isOnAnyDay = isOnLastDay
        for day in [days.lowerBound] + timeline.facts.map(\.day) where !isOnAnyDay && days.contains(day) {
            isOnAnyDay = try isInEffect(on: day)
        }
        self.isOnAnyDay = isOnAnyDay
    }

    func counts(_ timing: RecordTiming) -> Bool {
        switch timing {
        case .anyDay: isOnAnyDay
        case .lastDay: isOnLastDay
        case .determined: isDetermined
        }
    }
}

extension CaseFact {
    /// Whether the fact says that its case is of one of the categories, or no longer is.
    func names(_ categories: Set<CreditModel.Category>) -> Bool {
        switch step {
        case .determined(let record): categories.contains(record.category)
        case .corrected(.category(let old, let new)), .objectionUpheldCorrected(.category(let old, let new)):
            categories.contains(old) || categories.contains(new)
        default: false
        }
    }
}
