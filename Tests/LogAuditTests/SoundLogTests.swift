import LogAudit
import Synchronization
import Testing
import TransparencyLog

@Suite("A sound log")
struct SoundLogTests {
    @Test("has no findings at any size", arguments: [0, 1, 2, 255, 256, 257, 700], [1, 50, 1000])
    func sizes(size: Int, batch: Int) throws {
        let fixture = try LogFixture.made(EntryFixture.entries(size), batch: batch)
        for deep in [false, true] {
            let report = try fixture.audit(.init(deep: deep))
            #expect(report.findings == [])
            #expect(report.isSound)
            #expect(report.entries == UInt64(size))
            #expect(report.root == fixture.builder.root())
            #expect(report.bytesHashed == UInt64(EntryFixture.entries(size).reduce(0) { $0 + $1.count }))
        }
    }

    @Test("has no findings around the borders of runs", arguments: [65_535, 65_536, 65_537, 131_072, 196_900])
    func runs(size: Int) throws {
        let entries = (0..<size).map { withUnsafeBytes(of: $0.littleEndian) { [UInt8]($0) } }
        let fixture = try LogFixture.made(entries, batch: 997)
        for workers in [1, 2, 5] {
            let report = try fixture.audit(.init(workers: workers))
            #expect(report.findings == [])
            #expect(report.root == fixture.builder.root())
        }
    }

    @Test("is reported with its latest checkpoint, and agrees with earlier ones")
    func checkpoints() throws {
        let signer = try NoteSigner(name: LogFixture.origin)
        let former = try NoteSigner(name: LogFixture.origin)
        let fixture = try LogFixture.made(EntryFixture.entries(400), checkpoints: [1, 350, 400], signer: signer)
        let latest = try fixture.checkpoint(signer: signer)
        var bare: [String] = []
        var builder = TreeBuilder()
        for entry in EntryFixture.entries(400) {
            builder.append(MerkleHash.leaf(entry)) { _ in }
            bare.append(try Checkpoint(origin: LogFixture.origin, size: builder.size, root: builder.root()).text)
        }
        let options = LogAuditor.Options(
            verifierKeys: [former.verifier, signer.verifier], origins: [LogFixture.origin],
            against: bare + [String(decoding: latest.bytes, as: UTF8.self)])
        let report = try fixture.audit(options)
        #expect(report.findings == [])
        #expect(report.checkpoint.map { [UInt8]($0.utf8) } == latest.bytes)
    }

    @Test("tells how far the audit is, up to the end")
    func progress() throws {
        let fixture = try LogFixture.made((0..<140_000).map { [UInt8($0 & 255), UInt8($0 >> 8 & 255)] }, batch: 5000)
        var seen: [LogAuditor.Progress] = []
        _ = try LogAuditor(path: fixture.path, options: .init(workers: 3)).run { seen.append($0) }
        #expect(seen.map(\.checked) == [65_536, 131_072, 140_000])
        #expect(seen.allSatisfy { $0.total == 140_000 && $0.entriesPerSecond > 0 })
    }

    @Test("may grow during the audit, which covers what was there when it began")
    func growth() throws {
        let fixture = try LogFixture.made((0..<70_000).map { [UInt8($0 & 255)] }, batch: 5000)
        let root = fixture.builder.root()
        var failures: [any Error] = []
        let report = try LogAuditor(path: fixture.path, options: .init(workers: 1)).run { progress in
            guard progress.checked < progress.total else { return }
            do {
                for number in 0..<600 { try fixture.append([UInt8(number & 255)]) }
                try fixture.addHead()
            } catch { failures.append(error) }
        }
        #expect(failures.isEmpty)
        #expect(report.findings == [])
        #expect(report.entries == 70_000)
        #expect(report.root == root)
        #expect(try fixture.audit().entries == 70_600)
    }

    @Test("is audited with the transactions that stand in its write-ahead log only")
    func writeAheadLog() throws {
        let fixture = try LogFixture.made(EntryFixture.entries(10))
        try fixture.run("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA wal_autocheckpoint = 0")
        for number in 10..<300 { try fixture.append(EntryFixture.entries(300)[number]) }
        try fixture.addHead()
        let report = try fixture.audit(.init(deep: true))
        #expect(report.findings == [])
        #expect(report.entries == 300)
    }
}
