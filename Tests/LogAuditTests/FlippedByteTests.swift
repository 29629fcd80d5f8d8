import ArchiveTesting
import Foundation
import LogAudit
import Testing
import TransparencyLog

@Suite("A log file with a damaged byte")
struct FlippedByteTests {
    let signer: NoteSigner
    let options: LogAuditor.Options
    let original: [UInt8]
    let content: [String]

    init() throws {
        signer = try NoteSigner(name: LogFixture.origin)
        options = LogAuditor.Options(
            workers: 2, verifierKeys: [signer.verifier], origins: [LogFixture.origin], deep: true)
        var entries = EntryFixture.entries(300)
        // One entry on overflow pages.
        let long = "\"" + String(repeating: "a", count: 20_000) + "\""
        entries[77] = EntryFixture.entry(77, stream: 77 % 7, sequence: 11, replacing: ["data": long])
        let fixture = try LogFixture.made(entries, batch: 7, checkpoints: [200, 300], signer: signer)
        try fixture.run("PRAGMA wal_checkpoint(TRUNCATE)")
        content = try #require(fixture.content())
        #expect(try fixture.audit(options).isSound)
        fixture.close()
        original = [UInt8](try Data(contentsOf: URL(fileURLWithPath: fixture.path)))
    }

    enum Outcome { case found, harmless, missed }

    func outcome(of bytes: [UInt8]) throws -> Outcome {
        let fixture = try LogFixture()
        try Data(bytes).write(to: URL(fileURLWithPath: fixture.path))
        do throws(AuditError) {
            let report = try LogAuditor(path: fixture.path, options: options).run()
            if !report.isSound { return .found }
        } catch { return .found }
        try fixture.open()
        return fixture.content() == content ? .harmless : .missed
    }

    @Test("is found out, or nothing that it says has changed")
    func flips() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var generator = SeededGenerator(seed: seed)
        var found = 0
        // Every byte of the file header, then places all over each page.
        let pages = stride(from: 0, to: original.count, by: 4096)
        let places =
            Array(0..<100)
            + pages.flatMap { page in
                [0, 1, 3, 5, 8, 9, 11].map { page + $0 }
                    + (0..<4).map { _ in page + Int.random(in: 0..<4096, using: &generator) }
            }
        for place in places where place < original.count {
            var bytes = original
            bytes[place] ^= UInt8.random(in: 1...255, using: &generator)
            let outcome = try outcome(of: bytes)
            #expect(outcome != .missed, "seed \(seed), byte \(place)")
            if outcome == .found { found += 1 }
        }
        // Most of the file is entries and tiles: an auditor that finds little is broken.
        #expect(found > places.count / 3)
    }

    @Test("whose key then stands out of order, hiding the rows behind it from searches, is found out")
    func disorder() throws {
        let fixture = try LogFixture.made(EntryFixture.entries(100), batch: 7)
        let second = try #require(fixture.heads.first { $0.size == 14 }).root.bytes
        try fixture.run("PRAGMA wal_checkpoint(TRUNCATE)")
        fixture.close()
        var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: fixture.path)))
        // A cell: its length, the key, three bytes of record header, the root (sqlite.org/fileformat2.html section 2).
        let root = try #require((0..<bytes.count - 32).first { bytes[$0..<$0 + 32].elementsEqual(second) })
        #expect(bytes[root - 4] == 14)
        bytes[root - 4] = 127
        try Data(bytes).write(to: URL(fileURLWithPath: fixture.path))
        #expect(try fixture.audit().findings.contains { $0.code == .storageDamaged })
    }

    @Test("or a file cut short, or a page overwritten by another, is found out")
    func pages() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<40 {
            let cut = Int.random(in: 0..<original.count, using: &generator)
            #expect(try outcome(of: [UInt8](original[..<cut])) == .found, "seed \(seed), cut at \(cut)")
        }
        let count = original.count / 4096
        for _ in 0..<80 {
            let (from, to) = (
                Int.random(in: 0..<count, using: &generator), Int.random(in: 1..<count, using: &generator)
            )
            var bytes = original
            bytes.replaceSubrange(to * 4096..<(to + 1) * 4096, with: original[from * 4096..<(from + 1) * 4096])
            #expect(try outcome(of: bytes) != .missed, "seed \(seed), page \(from) over page \(to)")
        }
    }
}
