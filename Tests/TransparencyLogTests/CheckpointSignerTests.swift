import Testing
import TransparencyLog

@Suite("Signers of checkpoints")
struct CheckpointSignerTests {
    private struct Unwilling: CheckpointSigner {
        struct Refusal: Error {}
        let verifier: NoteVerifier
        func signature(of text: String) throws -> NoteSignature { throw Refusal() }
    }

    @Test("sign in their order, the same each time, wherever their keys are")
    func order() throws {
        let (first, second) = (try NoteSigner(name: "example.com/log"), try NoteSigner(name: "example.com/log"))
        let checkpoint = try Checkpoint(origin: "example.com/log", size: 1, root: MerkleHash.leaf([1]))
        let signers: [any CheckpointSigner] = [first, second]
        let note = try checkpoint.signed(by: signers)
        #expect(note.signatures.map(\.keyID) == [first.verifier.keyID, second.verifier.keyID])
        #expect(try note.verify(trusting: [first.verifier, second.verifier]).count == 2)
        #expect(try checkpoint.signed(by: signers).bytes == note.bytes)
        #expect(try checkpoint.signed(by: [first, second]).bytes == note.bytes)
    }

    @Test("that fail leave no note")
    func failure() throws {
        let signer = try NoteSigner(name: "example.com/log")
        let checkpoint = try Checkpoint(origin: "example.com/log", size: 1, root: MerkleHash.leaf([1]))
        let signers: [any CheckpointSigner] = [signer, Unwilling(verifier: signer.verifier)]
        #expect(throws: Unwilling.Refusal.self) { try checkpoint.signed(by: signers) }
        #expect(throws: TransparencyError.self) { try checkpoint.signed(by: [any CheckpointSigner]()) }
    }
}
