public import Assessment
public import CreditModel

/// The evaluation report of one body, as data: the five parts of 《政务诚信评价办法》第十二条, in its order.
///
/// Every statement is a record of the archive, a figure computed from them, or a sentence of the scheme's source; nothing is
/// advised that no document says.
public struct BodyReport: Sendable {
    /// As on the period's last day.
    public var body: BodyHistory.Profile
    /// With the overlay that was used.
    public var scheme: Scheme
    public var year: Int
    public var cohort: CohortKey
    /// The result that is printed: issued in a round, or computed here and now.
    public var result: ReportedResult
    /// （一）综合评分和总体评价.
    public var overview: ReportOverview
    /// （二）单项评分及其说明, in the order of the scheme.
    public var indicators: [Explanation]
    /// （三）存在问题及改进建议.
    public var problems: ReportProblems
    /// （四）评价所依据的主要信息.
    public var basis: ReportBasis
    /// （五）其他需要载明的内容.
    public var remarks: ReportRemarks
    /// Sealed texts that stand here in the clear.
    public var openedTextCount: Int

    /// The days that the result is about.
    public var days: ClosedRange<CalendarDay> { scheme.period.days(of: year) }

    /// 一级指标 of an indicator.
    public func group(of indicator: String) -> String? { scheme[indicator: indicator]?.group }
}

/// Where the printed result comes from.
public enum ReportedResult: Sendable, Hashable {
    /// Computed for this report from the archive as it stands (试算): nobody has issued it.
    case trial
    /// Issued in a round, by an entry of the log.
    case issued(IssuedResult)

    public var issued: IssuedResult? { if case .issued(let result) = self { result } else { nil } }
}

/// A text of a record as a report shows it.
public enum ReportedText: Sendable, Hashable {
    /// There is none.
    case absent
    case open(String)
    case sealed
    /// Lawfully erased: nobody can read it any more.
    case erased
    /// Its key is not in this place.
    case keyMissing

    /// What stands where the text is, or would be.
    public var shown: String {
        switch self {
        case .absent: "—"
        case .open(let text): text
        case .sealed: "〔已密封〕"
        case .erased: "〔已依法抹除〕"
        case .keyMissing: "〔密钥不在此处〕"
        }
    }
}

/// An attachment that a record names.
public struct ReportedEvidence: Sendable, Hashable {
    public var name: String
    /// `sha256:` and 64 hexadecimal digits.
    public var digest: String
}
