/// `recordedtime`: UTC, RFC 3339 with milliseconds, `2026-11-21T18:48:00.000Z`.
public enum RecordedTime {
    /// The text of a moment, in milliseconds since 1970 (years 1970…9999).
    public static func text(milliseconds: Int64) -> String {
        let days = milliseconds / 86_400_000
        var rest = milliseconds % 86_400_000
        let (year, month, day) = civil(days)
        let millisecond = rest % 1000
        rest /= 1000
        var bytes: [UInt8] = []
        bytes.reserveCapacity(24)
        func append(_ value: Int64, _ digits: Int, _ end: Character) {
            var divisor: Int64 = [1, 10, 100, 1000][digits - 1]
            while divisor > 0 {
                bytes.append(UInt8(0x30 + value / divisor % 10))
                divisor /= 10
            }
            bytes.append(end.asciiValue ?? 0)
        }
        append(year, 4, "-")
        append(month, 2, "-")
        append(day, 2, "T")
        append(rest / 3600, 2, ":")
        append(rest / 60 % 60, 2, ":")
        append(rest % 60, 2, ".")
        append(millisecond, 3, "Z")
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Reads any RFC 3339 time: fractions of a second of any length, `Z` or an offset; nil for anything else.
    public static func milliseconds(rfc3339 text: String) -> Int64? {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, "Tt ".utf8.contains(bytes[10]) else { return nil }
        let fraction = bytes[19] == UInt8(ascii: ".") ? bytes[20...].prefix { (0x30...0x39).contains($0) } : []
        let zone = Array(bytes[(19 + (fraction.isEmpty ? 0 : fraction.count + 1))...])
        let digits = String(
            decoding: Array(fraction.prefix(3)) + Array(repeating: 0x30, count: max(0, 3 - fraction.count)),
            as: UTF8.self)
        let date = String(decoding: bytes[..<10], as: UTF8.self)
        let time = String(decoding: bytes[11..<19], as: UTF8.self)
        guard bytes[19] != UInt8(ascii: ".") || !fraction.isEmpty,
            let local = milliseconds("\(date)T\(time).\(digits)Z")
        else { return nil }
        if zone == [UInt8(ascii: "Z")] || zone == [UInt8(ascii: "z")] { return local }
        guard zone.count == 6, zone[3] == UInt8(ascii: ":"),
            let sign = [UInt8(ascii: "+"): Int64(-1), UInt8(ascii: "-"): 1][zone[0]],
            let hours = Int64(String(decoding: zone[1...2], as: UTF8.self)),
            let minutes = Int64(String(decoding: zone[4...5], as: UTF8.self)), hours < 24, minutes < 60
        else { return nil }
        return local + sign * (hours * 60 + minutes) * 60_000
    }

    /// Reads the form that ``text(milliseconds:)`` writes; nil for anything else.
    public static func milliseconds(_ text: String) -> Int64? {
        let bytes = Array(text.utf8)
        guard bytes.count == 24 else { return nil }
        let template = Array("0000-00-00T00:00:00.000Z".utf8)
        for (byte, form) in zip(bytes, template) {
            guard form == 0x30 ? (0x30...0x39).contains(byte) : byte == form else { return nil }
        }
        func number(_ range: Range<Int>) -> Int64 { bytes[range].reduce(0) { $0 * 10 + Int64($1 - 0x30) } }
        let (year, month, day) = (number(0..<4), number(5..<7), number(8..<10))
        let (hour, minute, second) = (number(11..<13), number(14..<16), number(17..<19))
        let days = ordinal(year, month, day)
        guard civil(days) == (year, month, day), hour < 24, minute < 60, second < 60 else { return nil }
        return ((days * 24 + hour) * 60 + minute) * 60_000 + second * 1000 + number(20..<23)
    }

    private static func ordinal(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let y = month <= 2 ? year - 1 : year
        let era = y / 400
        let yearOfEra = y - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func civil(_ days: Int64) -> (Int64, Int64, Int64) {
        let z = days + 719_468
        let era = z / 146_097
        let dayOfEra = z - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }
}
