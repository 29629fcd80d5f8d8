import ArchiveTesting
import Foundation
import Testing
import TransparencyLog

/// A parser of the log's formats, with inputs that it takes and a second, simple opinion of what it should take.
struct FuzzedParser: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let seeds: [[UInt8]]
    /// What the parser writes back; nil where it refuses, by its own error and no other.
    let roundTrip: @Sendable ([UInt8]) throws -> [UInt8]?
    /// Whether the input should be taken; nil where there is no cheap second opinion.
    var model: (@Sendable ([UInt8]) -> Bool)?

    init(
        _ name: String, _ seeds: [[UInt8]], model: (@Sendable ([UInt8]) -> Bool)? = nil,
        roundTrip: @escaping @Sendable ([UInt8]) throws -> [UInt8]?
    ) {
        testDescription = name
        self.seeds = seeds
        self.model = model
        self.roundTrip = roundTrip
    }
}

extension FuzzedParser {
    static let origin = "example.com/log"
    static let all = [
        note, checkpoint, verifierKey, signerKey, tilePath, entryBundle, receipt, consistency, base64, hex,
    ]

    // A seed, so that a run can be repeated: keys are part of the inputs.
    static func signer(_ name: String = origin, _ algorithm: KeyAlgorithm = .ed25519) -> NoteSigner {
        // 32 bytes are a seed and the name is one.
        // swift-format-ignore: NeverUseForceTry
        try! NoteSigner(name: name, algorithm: algorithm, seed: [UInt8](repeating: 7, count: 32))
    }

    static let text = "\(origin)\n300\n\(cheapLeaf(1).base64)\n"

    static let noteSeeds: [[UInt8]] = [
        NoteTests.published, try? Note(text: text, signedBy: [signer()]).bytes,
        try? Note(text: text, signedBy: [signer()]).adding(
            signer("witness", .cosignature).sign(text: text, timestampSeconds: 1_700_000_000)
        ).bytes,
        try? Note(text: "a\n\nb\n", signedBy: [signer("名称")]).bytes,
    ].compactMap { $0 }

    static let note = FuzzedParser("note", noteSeeds) { bytes in
        try refused { try Note(parsing: bytes).bytes }
    }

    static let checkpoint = FuzzedParser(
        "checkpoint",
        [Array(text.utf8), Array("名称\n0\n\(MerkleHash.empty.base64)\n".utf8)],
        model: { bytes in
            // By characters of lines, where the parser goes by bytes.
            guard let text = String(validating: bytes, as: UTF8.self) else { return false }
            let lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map {
                String(String.UnicodeScalarView($0))
            }
            guard lines.count == 4, lines[3].isEmpty, (1...1024).contains(lines[0].utf8.count),
                lines[0].unicodeScalars.allSatisfy({ $0.value >= 32 }), let size = Int64(lines[1]), size >= 0,
                String(size).utf8.elementsEqual(lines[1].utf8), let root = Data(base64Encoded: lines[2]),
                root.count == 32, root.base64EncodedString() == lines[2]
            else { return false }
            return size > 0 || Array(root) == MerkleHash.empty.bytes
        },
        roundTrip: { bytes in
            guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
            return try refused { Array(try Checkpoint(text: text).text.utf8) }
        })

    static let verifierKey = FuzzedParser(
        "verifier key",
        [NoteTests.verifierString, signer().verifier.string, signer("w", .cosignature).verifier.string]
            .map { Array($0.utf8) }
    ) { bytes in
        guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
        return try refused { Array(try NoteVerifier(text).string.utf8) }
    }

    static let signerKey = FuzzedParser(
        "signer key", [signer().secretString, signer("w", .cosignature).secretString].map { Array($0.utf8) }
    ) { bytes in
        guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
        return try refused { Array(try NoteSigner(secretString: text).secretString.utf8) }
    }

    static let tilePath = FuzzedParser(
        "tile path",
        ["tile/0/000", "tile/15/x123/x456/789.p/41", "tile/entries/x001/x234/067.p/8", "tile/63/999.p/255"]
            .map { Array($0.utf8) },
        model: { bytes in
            guard let text = String(validating: bytes, as: UTF8.self) else { return false }
            let level = "(?:entries|[0-9]|[1-5][0-9]|6[0-3])"
            let width = "(?:[1-9]|[1-9][0-9]|1[0-9][0-9]|2[0-4][0-9]|25[0-5])"
            let index = "(?:x(?!000)[0-9]{3}/(?:x[0-9]{3}/)*)?[0-9]{3}"
            let pattern = "\\Atile/\(level)/\(index)(?:\\.p/\(width))?\\z"
            guard text.range(of: pattern, options: .regularExpression) != nil else { return false }
            let number = text.split(separator: "/").dropFirst(2).prefix { !$0.hasSuffix(".p") && $0.count >= 3 }
            let last = text.split(separator: "/").first { $0.hasSuffix(".p") }.map { $0.dropLast(2) }
            let digits = (number.filter { $0.first == "x" || $0.count == 3 } + (last.map { [$0] } ?? []))
                .map { $0.drop { $0 == "x" } }.joined()
            return UInt64(digits.isEmpty ? "0" : digits) != nil
        },
        roundTrip: { bytes in
            guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
            return try refused { Array(try TileCoordinate(path: text).path.utf8) }
        })

    static let entryBundle = FuzzedParser(
        "entry bundle",
        [[0, 0, 0, 1, 7, 0, 2, 1, 2], [0, 3, 10, 10, 10, 0, 0, 1, 0] + [UInt8](repeating: 9, count: 256)],
        model: { bytes in
            // Counted along, without slices: three entries and no more.
            var (offset, count) = (0, 0)
            while offset + 2 <= bytes.count {
                offset += 2 + Int(bytes[offset]) * 256 + Int(bytes[offset + 1])
                count += 1
            }
            return offset == bytes.count && count == 3
        },
        roundTrip: { bytes in
            try refused {
                var bundle: [UInt8] = []
                for entry in try EntryBundle.entries(of: bytes, width: 3) {
                    try Array(entry).withUnsafeBytes { try EntryBundle.append($0, to: &bundle) }
                }
                return bundle
            }
        })

    static let receipt = FuzzedParser(
        "receipt",
        noteSeeds.flatMap { note in
            [[], [cheapLeaf(1)], cheapLeaves(63)].flatMap { hashes in
                [nil, [], [1, 2, 3]].compactMap { extra in
                    try? TlogProof(index: 42, hashes: hashes, checkpoint: note, extra: extra).bytes
                }
            }
        }
    ) { bytes in try refused { try TlogProof(parsing: bytes).bytes } }

    static let consistency = FuzzedParser(
        "consistency text",
        noteSeeds.flatMap { note in
            [[], [cheapLeaf(1)], cheapLeaves(63)].compactMap { hashes in
                try? ConsistencyText(oldSize: 42, hashes: hashes, checkpoint: note).bytes
            }
        }
    ) { bytes in try refused { try ConsistencyText(parsing: bytes).bytes } }

    /// Base64 of any length, by way of the line of a receipt that takes it.
    static let base64 = FuzzedParser(
        "base64", ["", "AA==", "AAA=", "AAAA", "3q2+7w==", "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq"].map { Array($0.utf8) },
        model: { bytes in
            guard let text = String(validating: bytes, as: UTF8.self) else { return false }
            return Data(base64Encoded: text)?.base64EncodedString().utf8.elementsEqual(bytes) == true
        },
        roundTrip: { bytes in
            let receipt = Array("c2sp.org/tlog-proof@v1\nextra ".utf8) + bytes + Array("\nindex 0\n\n".utf8)
            return try refused {
                let proof = try TlogProof(parsing: receipt)
                return proof.extra.map { Array(Data($0).base64EncodedString().utf8) }
            }
        })

    static let hex = FuzzedParser("hex digest", [Array(cheapLeaf(1).hex.utf8)]) { bytes in
        guard let text = String(validating: bytes, as: UTF8.self), let digest = Digest32(hex: text) else { return nil }
        // Either case is read, lowercase is written.
        return digest.hex == text.lowercased() ? bytes : Array(digest.hex.utf8)
    }

    /// Nil where the parser refuses; any other error than its own is the test's.
    private static func refused(_ body: () throws -> [UInt8]?) throws -> [UInt8]? {
        do { return try body() } catch is TransparencyError { return nil }
    }
}
