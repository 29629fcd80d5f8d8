import ArchiveTesting
import CreditArchive
import CreditModel
import EventLog
import Foundation
import Projections
import Testing

/// Answers and digests over random histories, late registrations included.
@Suite struct FoldTests {
    private func entries(_ archive: Archive) throws -> [Entry] {
        var entries: [Entry] = []
        try Auditor(archive).replay { entries.append($0) }
        return entries
    }

    @Test(arguments: 1...3 as ClosedRange<UInt64>)
    func everyAnswerIsThatOfAPlainFold(_ stream: UInt64) async throws {
        let history = try RandomHistory(stream: stream)
        try await history.grow(by: 500)
        #expect(history.outcomes.accepted > 100 && history.outcomes.refused > 100)
        let archive = try await history.open(.reading)
        let plain = try PlainFold(entries(archive))
        let size = try archive.log.head().size
        var random = SeededGenerator(stream: 100 + stream)
        var questions: [(day: CalendarDay?, position: UInt64?)] = [(nil, nil), (RandomHistory.lastDay, 0), (nil, 0)]
        for _ in 0..<25 {
            let day = RandomHistory.firstDay.adding(days: Int.random(in: -20...2_500, using: &random))
            let position = UInt64.random(in: 0..<size, using: &random)
            questions += [(day, nil), (nil, position), (day, position)]
        }
        var seen: Set<String> = []
        for (day, position) in questions {
            let standings = try Auditor(archive).standing(.all, asOf: day, atPosition: position)
            let expected = plain.answer(asOf: day, atPosition: position, today: archive.today)
            #expect(
                standings.map(PlainFold.Body.init) == expected,
                "as of \(day?.description ?? "-"), at \(position ?? size)")
            #expect(standings.allSatisfy { $0.position == position ?? size - 1 })
            for item in expected.flatMap(\.cases) {
                seen.insert("\(item.status) \(item.inDispute) \(item.isPublicised)")
            }
        }
        // Without repairs, revocations and disputes the comparison would say little.
        #expect(seen.count >= 3, "\(seen.sorted())")
    }

    @Test func aBodyAndARegionAreAnsweredAsAmongAll() async throws {
        let history = try RandomHistory(stream: 11)
        try await history.grow(by: 300)
        let archive = try await history.open(.reading)
        let size = try archive.log.head().size
        for (day, position) in [(nil, nil), (CalendarDay("2021-06-30"), nil), (nil, size / 2)]
            as [(CalendarDay?, UInt64?)]
        {
            let all = try Auditor(archive).standing(.all, asOf: day, atPosition: position)
            for standing in all {
                let one = try Auditor(archive).standing(.body(standing.body.id), asOf: day, atPosition: position)
                #expect(one == [standing])
            }
            for prefix in ["419801", "4198", "4199", "419801101", "42"] {
                let part = try Auditor(archive).standing(.region(prefix: prefix), asOf: day, atPosition: position)
                #expect(part == all.filter { $0.body.region.text.hasPrefix(prefix) })
            }
        }
        let nobody = try #require(BodyID("nobody"))
        #expect(try Auditor(archive).standing(.body(nobody)).isEmpty)
    }

    @Test func publicityEndsOnItsDayInReadModelsAndInFolds() async throws {
        let history = try RandomHistory(stream: 12)
        try await history.grow(by: 300)
        let plain = try await PlainFold(entries(history.open(.reading)))
        let last = CalendarDay(millisecondsSinceEpoch: history.clock.milliseconds)
        let found = plain.answer(asOf: nil, atPosition: nil, today: last).flatMap(\.cases)
        let months = [Severity.minor: 3, .ordinary: 12, .serious: 36]
        let ends = Set(found.map { $0.determinedOn.adding(months: months[$0.severity] ?? 0) })
        var publicised: Set<Int> = []
        for day in (ends.sorted().prefix(12) + [last]).flatMap({ [$0.adding(days: -1), $0] }) {
            // Eight in the morning of that day in Asia/Shanghai.
            history.clock.milliseconds = Int64(day.ordinal) * 86_400_000
            let archive = try await history.open(.reading)
            #expect(archive.today == day)
            let expected = plain.answer(asOf: nil, atPosition: nil, today: day)
            let live = try Auditor(archive).standing(.all)
            #expect(live.map(PlainFold.Body.init) == expected, "\(day), from the read models")
            let folded = try Auditor(archive).standing(.all, atPosition: archive.log.head().size - 1)
            #expect(folded == live, "\(day), folded")
            publicised.insert(expected.flatMap(\.cases).count { $0.isPublicised })
        }
        #expect(publicised.count > 1)
    }

    @Test(arguments: 21...23 as ClosedRange<UInt64>)
    func theDigestIsTheSameWhicheverWayTheModelsCameAbout(_ stream: UInt64) async throws {
        let history = try RandomHistory(stream: stream)
        for step in [1, 7, 60, 3, 200] {
            try await history.grow(by: step)
            let archive = try await history.open(.writing)
            let size = try archive.log.head().size
            let incremental = try #require(try archive.projections.viewsState())
            #expect(incremental.size == size)
            let facts = try #require(try archive.projections.factsState())
            for fromLog in [false, true] {
                let dry = try Administrator(archive).rebuild(RebuildOptions(fromLog: fromLog, dryRun: true))
                #expect(dry.digest == incremental.digest && dry.digestMatchesLive == true && dry.events == size)
                let real = try Administrator(archive).rebuild(RebuildOptions(fromLog: fromLog))
                #expect(real.digest == incremental.digest && real.digestMatchesLive == true)
                #expect(try #require(try archive.projections.viewsState()) == incremental)
                #expect(try #require(try archive.projections.factsState()) == facts)
            }
            // And in a folder that never saw any of it.
            let scratch = try TemporaryFolder()
            let fresh = ProjectionSet(folder: scratch.path, log: archive.log, policy: archive.policy)
            #expect(try fresh.fold() == size)
            #expect(try #require(try fresh.viewsState()) == incremental)
            #expect(try #require(try fresh.factsState()) == facts)
            #expect(try fresh.fold() == 0)
        }
    }

    @Test func differentHistoriesHaveDifferentDigests() async throws {
        let history = try RandomHistory(stream: 31)
        var digests: Set<String> = []
        var accepted: Set<Int> = []
        for _ in 0..<6 {
            try await history.grow(by: 40)
            let archive = try await history.open(.reading)
            digests.insert(try #require(try archive.projections.viewsState()).digest)
            accepted.insert(history.outcomes.accepted)
        }
        #expect(digests.count == accepted.count)
    }

    @Test func aRebuildReplacesTheGenerationAndLeavesNoOther() async throws {
        let history = try RandomHistory(stream: 32)
        try await history.grow(by: 50)
        let archive = try await history.open(.writing)
        let reader = try await history.open(.reading)
        let before = try Auditor(reader).standing(.all)
        var last: RebuildProgress?
        let report = try Administrator(archive).rebuild { last = $0 }
        #expect(report.generation == 2)
        #expect(last.map { $0.done == $0.total } == true)
        let names = try FileManager.default.contentsOfDirectory(atPath: history.folder.path)
        #expect(names.filter { $0.hasPrefix("read-") && $0.hasSuffix(".sqlite") } == ["read-2.sqlite"])
        let dry = try Administrator(archive).rebuild(RebuildOptions(dryRun: true))
        #expect(dry.generation == 3)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: history.folder.path).contains("read-3.sqlite") == false)
        // A reader that was there before goes on with the same answers.
        #expect(try Auditor(reader).standing(.all) == before)
        try await history.grow(archive, by: 50)
        try archive.close()
        let again = try await history.open(.reading)
        #expect(try Auditor(reader).standing(.all) == Auditor(again).standing(.all))
    }
}
