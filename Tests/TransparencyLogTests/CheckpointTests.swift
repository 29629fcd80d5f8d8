import ArchiveTesting
import Testing
import TransparencyLog

@Suite("Checkpoints")
struct CheckpointTests {
    static let origin = "example.com/log"
    static let root = cheapLeaf(1)

    @Test("a checkpoint has three lines and returns its parts")
    func roundTrip() throws {
        for size in [1, 10, UInt64(Int64.max)] {
            let checkpoint = try Checkpoint(origin: Self.origin, size: size, root: Self.root)
            #expect(checkpoint.text == "example.com/log\n\(size)\n\(Self.root.base64)\n")
            #expect(try Checkpoint(text: checkpoint.text) == checkpoint)
        }
        let empty = try Checkpoint(origin: Self.origin, size: 0, root: MerkleHash.empty)
        #expect(try Checkpoint(text: empty.text) == empty)
    }

    @Test(
        "any other text is refused",
        arguments: [
            "", "\n", "a\n1\n", "a\n1\nROOT", "a\n1\nROOT\nextension\n", "a\n1\nROOT\n\n", "\n1\nROOT\n",
            "a\n01\nROOT\n",
            "a\n-1\nROOT\n", "a\n+1\nROOT\n", "a\n\nROOT\n", "a\n 1\nROOT\n", "a\n1 \nROOT\n", "a\n0x1\nROOT\n",
            "a\n9223372036854775808\nROOT\n", "a\n18446744073709551616\nROOT\n", "a\n99999999999999999999999\nROOT\n",
            "a\n1\nROOT=\n", "a\n1\n ROOT\n", "a\n1\nAAAA\n", "a\n1\n\n", "a\r\n1\nROOT\n", "a\n1\r\nROOT\n",
            "a\n0\nROOT\n",
            "a\n\u{661}\nROOT\n", "a\u{0}\n1\nROOT\n",
        ])
    func malformed(template: String) {
        let text = template.split(separator: "ROOT", omittingEmptySubsequences: false).joined(
            separator: Self.root.base64)
        #expect(refusal { _ = try Checkpoint(text: text) } == .checkpointMalformed)
    }

    @Test("only the pinned log with a trusted key is opened")
    func open() throws {
        let signer = try NoteSigner(name: Self.origin)
        let checkpoint = try Checkpoint(origin: Self.origin, size: 5, root: Self.root)
        let note = try checkpoint.signed(by: [signer]).bytes
        #expect(try Checkpoint(note: note, origin: Self.origin, trusting: [signer.verifier]) == checkpoint)
        #expect(
            refusal { _ = try Checkpoint(note: note, origin: "other", trusting: [signer.verifier]) } == .originMismatch)
        #expect(refusal { _ = try Checkpoint(note: note, origin: Self.origin, trusting: []) } == .signatureMissing)
        let stranger = try NoteSigner(name: Self.origin).verifier
        #expect(
            refusal { _ = try Checkpoint(note: note, origin: Self.origin, trusting: [stranger]) } == .signatureMissing)
        let other = try Note(text: "not a checkpoint\n", signedBy: [signer]).bytes
        #expect(
            refusal { _ = try Checkpoint(note: other, origin: Self.origin, trusting: [signer.verifier]) }
                == .checkpointMalformed)
    }

    @Test("no altered checkpoint is opened as another one")
    func fuzz() throws {
        var generator = SeededGenerator(announcedAs: "CheckpointTests")
        let seed = generator.seed
        let signer = try NoteSigner(name: Self.origin)
        let checkpoint = try Checkpoint(origin: Self.origin, size: 70_000, root: Self.root)
        let note = try checkpoint.signed(by: [signer]).bytes
        for _ in 0..<10_000 {
            let bytes = note.mutated(using: &generator)
            let opened = try? Checkpoint(note: bytes, origin: Self.origin, trusting: [signer.verifier])
            #expect(opened == nil || opened == checkpoint, "seed \(seed)")
            let text = String(decoding: [UInt8](checkpoint.text.utf8).mutated(using: &generator), as: UTF8.self)
            if let read = try? Checkpoint(text: text) { #expect(read.text == text, "seed \(seed)") }
        }
    }

    @Test("every error says in both languages what is wrong")
    func messages() {
        let codes: [TransparencyError.Code] = [
            .noteMalformed, .noteTooLarge, .signatureInvalid, .signatureMissing, .keyMalformed, .checkpointMalformed,
            .originMismatch, .receiptMalformed, .proofInvalid, .tilePathMalformed, .tileIncomplete, .bundleMalformed,
            .rangeInvalid, .edgeInvalid, .consistencyMalformed, .init(rawValue: "some-later-code"),
        ]
        let errors = codes.map { TransparencyError($0, "detail") }
        #expect(Set(errors.map(\.english)).count == codes.count)
        #expect(Set(errors.map(\.chinese)).count == codes.count)
        for error in errors {
            #expect(error.english.contains("(detail)"))
            #expect(error.chinese.contains("（detail）"))
        }
    }
}
