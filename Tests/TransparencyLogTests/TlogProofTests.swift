import ArchiveTesting
import Testing
import TransparencyLog

@Suite("Receipts")
struct TlogProofTests {
    static let origin = "example.com/log"
    static let entries = (0..<300).map { [UInt8]("entry \($0)".utf8) }

    let signer: NoteSigner
    let tiles: MemoryTiles
    let note: [UInt8]

    init() throws {
        signer = try NoteSigner(name: Self.origin)
        var tiles = MemoryTiles()
        for entry in Self.entries { tiles.append(MerkleHash.leaf(entry)) }
        self.tiles = tiles
        note = try Checkpoint(origin: Self.origin, size: 300, root: tiles.builder.root()).signed(by: [signer]).bytes
    }

    func receipt(_ index: UInt64, extra: [UInt8]? = nil) throws -> TlogProof {
        try TlogProof(
            proof: InclusionProof(index: index, size: 300, tiles: tiles), checkpoint: note, extra: extra)
    }

    @Test("a receipt is written as the specification says")
    func form() throws {
        let receipt = try receipt(299, extra: [1, 2, 3])
        let hashes = receipt.hashes.map { $0.base64 + "\n" }.joined()
        let expected = "c2sp.org/tlog-proof@v1\nextra AQID\nindex 299\n" + hashes + "\n"
        #expect(receipt.bytes == [UInt8](expected.utf8) + note)
        #expect(try TlogProof(parsing: receipt.bytes) == receipt)
    }

    @Test("a receipt verifies for its entry and for no other", arguments: [0, 1, 255, 256, 299])
    func verify(index: Int) throws {
        for extra in [nil, [], [7]] as [[UInt8]?] {
            let receipt = try TlogProof(parsing: receipt(UInt64(index), extra: extra).bytes)
            #expect(receipt.extra == extra)
            let head = try receipt.verify(
                entry: Self.entries[index], origin: Self.origin, trusting: [signer.verifier])
            #expect(head.size == 300)
            let other = Self.entries[(index + 1) % 300]
            #expect(
                refusal { _ = try receipt.verify(entry: other, origin: Self.origin, trusting: [signer.verifier]) }
                    == .proofInvalid)
        }
    }

    @Test("a receipt of another log, another key or another index is refused")
    func pinned() throws {
        let receipt = try receipt(17)
        let entry = Self.entries[17]
        #expect(
            refusal { _ = try receipt.verify(entry: entry, origin: "other", trusting: [signer.verifier]) }
                == .originMismatch)
        let stranger = try NoteSigner(name: Self.origin).verifier
        #expect(
            refusal { _ = try receipt.verify(entry: entry, origin: Self.origin, trusting: [stranger]) }
                == .signatureMissing)
        for index in [16, 18, 300, UInt64(Int64.max)] {
            let moved = try TlogProof(index: index, hashes: receipt.hashes, checkpoint: note)
            #expect(
                refusal { _ = try moved.verify(entry: entry, origin: Self.origin, trusting: [signer.verifier]) }
                    == .proofInvalid)
        }
    }

    @Test(
        "malformed receipts are refused",
        arguments: [
            "", "c2sp.org/tlog-proof@v1", "c2sp.org/tlog-proof@v1\n", "c2sp.org/tlog-proof@v2\nindex 0\n\n",
            "c2sp.org/tlog-proof@v1\n\n", "c2sp.org/tlog-proof@v1\nindex\n\n", "c2sp.org/tlog-proof@v1\nindex \n\n",
            "c2sp.org/tlog-proof@v1\nindex 01\n\n", "c2sp.org/tlog-proof@v1\nindex -1\n\n",
            "c2sp.org/tlog-proof@v1\nindex 9223372036854775808\n\n", "c2sp.org/tlog-proof@v1\nindex 0\n",
            "c2sp.org/tlog-proof@v1\nindex 0\nAAAA\n\n", "c2sp.org/tlog-proof@v1\nindex 0\nextra AQID\n\n",
            "c2sp.org/tlog-proof@v1\nextra A\nindex 0\n\n",
            "c2sp.org/tlog-proof@v1\nextra AQID\nextra AQID\nindex 0\n\n",
            "c2sp.org/tlog-proof@v1\nextra AQID\n\n", "c2sp.org/tlog-proof@v1\nEXTRA AQID\nindex 0\n\n",
            "c2sp.org/tlog-proof@v1\r\nindex 0\r\n\r\n", " c2sp.org/tlog-proof@v1\nindex 0\n\n",
        ])
    func malformed(text: String) {
        #expect(refusal { _ = try TlogProof(parsing: [UInt8](text.utf8)) } == .receiptMalformed)
    }

    @Test("more than 63 hashes, and more than two million bytes, are refused")
    func limits() throws {
        let many = [Digest32](repeating: cheapLeaf(0), count: 64)
        #expect(refusal { _ = try TlogProof(index: 0, hashes: many, checkpoint: note) } == .receiptMalformed)
        let text = "c2sp.org/tlog-proof@v1\nindex 0\n" + many.map { $0.base64 + "\n" }.joined() + "\n"
        #expect(refusal { _ = try TlogProof(parsing: [UInt8](text.utf8) + note) } == .receiptMalformed)
        let extra = [UInt8](repeating: 0, count: TlogProof.maximumByteCount)
        #expect(
            refusal { _ = try TlogProof(index: 0, hashes: [], checkpoint: note, extra: extra) } == .receiptMalformed)
        #expect(refusal { _ = try TlogProof(parsing: extra + extra) } == .noteTooLarge)
    }

    @Test("no altered receipt proves anything but its entry at its place")
    func fuzz() throws {
        var generator = SeededGenerator(announcedAs: "TlogProofTests")
        let seed = generator.seed
        let receipt = try receipt(130, extra: [1, 2])
        let leaf = MerkleHash.leaf(Self.entries[130])
        for _ in 0..<10_000 {
            let bytes = receipt.bytes.mutated(using: &generator)
            guard let read = try? TlogProof(parsing: bytes) else { continue }
            #expect(read.bytes == bytes, "seed \(seed)")
            guard (try? read.verify(leaf: leaf, origin: Self.origin, trusting: [signer.verifier])) != nil else {
                continue
            }
            // The extra line is not covered, nor are signatures of strangers: all else is.
            #expect(read.index == 130, "seed \(seed)")
            #expect(read.hashes == receipt.hashes, "seed \(seed)")
        }
    }
}
