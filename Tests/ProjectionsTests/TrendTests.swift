import ArchiveTesting
import CreditArchive
import CreditModel
import EventLog
import Projections
import Testing

/// Which years and positions a trend has, and year on year; its figures are held to the laws of the archive.
@Suite struct TrendTests {
    @Test func theAnswerNamesThePositionItReflectsAndNoYearBeforeTheFirst() async throws {
        let history = try RandomHistory(stream: 41)
        try await history.grow(by: 100)
        let archive = try await history.open(.reading)
        let last = try archive.log.head().size - 1
        for position in [nil, 0, last / 2, last] as [UInt64?] {
            let answer = try Auditor(archive).trend(TrendQuery(.all, at: Moment(atPosition: position)))
            #expect(answer.position == position ?? last && answer.before == nil)
        }
    }

    @Test func yearsThatAreAskedForAreThoseOfTheWholeTrend() async throws {
        let history = try RandomHistory(stream: 43)
        try await history.grow(by: 300)
        let archive = try await history.open(.reading)
        let auditor = Auditor(archive)
        let id = try #require(auditor.standing(.all).max { $0.cases.count < $1.cases.count }).body.id
        for scope in [.all, .body(id, withSubordinates: false), .body(id, withSubordinates: true)] as [TrendQuery.Scope]
        {
            for moment in [Moment.now, Moment(atPosition: try archive.log.head().size / 2)] {
                let whole = try auditor.trend(TrendQuery(scope, at: moment)).years
                let (first, last) = (whole[0].year, whole[whole.count - 1].year)
                let part = try auditor.trend(TrendQuery(scope, from: first + 1, to: last - 1, at: moment))
                #expect(part.years == Array(whole.dropFirst().dropLast()))
                #expect(part.before == whole[0])
                let wide = try auditor.trend(TrendQuery(scope, from: first - 2, to: last + 2, at: moment)).years
                #expect(wide.filter { (first...last).contains($0.year) } == whole)
                #expect(wide.count == whole.count + 4 && wide.prefix(2).allSatisfy { $0.determined == 0 })
                #expect(try auditor.trend(TrendQuery(scope, from: last + 1, at: moment)).years.isEmpty)
            }
        }
    }

    @Test func yearOnYearIsTheDifferenceFromTheYearBefore() async throws {
        let history = try RandomHistory(stream: 44)
        try await history.grow(by: 300)
        let archive = try await history.open(.reading)
        let answer = try Auditor(archive).trend(TrendQuery(.all))
        let compared = answer.compared
        #expect(compared.count == answer.years.count && compared.count > 2)
        #expect(compared.first?.change == nil)
        for (index, row) in compared.enumerated().dropFirst() {
            let (old, change) = (answer.years[index - 1], try #require(row.change))
            #expect(change.determined == row.year.determined - old.determined)
            #expect(change.inEffectAtYearEnd == row.year.inEffectAtYearEnd - old.inEffectAtYearEnd)
            #expect((change.determinedPercent == nil) == (old.determined == 0))
            let amount = try #require(Double(change.amount))
            let difference = Double(row.year.amount.millionths - old.amount.millionths) / 1_000_000
            #expect(abs(amount - difference) < 0.005_001 && "+-".contains(change.amount.prefix(1)))
            if let percent = change.determinedPercent {
                let exact = Double(change.determined) * 100 / Double(old.determined)
                #expect(try abs(#require(Double(percent)) - exact) < 0.050_001 && "+-".contains(percent.prefix(1)))
            }
        }
    }
}
