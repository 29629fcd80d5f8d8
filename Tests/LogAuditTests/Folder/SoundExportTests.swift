import LogAudit
import Testing
import TransparencyLog

@Suite("A sound export")
struct SoundExportTests {
    @Test(
        "has no findings at any size",
        arguments: [[1], [2], [255], [1, 256], [255, 256, 257], [1, 2, 3, 300, 511, 512, 513, 700]])
    func sizes(checkpoints: [Int]) throws {
        let entries = EntryFixture.entries(800)
        for isPublic in [false, true] {
            let export = try ExportFixture(entries, checkpoints: Set(checkpoints), isPublic: isPublic)
            let report = try export.audit()
            #expect(report.findings == [])
            #expect(report.entries == UInt64(checkpoints.max() ?? 0))
            #expect(report.root == export.root)
            #expect(report.holdsEntries == !isPublic)
            #expect(report.namedKeys == [export.signer.verifier])
        }
    }

    @Test("has no findings around the borders of runs, and of tiles of higher levels")
    func runs() throws {
        let entries = (0..<140_000).map { withUnsafeBytes(of: $0.littleEndian) { [UInt8]($0) } }
        let sizes: Set<Int> = [
            1, 255, 65_535, 65_536, 65_537, 65_792, 65_900, 131_071, 131_072, 131_073, 139_999, 140_000,
        ]
        for isPublic in [false, true] {
            let export = try ExportFixture(entries, checkpoints: sizes, isPublic: isPublic)
            if isPublic { try export.write("publicised/index.ndjson", []) }
            for workers in [1, 3] {
                let report = try export.audit(deep: false, workers: workers)
                let findings = report.findings.filter { $0.code != .receiptWrong }
                #expect(findings == [])
                #expect(report.root == export.root)
            }
        }
    }

    @Test("says the same as an audit of the log file that it was made from")
    func agreement() throws {
        var entries = EntryFixture.entries(700)
        entries[5] = Array("{\"b\":1,\"a\":2}".utf8)
        entries[300] = EntryFixture.entry(300, stream: 300 % 7, sequence: 7)
        entries[301] = EntryFixture.entry(3, stream: 301 % 7, sequence: 301 / 7)
        let signer = try NoteSigner(name: LogFixture.origin)
        let log = try LogFixture.made(entries, checkpoints: [350, 700], signer: signer)
        let export = try ExportFixture(entries, checkpoints: [350, 700], signer: signer)
        let fromLog = try log.audit(
            .init(verifierKeys: [signer.verifier], origins: [LogFixture.origin], deep: true))
        let fromExport = try export.audit()
        #expect(fromExport.findings == fromLog.findings)
        #expect(fromLog.findings.count > 3)
        #expect(fromExport.root == fromLog.root && fromExport.bytesHashed == fromLog.bytesHashed)
        #expect(fromExport.checkpoint == fromLog.checkpoint)
    }

    @Test("without a key from the caller is held against the keys that it names")
    func namedKeys() throws {
        let export = try ExportFixture(EntryFixture.entries(300), checkpoints: [300])
        let report = try LogAuditor(export: export.path, options: .init()).run()
        #expect(report.isSound && report.namedKeys == [export.signer.verifier])
        let stranger = try NoteSigner(name: ExportFixture.origin)
        try export.write("log.vkey", Array((stranger.verifier.string + "\n").utf8))
        let found = try LogAuditor(export: export.path, options: .init()).run().findings.map(\.code)
        #expect(Set(found) == [.checkpointKeyUnknown])
    }

    @Test("agrees with earlier checkpoints, and not with those of another history")
    func earlier() throws {
        let export = try ExportFixture(EntryFixture.entries(700), checkpoints: [350, 700])
        let note = try #require(export.notes[350])
        #expect(try export.audit(against: [note.text]).isSound)
        let other = try Checkpoint(origin: ExportFixture.origin, size: 350, root: MerkleHash.leaf([1])).text
        #expect(try export.audit(against: [other]).findings.map(\.code) == [.historyRewritten])
        let longer = try Checkpoint(origin: ExportFixture.origin, size: 701, root: MerkleHash.leaf([1])).text
        #expect(try export.audit(against: [longer]).findings.map(\.code) == [.logTruncated])
    }

    @Test("may have witnesses' signatures on its head that the kept checkpoint does not have")
    func cosigned() throws {
        let export = try ExportFixture(EntryFixture.entries(300), checkpoints: [300])
        let note = try #require(export.notes[300])
        let witness = NoteSignature(name: "witness.example", keyID: 7, signature: [1, 2, 3])
        try export.write("checkpoint", note.adding(witness).bytes)
        #expect(try export.codes() == [])
    }
}
