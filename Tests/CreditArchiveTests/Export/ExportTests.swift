import ArchiveTesting
import CreditArchive
import EventLog
import Foundation
import LogAudit
import Testing
import TransparencyLog

/// The log as a C2SP tlog-tiles log in a folder.
@Suite struct ExportTests {
    private static let sizes: [UInt64] = [1, 303, 304, 604]

    private func tile(_ level: Int, _ index: UInt64, _ width: Int) throws -> String {
        try #require(TileCoordinate(level: level, index: index, width: width)).path
    }

    /// RFC 6962 section 2.1, of a power of two of leaves.
    private func root(_ leaves: ArraySlice<Digest32>) -> Digest32 {
        guard leaves.count > 1 else { return leaves[leaves.startIndex] }
        let middle = leaves.startIndex + leaves.count / 2
        return MerkleHash.node(root(leaves[..<middle]), root(leaves[middle...]))
    }

    @Test func itHoldsTheTilesAndBundlesOfEveryPublishedCheckpointAndNothingElse() async throws {
        let log = try await ExportedLog()
        let report = try await log.export()
        #expect((report.size, report.checkpoints, report.origin) == (604, 4, "credit.example/test"))
        let leaves = try await log.archive.entries().map { entry in
            entry.bytes.withUnsafeBytes { MerkleHash.leaf($0) }
        }
        // The tiles by the definition of C2SP tlog-tiles, from the leaves alone.
        var expected: [String: Data] = [:]
        for size in Self.sizes {
            for level in 0..<8 {
                let span = 1 << (8 * level)
                let count = Int(size) / span
                for first in stride(from: 0, to: count, by: 256) {
                    let width = min(256, count - first)
                    let hashes = (first..<first + width).flatMap { item in
                        root(leaves[item * span..<(item + 1) * span]).bytes
                    }
                    expected[try tile(level, UInt64(first / 256), width)] = Data(hashes)
                }
            }
        }
        let files = try log.files()
        let tiles = files.filter { $0.key.hasPrefix("tile/") && !$0.key.hasPrefix("tile/entries/") }
        #expect(tiles == expected)
        #expect(
            Set(files.keys.filter { $0.hasPrefix("tile/entries/") })
                == Set(expected.keys.filter { $0.hasPrefix("tile/0/") }.map { "tile/entries/" + $0.dropFirst(7) }))
        #expect(
            Set(files.keys.filter { !$0.hasPrefix("tile/") && !$0.hasPrefix("schemas/") })
                == Set(Self.sizes.map { "checkpoints/\($0)" })
                .union(["AUDIT.md", "audit.py", "checkpoint", "events.ndjson", "log.vkey"]))
        #expect(files["checkpoint"] == files["checkpoints/604"])
        #expect(files["log.vkey"] == Data((log.archive.verifierKey + "\n").utf8))
    }

    @Test func bundlesAndLinesAreTheEntriesByteForByte() async throws {
        let log = try await ExportedLog()
        try await log.export()
        let entries = try await log.archive.entries().map(\.bytes)
        let files = try log.files()
        #expect(files["events.ndjson"] == Data(entries.flatMap { $0 + [0x0A] }))
        for (name, bytes) in files where name.hasPrefix("tile/entries/") {
            let place = try TileCoordinate(path: name)
            let first = Int(place.index) * 256
            let held = try EntryBundle.entries(of: Array(bytes), width: place.width).map { Array($0) }
            #expect(held == Array(entries[first..<first + place.width]), "\(name)")
        }
    }

    @Test func theSchemasAreThoseOfTheRepository() async throws {
        let log = try await ExportedLog()
        try await log.export()
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Schema/events").path
        let kept = try Files.all(in: folder).map { try Files.bytes($0) }
        #expect(try Files.all(in: log.path + "/schemas").map { try Files.bytes($0) } == kept)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
                == FileManager.default.contentsOfDirectory(atPath: log.path + "/schemas").sorted())
    }

    @Test func anotherExportAddsWhatIsNewAndChangesNothingThatIsPromised() async throws {
        let log = try await ExportedLog()
        let first = try await log.export()
        let before = try log.files()
        #expect(first.filesWritten == before.keys.count { $0.hasPrefix("tile/") || $0.hasPrefix("checkpoints/") })
        #expect(try await log.export().filesWritten == 0)
        #expect(try log.files() == before)
        try await log.grow(by: 200)
        #expect(try await log.export().size == 804)
        let after = try log.files()
        let replaced = Set(["checkpoint", "events.ndjson"])
        #expect(
            after.filter { before[$0.key] != nil && !replaced.contains($0.key) }
                == before.filter { !replaced.contains($0.key) })
        #expect(after["events.ndjson"]?.starts(with: try #require(before["events.ndjson"])) == true)
    }

    @Test(arguments: ["tile/0/000", "tile/entries/001", "tile/entries/001.p/47", "tile/1/000.p/1", "checkpoints/303"])
    func aPromisedFileThatWasAlteredIsNamedAndNeverReplaced(_ name: String) async throws {
        let log = try await ExportedLog()
        try await log.export()
        try log.change(name) { $0[$0.count / 2] ^= 1 }
        try await log.grow(by: 1)
        let before = try log.files()
        let error = await thrown { try await log.export() }
        #expect(error?.code == "export-differs" && error?.kind == .conflict)
        #expect(error?.english.contains("\(log.path)/\(name)") == true)
        #expect(try log.files()["checkpoint"] == before["checkpoint"])
        #expect(try log.files()[name] == before[name])
    }

    @Test func anExportThatWasBrokenOffIsCompletedByTheNext() async throws {
        let log = try await ExportedLog()
        try await log.export()
        let whole = try log.files()
        // As a power cut leaves it: files without their content, and no checkpoint that promises them.
        try FileManager.default.removeItem(atPath: log.path + "/checkpoint")
        for name in ["tile/0/001", "tile/entries/000", "checkpoints/604", "events.ndjson", "AUDIT.md"] {
            try log.change(name) { $0.removeAll() }
        }
        try FileManager.default.removeItem(atPath: log.path + "/tile/entries/001")
        #expect(try await log.export().size == 604)
        #expect(try log.files() == whole)
    }

    @Test func aPublishedLogIsNeverTakenBack() async throws {
        let log = try await ExportedLog()
        try await log.export()
        let earlier = try #require(try await log.archive.reading { try $0.log.store.checkpoint(size: 304) })
        let error = await thrown { try await log.export(checkpoint: earlier) }
        #expect(error?.code == "export-ahead" && error?.kind == .conflict)
        #expect(try await log.export(to: log.archive.temporary.file("old"), checkpoint: earlier).size == 304)
    }

    @Test func aFolderOfSomethingElseIsRefused() async throws {
        let log = try await ExportedLog()
        let other = try await ExportedLog()
        try await log.export()
        #expect(await thrown { try await other.export(to: log.path) }?.code == "export-foreign")
        #expect(await thrown { try await log.export(publicOnly: true) }?.code == "export-mixed")
        let open = log.archive.temporary.file("public")
        try await log.export(publicOnly: true, to: open)
        #expect(await thrown { try await log.export(to: open) }?.code == "export-mixed")
        #expect(await thrown { try await log.export(to: log.archive.folder.path) }?.code == "export-not-empty")
        let file = try log.archive.file("file", "text")
        #expect(await thrown { try await log.export(to: file) }?.code == "cannot-make-folder")
    }

    @Test(arguments: ["tile/0", "tile/entries", "checkpoints", "schemas"])
    func nothingIsWrittenThroughALinkInTheFolder(_ name: String) async throws {
        let log = try await ExportedLog()
        try await log.export()
        let outside = log.archive.temporary.file("outside")
        try FileManager.default.moveItem(atPath: "\(log.path)/\(name)", toPath: outside)
        try FileManager.default.createSymbolicLink(atPath: "\(log.path)/\(name)", withDestinationPath: outside)
        let before = try FileManager.default.subpathsOfDirectory(atPath: outside).sorted()
        try await log.grow(by: 300)
        #expect(await thrown { try await log.export() }?.code == "export-differs")
        #expect(try FileManager.default.subpathsOfDirectory(atPath: outside).sorted() == before)
    }

    @Test func twoExportsIntoOneFolderDoNotMix() async throws {
        let log = try await ExportedLog()
        try await log.export()
        let descriptor = open(log.path, O_RDONLY | O_DIRECTORY)
        #expect(flock(descriptor, LOCK_EX | LOCK_NB) == 0)
        #expect(await thrown { try await log.export() }?.code == "export-locked")
        close(descriptor)
        try await log.export()
    }

    @Test(arguments: ["{}", "true", #"{"severity":"!!"}"#])
    func anEntryThatIsNoEventIsFoundByADeepAuditOfTheExportThoughItIsSigned(_ data: String) async throws {
        let log = try await ExportedLog()
        // Never closed: nothing folds such an entry.
        let open = try await log.archive.open(.writing)
        let writer = try #require(open.writer)
        _ = try writer.appendNow(AppendRequest([SampleEvent.draft("x", on: .case("x"), data: data)]))
        _ = try LogExport(open).run(to: log.path, checkpoint: Administrator(open).checkpoint())
        var options = Verification.Options()
        options.verifierKeys = [log.archive.verifierKey]
        let folder = ArchiveFolder(log.path)
        #expect(try Verification(folder, options).run().findings.isEmpty)
        options.deep = true
        let findings = try Verification(folder, options).run().findings
        #expect(findings.map(\.code.rawValue) == ["entry-undecodable"] && findings.first?.position == 604)
    }

    @Test func aDamagedLogIsNotExported() async throws {
        let log = try await ExportedLog()
        try Tampering.alterEntry(of: log.archive.folder.log, at: 400, "operator/test", "operator/tess")
        let error = await thrown { try await log.export() }
        #expect(error?.code == "log-damaged" && error?.kind == .unavailable)
        #expect(!FileManager.default.fileExists(atPath: log.path + "/checkpoint"))
    }

    @Test func thePublicExportHoldsThePublicisedRecordsAndNoOtherEntry() async throws {
        let log = try await ExportedLog()
        let report = try await log.export(publicOnly: true)
        #expect(report.publicised == 2)
        let files = try log.files()
        #expect(!files.keys.contains { $0.hasPrefix("tile/entries") || $0 == "events.ndjson" })
        var proven: Set<UInt64> = []
        for (name, bytes) in files where name.hasSuffix(".tlog-proof") {
            let outcome = try ReceiptVerification.verify(Array(bytes), verifierKey: log.archive.verifierKey)
            #expect(name == "publicised/\(outcome.index).tlog-proof")
            proven.insert(outcome.index)
        }
        let entries = try await log.archive.entries()
        let shown = entries.filter {
            ["case/a", "case/c"].contains($0.subject.text) || $0.subject.text.hasPrefix("body/")
        }
        #expect(proven == Set(shown.map(\.position)))
        // Its nonce would tell whether an entry is there in any form.
        let all = files.values.reduce(Data(), +)
        for entry in entries where !proven.contains(entry.position) {
            let nonce = try #require(try JSON.object(bytes: entry.bytes)["nonce"] as? String)
            #expect(all.range(of: Data(nonce.utf8)) == nil)
        }
        let index = try #require(files["publicised/index.ndjson"])
        let lines = try index.split(separator: 0x0A).map { try JSON.object(bytes: Array($0)) }
        #expect(lines.compactMap { $0["case"] as? String } == ["a", "c"])
    }

    @Test func aRecordWhosePublicationHasEndedLeavesThePublicExport() async throws {
        let log = try await ExportedLog()
        try await log.export(publicOnly: true)
        log.archive.clock.advance(milliseconds: 90 * 86_400_000)
        #expect(try await log.export(publicOnly: true).publicised == 0)
        #expect(try log.files().keys.filter { $0.hasPrefix("publicised/") } == ["publicised/index.ndjson"])
    }
}
