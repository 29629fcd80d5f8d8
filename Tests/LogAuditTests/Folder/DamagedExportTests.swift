import ArchiveTesting
import Foundation
import LogAudit
import Testing
import TransparencyLog

@Suite("A damaged export")
struct DamagedExportTests {
    /// 700 entries: two full tiles and bundles, checkpoints at 100, 350 and 700.
    static func sound(isPublic: Bool = false) throws -> ExportFixture {
        try ExportFixture(EntryFixture.entries(700), checkpoints: [100, 350, 700], isPublic: isPublic)
    }

    struct Damage: Sendable, CustomTestStringConvertible {
        let name: String
        let expected: [String]
        let isPublic: Bool
        let change: @Sendable (inout [UInt8]) -> Void

        /// Changes a file.
        init(
            _ name: String, isPublic: Bool = false, _ expected: [String],
            _ change: @escaping @Sendable (inout [UInt8]) -> Void
        ) { (self.name, self.isPublic, self.expected, self.change) = (name, isPublic, expected, change) }

        var testDescription: String { "\(name) \(isPublic ? "public " : "")\(expected)" }
    }

    static let flip: @Sendable (inout [UInt8]) -> Void = { $0[$0.count / 2] ^= 1 }
    static let cut: @Sendable (inout [UInt8]) -> Void = { $0.removeLast() }
    static let extend: @Sendable (inout [UInt8]) -> Void = { $0.append(0) }

    private static func replace(_ bytes: inout [UInt8], _ old: String, _ new: String) {
        bytes = [UInt8](String(decoding: bytes, as: UTF8.self).replacing(old, with: new).utf8)
    }

    static let changes: [Damage] = [
        Damage("tile/entries/000", ["entry-altered", "events-differ"], flip),
        Damage("tile/entries/001", ["bundle-malformed"], cut),
        Damage("tile/entries/001", ["bundle-malformed"], extend),
        Damage("tile/entries/001", ["bundle-malformed"]) { $0 = [] },
        Damage("tile/entries/001", ["bundle-malformed"]) { $0 = [0xFF, 0xFF] },
        Damage("tile/entries/002.p/188", ["checkpoint-wrong", "events-differ", "partial-altered"]) { $0[100] ^= 1 },
        Damage("tile/entries/002.p/188", ["bundle-malformed"], extend),
        Damage("tile/entries/000.p/100", ["partial-altered"], flip),
        Damage("tile/entries/001.p/94", ["partial-altered"], cut),
        Damage("tile/0/000", ["tile-altered"], flip),
        Damage("tile/0/001", ["tile-altered"], cut),
        Damage("tile/0/001", ["file-oversized", "tile-altered"], extend),
        Damage("tile/0/001.p/94", ["partial-altered"], flip),
        Damage("tile/0/002.p/188", ["partial-altered"], extend),
        Damage("tile/1/000.p/2", ["partial-altered"], flip),
        Damage("tile/1/000.p/1", ["partial-altered"], cut),
        Damage("checkpoint", ["checkpoint-signature"]) { $0[60] ^= 1 },
        Damage("checkpoint", ["checkpoint-malformed"]) { $0 = [] },
        Damage("checkpoints/350", ["checkpoint-signature"]) { $0[60] ^= 1 },
        Damage("checkpoints/350", ["checkpoint-malformed"], cut),
        Damage("checkpoints/350", ["file-oversized"]) { $0 += [UInt8](repeating: 10, count: 1_000_000) },
        Damage("log.vkey", ["keys-malformed"], flip),
        Damage("log.vkey", ["keys-malformed"], extend),
        Damage("events.ndjson", ["events-differ"], flip),
        Damage("events.ndjson", ["events-differ", "events-differ"], cut),
        Damage("events.ndjson", ["events-differ"], extend),
        Damage("tile/0/000", isPublic: true, ["checkpoint-wrong"], flip),
        Damage("tile/0/002.p/188", isPublic: true, ["checkpoint-wrong"], flip),
        Damage("tile/0/001.p/94", isPublic: true, ["partial-altered"], flip),
        Damage("publicised/8.tlog-proof", isPublic: true, ["receipt-wrong", "receipt-wrong"], flip),
        Damage("publicised/index.ndjson", isPublic: true, ["receipt-wrong"], cut),
        Damage("publicised/index.ndjson", isPublic: true, ["receipt-wrong", "receipt-wrong"]) {
            $0[$0.firstIndex(of: 0x5B) ?? 0] ^= 1
        },
        // The first entry of a case left out, its last one, two changed about, and a line twice.
        Damage("publicised/index.ndjson", isPublic: true, ["receipt-wrong"]) { replace(&$0, "[1,8,15]", "[8,15]") },
        Damage("publicised/index.ndjson", isPublic: true, ["receipt-wrong"]) { replace(&$0, "[1,8,15]", "[1,8]") },
        Damage("publicised/index.ndjson", isPublic: true, ["receipt-wrong"]) { replace(&$0, "[1,8,15]", "[1,15,8]") },
        Damage("publicised/index.ndjson", isPublic: true, ["receipt-wrong"]) { $0 += $0 },
    ]

    @Test("shows which file was changed", arguments: changes)
    func change(damage: Damage) throws {
        let export = try Self.sound(isPublic: damage.isPublic)
        var bytes = try export.bytes(damage.name)
        damage.change(&bytes)
        try export.write(damage.name, bytes)
        let report = try export.audit(deep: false)
        let codes = Set(report.findings.map(\.code.rawValue))
        #expect(codes.isSuperset(of: damage.expected) && !codes.isEmpty, "\(report.findings)")
        #expect(report.findings.allSatisfy { !$0.chinese.isEmpty && $0.english.hasSuffix("(\($0.detail))") })
    }

    @Test("shows which file is missing, whichever it is")
    func missing() throws {
        for isPublic in [false, true] {
            let export = try Self.sound(isPublic: isPublic)
            for name in try export.files() where !name.hasSuffix(".md") && !name.hasPrefix("schemas/") {
                let bytes = try export.bytes(name)
                try export.remove(name)
                let findings = try export.audit().findings
                #expect(!findings.isEmpty, "\(name)")
                #expect(findings.allSatisfy { !$0.detail.isEmpty }, "\(name)")
                try export.write(name, bytes)
            }
            #expect(try export.codes() == [])
        }
    }

    @Test("in a single entry is one finding of an entry, its other copies apart")
    func oneEntry() throws {
        let export = try Self.sound()
        var bundle = try export.bytes("tile/entries/001")
        bundle[bundle.count - 20] ^= 1
        try export.write("tile/entries/001", bundle)
        let report = try export.audit(deep: false)
        #expect(report.findings.map(\.code) == [.entryAltered, .eventsDiffer])
        #expect(report.findings.map(\.position) == [511, 511])
        #expect(report.root == export.root, "the tree goes on with the tile's hash")
    }

    @Test("shows what does not belong to it")
    func unexpected() throws {
        for name in [
            "extra", ".hidden", "checkpoints/0350", "checkpoints/x", "checkpoints/0", "tile/8/000", "tile/0/003",
            "tile/0/x000/000", "tile/0/x001/000", "tile/0/000.p/99", "tile/0/000.p/0100", "tile/0/000.p/256",
            "tile/0/-00", "tile/0/+00", "tile/0/000.p/x", "tile/entries/999", "tile/entries/000.p/101", "tile/1/000",
            "tile/other/000", "log.sqlite-wal", "schemas/a.txt", "publicised/1.tlog-proof",
        ] {
            let export = try Self.sound()
            try export.write(name, [1])
            #expect(try export.codes() == ["file-unexpected"], "\(name)")
        }
        let export = try Self.sound()
        let note = try Checkpoint(origin: ExportFixture.origin, size: 701, root: export.root).signed(by: [export.signer]
        )
        try export.write("checkpoints/701", note.bytes)
        #expect(try export.codes() == ["checkpoint-ahead"])
    }

    @Test("whose head is of another size than its files")
    func otherHead() throws {
        let export = try Self.sound()
        try export.write("checkpoint", #require(export.notes[350]).bytes)
        let codes = Set(try export.codes())
        #expect(codes == ["checkpoint-ahead", "file-unexpected", "events-differ"])
        let wrong = try Checkpoint(origin: ExportFixture.origin, size: 700, root: MerkleHash.leaf([1]))
            .signed(by: [export.signer])
        try export.write("checkpoint", wrong.bytes)
        try export.write("checkpoints/700", wrong.bytes)
        #expect(try export.codes() == ["checkpoint-wrong"])
    }

    /// Each byte of every file of a small export, or some of them: found, or in a file that proves nothing.
    @Test("in any byte is found out")
    func flips() throws {
        var generator = SeededGenerator(stream: 411)
        for isPublic in [false, true] {
            let entries = (0..<300).map { EntryFixture.entry($0, stream: $0 % 7, sequence: $0 / 7) }
            let export = try ExportFixture(entries, checkpoints: [3, 257, 300], isPublic: isPublic)
            var table: [String: (tried: Int, found: Int)] = [:]
            for name in try export.files() where name != "AUDIT.md" && !name.hasPrefix("schemas/") {
                let original = try export.bytes(name)
                let places = isLongRun ? Array(original.indices) : (0..<6).map { _ in generator.below(original.count) }
                let kind = ExportFile.kind(name)
                for place in places {
                    var bytes = original
                    bytes[place] ^= 1 << UInt8(generator.below(8))
                    try export.write(name, bytes)
                    let report = try export.audit(deep: false, workers: 1)
                    table[kind, default: (0, 0)].tried += 1
                    if !report.isSound { table[kind]?.found += 1 }
                    #expect(!report.isSound, "\(name), byte \(place)")
                }
                try export.write(name, original)
            }
            for (kind, count) in table.sorted(by: { $0.key < $1.key }) {
                print(
                    "flipped bytes, \(isPublic ? "public " : "")export, \(kind): \(count.found) of \(count.tried) found"
                )
            }
        }
    }
}

extension DamagedExportTests {
    /// Where the bytes of a text stand, each time that it occurs.
}

/// What kind of file an export has under a name.
enum ExportFile {
    static func kind(_ name: String) -> String {
        let parts = name.split(separator: "/")
        switch parts[0] {
        case "tile":
            let isPartial = name.contains(".p/")
            return (isPartial ? "partial " : "full ") + (parts[1] == "entries" ? "bundle" : "tile")
        case "checkpoints": return "published checkpoint"
        case "publicised": return name.hasSuffix(".ndjson") ? "publicised index" : "receipt"
        default: return name
        }
    }
}
