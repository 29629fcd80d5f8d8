public import CreditModel

/// Everything the archive knows of one body, decoded: its history and the timelines' facts of its cases.
public struct BodyFile: Sendable {
    public var history: BodyHistory
    /// Facts by case, in order of recording.
    public var cases: [CaseID: [CaseFact]] = [:]

    public init(_ history: BodyHistory) { self.history = history }

    /// The states of the cases on `day`, from what was recorded at or before `position`; sorted by case id.
    public func states(
        asOf day: CalendarDay?, atPosition position: UInt64, under policy: CreditPolicy
    ) throws(Refusal) -> [(id: CaseID, state: CaseState)] {
        let moment = Moment(asOf: day, atPosition: position)
        var states: [(id: CaseID, state: CaseState)] = []
        for (id, facts) in cases {
            if let state = try CaseTimeline(facts.filter(moment.uses), under: policy).state {
                states.append((id, state))
            }
        }
        return states.sorted { $0.id < $1.id }
    }
}
