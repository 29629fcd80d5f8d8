public import CreditModel

/// A day of every year, `MM-DD`: ends of periods and deadlines.
public struct MonthDay: Sendable, Hashable, CustomStringConvertible {
    public let month: Int
    public let dayOfMonth: Int

    init(_ node: DocumentNode) throws(SchemeFault) {
        // Read in a year without 02-29, which most years lack.
        let text = try node.text()
        guard let day = CalendarDay("2023-" + text) else {
            throw node.badValue("月-日，如 03-31", "a month and day, MM-DD")
        }
        month = day.components.month
        dayOfMonth = day.components.day
    }

    public func day(in year: Int) -> CalendarDay {
        guard let day = CalendarDay(year: year, month: month, day: dayOfMonth) else {
            preconditionFailure("\(self) exists in every year from 1900 to 2999")
        }
        return day
    }

    public var description: String {
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(two(month))-\(two(dayOfMonth))"
    }
}
