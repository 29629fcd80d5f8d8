import LogAudit
import Testing
import TransparencyLog

@Suite("A damaged log")
struct DamageTests {
    /// 700 entries, two full tiles, heads at each 50, checkpoints at 350 and 700.
    static func sound(_ signer: NoteSigner) throws -> LogFixture {
        try LogFixture.made(EntryFixture.entries(700), checkpoints: [350, 700], signer: signer)
    }

    static let noise = String(repeating: "ab", count: 8192)

    struct Damage: Sendable, CustomTestStringConvertible {
        let sql: String
        let expected: [String]

        init(_ sql: String, _ expected: String...) { (self.sql, self.expected) = (sql, expected) }

        var testDescription: String { String(sql.prefix(100)) }
    }

    static let damages = [
        Damage("UPDATE entry SET blob = x'00' WHERE position = 5", "entry-altered 5"),
        Damage("UPDATE entry SET blob = x'' WHERE position = 511", "entry-altered 511"),
        Damage("UPDATE entry SET blob = CAST(blob || ' ' AS BLOB) WHERE position = 0", "entry-altered 0"),
        Damage(
            "UPDATE entry SET blob = x'00' WHERE position = 600", "checkpoint-wrong 700", "head-wrong 650"),
        Damage("UPDATE entry SET blob = x'00' WHERE position = 699", "checkpoint-wrong 700", "head-wrong 700"),
        Damage(
            """
            UPDATE entry SET position = -1 WHERE position = 10; UPDATE entry SET position = 10 WHERE position = 11;
            UPDATE entry SET position = 11 WHERE position = -1
            """, "entry-altered 10", "entry-altered 11"),
        Damage("DELETE FROM entry WHERE position = 5", "entry-missing 5"),
        Damage("DELETE FROM entry WHERE position BETWEEN 5 AND 7", "entry-missing 5"),
        Damage("DELETE FROM entry WHERE position = 0", "entry-missing 0"),
        Damage("DELETE FROM entry WHERE position = 699", "checkpoint-ahead 700", "entry-missing 699"),
        Damage(
            "DELETE FROM entry WHERE position >= 600",
            "checkpoint-ahead 700", "entry-missing 600", "entry-missing 600"),
        Damage(
            "DELETE FROM entry WHERE position >= 600; DELETE FROM head WHERE size > 600", "checkpoint-ahead 700"),
        Damage("INSERT INTO entry VALUES (700, x'00')", "head-missing 701"),
        Damage("INSERT INTO entry VALUES (703, x'00')", "entry-missing 700", "head-missing 704"),
        Damage("INSERT INTO entry VALUES (-3, x'00')", "entry-extra -"),
        Damage("INSERT INTO entry VALUES (9223372036854775807, x'00')", "entry-extra 9223372036854775807"),
        Damage("DELETE FROM tile WHERE \"index\" = 1", "tile-missing 256"),
        Damage("DELETE FROM tile", "tile-missing 0", "tile-missing 256"),
        Damage("UPDATE tile SET hashes = substr(hashes, 1, 8191) WHERE \"index\" = 0", "tile-altered 0"),
        Damage("UPDATE tile SET hashes = x'' WHERE \"index\" = 1", "tile-altered 256"),
        Damage(
            "UPDATE tile SET hashes = CAST(substr(hashes, 1, 8191) || x'00' AS BLOB) WHERE \"index\" = 1",
            "tile-altered 511"),
        Damage("UPDATE tile SET hashes = x'\(noise)'", "tile-altered 0", "tile-altered 256"),
        Damage("UPDATE tile SET root = x'00' WHERE \"index\" = 0", "tile-altered 0"),
        Damage("UPDATE tile SET root = zeroblob(32) WHERE \"index\" = 0", "tile-altered 0"),
        Damage(
            """
            UPDATE tile SET "index" = 7 WHERE "index" = 0; UPDATE tile SET "index" = 0 WHERE "index" = 1;
            UPDATE tile SET "index" = 1 WHERE "index" = 7
            """, "tile-altered 0", "tile-altered 256"),
        Damage("INSERT INTO tile SELECT 0, 2, hashes, root FROM tile LIMIT 1", "tile-extra -"),
        Damage("INSERT INTO tile SELECT 0, -1, hashes, root FROM tile LIMIT 1", "tile-extra -"),
        Damage("INSERT INTO tile SELECT 1, 0, hashes, root FROM tile LIMIT 1", "tile-extra -"),
        Damage("INSERT INTO tile SELECT -1, 0, hashes, root FROM tile LIMIT 1", "tile-extra -"),
        Damage("INSERT INTO tile SELECT 99, 0, hashes, root FROM tile LIMIT 1", "tile-extra -"),
        Damage("UPDATE head SET root = zeroblob(32) WHERE size = 350", "head-wrong 350"),
        Damage("UPDATE head SET root = x'00' WHERE size = 700", "head-wrong 700"),
        Damage("UPDATE head SET size = 349 WHERE size = 350", "head-wrong 349"),
        Damage("DELETE FROM head WHERE size = 700", "head-missing 700"),
        Damage("DELETE FROM head", "head-missing 700"),
        Damage("INSERT INTO head SELECT 701, root FROM head WHERE size = 700", "entry-missing 700"),
        Damage("INSERT INTO head VALUES (0, zeroblob(32))", "head-wrong 0"),
        Damage("INSERT INTO head VALUES (-5, zeroblob(32))", "head-wrong 0"),
        Damage("UPDATE checkpoint SET note = x'00' WHERE size = 350", "checkpoint-malformed 350"),
        Damage("UPDATE checkpoint SET size = 351 WHERE size = 350", "checkpoint-malformed 351"),
        Damage("UPDATE checkpoint SET size = 0 WHERE size = 350", "checkpoint-malformed 0"),
        Damage("UPDATE checkpoint SET size = -1 WHERE size = 350", "checkpoint-malformed 0"),
        Damage("CREATE INDEX other ON entry(position, blob)", "index-extra -"),
        Damage("DROP TABLE tile", "table-missing -"),
        Damage("DROP TABLE head", "table-missing -"),
        Damage("DROP TABLE checkpoint", "table-missing -"),
        Damage("ALTER TABLE head RENAME COLUMN root TO hash", "table-missing -"),
        Damage("DROP TABLE head; CREATE VIEW head AS SELECT 700 AS size, x'00' AS root", "table-missing -"),
    ]

    @Test("shows what is wrong and where, once", arguments: damages)
    func damage(damage: Damage) throws {
        let signer = try NoteSigner(name: LogFixture.origin)
        let fixture = try Self.sound(signer)
        let options = LogAuditor.Options(verifierKeys: [signer.verifier], origins: [LogFixture.origin])
        #expect(try fixture.audit(options).isSound)
        try fixture.run("PRAGMA writable_schema = OFF; " + damage.sql)
        let report = try fixture.audit(options)
        let found = report.findings.map { "\($0.code) \($0.position.map(String.init) ?? "-")" }
        #expect(found.sorted() == damage.expected.sorted(), "\(report.findings)")
        #expect(report.findingCount == UInt64(damage.expected.count))
        #expect(report.findings.allSatisfy { !$0.chinese.isEmpty && $0.english.hasSuffix("(\($0.detail))") })
    }

    @Test("shows an altered tile of a higher level")
    func upperTile() throws {
        let fixture = try LogFixture.made((0..<65_600).map { [UInt8($0 & 255)] }, batch: 10_000)
        let changes = [
            "DELETE FROM tile WHERE level = 1", "UPDATE tile SET root = zeroblob(32) WHERE level = 1",
            "UPDATE tile SET hashes = zeroblob(8192) WHERE level = 1",
        ]
        for (change, expected) in zip(changes, [.tileMissing, .tileAltered, .tileAltered] as [Finding.Code]) {
            let copy = try fixture.copy()
            try copy.run(change)
            #expect(try copy.audit().findings.map(\.code) == [expected], "\(change)")
        }
    }

    @Test("whose entries all are gone still has a report")
    func emptied() throws {
        let fixture = try LogFixture.made(EntryFixture.entries(300))
        try fixture.run("DELETE FROM entry")
        let report = try fixture.audit()
        #expect(report.entries == 0)
        #expect(Set(report.findings.map(\.code)) == [.entryMissing, .tileExtra])
    }

    @Test("with a missing run of entries is checked on behind it")
    func missingRun() throws {
        let fixture = try LogFixture.made((0..<200_000).map { [UInt8($0 & 255)] }, batch: 10_000)
        try fixture.run("DELETE FROM entry WHERE position BETWEEN 60000 AND 140000")
        try fixture.run("UPDATE entry SET blob = x'AA' WHERE position = 199000")
        let report = try fixture.audit(.init(workers: 2))
        #expect(report.findings.map(\.code) == [.entryMissing, .entryMissing, .entryMissing, .entryAltered])
        #expect(report.findings.map(\.position) == [60_000, 65_536, 131_072, 199_000])
        #expect(report.root == fixture.builder.root())
    }

    @Test("has its first thousand findings listed and all of them counted")
    func manyFindings() throws {
        let fixture = try LogFixture.made((0..<1500).map { _ in [UInt8]("{}".utf8) })
        let report = try fixture.audit(.init(deep: true))
        #expect(report.findings.count == 1000)
        #expect(report.findingCount == 1500)
        #expect(!report.isSound)
    }
}
