import ArchiveTesting
import CanonicalJSON
import LogAudit
import Testing
import TransparencyLog

@Suite("A deep audit")
struct DeepAuditTests {
    /// The findings of a log of ten good entries with the third replaced.
    func findings(replacingThird third: [UInt8]) throws -> [Finding] {
        var entries = EntryFixture.entries(10)
        entries[3] = third
        let fixture = try LogFixture.made(entries)
        #expect(try fixture.audit().isSound, "the hashes are right, so only a deep audit sees it")
        return try fixture.audit(.init(deep: true)).findings
    }

    static let faulty: [(String, String?, Finding.Code)] = [
        ("extra", "1", .envelopeUnknownKey), ("Type", "\"a\"", .envelopeUnknownKey),
        ("zz", "null", .envelopeUnknownKey),
        ("id", nil, .envelopeMalformed), ("nonce", nil, .envelopeMalformed), ("recordedby", nil, .envelopeMalformed),
        ("type", nil, .envelopeMalformed),
        ("data", nil, .envelopeMalformed), ("subject", nil, .envelopeMalformed), ("source", "5", .envelopeMalformed),
        ("specversion", nil, .envelopeMalformed), ("specversion", "\"0.3\"", .envelopeMalformed),
        ("sequence", "\"0\"", .envelopeMalformed), ("sequence", "0", .envelopeMalformed),
        ("sequence", "\"000000000x\"", .envelopeMalformed), ("recordedtime", nil, .envelopeMalformed),
        ("recordedtime", "\"2025-03-01T00:00:00Z\"", .envelopeMalformed),
        ("recordedtime", "\"2025-13-01T00:00:00.003Z\"", .envelopeMalformed),
        ("recordedtime", "\"2025-03-01T24:00:00.003Z\"", .envelopeMalformed),
        ("recordedtime", "\"2025-03-01 00:00:00.003Z\"", .envelopeMalformed),
        ("data", "{\"a\":1.0}", .entryNotCanonical), ("data", "{\"a\":01}", .entryNotCanonical),
        ("data", "{\"a\":-0}", .entryNotCanonical), ("data", "{\"a\":1e3}", .entryNotCanonical),
        ("data", "{\"a\":9007199254740992}", .entryNotCanonical), ("data", "{\"b\":1,\"a\":2}", .entryNotCanonical),
        ("data", "{\"a\":1,\"a\":2}", .entryNotCanonical), ("data", "{ \"a\":1}", .entryNotCanonical),
        ("data", "{\"a\":\"\\/\"}", .entryNotCanonical), ("data", "{\"a\":\"\\u0041\"}", .entryNotCanonical),
        ("data", "{\"a\":\"\\u000A\"}", .entryNotCanonical), ("data", "{\"a\":\"\\u0000\"}", .entryNotCanonical),
        ("data", "{\"a\":\"\\ud800\"}", .entryNotCanonical), ("data", "[1,]", .entryNotCanonical),
        ("data", "{\"\\n\":1,\"\\b\":2}", .entryNotCanonical), ("data", "nul", .entryNotCanonical),
        ("data", "\"\u{1}\"", .entryNotCanonical), ("data", "\"a\" ", .entryNotCanonical),
    ]

    @Test("shows what is wrong in one entry", arguments: faulty)
    func entry(key: String, value: String?, expected: Finding.Code) throws {
        let found = try findings(replacingThird: EntryFixture.entry(3, stream: 3, sequence: 0, replacing: [key: value]))
        #expect(found.map(\.code) == [expected])
        #expect(found.first?.position == 3)
    }

    @Test(
        "takes every canonical form for canonical",
        arguments: [
            "{}", "[]", "null", "true", "false", "0", "-1", "9007199254740991", "-9007199254740991", "\"\"", "\"é失😀\"",
            "\"\\\"\\\\\\b\\f\\n\\r\\t\\u0001\\u001f\u{7F}\u{2028}\"", "{\"\":1,\"a\":[{},[]],\"b\":{\"c\":null}}",
            "{\"\\b\":1,\"\\n\":2,\" \":3,\"\\\"\":4}", "{\"😀\":1,\"\u{FB33}\":2}", "{\"\u{D7FF}\":1,\"😀\":2}",
        ])
    func canonical(value: String) throws {
        let third = EntryFixture.entry(3, stream: 3, sequence: 0, replacing: ["data": value])
        #expect(try findings(replacingThird: third) == [])
    }

    @Test("shows an entry that is no object, empty, or too long")
    func odd() throws {
        for text in ["", "1", "[]", "{\"a\":1}}", "{"] {
            #expect(try findings(replacingThird: [UInt8](text.utf8)).map(\.code) == [.entryNotCanonical], "\(text)")
        }
        let long = "\"" + String(repeating: "a", count: 65_536) + "\""
        let third = EntryFixture.entry(3, stream: 3, sequence: 0, replacing: ["data": long])
        #expect(try findings(replacingThird: third).map(\.code) == [.entryTooLong])
        let deep = String(repeating: "[", count: 40) + String(repeating: "]", count: 40)
        let nested = EntryFixture.entry(3, stream: 3, sequence: 0, replacing: ["data": deep])
        #expect(try findings(replacingThird: nested).map(\.code) == [.entryNotCanonical])
    }

    @Test("judges altered entries as the parser of canonical JSON does")
    func agreement() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var generator = SeededGenerator(seed: seed)
        let data = "{\"a\\n\":[1,-20,\"x\\u001fé失😀\\\\\"],\"b\":{\"k\":true,\"l\":null},\"失\":\"\",\"😀\":0}"
        let original = EntryFixture.entry(1, sequence: 0, replacing: ["data": data])
        let spice = [UInt8]("\"\\{}[],:0123456789-.eu \n\u{0}\u{1f}é失😀tfn".utf8)
        for _ in 0..<4 {
            let entries: [[UInt8]] = (0..<900).map { _ in
                var bytes = original
                for _ in 0..<Int.random(in: 1...2, using: &generator) {
                    let place = Int.random(in: 0..<bytes.count, using: &generator)
                    let byte = spice.randomElement(using: &generator) ?? 0
                    switch Int.random(in: 0..<3, using: &generator) {
                    case 0: bytes[place] = byte
                    case 1: bytes.insert(byte, at: place)
                    default: bytes.remove(at: place)
                    }
                }
                return bytes
            }
            let fixture = try LogFixture.made(entries)
            let refused = Set(
                try fixture.audit(.init(deep: true)).findings.filter { $0.code == .entryNotCanonical }.map(\.position))
            for (position, entry) in entries.enumerated() {
                let isCanonical = (try? CanonicalForm.check(entry)) != nil && entry.first == UInt8(ascii: "{")
                #expect(
                    refused.contains(UInt64(position)) != isCanonical,
                    "seed \(seed): \(String(decoding: entry, as: UTF8.self))")
            }
        }
    }

    @Test("shows streams that are not numbered 0, 1, 2, …")
    func sequences() throws {
        let numbers: [(stream: Int, sequence: Int)] = [
            (1, 0), (1, 1), (2, 0), (1, 3), (1, 4), (2, 0), (3, 1), (2, 1), (4, 0), (3, 2),
        ]
        let entries = numbers.enumerated().map { EntryFixture.entry($0, stream: $1.stream, sequence: $1.sequence) }
        let report = try LogFixture.made(entries).audit(.init(deep: true))
        #expect(report.findings.map(\.code) == [.sequenceBroken, .sequenceBroken, .sequenceBroken])
        #expect(report.findings.map(\.position) == [3, 5, 6])
        #expect(report.findings.first?.detail == "position 3 is number 3 of \"case/1\", expected 2")
    }

    @Test("shows a time that runs backwards, and none that stands still")
    func times() throws {
        let times = [5, 5, 7, 6, 7, 8, 1, 9].map { "\"\(EntryFixture.time($0))\"" }
        let entries = times.enumerated().map {
            EntryFixture.entry($0, sequence: $0, replacing: ["recordedtime": $1])
        }
        let report = try LogFixture.made(entries).audit(.init(deep: true))
        #expect(report.findings.map(\.code) == [.timeBackwards, .timeBackwards])
        #expect(report.findings.map(\.position) == [3, 6])
    }

    @Test("shows identities that repeat, by source and id together")
    func identities() throws {
        let names = [("a", "1"), ("a", "2"), ("b", "1"), ("a", "1"), ("a1", ""), ("", "a1"), ("b", "1"), ("a", "1")]
        let entries = names.enumerated().map {
            EntryFixture.entry($0, sequence: $0, replacing: ["source": "\"\($1.0)\"", "id": "\"\($1.1)\""])
        }
        let report = try LogFixture.made(entries).audit(.init(deep: true))
        #expect(report.findings.map(\.code) == [.identityRepeated, .identityRepeated, .identityRepeated])
        #expect(report.findings.map(\.position) == [3, 6, 7])
    }

    @Test("follows streams, times and identities across runs of 65,536 entries")
    func acrossRuns() throws {
        var entries = EntryFixture.entries(140_000)
        #expect(try LogFixture.made(entries, batch: 5000).audit(.init(workers: 3, deep: true)).findings == [])
        entries[139_000] = EntryFixture.entry(20, stream: 139_000 % 7, sequence: 3)
        let report = try LogFixture.made(entries, batch: 5000).audit(.init(workers: 3, deep: true))
        #expect(
            report.findings.map(\.code) == [.identityRepeated, .sequenceBroken, .timeBackwards, .sequenceBroken])
        #expect(report.findings.map(\.position) == [139_000, 139_000, 139_000, 139_007])
    }
}
