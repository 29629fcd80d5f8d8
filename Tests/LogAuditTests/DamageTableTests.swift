import ArchiveTesting
import Foundation
import LogAudit
import Testing
import TransparencyLog

/// Each kind of place in a log file, and in its write-ahead log, with one byte changed: found, or proven to change
/// nothing that the file says. In a long run every byte of the file.
@Suite("A log file, region by region")
struct DamageTableTests {
    private let signer: NoteSigner
    private let options: LogAuditor.Options

    init() throws {
        signer = try NoteSigner(name: LogFixture.origin)
        options = LogAuditor.Options(workers: 1, verifierKeys: [signer.verifier], origins: [LogFixture.origin])
    }

    /// A small log: one full tile, an entry on overflow pages, two checkpoints, and pages that are free again.
    private func fixture() throws -> LogFixture {
        var entries = (0..<260).map { [UInt8]("entry \($0)".utf8) }
        entries[77] = [UInt8](repeating: 0x61, count: 6_000)
        let fixture = try LogFixture.made(entries, batch: 20, checkpoints: [200, 260], signer: signer)
        try fixture.run("CREATE TABLE other(a); INSERT INTO other VALUES (zeroblob(20000)); DROP TABLE other")
        try fixture.run("PRAGMA wal_checkpoint(TRUNCATE)")
        return fixture
    }

    @Test("hides no damage and stops no audit")
    func regions() throws {
        let fixture = try fixture()
        let content = try #require(fixture.content())
        let roots = try fixture.roots()
        fixture.close()
        let original = [UInt8](try Data(contentsOf: URL(fileURLWithPath: fixture.path)))
        let map = SQLitePageMap(original, roots: roots)
        var generator = SeededGenerator(stream: 414)
        for (region, ranges) in map.regions.sorted(by: { $0.key < $1.key }) {
            let all = ranges.flatMap { Array($0) }
            let places = isLongRun ? all : Array(all.shuffled(using: &generator).prefix(8))
            var (found, harmless) = (0, 0)
            for place in places {
                var bytes = original
                bytes[place] ^= 1 << UInt8(generator.below(8))
                try Data(bytes).write(to: URL(fileURLWithPath: fixture.path))
                if try isFound(fixture, "\(region), byte \(place)") {
                    found += 1
                } else {
                    harmless += 1
                    try fixture.open()
                    #expect(fixture.content() == content, "\(region), byte \(place)")
                    fixture.close()
                }
            }
            print("damage table, \(region): \(places.count) of \(all.count), \(found) found, \(harmless) harmless")
        }
    }

    /// A frame that fails its checksum ends the write-ahead log (sqlite.org/fileformat2.html section 4.4): its
    /// transactions are gone as if they had never been, which only a checkpoint kept elsewhere can tell.
    @Test("and its write-ahead log hide no damage from whoever has a checkpoint")
    func writeAheadLog() throws {
        let fixture = try fixture()
        try fixture.run("PRAGMA wal_autocheckpoint = 0; BEGIN")
        for number in 0..<20 { try fixture.append([UInt8]("late \(number)".utf8)) }
        try fixture.addHead()
        try fixture.addCheckpoint(signer: signer)
        try fixture.run("COMMIT")
        let content = try #require(fixture.content())
        let latest = try fixture.checkpoint(signer: signer)
        var options = options
        options.against = [String(decoding: latest.bytes, as: UTF8.self)]
        let (log, wal) = (try Data(contentsOf: URL(fileURLWithPath: fixture.path)), try fixture.walBytes())
        var generator = SeededGenerator(stream: 415)
        let places = isLongRun ? Array(wal.indices) : (0..<60).map { _ in generator.below(wal.count) } + [0, 8, 24, 40]
        var (found, harmless) = (0, 0)
        for place in places {
            let copy = try LogFixture()
            try log.write(to: URL(fileURLWithPath: copy.path))
            var bytes = wal
            bytes[place] ^= 1 << UInt8(generator.below(8))
            try Data(bytes).write(to: URL(fileURLWithPath: copy.path + "-wal"))
            if try isFound(copy, "-wal, byte \(place)", options) {
                found += 1
            } else {
                harmless += 1
                try copy.open()
                #expect(copy.content() == content, "-wal, byte \(place)")
            }
        }
        print("damage table, write-ahead log: \(places.count) of \(wal.count), \(found) found, \(harmless) harmless")
        #expect(found > 0)
    }

    /// Whether the audit finds something, or names what keeps it from being made; it ends soon.
    private func isFound(
        _ fixture: LogFixture, _ label: String, _ options: LogAuditor.Options? = nil
    ) throws -> Bool {
        let start = ContinuousClock.now
        defer { #expect(ContinuousClock.now - start < .seconds(20), "\(label)") }
        do throws(AuditError) {
            return try !LogAuditor(path: fixture.path, options: options ?? self.options).run().isSound
        } catch {
            #expect(error.detail.contains(fixture.path), "\(label): \(error)")
            return true
        }
    }
}
