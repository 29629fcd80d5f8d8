import CanonicalJSON
import CreditModel
import Foundation
import Testing

/// Working days of 2019–2026, against the notices' own tables and a count of this test's own.
@Suite struct WorkingCalendarTests {
    private static let notice: HolidayNotice = {
        let file = Fixtures.tests.deletingLastPathComponent()
            .appending(path: "Schema/calendars/state-council-holidays.json")
        do { return try read(String(decoding: Fixtures.bytes(file), as: UTF8.self)) } catch {
            preconditionFailure("the calendar of this repository: \(error)")
        }
    }()
    private let calendar = WorkingCalendar([notice])

    private static func days(of year: Int) -> [CalendarDay] {
        let first = day("\(year)-01-01")
        return (0..<366).map { first.adding(days: $0) }.filter { $0.year == year }
    }

    @Test(arguments: zip(2019...2026, [250, 249, 250, 249, 249, 251, 248, 248]))
    func eachYearHasItsWorkingDays(_ year: Int, _ count: Int) throws {
        #expect(try Self.days(of: year).filter { try calendar.isWorkingDay($0) }.count == count)
    }

    /// Every day of eight years: the weekday by Foundation, the days off by the file's own text, counted one by one.
    @Test func fiveWorkingDaysFromEveryDayAreTheOnesCountedByHand() throws {
        var gregorian = Calendar(identifier: .gregorian)
        gregorian.timeZone = try #require(TimeZone(identifier: "UTC"))
        let file = Fixtures.tests.deletingLastPathComponent()
            .appending(path: "Schema/calendars/state-council-holidays.json")
        let root = try #require(
            JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
        let years = try #require(root["years"] as? [String: [String: Any]])
        let off = Set(years.values.flatMap { ($0["off"] as? [String: String]).map { Array($0.keys) } ?? [] })
        let worked = Set(years.values.flatMap { $0["work"] as? [String] ?? [] })
        var isWorking: [Bool] = []
        let all = (2019...2026).flatMap(Self.days(of:))
        for day in all {
            let date = Date(timeIntervalSince1970: Double(day.ordinal) * 86_400)
            let weekday = gregorian.component(.weekday, from: date)
            let text = day.description
            isWorking.append(worked.contains(text) || weekday != 1 && weekday != 7 && !off.contains(text))
            #expect(day.isWeekend == (weekday == 1 || weekday == 7))
        }
        for start in all.indices {
            let later = all.indices.filter { $0 > start && isWorking[$0] }.prefix(5)
            guard later.count == 5, let last = later.last else {
                #expect(throws: CalendarMissing(year: 2027)) { try calendar.day(5, workingDaysAfter: all[start]) }
                continue
            }
            #expect(try calendar.day(5, workingDaysAfter: all[start]) == all[last], "\(all[start])")
        }
    }

    @Test(arguments: [
        ("2024-02-07", "2024-02-20"), ("2024-09-30", "2024-10-12"), ("2025-01-24", "2025-02-07"),
        ("2026-02-12", "2026-02-26"), ("2023-04-26", "2023-05-06"), ("2023-12-29", "2024-01-08"),
    ])
    func fiveWorkingDaysOfKnownCases(_ start: String, _ end: String) throws {
        #expect(try calendar.day(5, workingDaysAfter: day(start)) == day(end))
    }

    @Test func theLatestStartIsTheLastDayFromWhichTheTermStillFits() throws {
        for end in Self.days(of: 2024) where end >= day("2024-02-01") {
            let latest = try calendar.latestStart(ofWorkingDays: 5, endingBy: end)
            #expect(try calendar.day(5, workingDaysAfter: latest) <= end)
            #expect(try calendar.day(5, workingDaysAfter: latest.adding(days: 1)) > end)
        }
    }

    @Test func aLastDayThatIsOffMovesForward() throws {
        #expect(try calendar.movedForward(day("2024-02-10")) == day("2024-02-18"))
        #expect(try calendar.movedForward(day("2024-02-09")) == day("2024-02-09"))
    }

    @Test func aYearWithoutANoticeIsNeverGuessed() throws {
        #expect(throws: CalendarMissing(year: 2027)) { try calendar.day(5, workingDaysAfter: day("2026-12-29")) }
        #expect(throws: CalendarMissing(year: 2018)) { try calendar.isWorkingDay(day("2018-12-31")) }
        #expect(CalendarMissing(year: 2027).english.contains("uncomputable: load the notice"))
        var later = calendar
        later.add(
            HolidayNotice(
                id: "n", version: "1", title: "t", sources: ["s"],
                years: [2027: HolidayYear(daysOff: [day("2027-01-01"): "元旦"], workingDays: [])]))
        #expect(try later.day(5, workingDaysAfter: day("2026-12-29")) == day("2027-01-06"))
        #expect(later.knownYears == Array(2019...2027))
    }
}
