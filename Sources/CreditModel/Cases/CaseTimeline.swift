/// A case's facts, ordered by their day and then by the order in which they were recorded.
///
/// The timeline rule (contract §1): a fact is accepted if and only if the timeline with it in place is legal from
/// beginning to end.
public struct CaseTimeline: Sendable {
    public private(set) var facts: [CaseFact] = []
    /// The state after all facts.
    public private(set) var state: CaseState?

    public init() {}

    /// The timeline of facts that were accepted before. Throws a ``Refusal`` where they are not a legal timeline, which
    /// means that the log was written by other rules.
    public init(_ facts: [CaseFact], under policy: CreditPolicy) throws(Refusal) {
        self.facts = facts.sorted { $0.precedes($1) }
        state = try CaseTimeline.fold(self.facts, under: policy)
    }

    /// The state on `day`, using only facts dated on or before it and, if given, recorded at or before `position`.
    public func state(
        asOf day: CalendarDay, atPosition position: UInt64 = .max, under policy: CreditPolicy
    ) throws(Refusal) -> CaseState? {
        try CaseTimeline.fold(facts.lazy.filter { $0.day <= day && $0.position <= position }, under: policy)
    }

    private static func fold(_ facts: some Sequence<CaseFact>, under policy: CreditPolicy) throws(Refusal) -> CaseState?
    {
        var state: CaseState?
        for fact in facts { state = try CaseState.evolve(state, fact, under: policy) }
        return state
    }

    /// `decide`: judges a new fact and puts it in place. Throws a ``Refusal`` that names the step that is, or would
    /// become, impossible; the timeline is unchanged then.
    ///
    /// `fact.position` is ``CaseFact/unrecorded``, or the position it was given in the log.
    public mutating func accept(_ fact: CaseFact, under policy: CreditPolicy, today: CalendarDay) throws(Refusal) {
        guard fact.day <= today else {
            if case .determined = fact.step { throw .inTheFuture(fact.day, today: today, field: "认定日期") }
            throw .inTheFuture(fact.day, today: today, field: "日期")
        }
        if facts.last.map({ $0.precedes(fact) }) ?? true {
            // The usual case: the newest fact comes last, and the state before it is known.
            state = try CaseState.evolve(state, fact, under: policy)
            facts.append(fact)
            return
        }
        var changed = facts
        let place = changed.firstIndex { fact.precedes($0) } ?? changed.endIndex
        changed.insert(fact, at: place)
        state = try CaseTimeline.fold(changed, under: policy)
        facts = changed
    }

    /// Gives the fact that was accepted as unrecorded its position.
    public mutating func record(at position: UInt64) {
        guard let index = facts.firstIndex(where: { $0.position == CaseFact.unrecorded }) else { return }
        facts[index].position = position
    }
}
