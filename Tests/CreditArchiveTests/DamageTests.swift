import ArchiveTesting
import CreditArchive
import CreditModel
import EventLog
import Foundation
import GRDB
import Projections
import Testing

/// Bytes of the log that change under the archive: noticed, or proven to mean nothing.
@Suite struct DamageTests {
    private static let derived = ["facts.sqlite", "read-1.sqlite", "index.sqlite", "CURRENT"]

    /// A small archive with full tiles, heads and checkpoints, closed cleanly.
    private func ready() async throws -> (archive: TestArchive, log: Data) {
        let archive = try TestArchive()
        try await archive.append([Cloud.body(1), Cloud.incident("a"), Cloud.incident("b", severity: "严重")])
        for part in 0..<3 {
            try await archive.append((0..<90).map { Cloud.statement("s\(part)-\($0)", "2023-04-01", "第\($0)份") })
            _ = try await archive.writing { try Administrator($0).checkpoint() }
        }
        return (archive, try Files.bytes(archive.folder.log))
    }

    /// Everything the log says, read by SQLite alone; nil where SQLite cannot read it.
    private func contents(_ path: String) -> [String]? {
        try? {
            var configuration = Configuration()
            configuration.readonly = true
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            defer { try? queue.close() }
            return try queue.inDatabase { db in
                try ["entry", "tile", "head", "checkpoint"].map { table in
                    try Row.fetchAll(db, sql: "SELECT * FROM \(table)").map { row in
                        row.databaseValues.map { value in
                            // A description has a blob's length alone.
                            if case .blob(let data) = value.storage { data.base64EncodedString() } else { "\(value)" }
                        }.joined(separator: " ")
                    }.sorted().joined(separator: "\n")
                }
            }
        }()
    }

    @Test func aFlippedByteOfTheLogIsFoundOrMeansNothing() async throws {
        let (archive, log) = try await ready()
        let path = archive.folder.log
        let original = try #require(contents(path))
        var random = SeededGenerator(stream: 9)
        // The header and the first page, then places all over the file; in a long run every byte there is.
        let places =
            isLongRun
            ? Array(0..<log.count)
            : (0..<80).map { Int.random(in: 0..<($0 < 20 ? 8_192 : log.count), using: &random) }
        var found = 0
        for place in places {
            var altered = log
            altered[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            try Files.write(altered, to: path)
            var options = Verification.Options()
            options.verifierKeys = [archive.verifierKey]
            do {
                let outcome = try Verification(archive.folder, options).run()
                if outcome.findingCount == 0 {
                    #expect(contents(path) == original, "byte \(place)")
                } else {
                    found += 1
                }
            } catch {
                #expect(ArchiveError(error).kind == .unavailable, "byte \(place): \(error)")
                found += 1
            }
        }
        #expect(found > places.count / 3)
        print("flipped bytes of the log: \(places.count) of \(log.count), \(found) found, the rest means nothing")
        try Files.write(log, to: path)
        #expect(try archive.deepFindings().isEmpty)
    }

    @Test(arguments: [false, true])
    func anAnswerFromAnAlteredEntryIsAnErrorNotAnAnswer(_ isLast: Bool) async throws {
        let (archive, log) = try await ready()
        let position: UInt64
        if isLast {
            try await archive.append([Cloud.act("r", "incident.revoked", "2023-06-01", of: "b")])
            position = try await archive.size - 1
        } else {
            position = 3
        }
        let before = try await archive.reading { try Auditor($0).standing(.all) }
        #expect(log.count > 0 && before[0].cases[1].severity == .serious)
        // Still good JSON, still a legal case: only the tree tells.
        let (old, new) = isLast ? ("2023-06-01", "2023-06-02") : ("严重", "轻微")
        try Tampering.alterEntry(of: archive.folder.log, at: position, old, new)
        // What was derived before is what it was.
        #expect(try await archive.reading { try Auditor($0).standing(.all) }.map(\.cases) == before.map(\.cases))
        #expect(try !archive.deepFindings().isEmpty)
        Files.remove(DamageTests.derived, in: archive.folder)
        for access in [Archive.Access.reading, .writing] {
            let error = await thrown { try await Auditor(archive.open(access)).standing(.all) }
            #expect(error?.code == "log-damaged" && error?.kind == .unavailable)
        }
        // Nothing of it was kept either.
        let again = await thrown { try await Auditor(archive.open(.reading)).standing(.all) }
        #expect(again?.code == "log-damaged")
    }

    @Test func anyAlteredByteOfAnyEntryStopsAnswersFromTheLog() async throws {
        let (archive, log) = try await ready()
        var random = SeededGenerator(stream: 10)
        for _ in 0..<(isLongRun ? 300 : 25) {
            try Files.write(log, to: archive.folder.log)
            Files.remove(DamageTests.derived, in: archive.folder)
            let position = UInt64.random(in: 0..<274, using: &random)
            var place = 0
            try Tampering.alterEntry(of: archive.folder.log, at: position) { bytes in
                place = Int.random(in: bytes.indices, using: &random)
                bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            }
            let error = await thrown { try await Auditor(archive.open(.reading)).standing(.all) }
            #expect(error?.kind == .unavailable, "position \(position), byte \(place): \(error?.code ?? "an answer")")
        }
    }

    @Test(arguments: [
        "DELETE FROM entry WHERE position = 100", "DELETE FROM head", "DROP TABLE entry", "DROP TABLE head",
    ])
    func aLogWithSomethingMissingIsDamagedToVerifyAndToReaders(_ statement: String) async throws {
        let (archive, _) = try await ready()
        let queue = try DatabaseQueue(path: archive.folder.log)
        try queue.inDatabase { db in
            for table in ["entry", "head"] { try db.execute(sql: "DROP TRIGGER \(table)_is_never_deleted") }
            try db.execute(sql: statement)
        }
        try queue.close()
        Files.remove(DamageTests.derived, in: archive.folder)
        let error = await thrown { try await Auditor(archive.open(.reading)).standing(.all) }
        #expect(error?.kind == .unavailable, "\(error?.code ?? "an answer")")
        do {
            #expect(try Verification(archive.folder, .init()).run().findingCount > 0)
        } catch {
            #expect(ArchiveError(error).kind == .unavailable)
        }
    }
}
