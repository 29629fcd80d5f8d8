import ArchiveTesting
import Testing
import TransparencyLog

/// Refusals of the parsers that the tests of each format leave to this one: lengths, counts, and keys of no use.
@Suite("Limits of the formats")
struct FormatLimitTests {
    @Test("a name of 1,024 bytes is a name, a longer one is not")
    func names() throws {
        let longest = String(repeating: "n", count: 1_024)
        #expect(try NoteSigner(name: longest).verifier.name == longest)
        #expect(refusal { _ = try NoteSigner(name: longest + "n") } == .keyMalformed)
        let text = [UInt8]("text\n\n\u{2014} \(longest)n AAAAAAA=\n".utf8)
        #expect(refusal { _ = try Note(parsing: text) } == .noteMalformed)
        #expect(
            refusal { _ = try Checkpoint(origin: longest + "n", size: 1, root: cheapLeaf(1)) } == .checkpointMalformed)
        #expect(try Checkpoint(text: "\(longest)\n1\n\(cheapLeaf(1).base64)\n").origin == longest)
        #expect(
            refusal { _ = try Checkpoint(text: "\(longest)n\n1\n\(cheapLeaf(1).base64)\n") } == .checkpointMalformed)
    }

    @Test("a checkpoint of 2^63 entries or of an empty log with a root cannot be made")
    func checkpoints() {
        #expect(refusal { _ = try Checkpoint(origin: "a", size: 1 << 63, root: cheapLeaf(1)) } == .checkpointMalformed)
        #expect(refusal { _ = try Checkpoint(origin: "a", size: 0, root: cheapLeaf(1)) } == .checkpointMalformed)
        #expect(refusal { _ = try Checkpoint(origin: "", size: 1, root: cheapLeaf(1)) } == .checkpointMalformed)
        #expect(refusal { _ = try Checkpoint(origin: "a\u{1F}", size: 1, root: cheapLeaf(1)) } == .checkpointMalformed)
    }

    @Test("a public key is 32 bytes; of a type that is not known 1 to 16,384", arguments: [0, 1, 31, 33, 64])
    func publicKeys(count: Int) {
        let key = [UInt8](repeating: 1, count: count)
        for algorithm in [KeyAlgorithm.ed25519, .cosignature] {
            #expect(refusal { _ = try NoteVerifier(name: "a", algorithm: algorithm, publicKey: key) } == .keyMalformed)
        }
        let other = { (count: Int) in
            refusal {
                _ = try NoteVerifier(
                    name: "a", algorithm: .other, publicKey: [UInt8](repeating: 1, count: count))
            }
        }
        #expect(other(0) == .keyMalformed && other(16_385) == .keyMalformed && other(16_384) == nil && other(1) == nil)
    }

    @Test("a seed is 32 bytes", arguments: [0, 1, 31, 33, 64])
    func seeds(count: Int) {
        #expect(refusal { _ = try NoteSigner(name: "a", seed: [UInt8](repeating: 1, count: count)) } == .keyMalformed)
    }

    @Test("a key of a type that cannot sign is refused as a signer's", arguments: [0x00, 0x02, 0x06, 0xFF] as [UInt8])
    func signerTypes(type: UInt8) {
        let seed = [UInt8](repeating: 1, count: 32)
        #expect(
            refusal { _ = try NoteSigner(name: "a", algorithm: KeyAlgorithm(rawValue: type), seed: seed) }
                == .keyMalformed)
    }

    @Test("a time of 2^63 seconds is no time of a cosignature")
    func cosignatureTime() throws {
        let late = NoteSignature(name: "w", keyID: 1, signature: [0x80] + [UInt8](repeating: 0, count: 71))
        #expect(Cosignature(late) == nil)
        let last = NoteSignature(
            name: "w", keyID: 1,
            signature: [0x7F] + [UInt8](repeating: 0xFF, count: 7) + [UInt8](repeating: 0, count: 64))
        #expect(Cosignature(last)?.timestampSeconds == UInt64(Int64.max))
    }

    @Test("a bundle of no entries or of more than 256 is none", arguments: [-1, 0, 257, Int.max])
    func bundleWidths(width: Int) {
        #expect(refusal { _ = try EntryBundle.entries(of: [], width: width) } == .bundleMalformed)
        #expect(refusal { _ = try EntryBundle.entries(of: [0, 0], width: width) } == .bundleMalformed)
    }

    @Test("a bundle longer than its entries can be is refused before it is gone through")
    func bundleLength() throws {
        let longest = [UInt8]([0xFF, 0xFF]) + [UInt8](repeating: 0, count: 65_535)
        #expect(try EntryBundle.entries(of: longest, width: 1).map(\.count) == [65_535])
        #expect(refusal { _ = try EntryBundle.entries(of: longest + [0], width: 1) } == .bundleMalformed)
        #expect(refusal { _ = try EntryBundle.entries(of: longest + [0, 0], width: 1) } == .bundleMalformed)
        #expect(try EntryBundle.entries(of: [UInt8](repeating: 0, count: 512), width: 256).count == 256)
    }

    @Test("an index of 2^63 is none")
    func indexes() {
        #expect(refusal { _ = try TlogProof(index: 1 << 63, hashes: [], checkpoint: []) } == .receiptMalformed)
    }

    @Test("digests are 32 bytes in each of their forms")
    func digests() {
        #expect(Digest32([UInt8](repeating: 0, count: 31)) == nil && Digest32([UInt8](repeating: 0, count: 33)) == nil)
        for text in [
            "", "A", String(repeating: "A", count: 43), String(repeating: "A", count: 44),
            String(repeating: "=", count: 44),
            String(repeating: "A", count: 43) + "\n", String(repeating: "A", count: 42) + "B=",
            String(repeating: "A", count: 42) + "-=",
            String(repeating: "A", count: 40) + "====", String(repeating: "A", count: 44) + "AAAA",
        ] {
            #expect(Digest32(base64: text.utf8) == nil, "\(text)")
        }
        #expect(Digest32(base64: (String(repeating: "A", count: 43) + "=").utf8) != nil)
        for text in [
            "", String(repeating: "0", count: 63), String(repeating: "0", count: 65), String(repeating: "g", count: 64),
            "0x" + String(repeating: "0", count: 62), String(repeating: " ", count: 64),
        ] {
            #expect(Digest32(hex: text) == nil, "\(text)")
        }
    }
}
