internal import CreditModel

/// A trend: years in order, and what each is compared with.
public struct TrendAnswer: Sendable, Hashable {
    public var years: [TrendYear]
    /// The year before the first, where a first year was asked for.
    public var before: TrendYear?
    /// The last position that the answer reflects; nil for an empty log.
    public var position: UInt64?

    /// The years with their change against the year before; nil where there is none to compare with.
    public var compared: [(year: TrendYear, change: TrendChange?)] {
        zip(years, [before] + years.dropLast().map(Optional.some)).map { year, previous in
            (year, previous.map { TrendChange(from: $0, to: year) })
        }
    }
}

/// Year on year (同比): what a year has more, or less, than the one before.
public struct TrendChange: Sendable, Hashable {
    public let determined: Int
    /// In percent of the year before, one decimal rounded half away from zero, with its sign; nil where that was zero.
    public let determinedPercent: String?
    public let inEffectAtYearEnd: Int
    /// 万元, two decimals, with its sign.
    public let amount: String
    public let amountPercent: String?

    init(from old: TrendYear, to new: TrendYear) {
        determined = new.determined - old.determined
        determinedPercent = TrendChange.percent(Int128(old.determined), Int128(new.determined))
        inEffectAtYearEnd = new.inEffectAtYearEnd - old.inEffectAtYearEnd
        let difference = new.amount.millionths - old.amount.millionths
        let size = Amount(millionths: difference < 0 ? -difference : difference).twoDecimals
        amount = (difference < 0 && size != "0.00" ? "-" : "+") + size
        amountPercent = TrendChange.percent(old.amount.millionths, new.amount.millionths)
    }

    private static func percent(_ old: Int128, _ new: Int128) -> String? {
        guard old > 0 else { return nil }
        let difference = new - old
        let tenths = ((difference < 0 ? -difference : difference) * 2_000 + old) / (old * 2)
        return "\(difference < 0 && tenths > 0 ? "-" : "+")\(tenths / 10).\(tenths % 10)"
    }
}
