internal import CreditModel

/// What is counted of a body's cases (contract §2).
public enum CountField: String, Sendable, CaseIterable {
    case worstInEffect, minorInEffect, ordinaryInEffect, seriousInEffect, inDispute, repaired, revoked, publicised,
        cases

    public var chinese: String {
        switch self {
        case .worstInEffect: "最重"
        case .minorInEffect: "在册·轻微"
        case .ordinaryInEffect: "在册·一般"
        case .seriousInEffect: "在册·严重"
        case .inDispute: "异议中"
        case .repaired: "已修复"
        case .revoked: "已撤销"
        case .publicised: "公示中"
        case .cases: "事项数"
        }
    }

    /// The fields of cases whose change can change this.
    var causes: Set<CaseField> {
        switch self {
        case .worstInEffect, .minorInEffect, .ordinaryInEffect, .seriousInEffect: [.status, .severity]
        case .inDispute: [.status, .inDispute]
        case .repaired, .revoked: [.status]
        case .publicised: [.publicised]
        case .cases: [.determinedOn]
        }
    }

    /// The count in a standing; nil stands for a body that is not there.
    public func value(of standing: Standing?) -> FieldValue {
        guard let standing else { return .absent }
        return switch self {
        case .worstInEffect: .text(standing.worstInEffect?.rawValue ?? "无")
        case .minorInEffect: .number(standing.inEffect(.minor))
        case .ordinaryInEffect: .number(standing.inEffect(.ordinary))
        case .seriousInEffect: .number(standing.inEffect(.serious))
        case .inDispute: .number(standing.inDispute)
        case .repaired: .number(standing.repaired)
        case .revoked: .number(standing.revoked)
        case .publicised: .number(standing.publicised)
        case .cases: .number(standing.cases.count)
        }
    }
}
