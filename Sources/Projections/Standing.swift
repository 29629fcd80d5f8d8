public import CreditModel

/// What a body's records say on a day (contract §2).
public struct Standing: Sendable, Hashable {
    public var body: BodyHistory.Profile
    public var cases: [StandingCase]
    /// The last position that the answer reflects; nil for an empty log.
    public var position: UInt64?

    public init(body: BodyHistory.Profile, cases: [StandingCase], position: UInt64?) {
        self.body = body
        self.cases = cases
        self.position = position
    }

    /// Cases in effect, by severity.
    public func inEffect(_ severity: Severity) -> Int {
        cases.count { $0.status == .inEffect && $0.severity == severity }
    }

    /// Cases in effect with an open objection.
    public var inDispute: Int { cases.count { $0.status == .inEffect && $0.inDispute } }
    public var repaired: Int { cases.count { $0.status == .repaired } }
    public var revoked: Int { cases.count { $0.status == .revoked } }
    public var publicised: Int { cases.count { $0.isPublicised } }

    /// The worst severity among the cases in effect; nil for none. A plain fact, no legal status.
    public var worstInEffect: Severity? {
        cases.filter { $0.status == .inEffect }.map(\.severity).max()
    }
}

/// One case in a standing.
public struct StandingCase: Sendable, Hashable {
    public var id: CaseID
    public var category: Category
    public var area: KeyArea?
    public var severity: Severity
    public var status: CaseState.Status
    public var inDispute: Bool
    public var isPublicised: Bool
    public var determinedOn: CalendarDay
    public var repairedOn: CalendarDay?
    /// 万元.
    public var amount: Amount?

    init(id: CaseID, state: CaseState, on day: CalendarDay, under policy: CreditPolicy) {
        self.id = id
        category = state.record.category
        area = state.record.area
        severity = state.record.severity
        status = state.status
        inDispute = state.objectionOpen
        isPublicised = state.isPublicised(on: day, under: policy)
        determinedOn = state.determinedOn
        repairedOn = state.repairedOn
        amount = state.record.amount
    }
}
