import ArchiveTesting
import CreditArchive
import CreditModel
import EventLog
import Projections
import Testing

/// What a reader sees while another process appends and folds.
@Suite struct OverlayTests {
    /// Facts by case and changes by body, as a reader's files give them.
    private func contents(_ files: [BodyFile]) -> [String: [UInt64]] {
        var contents: [String: [UInt64]] = [:]
        for file in files {
            contents["body \(file.history.id)", default: []] +=
                [file.history.position]
                + file.history.changes.map(\.position).sorted()
            for (id, facts) in file.cases { contents["case \(id)", default: []] += facts.map(\.position) }
        }
        return contents
    }

    @Test(arguments: 51...53 as ClosedRange<UInt64>)
    func aReaderNeverSeesAFactOrABodyTwiceNorMissesOne(_ stream: UInt64) async throws {
        let history = try RandomHistory(stream: stream)
        try await history.grow(by: 120)
        let reader = try await history.open(.reading)
        let writer = try await history.open(.writing)
        // Appended and not folded: the reader has to take it from the log.
        try await history.grow(writer, by: 80)
        let size = try reader.log.head().size
        var files: [BodyFile] = []
        try reader.projections.forEachBodyFile(.all) { file in
            // Folded as soon as the reader has begun.
            if files.isEmpty { try writer.projections.fold() }
            files.append(file)
        }
        let plain = try await history.open(.reading)
        var expected: [BodyFile] = []
        try plain.projections.forEachBodyFile(.all) { expected.append($0) }
        #expect(files.count == Set(files.map(\.history.id)).count)
        #expect(contents(files) == contents(expected))
        #expect(contents(files).values.flatMap { $0 }.allSatisfy { $0 < size })
        try writer.close()
    }

    @Test func anAnswerReflectsThePositionsItNamesWhileOthersAppend() async throws {
        let history = try RandomHistory(stream: 54)
        try await history.grow(by: 150)
        let reader = try await history.open(.reading)
        let writer = try await history.open(.writing)
        for round in 0..<8 {
            try await history.grow(writer, by: 12)
            if round.isMultiple(of: 2) { try writer.projections.fold() }
            let standings = try Auditor(reader).standing(.all)
            let position = try #require(standings.first?.position)
            let trend = try Auditor(reader).trend(TrendQuery(.all))
            #expect(try position == reader.log.head().size - 1 && trend.position == position)
            #expect(try Auditor(reader).standing(.all, atPosition: position) == standings)
            #expect(try Auditor(reader).trend(TrendQuery(.all, at: Moment(atPosition: position))).years == trend.years)
        }
        try writer.close()
    }
}
