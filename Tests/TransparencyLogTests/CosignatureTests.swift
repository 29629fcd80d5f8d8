import ArchiveTesting
import Testing
import TransparencyLog

@Suite("Cosignatures of witnesses")
struct CosignatureTests {
    static let text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    static let secret = "PRIVATE+KEY+witness.example/w1+e75f6532+BAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"
    static let verifier = "witness.example/w1+e75f6532+BAOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"
    static let line =
        "\u{2014} witness.example/w1 519lMgAAAABkGFDLBuRDazBLVac2NE+Y+IjbjQOcXLfF9CSDZVUIoS83rE1nFZsVE8YiWV6Ngr7l"
        + "V8H6bdoBQGP/l73euDMQ9k+bBQ=="

    @Test("a cosignature made by Python's cryptography verifies, and the same key makes the same bytes")
    func vector() throws {
        // The checkpoint and time of C2SP tlog-cosignature; key 00…1f; signed by cryptography 48 (Ed25519 is
        // deterministic, RFC 8032).
        let signer = try NoteSigner(secretString: Self.secret)
        #expect(signer.verifier.string == Self.verifier)
        #expect(signer.secretString == Self.secret)
        let made = try signer.sign(text: Self.text, timestampSeconds: 1_679_315_147)
        #expect(made.line == Self.line)
        let lines = try CosignatureLines(parsing: Array("\(Self.line)\n".utf8))
        #expect(lines.signatures == [made])
        #expect(try NoteVerifier(Self.verifier).verify(lines.signatures[0], text: Self.text))
        #expect(Cosignature(made)?.timestampSeconds == 1_679_315_147)
    }

    @Test("a cosignature counts beside a log's signature, with its time; one of ML-DSA is ignored")
    func besideTheLog() throws {
        let log = try NoteSigner(name: "example.com/behind-the-sofa")
        let witness = try NoteSigner(secretString: Self.secret)
        let postQuantum = try NoteVerifier(
            name: "witness.example/pq", algorithm: .mlDSA44, publicKey: [UInt8](repeating: 7, count: 1312))
        let note = try Note(text: Self.text, signedBy: [log])
            .adding(witness.sign(text: Self.text, timestampSeconds: 5))
            .adding(
                NoteSignature(
                    name: "witness.example/pq", keyID: postQuantum.keyID,
                    signature: [UInt8](repeating: 1, count: 2428)))
        let verified = try Note(parsing: note.bytes).verify(trusting: [log.verifier, witness.verifier, postQuantum])
        #expect(verified.map(\.verifier) == [log.verifier, witness.verifier])
        #expect(verified.map(\.timestampSeconds) == [nil, 5])
    }

    @Test("another text, time or key makes a cosignature invalid")
    func altered() throws {
        let verifier = try NoteVerifier(Self.verifier)
        let signature = try CosignatureLines(parsing: Array("\(Self.line)\n".utf8)).signatures[0]
        #expect(!verifier.verify(signature, text: Self.text + "extension\n"))
        for byte in signature.signature.indices {
            var bytes = signature.signature
            bytes[byte] ^= 1
            let altered = NoteSignature(name: signature.name, keyID: signature.keyID, signature: bytes)
            #expect(!verifier.verify(altered, text: Self.text), "byte \(byte)")
        }
        let renamed = NoteSignature(
            name: "witness.example/w2", keyID: signature.keyID, signature: signature.signature)
        #expect(!verifier.verify(renamed, text: Self.text))
    }

    @Test(
        "what is not signature lines alone is refused",
        arguments: [
            "", "\n", "\(line)", "\n\(line)\n", "\(line)\n\n", "\(line)\n\n\(line)\n", "text\n\n\(line)\n",
            "\(line)\r\n", "- a AAAAAAA=\n", "\(line) \n", "\u{2014} a b AAAAAAA=\n",
        ])
    func refusedLines(text: String) {
        #expect(refusal { _ = try CosignatureLines(parsing: Array(text.utf8)) } == .noteMalformed)
    }

    @Test("several lines are read in their order and written back byte for byte")
    func severalLines() throws {
        let other = try NoteSigner(name: "w2", algorithm: .cosignature).sign(text: Self.text, timestampSeconds: 0)
        let bytes = Array("\(Self.line)\n\(other.line)\n".utf8)
        let lines = try CosignatureLines(parsing: bytes)
        #expect(lines.signatures.map(\.name) == ["witness.example/w1", "w2"])
        #expect(lines.bytes == bytes)
    }
}
