/// A round of evaluation: a scheme, the evaluated year, and the region whose office runs it.
public struct RoundID: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The scheme's id.
    public let scheme: String
    /// The evaluated year (评价年度), not the year in which the round is held.
    public let year: Int
    /// 行政区划代码 of the office that runs the round: six digits.
    public let region: RegionCode

    /// Nil for a scheme that is no slug, a year outside 1900…2999, or a region of another length than six digits.
    public init?(scheme: String, year: Int, region: RegionCode) {
        let isSlug = { (byte: UInt8) in
            (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte) || byte == UInt8(ascii: "-")
        }
        guard (1...64).contains(scheme.utf8.count), scheme.utf8.allSatisfy(isSlug),
            CalendarDay.years.contains(year), region.text.utf8.count == 6
        else { return nil }
        self.scheme = scheme
        self.year = year
        self.region = region
    }

    /// Reads the name of a stream: `round/<scheme>/<year>/<region>`. Nil for anything else.
    public init?(stream: String) {
        let parts = stream.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0] == "round", parts[2].utf8.count == 4, let year = Int(parts[2]),
            String(year) == parts[2], let region = RegionCode(String(parts[3]))
        else { return nil }
        self.init(scheme: String(parts[1]), year: year, region: region)
    }

    /// The name of the round's stream.
    public var stream: String { "round/\(scheme)/\(year)/\(region)" }

    public var description: String { stream }

    public static func < (left: RoundID, right: RoundID) -> Bool {
        (left.scheme, left.year, left.region.text) < (right.scheme, right.year, right.region.text)
    }

    /// The last day of the evaluated year (评价年度为自然年度).
    public var lastDay: CalendarDay { CalendarDay(ordinal: startOfNextYear.ordinal - 1) }

    /// The first day of the year in which the results are due.
    public var startOfNextYear: CalendarDay {
        // The day exists for every year but the calendar's last, where the year's own last day stands for it.
        CalendarDay(year: year + 1, month: 1, day: 1) ?? CalendarDay(ordinal: Int32.max)
    }
}

/// The province whose credit authority recommends evaluators, as its stream `evaluators/<province>`.
public enum EvaluatorsStream {
    public static func name(province: RegionCode) -> String { "evaluators/\(province)" }

    /// Reads the name of a stream; nil where it does not name a province (six digits, the last four 0).
    public static func province(of stream: String) -> RegionCode? {
        let parts = stream.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0] == "evaluators", parts[1].utf8.count == 6, parts[1].hasSuffix("0000") else {
            return nil
        }
        return RegionCode(String(parts[1]))
    }

    /// The province of a region.
    public static func province(of region: RegionCode) -> RegionCode? {
        RegionCode(String(region.text.prefix(2)) + "0000")
    }
}
