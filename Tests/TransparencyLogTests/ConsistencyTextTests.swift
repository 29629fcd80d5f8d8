import ArchiveTesting
import Testing
import TransparencyLog

@Suite("Consistency proofs as text")
struct ConsistencyTextTests {
    static let origin = "example.com/log"
    let signer: NoteSigner
    let tiles: MemoryTiles

    init() throws {
        signer = try NoteSigner(name: Self.origin)
        tiles = ProofTests.tiles(300)
    }

    func checkpoint(_ size: Int, origin: String = origin) throws -> Checkpoint {
        try Checkpoint(origin: origin, size: UInt64(size), root: NaiveTree.root(cheapLeaves(size)))
    }

    func text(_ old: Int, _ new: Int) throws -> ConsistencyText {
        let proof = try ConsistencyProof(oldSize: UInt64(old), newSize: UInt64(new), tiles: tiles)
        return try ConsistencyText(
            oldSize: UInt64(old), hashes: proof.hashes, checkpoint: checkpoint(new).signed(by: [signer]).bytes)
    }

    @Test("it is written as the body of add-checkpoint")
    func form() throws {
        let text = try text(6, 7)
        let note = try checkpoint(7).signed(by: [signer]).bytes
        let hashes = text.hashes.map { $0.base64 + "\n" }.joined()
        #expect(text.hashes.count == 3)
        #expect(text.bytes == [UInt8](("old 6\n" + hashes + "\n").utf8) + note)
        #expect(try ConsistencyText(parsing: text.bytes) == text)
        #expect(try self.text(7, 7).bytes == [UInt8]("old 7\n\n".utf8) + note)
    }

    @Test(
        "it proves what it is of and nothing else",
        arguments: [(1, 2), (6, 7), (7, 7), (64, 300), (255, 257), (300, 300)])
    func verify(old: Int, new: Int) throws {
        let text = try ConsistencyText(parsing: text(old, new).bytes)
        let (first, second) = (try checkpoint(old), try checkpoint(new))
        try text.verify(from: first, to: second)
        let wrong = try Checkpoint(origin: Self.origin, size: UInt64(old), root: cheapLeaf(9))
        #expect(refusal { try text.verify(from: wrong, to: second) } == .proofInvalid)
        let rewritten = try Checkpoint(origin: Self.origin, size: UInt64(new), root: cheapLeaf(9))
        #expect(refusal { try text.verify(from: first, to: rewritten) } == .proofInvalid)
        #expect(refusal { try text.verify(from: try checkpoint(old + 1), to: second) } == .proofInvalid)
        #expect(refusal { try text.verify(from: first, to: try checkpoint(new + 1)) } == .proofInvalid)
        if old < new { #expect(refusal { try text.verify(from: second, to: first) } == .proofInvalid) }
        let other = try checkpoint(old, origin: "example.com/other")
        #expect(refusal { try text.verify(from: other, to: second) } == .originMismatch)
    }

    @Test("from the empty log nothing needs proof")
    func empty() throws {
        let empty = try Checkpoint(origin: Self.origin, size: 0, root: MerkleHash.empty)
        let text = try ConsistencyText(oldSize: 0, hashes: [], checkpoint: checkpoint(5).signed(by: [signer]).bytes)
        try ConsistencyText(parsing: text.bytes).verify(from: empty, to: checkpoint(5))
        let more = try ConsistencyText(oldSize: 0, hashes: [cheapLeaf(1)], checkpoint: text.checkpoint)
        #expect(refusal { try more.verify(from: empty, to: try checkpoint(5)) } == .proofInvalid)
    }

    @Test(
        "malformed texts are refused",
        arguments: [
            "", "\n", "old", "old \n\n", "old 1", "old 1\n", "old 01\n\n", "old -1\n\n", "old +1\n\n", "old 1 \n\n",
            " old 1\n\n",
            "OLD 1\n\n", "old 9223372036854775808\n\n", "old 18446744073709551616\n\n", "old 1\nAAAA\n\n",
            "old 1\r\n\r\n",
            "old 1\nHASH\n", "old 1\nHASH=\n\n", "old 1\n HASH\n\n", "old 1\nHASH \n\n", "old 1\nold 1\n\n",
            "old\t1\n\n",
            "old \u{661}\n\n",
        ])
    func malformed(template: String) {
        let text = template.split(separator: "HASH", omittingEmptySubsequences: false).joined(
            separator: cheapLeaf(1).base64)
        #expect(refusal { _ = try ConsistencyText(parsing: [UInt8](text.utf8)) } == .consistencyMalformed)
    }

    @Test("more than 63 hashes, and more than two million bytes, are refused")
    func limits() throws {
        let many = cheapLeaves(64)
        #expect(refusal { _ = try ConsistencyText(oldSize: 1, hashes: many, checkpoint: []) } == .consistencyMalformed)
        let text = "old 1\n" + many.map { $0.base64 + "\n" }.joined() + "\n"
        #expect(refusal { _ = try ConsistencyText(parsing: [UInt8](text.utf8)) } == .consistencyMalformed)
        let large = [UInt8](repeating: 0x41, count: ConsistencyText.maximumByteCount)
        #expect(refusal { _ = try ConsistencyText(oldSize: 1, hashes: [], checkpoint: large) } == .consistencyMalformed)
        #expect(refusal { _ = try ConsistencyText(parsing: large + [0x0A]) } == .noteTooLarge)
        #expect(
            refusal { _ = try ConsistencyText(oldSize: 1 << 63, hashes: [], checkpoint: []) } == .consistencyMalformed)
        #expect(try ConsistencyText(oldSize: 1, hashes: cheapLeaves(63), checkpoint: []).hashes.count == 63)
    }
}
