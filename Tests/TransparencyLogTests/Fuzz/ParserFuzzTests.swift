import ArchiveTesting
import Foundation
import Testing
import TransparencyLog

/// Each parser of the log's formats against spoilt inputs: it never traps, takes no time, and whatever it takes it writes
/// back to the same bytes.
@Suite("Fuzzed parsers")
struct ParserFuzzTests {
    private static let rounds = isLongRun ? 200_000 : 4_000

    @Test("what is taken is written back byte for byte, and agrees with a second opinion", arguments: FuzzedParser.all)
    func mutated(parser: FuzzedParser) throws {
        let generator = SeededGenerator(announcedAs: parser.testDescription)
        var mutator = Mutator(generator: generator, seeds: parser.seeds)
        for seed in parser.seeds { #expect(try parser.roundTrip(seed) == seed, "the seed itself") }
        var taken = 0
        for round in 0..<Self.rounds {
            let bytes = mutator.next()
            let written = try parser.roundTrip(bytes)
            if let written {
                taken += 1
                #expect(written == bytes, "seed \(generator.seed), round \(round)")
            }
            if let model = parser.model {
                let isRight = model(bytes) == (written != nil)
                #expect(isRight, "seed \(generator.seed), round \(round): \(String(decoding: bytes, as: UTF8.self))")
            }
        }
        // A run in which nothing was taken would say little of what is written back.
        print("\(parser.testDescription): \(taken) of \(Self.rounds) taken")
    }

    /// Inputs of a mebibyte that invite quadratic work, recursion or great allocations.
    private static let heavy: [(String, [UInt8])] = {
        let size = 1 << 20
        func repeated(_ text: String) -> [UInt8] {
            let unit = Array(text.utf8)
            return Array(repeatElement(unit, count: size / unit.count).joined())
        }
        let signatures = Array("text\n\n".utf8) + repeated("\u{2014} a AAAAAAA=\n")
        return [
            ("newlines", repeated("\n")), ("padding", repeated("=")), ("letters", repeated("A")),
            ("digits", repeated("9")), ("zeros", [UInt8](repeating: 0, count: size)), ("dashes", repeated("\u{2014} ")),
            ("plus", repeated("+")), ("slashes", repeated("/")), ("tile", Array("tile/0/".utf8) + repeated("x001/")),
            ("signatures", Array(signatures.prefix(900_000))), ("signatures and more", signatures),
            ("text of blank lines", Array(repeated("\n").prefix(900_000)) + Array("\u{2014} a AAAAAAA=\n".utf8)),
            ("old", Array("old ".utf8) + repeated("9")), ("hashes", Array("old 1\n".utf8) + repeated("A")),
            (
                "hash lines",
                Array("old 1\n".utf8)
                    + Array(repeatElement(Array((cheapLeaf(1).base64 + "\n").utf8), count: 20_000).joined())
            ),
            ("index", Array("c2sp.org/tlog-proof@v1\nindex ".utf8) + repeated("0")),
            ("extra", Array("c2sp.org/tlog-proof@v1\nextra ".utf8) + repeated("=")),
            ("signer", Array("PRIVATE+KEY+".utf8) + repeated("a+")), ("joined", repeated("\u{200D}\u{1F468}")),
            ("marks", repeated("\u{301}")), ("not UTF-8", [UInt8](repeating: 0xFF, count: size)),
        ]
    }()

    @Test("a mebibyte of one thing is refused or taken at once", arguments: FuzzedParser.all)
    func heavy(parser: FuzzedParser) throws {
        for (name, bytes) in Self.heavy {
            let start = ContinuousClock.now
            _ = try parser.roundTrip(bytes)
            let duration = ContinuousClock.now - start
            // Linear work takes milliseconds; quadratic work takes hours. The rest is for a busy machine.
            #expect(duration < .seconds(5), "\(parser.testDescription), \(name): \(duration)")
        }
    }
}
