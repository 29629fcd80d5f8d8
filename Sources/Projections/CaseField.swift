public import CreditModel

/// What a case is, field by field: the keys are those of the answers in JSON.
public enum CaseField: String, Sendable, CaseIterable {
    case status, severity, category, area, amount, inDispute, publicised, rectification, repair, repairedOn, revokedOn,
        measureImposed, publicityExpired, basisTitle, basisNumber, fact, visibility, attributedYear, determinedOn

    /// Those that facts alone decide; whether a record is publicised depends on the day, too.
    public static let ofFacts = allCases.filter { $0 != .publicised }

    public var chinese: String {
        switch self {
        case .status: "状态"
        case .severity: "严重程度"
        case .category: "失信类别"
        case .area: "重点领域"
        case .amount: "涉及金额(万元)"
        case .inDispute: "异议中"
        case .publicised: "公示中"
        case .rectification: "整改"
        case .repair: "修复"
        case .repairedOn: "修复日期"
        case .revokedOn: "撤销日期"
        case .measureImposed: "措施实施中"
        case .publicityExpired: "公示期满"
        case .basisTitle: "依据文书名称"
        case .basisNumber: "文号"
        case .fact: "失信事实"
        case .visibility: "公开属性"
        case .attributedYear: "归属年度"
        case .determinedOn: "认定日期"
        }
    }

    /// A value in the words of the offices: what a code stands for.
    public func chinese(of value: String) -> String {
        switch self {
        case .status: CaseState.Status(rawValue: value)?.name ?? value
        case .category: Category(rawValue: value).map { "\(value) \($0.name)" } ?? value
        case .area: KeyArea(rawValue: value).map { "\(value) \($0.name)" } ?? value
        case .rectification: ["ordered": "已责令", "reported": "已报告", "accepted": "已验收"][value] ?? value
        case .repair: ["applied": "已申请", "accepted": "已受理", "granted": "已准予"][value] ?? value
        default: value
        }
    }

    /// The value in a state; nil stands for a case that is not there, of which no flag holds.
    ///
    /// - Parameter day: decides ``publicised`` alone.
    public func value(of state: CaseState?, on day: CalendarDay, under policy: CreditPolicy) -> FieldValue {
        let record = state?.record
        return switch self {
        case .status: FieldValue(state?.status.rawValue)
        case .severity: FieldValue(record?.severity.rawValue)
        case .category: FieldValue(record?.category.rawValue)
        case .area: FieldValue(record?.area?.rawValue)
        case .amount: FieldValue(record?.amount?.description)
        case .inDispute: .flag(state?.objectionOpen ?? false)
        case .publicised: .flag(state?.isPublicised(on: day, under: policy) ?? false)
        case .rectification: FieldValue(state?.rectification.word)
        case .repair: FieldValue(state?.repair.word)
        case .repairedOn: FieldValue(state?.repairedOn)
        case .revokedOn: FieldValue(state?.revokedOn)
        case .measureImposed: .flag(state?.measureImposed ?? false)
        case .publicityExpired: .flag(state?.publicityExpired ?? false)
        case .basisTitle: FieldValue(record?.basisTitle)
        case .basisNumber: FieldValue(record?.basisNumber)
        case .fact: record.map { .sealed($0.fact) } ?? .absent
        case .visibility: FieldValue(record?.visibility.rawValue)
        case .attributedYear: record.map { .number($0.attributedYear) } ?? .absent
        case .determinedOn: FieldValue(state?.determinedOn)
        }
    }
}

extension CaseState.Rectification {
    fileprivate var word: String? {
        switch self {
        case .none: nil
        case .ordered: "ordered"
        case .reported: "reported"
        case .accepted: "accepted"
        }
    }
}

extension CaseState.Repair {
    fileprivate var word: String? {
        switch self {
        case .none: nil
        case .applied: "applied"
        case .accepted: "accepted"
        case .granted: "granted"
        }
    }
}
