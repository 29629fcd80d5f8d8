public import CreditModel

/// An act that a policy may reserve to two persons: 经办 proposes it, 审批 approves it.
public enum TwoPersonAct: String, Sendable, Hashable, CaseIterable {
    /// 失信认定.
    case determine
    /// 撤销, also by an objection that is upheld (异议成立撤销).
    case revoke
    /// 修复准予.
    case grant
    /// 抹除: a data key is destroyed.
    case erase
    /// 评价结果更正.
    case reissue

    public var chinese: String {
        switch self {
        case .determine: "认定"
        case .revoke: "撤销"
        case .grant: "修复准予"
        case .erase: "抹除"
        case .reissue: "评价结果更正"
        }
    }

    /// The act that recording an event is; nil for all others.
    public init?(_ event: CreditEvent) {
        switch event.type {
        case .incidentDetermined: self = .determine
        case .incidentRevoked: self = .revoke
        case .objectionDecided:
            guard case .objectionDecided(let data) = event, case .upheldRevoked = data.outcome else { return nil }
            self = .revoke
        case .repairGranted: self = .grant
        case .subjectKeyDestroyed: self = .erase
        case .evaluationReissued: self = .reissue
        default: return nil
        }
    }

    /// Who may propose and decide it: whoever could record it alone without the policy.
    public var role: Role { self == .erase ? .administrator : .recorder }
}
