import ArchiveTesting
import Testing
import TransparencyLog

/// Altered files and requests: whatever is read is written back the same, and nothing crashes.
@Suite("Parsers of the witness protocol under fuzzing")
struct WitnessFuzzTests {
    private static let rounds = isLongRun ? 400_000 : 4_000

    @Test("policies")
    func policies() throws {
        var generator = SeededGenerator(announcedAs: "policies")
        let seed = Array(try WitnessPolicyTests.example().utf8)
        var accepted = 0
        for _ in 0..<Self.rounds {
            let bytes = seed.mutated(using: &generator)
            guard let policy = try? WitnessPolicy(parsing: bytes) else { continue }
            accepted += 1
            // Comments and spaces are not kept: the written form is the one that is stable.
            let again = try WitnessPolicy(parsing: policy.bytes)
            #expect(again == policy && again.bytes == policy.bytes, "\(bytes)")
            #expect(!policy.isReached(by: []) || policy.quorum == nil, "\(bytes)")
        }
        #expect(accepted > 0)
    }

    @Test("requests")
    func requests() throws {
        var generator = SeededGenerator(announcedAs: "requests")
        let seed = Array(AddCheckpointRequestTests.example.utf8)
        var accepted = 0
        for _ in 0..<Self.rounds {
            let bytes = seed.mutated(using: &generator)
            guard let request = try? AddCheckpointRequest(parsing: bytes) else { continue }
            accepted += 1
            #expect(request.bytes == bytes)
        }
        #expect(accepted > 0)
    }

    @Test("cosignature lines")
    func cosignatureLines() throws {
        var generator = SeededGenerator(announcedAs: "cosignature lines")
        let seed = Array("\(CosignatureTests.line)\n\(CosignatureTests.line)\n".utf8)
        let verifier = try NoteVerifier(CosignatureTests.verifier)
        var (accepted, valid) = (0, 0)
        for _ in 0..<Self.rounds {
            let bytes = seed.mutated(using: &generator)
            guard let lines = try? CosignatureLines(parsing: bytes) else { continue }
            accepted += 1
            #expect(lines.bytes == bytes)
            for signature in lines.signatures where verifier.verify(signature, text: CosignatureTests.text) {
                valid += 1
                // One of the two lines was left as it was: no altered line verifies.
                #expect(signature.line == CosignatureTests.line)
            }
        }
        #expect(accepted > 0 && valid > 0)
    }

    @Test("verifier keys and signer keys")
    func keys() throws {
        var generator = SeededGenerator(announcedAs: "keys")
        for _ in 0..<Self.rounds {
            let key = String(decoding: Array(CosignatureTests.verifier.utf8).mutated(using: &generator), as: UTF8.self)
            if let verifier = try? NoteVerifier(key) { #expect(verifier.string.utf8.elementsEqual(key.utf8)) }
            let secret = String(decoding: Array(CosignatureTests.secret.utf8).mutated(using: &generator), as: UTF8.self)
            if let signer = try? NoteSigner(secretString: secret) {
                #expect(signer.secretString.utf8.elementsEqual(secret.utf8))
            }
        }
    }
}
