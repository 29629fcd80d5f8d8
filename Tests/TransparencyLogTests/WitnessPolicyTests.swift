import ArchiveTesting
import Foundation
import Testing
import TransparencyLog

/// Keys that are the same in every run.
enum PolicyKeys {
    static func signer(_ name: String, _ number: UInt8, _ algorithm: KeyAlgorithm = .cosignature) throws -> NoteSigner {
        try NoteSigner(name: name, algorithm: algorithm, seed: [UInt8](repeating: number, count: 32))
    }

    static func log(_ number: UInt8 = 200) throws -> NoteSigner { try signer("log.example", number, .ed25519) }

    /// `X1` and so on, as they stand in a policy.
    static func witnessLine(_ name: String, _ number: UInt8) throws -> String {
        "witness \(name) \(try signer("w.example/\(number)", number).verifier.string)\n"
    }
}

@Suite("Policies of witnesses")
struct WitnessPolicyTests {
    /// The example of C2SP tlog-policy: two of three, and any of three.
    static func example() throws -> String {
        var text = "# trust\n\nlog \(try PolicyKeys.log().verifier.string) https://log.example/\n"
        for (number, name) in ["X1", "X2", "X3", "Y1", "Y2", "Y3"].enumerated() {
            text += try PolicyKeys.witnessLine(name, UInt8(number + 1))
        }
        return text + """
            \tgroup X-witnesses  2 X1 X2 X3
            group Y-witnesses any Y1 Y2 Y3 \t
            group X-and-Y all X-witnesses Y-witnesses
              # the rule
            quorum X-and-Y

            """
    }

    static func note(witnesses: [UInt8], log: NoteSigner) throws -> Note {
        let text = try Checkpoint(origin: log.name, size: 0, root: MerkleHash.empty).text
        var note = try Note(text: text, signedBy: [log])
        for number in witnesses {
            let signer = try PolicyKeys.signer("w.example/\(number)", number)
            note = try note.adding(signer.sign(text: text, timestampSeconds: UInt64(number) * 100))
        }
        return note
    }

    @Test("the specification's example is read, and written so that it reads the same")
    func publishedExample() throws {
        let policy = try WitnessPolicy(parsing: Array(Self.example().utf8))
        #expect(policy.logs.map(\.verifier) == [try PolicyKeys.log().verifier])
        #expect(policy.logs[0].url?.string == "https://log.example/")
        #expect(policy.witnesses.map(\.name.string) == ["X1", "X2", "X3", "Y1", "Y2", "Y3"])
        #expect(policy.groups.map(\.threshold) == [2, 1, 2])
        #expect(policy.quorum?.string == "X-and-Y")
        let again = try WitnessPolicy(parsing: policy.bytes)
        #expect(again == policy && again.bytes == policy.bytes)
    }

    @Test("the quorum of nested groups holds for exactly the sets it names")
    func quorum() throws {
        let policy = try WitnessPolicy(parsing: Array(Self.example().utf8))
        let log = try PolicyKeys.log()
        for mask in 0..<64 {
            let numbers: [UInt8] = (1...6).filter { (number: UInt8) in mask >> (Int(number) - 1) & 1 == 1 }
            let evaluation = try policy.evaluate(Self.note(witnesses: numbers, log: log))
            let expected = numbers.count { $0 <= 3 } >= 2 && numbers.contains { $0 > 3 }
            #expect(evaluation.isQuorumReached == expected, "\(numbers)")
            #expect(evaluation.cosigned.map(\.timestampSeconds) == numbers.map { UInt64($0) * 100 })
            #expect(evaluation.cosigned.count + evaluation.lacking.count == 6)
            #expect(evaluation.log == log.verifier)
        }
    }

    @Test("a witness's second cosignature counts no more than its first")
    func repeated() throws {
        let log = try PolicyKeys.log()
        let text = try Self.example().replacingOccurrences(of: "quorum X-and-Y", with: "quorum X-witnesses")
        let policy = try WitnessPolicy(parsing: Array(text.utf8))
        #expect(try !policy.evaluate(Self.note(witnesses: [1, 1, 1], log: log)).isQuorumReached)
        #expect(try policy.evaluate(Self.note(witnesses: [1, 1, 2], log: log)).isQuorumReached)
    }

    @Test("a note of another log, without the log's signature, or with a false cosignature is not evaluated")
    func untrusted() throws {
        let policy = try WitnessPolicy(parsing: Array(Self.example().utf8))
        let foreign = try PolicyKeys.signer("other.example", 9, .ed25519)
        #expect(refusal { _ = try policy.evaluate(Self.note(witnesses: [1], log: foreign)) } == .originMismatch)
        let sameName = try PolicyKeys.log(9)
        #expect(
            refusal { _ = try policy.evaluate(Self.note(witnesses: [1, 2, 4], log: sameName)) } == .signatureMissing)
        let note = try Self.note(witnesses: [1, 2, 4], log: PolicyKeys.log())
        let other = try Checkpoint(origin: "log.example", size: 1, root: cheapLeaf(1)).text
        let signature = try PolicyKeys.log().sign(text: other)
        let moved = try Note(text: other, signatures: [signature] + note.signatures.dropFirst())
        #expect(refusal { _ = try policy.evaluate(moved) } == .signatureInvalid)
    }

    @Test("without logs of its own a policy takes the caller's; none requires no witness")
    func callersLog() throws {
        let policy = try WitnessPolicy(parsing: Array("quorum none\n".utf8))
        let log = try PolicyKeys.log()
        let note = try Self.note(witnesses: [], log: log)
        #expect(refusal { _ = try policy.evaluate(note) } == .originMismatch)
        #expect(try policy.evaluate(note, trustingLogs: [log.verifier]).isQuorumReached)
        #expect(String(decoding: policy.bytes, as: UTF8.self) == "quorum none\n")
    }

    @Test("a witness with a key of ML-DSA may be listed; it never counts")
    func postQuantum() throws {
        let key = try NoteVerifier(name: "pq", algorithm: .mlDSA44, publicKey: [UInt8](repeating: 3, count: 1312))
        let log = try PolicyKeys.log()
        let text = "log \(log.verifier.string)\nwitness P \(key.string)\nquorum P\n"
        let policy = try WitnessPolicy(parsing: Array(text.utf8))
        let note = try Self.note(witnesses: [], log: log)
            .adding(NoteSignature(name: "pq", keyID: key.keyID, signature: [UInt8](repeating: 1, count: 2428)))
        let evaluation = try policy.evaluate(note)
        #expect(!evaluation.isQuorumReached && evaluation.lacking.map(\.name.string) == ["P"])
    }

    @Test("names are octets: what is not UTF-8 is kept, and canonically equal names are two")
    func octets() throws {
        let w = try (1...2).map { try PolicyKeys.signer("w.example/\($0)", UInt8($0)).verifier.string }
        var bytes = Array("witness ".utf8) + [0xFF, 0xC3] + Array(" \(w[0])\n".utf8)
        bytes +=
            Array("group \u{212B} 1 ".utf8) + [0xFF, 0xC3] + Array("\nwitness \u{C5} \(w[1])\nquorum \u{212B}\n".utf8)
        let policy = try WitnessPolicy(parsing: bytes)
        #expect(policy.witnesses[0].name.bytes == [0xFF, 0xC3])
        #expect(try WitnessPolicy(parsing: policy.bytes) == policy)
        #expect(policy.isReached(by: [PolicyText([0xFF, 0xC3])]))
        #expect(!policy.isReached(by: [PolicyText("\u{C5}")]))
    }
}
