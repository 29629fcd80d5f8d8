import ArchiveTesting
import CanonicalJSON
import CreditArchive
import CreditModel
import EventLog
import Foundation
import Projections
import Testing

/// The sample county's trend, and its standings by position, against the independent oracle.
@Suite struct SampleMomentTests {
    /// A body's trend by year, as `trend.json` has it.
    private func object(_ answer: TrendAnswer) throws -> NSDictionary {
        var years: [String: Any] = [:]
        for year in answer.years {
            var object = try JSON.object(year)
            let number = try #require(object.removeValue(forKey: "year") as? Int)
            years[String(number)] = object
        }
        return NSDictionary(dictionary: years)
    }

    @Test func theTrendIsTheOraclesWhole() async throws {
        let (archive, _) = try await County.imported()
        let expected = try County.expected("trend")
        #expect(expected.count == 8)
        try await archive.reading { archive in
            let auditor = Auditor(archive)
            let last = try archive.log.head().size - 1
            for (name, oracle) in expected {
                let scope: TrendQuery.Scope =
                    try name == "all" ? .all : .body(auditor.body(named: name), withSubordinates: false)
                for moment in [Moment.now, Moment(atPosition: last), Moment(asOf: archive.today)] {
                    let answer = try auditor.trend(TrendQuery(scope, at: moment))
                    #expect(try object(answer) == oracle as? NSDictionary, "\(name) at \(moment)")
                    #expect(answer.position == last)
                }
            }
        }
    }

    @Test(arguments: ["2022-06-30", "2023-12-31", "2024-12-31", "2026-01-01"])
    func standingsThroughAPositionAreTheOracles(_ text: String) async throws {
        let (archive, _) = try await County.imported()
        let day = try #require(CalendarDay(text))
        let expected = try County.expected("standing-\(text)")
        try await archive.reading { archive in
            let last = try archive.log.head().size - 1
            let standings = try Auditor(archive).standing(.all, asOf: day, atPosition: last)
            #expect(Set(standings.map(\.body.id.text)) == Set(expected.keys))
            for standing in standings {
                let oracle = try #require(expected[standing.body.id.text] as? [String: Any])
                let answer = try JSON.object(standing).filter { oracle.keys.contains($0.key) }
                #expect(NSDictionary(dictionary: answer) == NSDictionary(dictionary: oracle), "\(standing.body.id)")
                #expect(standing.position == last)
                let one = try Auditor(archive).standing(.body(standing.body.id), asOf: day, atPosition: last)
                #expect(one == [standing])
            }
        }
    }

    @Test func aTrailAtAMomentIsTheWholeTrailsPart() async throws {
        let (archive, _) = try await County.imported()
        try await archive.reading { archive in
            let auditor = Auditor(archive)
            let id = try auditor.body(named: "云岭县财政局")
            let day = try #require(CalendarDay("2023-06-30"))
            let whole = try auditor.trail(ofBody: id)
            let middle = whole[whole.count / 2].position
            for moment in [
                Moment.now, Moment(asOf: day), Moment(atPosition: middle), Moment(asOf: day, atPosition: middle),
                Moment(atPosition: 0),
            ] {
                let expected = whole.filter { step in
                    guard step.position <= moment.atPosition ?? .max else { return false }
                    guard let asOf = moment.asOf, step.type != .bodyRegistered else { return true }
                    return (step.determinedOn ?? step.occurredOn).map { $0 <= asOf } ?? true
                }
                #expect(try auditor.trail(ofBody: id, at: moment).map(\.position) == expected.map(\.position))
                let cases = Set(expected.map(\.subject).filter { $0.hasPrefix("case/") })
                for name in cases {
                    let caseID = try #require(CaseID(String(name.dropFirst(5))))
                    let part = try auditor.trail(ofCase: caseID, at: moment).map(\.position)
                    #expect(part == expected.filter { $0.subject == name }.map(\.position))
                }
                // What the trail tells is what the standing is made of.
                let standing = try auditor.standing(.body(id), asOf: moment.asOf, atPosition: moment.atPosition)
                let determined = expected.filter { $0.type == .incidentDetermined }.map {
                    String($0.subject.dropFirst(5))
                }
                #expect(Set(standing.flatMap(\.cases).map(\.id.text)) == Set(determined))
            }
            #expect(try auditor.trail(ofBody: id, at: Moment(atPosition: 0)).isEmpty)
        }
    }
}
