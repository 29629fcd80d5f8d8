/// A limit in working days that cannot be computed, because nobody has announced the holidays of a year yet.
///
/// What to do: load the State Council's notice for the year (`calendar adopt`). A projection without a notice would be a
/// guess at the law, and is never made.
public struct CalendarMissing: Error, Sendable, Hashable {
    public var year: Int

    public init(year: Int) { self.year = year }

    public var chinese: String { "缺少 \(year) 年的节假日安排，无法计算工作日；请用 calendar adopt 载入国务院办公厅的通知" }
    public var english: String {
        "uncomputable: load the notice of \(year): its holidays are not known, so working days cannot be counted"
    }
}

/// Working days by the notices that are in force: Monday to Friday but for the days off, and the make-up working days.
///
/// The start day is not counted; a last day that is a day off moves to the next working day (《中华人民共和国民事诉讼法》
/// 期间一章; 最高人民法院关于适用行政诉讼法的解释第四十八条).
public struct WorkingCalendar: Sendable, Hashable {
    private var years: [Int: HolidayYear]

    public init(_ years: [Int: HolidayYear] = [:]) { self.years = years }

    /// The calendar of some notices; of two that settle one year the later in the list counts.
    public init(_ notices: [HolidayNotice]) {
        years = [:]
        for notice in notices { add(notice) }
    }

    /// Takes a notice in; a year that was settled before is settled anew.
    public mutating func add(_ notice: HolidayNotice) {
        years.merge(notice.years) { _, new in new }
    }

    /// What is known of a year; nil where no notice settles it.
    public func year(_ year: Int) -> HolidayYear? { years[year] }

    public var knownYears: [Int] { years.keys.sorted() }

    /// Throws ``CalendarMissing`` where no notice settles the day's year.
    public func isWorkingDay(_ day: CalendarDay) throws(CalendarMissing) -> Bool {
        guard let year = years[day.year] else { throw CalendarMissing(year: day.year) }
        if year.workingDays.contains(day) { return true }
        return !day.isWeekend && year.daysOff[day] == nil
    }

    /// The `count`th working day after a day that is not counted itself. Throws ``CalendarMissing`` for the first year
    /// on the way that no notice settles.
    public func day(_ count: Int, workingDaysAfter start: CalendarDay) throws(CalendarMissing) -> CalendarDay {
        precondition(count >= 0, "a limit lies ahead")
        var day = start
        var left = count
        while left > 0 {
            day = day.adding(days: 1)
            if try isWorkingDay(day) { left -= 1 }
        }
        return day
    }

    /// The day itself, or the next working day where it is a day off.
    public func movedForward(_ day: CalendarDay) throws(CalendarMissing) -> CalendarDay {
        var day = day
        while try !isWorkingDay(day) { day = day.adding(days: 1) }
        return day
    }

    /// The latest day on which a term of `count` working days can begin so that it has run out on `end` at the latest
    /// (Q13). Throws ``CalendarMissing``.
    public func latestStart(ofWorkingDays count: Int, endingBy end: CalendarDay) throws(CalendarMissing) -> CalendarDay
    {
        precondition(count >= 0, "a limit lies ahead")
        var day = end
        var left = count
        while left > 0 {
            if try isWorkingDay(day) { left -= 1 }
            day = day.adding(days: -1)
        }
        return day
    }
}

extension CalendarDay {
    /// Saturday or Sunday; 1970-01-01 was a Thursday.
    public var isWeekend: Bool {
        let fromThursday = (Int(ordinal) % 7 + 7) % 7
        return fromThursday == 2 || fromThursday == 3
    }
}
