import ArchiveTesting
import CreditArchive
import CreditModel
import EventLog
import Projections
import Testing

/// Trends over random histories against a plain count, and year on year.
@Suite struct TrendTests {
    private func entries(_ archive: Archive) throws -> [Entry] {
        var entries: [Entry] = []
        try Auditor(archive).replay { entries.append($0) }
        return entries
    }

    @Test(arguments: [41, 42] as [UInt64])
    func everyTrendIsThatOfAPlainCount(_ stream: UInt64) async throws {
        let history = try RandomHistory(stream: stream)
        try await history.grow(by: 400)
        let archive = try await history.open(.reading)
        let plain = try PlainTrend(entries(archive), today: archive.today)
        let size = try archive.log.head().size
        let bodies = try Auditor(archive).standing(.all).map(\.body)
        var random = SeededGenerator(stream: 200 + stream)
        var moments: [Moment] = [.now, Moment(atPosition: 0), Moment(atPosition: size - 1)]
        for _ in 0..<6 {
            let day = RandomHistory.firstDay.adding(days: Int.random(in: -20...2_500, using: &random))
            let position = UInt64.random(in: 0..<size, using: &random)
            moments += [Moment(asOf: day), Moment(atPosition: position), Moment(asOf: day, atPosition: position)]
        }
        for moment in moments {
            let known = plain.known(at: moment)
            func check(_ scope: TrendQuery.Scope, _ includes: (PlainFold.Body) -> Bool) throws {
                let answer = try Auditor(archive).trend(TrendQuery(scope, at: moment))
                #expect(
                    answer.years.map(PlainTrend.Year.init) == plain.answer(known, includes: includes),
                    "\(scope) at \(moment)")
                #expect(answer.position == moment.atPosition ?? size - 1)
                #expect(answer.before == nil)
            }
            try check(.all) { _ in true }
            try check(.region(prefix: "419801")) { $0.region.hasPrefix("419801") }
            for body in bodies.prefix(3) {
                try check(.body(body.id, withSubordinates: false)) { $0.id == body.id.text }
                try check(.body(body.id, withSubordinates: true)) { isBelow($0, body.id.text, known.bodies) }
            }
        }
    }

    /// Up the parents, as often as there are bodies: random parents may form a ring.
    private func isBelow(_ body: PlainFold.Body, _ top: String, _ all: [PlainFold.Body]) -> Bool {
        var id: String? = body.id
        for _ in 0...all.count {
            if id == top { return true }
            id = all.first { $0.id == id }?.parent
        }
        return false
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
