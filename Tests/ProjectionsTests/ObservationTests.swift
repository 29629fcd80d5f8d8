import ArchiveTesting
import CanonicalJSON
import CreditArchive
import CreditModel
import EventLog
import Foundation
import GRDB
import Projections
import Testing

/// Observations as decoded facts: whichever way they came into the file, and whether or not they are in it yet, an
/// answer has each of them once.
@Suite struct ObservationTests {
    static let scheme = "tongbai-2023-township"

    /// Bodies and their inputs, some reported several times, with the answers that a plain walk over them gives.
    struct Paper {
        let archive: TestArchive
        private(set) var made = 0
        private var random: SeededGenerator
        /// By body, indicator and input, in order of recording.
        private(set) var expected: [String: [Observation.Value]] = [:]

        init(stream: UInt64) throws {
            archive = try TestArchive()
            random = SeededGenerator(stream: stream)
        }

        static func key(_ body: BodyID, _ input: Observation.Input, _ year: Int) -> String {
            "\(body) \(year) \(input.scheme) \(input.indicator) \(input.name)"
        }

        mutating func register(_ count: Int, _ open: Archive) async throws {
            let recorder = try Recorder(open, recordedBy: "operator/test")
            for number in 0..<count {
                let region = try #require(RegionCode("419801"))
                let event = CreditEvent.bodyRegistered(
                    BodyRegistered(
                        code: nil, name: "第\(number)乡", kind: .township, level: .township, region: region, parent: nil,
                        establishedOn: nil))
                _ = try await recorder.append([
                    Submission(
                        identity: EventIdentity(source: "urn:test", id: "b\(number)"), subject: .body("b\(number)"),
                        event: event)
                ])
            }
        }

        mutating func report(_ count: Int, _ open: Archive) async throws {
            let recorder = try Recorder(open, recordedBy: "operator/test")
            for _ in 0..<count {
                made += 1
                let body = "b\(random.below(4))"
                let year = 2022 + random.below(2)
                let (indicator, input) = random.pick([
                    ("XZ04", "lost"), ("XZ04", "concluded"), ("XZ05", "concluded"), ("XZ12", "satisfaction"),
                ])
                let value = "\(random.below(5))"
                let hasNote = random.chance(60)
                let data = ObservationRecorded(
                    scheme: ObservationTests.scheme, indicator: indicator, input: input, value: value,
                    reportedOn: CalendarDay(ordinal: 19_000), note: hasNote ? .plain("台账") : nil)
                let recorded = try await recorder.append([
                    Submission(
                        identity: EventIdentity(source: "urn:test", id: "o\(made)"),
                        subject: .observations(body: body, year: year), event: .observationRecorded(data))
                ])
                let key = "\(body) \(year) \(ObservationTests.scheme) \(indicator) \(input)"
                expected[key, default: []].append(
                    Observation.Value(value, hasEvidence: hasNote, position: recorded[0].position))
            }
        }
    }

    private func answers(
        _ archive: Archive, body: BodyID? = nil, indicator: String? = nil, at position: UInt64? = nil,
        without: Set<UInt64> = []
    ) throws -> [String: [Observation.Value]] {
        var answers: [String: [Observation.Value]] = [:]
        for year in [2022, 2023] {
            let query = ObservationQuery(
                scheme: ObservationTests.scheme, year: year, body: body, indicator: indicator, atPosition: position,
                without: without)
            answers = try archive.projections.observations(query, into: answers) { answers, body, input, values in
                let key = Paper.key(body, input, year)
                #expect(answers[key] == nil, "\(key) is given twice")
                answers[key] = values
            }
        }
        return answers
    }

    @Test(arguments: [61, 62] as [UInt64])
    func everyObservationIsAnsweredOnceWhetherFoldedOrNot(_ stream: UInt64) async throws {
        var paper = try Paper(stream: stream)
        let writer = try await paper.archive.open(.writing)
        try await paper.register(4, writer)
        try await paper.report(60, writer)
        try writer.projections.fold()
        try await paper.report(30, writer)
        let reader = try await paper.archive.open(.reading)
        // Half of it is in the file, the rest in the log alone.
        #expect(try answers(reader) == paper.expected)
        try writer.projections.fold()
        #expect(try answers(reader) == paper.expected)
        try checkParts(reader, paper)
        try writer.close()
        // Nothing is in the file.
        try FileManager.default.removeItem(atPath: paper.archive.folder.path + "/facts.sqlite")
        let bare = try await paper.archive.open(.reading)
        #expect(try answers(bare) == paper.expected)
        try checkParts(bare, paper)
    }

    /// One body, one indicator, an earlier moment, entries left out.
    private func checkParts(_ archive: Archive, _ paper: Paper) throws {
        let position = try archive.log.head().size / 2
        let body = try #require(BodyID("b1"))
        let out = Set(paper.expected.values.compactMap(\.last?.position))
        func part(_ keep: (String, Observation.Value) -> Bool) -> [String: [Observation.Value]] {
            paper.expected.reduce(into: [:]) { part, item in
                let kept = item.value.filter { keep(item.key, $0) }
                if !kept.isEmpty { part[item.key] = kept }
            }
        }
        #expect(try answers(archive, body: body) == part { key, _ in key.hasPrefix("b1 ") })
        #expect(try answers(archive, indicator: "XZ04") == part { key, _ in key.contains(" XZ04 ") })
        #expect(try answers(archive, at: position) == part { $1.position <= position })
        #expect(try answers(archive, without: out) == part { !out.contains($1.position) })
        #expect(try answers(archive, body: BodyID("nobody")) == [:])
    }

    @Test func followedRebuiltAndFreshlyDecodedObservationsAreTheSame() async throws {
        var paper = try Paper(stream: 63)
        let archive = try await paper.archive.open(.writing)
        try await paper.register(4, archive)
        for _ in 0..<6 {
            try await paper.report(15, archive)
            try archive.projections.fold()
            let kept = try #require(try archive.projections.factsState())
            let scratch = try TemporaryFolder()
            let fresh = ProjectionSet(folder: scratch.path, log: archive.log, policy: archive.policy)
            try fresh.fold()
            #expect(try #require(try fresh.factsState()) == kept)
            let report = try Administrator(archive).rebuild(RebuildOptions(fromLog: true))
            #expect(report.digestMatchesLive == true)
            #expect(try #require(try archive.projections.factsState()) == kept)
            #expect(try answers(archive) == paper.expected)
        }
        try archive.close()
    }

    @Test func anObservationThatTheFileHasOtherwiseIsFoundByTheDeepAudit() async throws {
        var paper = try Paper(stream: 64)
        let archive = try await paper.archive.open(.writing)
        try await paper.register(4, archive)
        try await paper.report(20, archive)
        try archive.close()
        let before = try #require(try archive.projections.factsState())
        let facts = try DatabaseQueue(path: paper.archive.folder.path + "/facts.sqlite")
        try await facts.write { try $0.execute(sql: "UPDATE observation SET value = '4' WHERE value <> '4'") }
        try facts.close()
        let reader = try await paper.archive.open(.reading)
        #expect(try #require(try reader.projections.factsState()).digest != before.digest)
    }
}
