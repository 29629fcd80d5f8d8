public import CreditModel

/// （四）评价所依据的主要信息: every observation and every case behind the result, with positions and digests.
public struct ReportBasis: Sendable {
    public var observations: [ReportedObservation]
    /// The body's own cases of the year, those in effect, and those that an indicator counts, also of bodies below it.
    public var cases: [ReportedCase]

    /// The positions of every entry named, rising.
    public var positions: [UInt64] {
        Set(observations.map(\.position) + cases.flatMap(\.positions)).sorted()
    }
}

/// One 指标数据 as reported.
public struct ReportedObservation: Sendable, Hashable {
    public var position: UInt64
    public var indicator: String
    /// 数据项 and its 中文名称; the name itself where the scheme knows no such input.
    public var input: String
    public var label: String
    public var value: String
    /// 填报日期.
    public var reportedOn: CalendarDay
    /// 佐证材料.
    public var note: ReportedText
    public var evidence: [ReportedEvidence]
    /// A later observation of the same input counts instead.
    public var isSuperseded: Bool
    /// The scheme has no such indicator or input: it counts for nothing.
    public var isUnknown: Bool
}

/// One case, as it stands at the report's position.
public struct ReportedCase: Sendable, Hashable {
    /// Why it is in the report.
    public enum Reason: Sendable, Hashable {
        case attributedYear
        case inEffect
        /// An indicator counts it.
        case counted(indicator: String)
        /// Determined on a day that belongs to no period of the scheme (Q01).
        case uncoveredDay

        public var words: String {
            switch self {
            case .attributedYear: "归属本年度"
            case .inEffect: "在册"
            case .counted(let indicator): "计入 \(indicator)"
            case .uncoveredDay: "认定日不在评价周期内"
            }
        }
    }

    public var id: CaseID
    public var body: BodyID
    public var bodyName: String
    public var category: CreditModel.Category
    public var area: KeyArea?
    public var severity: Severity
    /// 万元.
    public var amount: Amount?
    public var status: CaseState.Status
    public var inDispute: Bool
    public var determinedOn: CalendarDay
    public var attributedYear: Int
    /// 依据文书名称 and 文号, as corrected.
    public var document: String
    /// 认定部门.
    public var authority: String
    public var channel: SourceChannel
    public var fact: ReportedText
    public var rectification: CaseState.Rectification
    /// 整改要求.
    public var requirement: ReportedText
    /// 整改期限, of the order or else of the determination.
    public var rectificationDue: CalendarDay?
    /// Of all its entries, rising.
    public var positions: [UInt64]
    public var evidence: [ReportedEvidence]
    public var reasons: [Reason]

    public var rectificationWords: String {
        switch rectification {
        case .none: "未责令"
        case .ordered: "已责令，未报告"
        case .reported: "已报告，未验收"
        case .accepted: "已验收"
        }
    }
}
