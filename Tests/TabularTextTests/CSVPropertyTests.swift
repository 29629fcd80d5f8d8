import ArchiveTesting
import TabularText
import Testing

@Suite("Whatever is written is read back, however the bytes arrive")
struct CSVPropertyTests {
    private static let pieces = [
        "a", "0", ",", "\"", "\"\"", "\r", "\n", "\r\n", " ", "　", "县", "信用", "𠮷", "é", "\u{FEFF}", "=1+1", "-", "'",
        "〔2022〕", "\t", "€", "👩‍👩‍👧", "\u{E000}",
    ]

    private func randomRecords(_ generator: inout SeededGenerator) -> [[String]] {
        (0..<Int.random(in: 0...6, using: &generator)).map { _ in
            (0..<Int.random(in: 1...5, using: &generator)).map { _ in
                (0..<Int.random(in: 0...4, using: &generator)).map { _ in
                    Self.pieces[Int.random(in: 0..<Self.pieces.count, using: &generator)]
                }.joined()
            }
        }
    }

    @Test("random records come back as they were, in every encoding", arguments: TextEncoding.allCases)
    func roundTrip(encoding: TextEncoding) throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var generator = SeededGenerator(seed: seed)
        for round in 0..<2_000 {
            let expected = randomRecords(&generator)
            for formulas in [FormulaGuard.exact, .apostrophe] {
                var writer = try CSVWriter(encoding: encoding, formulas: formulas)
                for record in expected { try writer.write(record) }
                let read = try records(.bytes(writer.takeBytes()), encoding: encoding).map(\.fields)
                let unguarded = formulas == .exact ? read : read.map { $0.map(FormulaGuard.remove) }
                // By scalars: Swift's == takes canonically equivalent texts for equal, and the bytes matter here.
                if scalars(unguarded) != scalars(expected) {
                    Issue.record("seed \(seed), round \(round): \(expected) came back as \(unguarded)")
                    return
                }
            }
        }
    }

    private func scalars(_ records: [[String]]) -> [[[UInt8]]] { records.map { $0.map { Array($0.utf8) } } }

    @Test("every cut into two or three chunks gives the same records", arguments: TextEncoding.allCases)
    func chunkBorders(encoding: TextEncoding) throws {
        let text = "名称,\"值\"\"甲\"\"\",𠮷\r\n\r\n\"一\r\n二\",,é\r三,\"\"\n\"末\""
        var bytes = encoding == .gb18030 ? try gb18030(text) : Array(text.utf8)
        if encoding == .utf8WithMark { bytes = [0xEF, 0xBB, 0xBF] + bytes }
        let expected = [
            Record(1, ["名称", "值\"甲\"", "𠮷"]), Record(3, ["一\r\n二", "", "é"]), Record(4, ["三", ""]),
            Record(5, ["末"]),
        ]
        #expect(try records(.chunks(bytes.map { [$0] })) == expected)
        for first in 0...bytes.count {
            for second in first...bytes.count {
                let chunks = [Array(bytes[..<first]), Array(bytes[first..<second]), Array(bytes[second...])]
                let read = try records(.chunks(chunks), encoding: encoding)
                if read != expected { Issue.record("cut at \(first) and \(second): \(read)") }
            }
        }
    }

    @Test("random damage gives records or an error, the same for every cut, and never a crash")
    func damageIsTheSameForEveryCut() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var generator = SeededGenerator(seed: seed)
        let alphabet: [UInt8] = [
            0x22, 0x22, 0x2C, 0x0A, 0x0D, 0x61, 0xCF, 0xD8, 0x81, 0x30, 0xE4, 0xB8, 0x80, 0xFF, 0x00,
        ]
        let limits = CSVLimits(fieldBytes: 12, recordBytes: 24, fields: 5)
        for round in 0..<4_000 {
            let bytes = (0..<Int.random(in: 0...40, using: &generator)).map { _ in
                alphabet[Int.random(in: 0..<alphabet.count, using: &generator)]
            }
            let whole = outcome(.bytes(bytes), limits)
            let single = outcome(.chunks(bytes.map { [$0] }), limits)
            let cut = bytes.count / 2
            let halves = outcome(.chunks([Array(bytes[..<cut]), [], Array(bytes[cut...])]), limits)
            if whole != single || whole != halves {
                Issue.record("seed \(seed), round \(round), \(bytes): \(whole), \(single), \(halves)")
                return
            }
        }
    }

    private func outcome(_ source: TableSource, _ limits: CSVLimits) -> Result<[Record], TabularError> {
        Result { () throws(TabularError) in try records(source, limits: limits) }
    }
}
