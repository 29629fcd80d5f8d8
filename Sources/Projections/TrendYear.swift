public import CreditModel

/// One year of a trend (contract §2, Trend): cases counted by 归属年度.
public struct TrendYear: Sendable, Hashable {
    public let year: Int
    /// All cases of the year.
    public internal(set) var determined = 0
    /// Those of them that are revoked, or repaired, by all facts used.
    public internal(set) var revoked = 0
    public internal(set) var repaired = 0
    /// Cases of any year in effect on 31 December, as of that day.
    public internal(set) var inEffectAtYearEnd = 0
    // The revoked left out, values as corrected.
    public internal(set) var byCategory: [Category: Int] = [:]
    public internal(set) var byArea: [KeyArea: Int] = [:]
    public internal(set) var bySeverity: [Severity: Int] = [:]
    /// 万元.
    public internal(set) var amount = Amount.zero

    init(year: Int) { self.year = year }
}
