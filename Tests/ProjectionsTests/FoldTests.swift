import ArchiveTesting
import CreditArchive
import CreditModel
import EventLog
import Foundation
import Projections
import Testing

/// Answers and digests over random histories, late registrations included.
@Suite struct FoldTests {
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
