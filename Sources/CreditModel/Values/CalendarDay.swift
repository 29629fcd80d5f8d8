public import CanonicalJSON

/// A day of the Gregorian calendar, as a day in Asia/Shanghai where an instant is meant; years 1900…2999.
public struct CalendarDay: Sendable, Hashable, Comparable {
    /// Days since 1970-01-01.
    public let ordinal: Int32

    public static let years = 1900...2999

    public init(ordinal: Int32) { self.ordinal = ordinal }

    /// Nil where the calendar has no such day or the year lies outside 1900…2999.
    public init?(year: Int, month: Int, day: Int) {
        guard CalendarDay.years.contains(year), (1...12).contains(month), day >= 1,
            day <= CalendarDay.daysInMonth(year: year, month: month)
        else { return nil }
        ordinal = CalendarDay.ordinal(year: year, month: month, day: day)
    }

    /// The day of a moment in Asia/Shanghai (UTC+8, no summer time since 1991).
    public init(millisecondsSinceEpoch: Int64) {
        let local = millisecondsSinceEpoch + 8 * 3_600_000
        ordinal = Int32((local >= 0 ? local : local - 86_399_999) / 86_400_000)
    }

    public static func < (left: CalendarDay, right: CalendarDay) -> Bool { left.ordinal < right.ordinal }

    static func daysInMonth(year: Int, month: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days since 1970-01-01 by the civil calendar (eras of 400 years, years beginning in March).
    private static func ordinal(year: Int, month: Int, day: Int) -> Int32 {
        let y = month <= 2 ? year - 1 : year
        let era = y / 400
        let yearOfEra = y - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return Int32(era * 146_097 + dayOfEra - 719_468)
    }

    /// Year, month and day of month.
    public var components: (year: Int, month: Int, day: Int) {
        let z = Int(ordinal) + 719_468
        let era = (z >= 0 ? z : z - 146_096) / 146_097
        let dayOfEra = z - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }

    public var year: Int { components.year }

    /// The day `count` days later (or earlier).
    public func adding(days count: Int) -> CalendarDay { CalendarDay(ordinal: ordinal + Int32(count)) }

    /// The same day of the month `count` months later; a month without it gives its last day (contract §1).
    public func adding(months count: Int) -> CalendarDay {
        let (year, month, day) = components
        let total = year * 12 + (month - 1) + count
        let newYear = total / 12
        let newMonth = total % 12 + 1
        let last = CalendarDay.daysInMonth(year: newYear, month: newMonth)
        return CalendarDay(ordinal: CalendarDay.ordinal(year: newYear, month: newMonth, day: min(day, last)))
    }
}

extension CalendarDay: CustomStringConvertible, JSONDecodable, JSONEncodable {
    /// Reads `YYYY-MM-DD`; nil for anything else.
    public init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-") else { return nil }
        func number(_ range: Range<Int>) -> Int? {
            bytes[range].reduce(0) { total, byte in
                guard let total, (0x30...0x39).contains(byte) else { return nil }
                return total * 10 + Int(byte - 0x30)
            }
        }
        guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10) else { return nil }
        self.init(year: year, month: month, day: day)
    }

    /// `YYYY-MM-DD`.
    public var description: String {
        let (year, month, day) = components
        return String(unsafeUninitializedCapacity: 10) { bytes in
            func put(_ value: Int, _ places: Range<Int>) {
                var value = value
                for place in places.reversed() {
                    bytes[place] = UInt8(0x30 + value % 10)
                    value /= 10
                }
            }
            put(year, 0..<4)
            bytes[4] = UInt8(ascii: "-")
            put(month, 5..<7)
            bytes[7] = UInt8(ascii: "-")
            put(day, 8..<10)
            return 10
        }
    }

    public init(json: JSONNode) throws(JSONFault) {
        guard let day = CalendarDay(try json.string()) else {
            throw json.fault(.badValue, "a calendar day YYYY-MM-DD, 1900…2999")
        }
        self = day
    }

    public func write(to writer: inout JSONWriter) { writer.string(description) }
}
