import ArchiveTesting
import CanonicalJSON
import CreditModel
import Testing

@Suite struct CalendarDayTests {
    @Test func `every day of 1900 to 2999 follows the one before and comes back from its text`() {
        var ordinal: Int32 = -25_567  // 1900-01-01: 70 years with 17 leap days before 1970-01-01.
        for year in 1900...2999 {
            let isLeap = year.isMultiple(of: 4) && !year.isMultiple(of: 100) || year.isMultiple(of: 400)
            for (index, length) in [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31].enumerated() {
                for dayOfMonth in 1...length {
                    let day = CalendarDay(year: year, month: index + 1, day: dayOfMonth)
                    let parts = day?.components
                    guard let day, let parts, day.ordinal == ordinal, CalendarDay(day.description) == day,
                        parts == (year, index + 1, dayOfMonth), day.year == year
                    else {
                        Issue.record("\(year)-\(index + 1)-\(dayOfMonth) is \(day?.description ?? "no day")")
                        return
                    }
                    ordinal += 1
                }
                #expect(CalendarDay(year: year, month: index + 1, day: length + 1) == nil)
            }
        }
        #expect(day("2999-12-31").ordinal == ordinal - 1)
        #expect(day("1970-01-01").ordinal == 0)
        #expect(day("2000-03-01").ordinal == 11_017)
    }

    @Test(arguments: [
        "", "2023-2-03", "2023-02-3", "2023/02/03", "20230203", "2023-02-03 ", " 2023-02-03", "2023-02-29",
        "1900-02-29",
        "2100-02-29", "2023-00-10", "2023-13-10", "2023-01-00", "2023-01-32", "2023-04-31", "1899-12-31", "3000-01-01",
        "0000-01-01", "-023-01-01", "+023-01-01", "2023-+1-01", "2023-02-0x", "２０２３-02-03", "2023-02-03T00:00",
        "2023－02－03", "2023-W05-1",
    ])
    func `what is no day of the calendar is not read`(text: String) {
        #expect(CalendarDay(text) == nil)
        #expect(fault { () throws(JSONFault) in _ = try read(json(text), as: CalendarDay.self) }?.code == .badValue)
    }

    @Test(arguments: [
        (0, 1, 1), (2023, 0, 1), (2023, 13, 1), (2023, 1, 0), (2023, 1, 32), (2023, -1, 1), (1899, 12, 31),
        (3000, 1, 1),
        (Int.max, 1, 1), (2023, Int.min, Int.max),
    ])
    func `numbers that make no day are refused`(year: Int, month: Int, dayOfMonth: Int) {
        #expect(CalendarDay(year: year, month: month, day: dayOfMonth) == nil)
    }

    @Test(arguments: [
        ("2023-11-30", 3, "2024-02-29"), ("2022-11-30", 3, "2023-02-28"), ("2023-01-31", 1, "2023-02-28"),
        ("2024-02-29", 12, "2025-02-28"), ("2024-02-29", 48, "2028-02-29"), ("2023-12-31", 2, "2024-02-29"),
        ("2023-10-31", 1, "2023-11-30"), ("2023-12-15", 1, "2024-01-15"), ("2023-01-15", 12, "2024-01-15"),
        ("2023-05-31", 0, "2023-05-31"), ("2024-03-31", -1, "2024-02-29"), ("2024-01-31", -1, "2023-12-31"),
        ("2024-01-01", -24, "2022-01-01"), ("1999-12-31", 2, "2000-02-29"), ("2099-12-31", 2, "2100-02-28"),
        ("2023-06-30", 36, "2026-06-30"), ("2023-03-30", 11, "2024-02-29"),
    ])
    func `months later is the same day, or the last of a month that has no such day`(
        from: String, months: Int, to: String
    ) {
        #expect(day(from).adding(months: months) == day(to))
    }

    @Test func `a month later never skips a month`() {
        var current = day("1900-01-01")
        while current < day("2999-11-30") {
            let later = current.adding(months: 1)
            let (year, month, dayOfMonth) = current.components
            let next = later.components
            if next.year * 12 + next.month != year * 12 + month + 1 || next.day > dayOfMonth
                || next.day < min(dayOfMonth, 28)
            {
                Issue.record("a month after \(current) is \(later)")
                return
            }
            current = current.adding(days: 1)
        }
    }

    @Test(arguments: [
        ("2023-12-31", 1, "2024-01-01"), ("2024-02-28", 1, "2024-02-29"), ("2024-03-01", -1, "2024-02-29"),
        ("2023-03-01", -1, "2023-02-28"), ("2023-01-01", 365, "2024-01-01"), ("2024-01-01", 365, "2024-12-31"),
        ("2023-06-01", 0, "2023-06-01"),
    ])
    func `days are counted across months and years`(from: String, days: Int, to: String) {
        #expect(day(from).adding(days: days) == day(to))
        #expect(day(to).adding(days: -days) == day(from))
    }

    /// Milliseconds of moments in UTC, which Shanghai has eight hours later.
    @Test(
        arguments: [
            (0, "1970-01-01"), (-1, "1970-01-01"), (-28_800_000, "1970-01-01"), (-28_800_001, "1969-12-31"),
            (-115_200_000, "1969-12-31"), (-115_200_001, "1969-12-30"), (57_599_999, "1970-01-01"),
            (57_600_000, "1970-01-02"),
            (1_704_038_399_999, "2023-12-31"),  // 2023-12-31T15:59:59.999Z
            (1_704_038_400_000, "2024-01-01"),  // 2023-12-31T16:00:00.000Z
            (1_704_067_200_000, "2024-01-01"),  // 2024-01-01T00:00:00.000Z
            (1_709_135_999_999, "2024-02-28"),  // 2024-02-28T15:59:59.999Z
            (1_709_136_000_000, "2024-02-29"), (1_709_222_400_000, "2024-03-01"),
        ] as [(Int64, String)])
    func `the day of a moment begins at midnight in Shanghai`(milliseconds: Int64, text: String) {
        #expect(CalendarDay(millisecondsSinceEpoch: milliseconds) == day(text))
    }

    @Test func `days are ordered as the calendar has them`() {
        #expect(day("2023-12-31") < day("2024-01-01"))
        #expect(!(day("2024-01-01") < day("2024-01-01")))
        #expect(day("1969-12-31") < day("1970-01-01"))
    }

    @Test func `a day stands in JSON as its text`() throws {
        #expect(json(day("2024-02-29")) == "\"2024-02-29\"")
        #expect(try read("\"2024-02-29\"", as: CalendarDay.self) == day("2024-02-29"))
        #expect(fault { () throws(JSONFault) in _ = try read("20240229", as: CalendarDay.self) }?.code == .wrongType)
    }
}
