/// Why a cell is not a calendar day.
public enum DateProblem: Error, Sendable, Equatable {
    /// The text is in none of the accepted forms.
    case unreadable
    /// The text is in an accepted form, but the calendar has no such day: `2023-02-30`.
    case noSuchDay
    /// The year is not within 1900…2999.
    case yearOutOfRange
}

extension Cell {
    /// The calendar day that the cell says, in the proleptic Gregorian calendar.
    ///
    /// Accepted are `2023-03-05`, `2023/3/5`, `2023.3.5`, `2023年3月5日` (also `号`) and `20230305`, in full width too,
    /// with spaces around their parts, and with the time of midnight behind, as Excel and databases add it.
    public static func date(_ text: String) throws(DateProblem) -> (year: Int, month: Int, day: Int) {
        var scanner = DateScanner(Cell.trimmed(Cell.foldWidth(text)))
        guard let day = scanner.day(), scanner.isMidnightOrNothing() else { throw .unreadable }
        guard 1900...2999 ~= day.year else { throw .yearOutOfRange }
        guard 1...12 ~= day.month, 1...daysInMonth(day.month, of: day.year) ~= day.day else { throw .noSuchDay }
        return day
    }

    /// The number of days of a month, 1…12.
    static func daysInMonth(_ month: Int, of year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

/// Walks over the characters of a date.
private struct DateScanner {
    private var rest: Substring.UnicodeScalarView

    init(_ text: String) { rest = Substring(text).unicodeScalars }

    mutating func day() -> (year: Int, month: Int, day: Int)? {
        guard let first = digits(upTo: 8) else { return nil }
        if first.count == 8 {
            return (first.value / 10_000, first.value / 100 % 100, first.value % 100)
        }
        guard first.count == 4, let separator = separator(), let month = digits(upTo: 2) else { return nil }
        guard let second = self.separator(), separator == "年" ? second == "月" : second == separator,
            let day = digits(upTo: 2)
        else { return nil }
        if separator == "年" {
            skipSpaces()
            guard take("日") || take("号") else { return nil }
        }
        return (first.value, month.value, day.value)
    }

    /// Nothing more, or a time that adds nothing to the day: `0:00`, `00:00:00`, `00:00:00.000`, after a space or `T`.
    mutating func isMidnightOrNothing() -> Bool {
        if rest.isEmpty { return true }
        guard take("T") || skipSpaces() else { return false }
        var parts = 0
        repeat {
            guard let part = digits(upTo: 2), part.value == 0 else { return false }
            parts += 1
        } while take(":")
        guard 2...3 ~= parts else { return false }
        if parts == 3, take(".") { guard let fraction = digits(upTo: 9), fraction.value == 0 else { return false } }
        return rest.isEmpty
    }

    private mutating func separator() -> Unicode.Scalar? {
        skipSpaces()
        guard let next = rest.first else { return nil }
        rest.removeFirst()
        skipSpaces()
        switch next {
        case "-", "/", ".", "年", "月": return next
        case "‐", "‑", "–", "−": return "-"
        default: return nil
        }
    }

    /// At most `limit` digits, and not more behind them.
    private mutating func digits(upTo limit: Int) -> (value: Int, count: Int)? {
        var value = 0
        var count = 0
        while let next = rest.first, "0"..."9" ~= next {
            guard count < limit else { return nil }
            value = value * 10 + Int(next.value - 0x30)
            count += 1
            rest.removeFirst()
        }
        return count > 0 ? (value, count) : nil
    }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard rest.first == scalar else { return false }
        rest.removeFirst()
        return true
    }

    @discardableResult
    private mutating func skipSpaces() -> Bool {
        let before = rest.count
        while let next = rest.first, Cell.isInvisible(next) { rest.removeFirst() }
        return rest.count < before
    }
}
