import ArchiveTesting
import CreditArchive
import CreditModel
import EventLog
import Foundation
import LogAudit
import Projections
import Testing

/// An entry that a projection cannot take stops that projection, named with its position, and nothing else.
@Suite struct PoisonTests {
    /// The position of a fact of a case in the later half of the log.
    private func casePosition(_ archive: Archive) throws -> UInt64 {
        var found: UInt64?
        let half = try archive.log.head().size / 2
        try Auditor(archive).replay(from: half) { entry in
            if entry.subject.family == "case", found == nil { found = entry.position }
        }
        return try #require(found)
    }

    @Test func itStopsThatProjectionAloneAndIsNamedWithItsPosition() async throws {
        let history = try RandomHistory(stream: 71)
        try await history.grow(by: 200)
        let archive = try await history.open(.writing)
        let position = try casePosition(archive)
        let scratch = try TemporaryFolder()
        let well = try archive.projections.projectionStates()
        // Folded at once, and chunk after chunk.
        let failing = archive.projections(of: .standard(failing: "standing", at: position), in: scratch.path)
        try failing.fold()
        var states = try failing.projectionStates()
        #expect(states.map(\.stop?.position) == [nil, position])
        #expect(states[1].stop?.english.contains("Failure") == true)
        #expect(states[0] == well[0])
        try await history.grow(archive, by: 60)
        try failing.fold()
        try archive.projections.fold()
        states = try failing.projectionStates()
        #expect(states[0] == (try archive.projections.projectionStates()[0]), "the others go on")
        #expect(states[1].stop?.position == position)
        #expect(try failing.viewsState()?.size == archive.log.head().size)
        let report = try Rebuilder(failing).rebuild()
        #expect(report.stops.map(\.position) == [position] && report.digestMatchesLive == true)
    }

    @Test func theFirstOfSeveralIsNamedHoweverTheyAreFolded() async throws {
        let history = try RandomHistory(stream: 72)
        try await history.grow(by: 40)
        let archive = try await history.open(.writing)
        let scratch = try TemporaryFolder()
        let start = try archive.log.head().size
        let failing = archive.projections(
            of: .standard(
                and: FactCount { item in
                    if item.facts.contains(where: { $0.position > start }) { throw Failing.Failure() }
                }), in: scratch.path)
        try failing.fold()
        #expect(try failing.projectionStates().allSatisfy { $0.stop == nil })
        try await history.grow(archive, by: 120)
        var first: UInt64?
        try Auditor(archive).replay(from: start + 1) { entry in
            if entry.subject.family == "case" { first = first ?? entry.position }
        }
        try failing.fold()
        #expect(try failing.projectionStates()[2].stop?.position == first)
        #expect(try Rebuilder(failing).rebuild().stops.first?.position == first)
    }

    @Test func answersThatNeedItAreErrorsAndDoctorAndTheDeepAuditNameIt() async throws {
        let history = try RandomHistory(stream: 73)
        try await history.grow(by: 200)
        let position: UInt64
        let expected: [Standing]
        do {
            let archive = try await history.open(.writing)
            position = try casePosition(archive)
            expected = try Auditor(archive).standing(.all)
            try Rebuilder(archive.projections(of: .standard(failing: "standing", at: position))).rebuild()
        }
        let reader = try await history.open(.reading)
        let isStopped: (any Error) -> Bool = { error in
            let error = ArchiveError(error)
            return error.code == "projection-stopped" && error.kind == .unavailable
                && error.english.contains("position \(position)") && error.chinese.contains("位置 \(position)")
        }
        #expect { try Auditor(reader).standing(.all) } throws: { isStopped($0) }
        // What does not need it goes on.
        #expect(try Auditor(reader).standing(.all, atPosition: reader.log.head().size - 1) == expected)
        let check = try #require(try Examination(history.folder).run().first { $0.code == "projections" })
        #expect(!check.isWell && check.detailEnglish.contains("standing has stopped at position \(position)"))
        var options = Verification.Options()
        options.deep = true
        let findings = try Verification(history.folder, options).run().findings
        #expect(findings.map(\.code.rawValue) == ["projection-stopped"])
        #expect(findings.map(\.position) == [position])
        // Single bodies do not mend it; a program that takes the entry does.
        let archive = try await history.open(.writing)
        var part = RebuildOptions()
        part.subjects = .body(expected[0].body.id)
        #expect { try Administrator(archive).rebuild(part) } throws: {
            ($0 as? EventLogError)?.code == .wholeRebuildNeeded
        }
        part.subjects = .all
        part.projections = ["standing"]
        #expect(try Administrator(archive).rebuild(part).stops.isEmpty)
        #expect(try Auditor(archive).standing(.all) == expected)
    }
}
