import ArchiveTesting
import Testing
import TransparencyLog

@Suite("Signed notes")
struct NoteTests {
    static let verifierString = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
    static let text = "This is an example message.\n"
    static let signature =
        "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM="
    static let published = [UInt8]("\(text)\n\u{2014} example.com/foo \(signature)\n".utf8)

    @Test("the published note verifies and is written back byte for byte")
    func vector() throws {
        let verifier = try NoteVerifier(Self.verifierString)
        #expect(verifier.string == Self.verifierString)
        #expect(verifier.name == "example.com/foo")
        #expect(verifier.keyID == 0x530d_903a)
        let note = try Note(parsing: Self.published)
        #expect(note.text == Self.text)
        #expect(note.bytes == Self.published)
        #expect(try note.verify(trusting: [verifier]).map(\.verifier) == [verifier])
    }

    @Test("a note without a trusted signature is refused, and says so")
    func untrusted() throws {
        let note = try Note(parsing: Self.published)
        let other = try NoteSigner(name: "example.com/foo").verifier
        #expect(refusal { _ = try note.verify(trusting: []) } == .signatureMissing)
        #expect(refusal { _ = try note.verify(trusting: [other]) } == .signatureMissing)
    }

    @Test("a known key whose signature fails makes the note invalid, whoever else signed")
    func forged() throws {
        let (first, second) = (try NoteSigner(name: "first"), try NoteSigner(name: "second"))
        let note = try Note(text: Self.text, signedBy: [first, second])
        let forged = try Note(text: "Another.\n", signatures: note.signatures)
        #expect(refusal { _ = try forged.verify(trusting: [first.verifier]) } == .signatureInvalid)
        let mixed = try Note(text: "Another.\n", signatures: [note.signatures[0], try second.sign(text: "Another.\n")])
        #expect(refusal { _ = try mixed.verify(trusting: [first.verifier, second.verifier]) } == .signatureInvalid)
        #expect(try mixed.verify(trusting: [second.verifier]).count == 1)
        for length in [1, 63, 65, 72] {
            let signature = NoteSignature(
                name: "first", keyID: first.verifier.keyID, signature: [UInt8](repeating: 1, count: length))
            let bad = try Note(text: Self.text, signatures: [signature])
            #expect(refusal { _ = try bad.verify(trusting: [first.verifier]) } == .signatureInvalid)
        }
    }

    @Test("a text may hold blank lines: the last one divides")
    func blankLines() throws {
        let signer = try NoteSigner(name: "log")
        for text in ["a\n\nb\n", "\n", "\n\n", "a\n\n", "\u{2014} log AAAAAAA=\n"] {
            let note = try Note(text: text, signedBy: [signer])
            let read = try Note(parsing: note.bytes)
            #expect(read == note)
            #expect(try read.verify(trusting: [signer.verifier]).count == 1)
        }
    }

    @Test(
        "malformed notes are refused",
        arguments: [
            "", "\n", "\n\n", "text\n", "text\n\n", "text\n\n\u{2014} a AAAAAAA=", "text\n\u{2014} a AAAAAAA=\n",
            "text\n\n\u{2014} a AAAAAAA=\n\n", "text\n\n- a AAAAAAA=\n", "text\n\n\u{2014}a AAAAAAA=\n",
            "text\n\n\u{2014}  AAAAAAA=\n", "text\n\n\u{2014} a\n", "text\n\n\u{2014} a \n",
            "text\n\n\u{2014} a AAAAAA==\n",
            "text\n\n\u{2014} a+b AAAAAAA=\n", "text\n\n\u{2014} a\u{A0}b AAAAAAA=\n",
            "text\n\n\u{2014} a b AAAAAAA=\n",
            "text\n\n\u{2014} a AAAAAAA\n", "text\n\n\u{2014} a AAAAAAA= \n", "text\n\n\u{2014} a AAAAAAB=\n",
            "text\n\n\u{2014} a AAAAAAA=\nmore\n", "te\u{1}xt\n\n\u{2014} a AAAAAAA=\n",
            "text\r\n\n\u{2014} a AAAAAAA=\n",
            "text\t\n\n\u{2014} a AAAAAAA=\n", "te\u{0}xt\n\n\u{2014} a AAAAAAA=\n", "text\n\n\u{2014} a AAAAAAA=\r\n",
        ])
    func malformed(text: String) {
        #expect(refusal { _ = try Note(parsing: [UInt8](text.utf8)) } == .noteMalformed)
    }

    @Test("bytes that are not UTF-8 are refused in the text and in a name")
    func encoding() {
        for wrong in [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xE2, 0x80]] as [[UInt8]] {
            let tail = [UInt8]("\n\n\u{2014} a AAAAAAA=\n".utf8)
            #expect(refusal { _ = try Note(parsing: wrong + tail) } == .noteMalformed)
            let name = [UInt8]("text\n\n\u{2014} ".utf8) + wrong + [UInt8](" AAAAAAA=\n".utf8)
            #expect(refusal { _ = try Note(parsing: name) } == .noteMalformed)
        }
    }

    @Test("names that look alike but differ in bytes are different keys")
    func normalisation() throws {
        let seed = [UInt8](repeating: 4, count: 32)
        let composed = try NoteSigner(name: "caf\u{E9}", seed: seed)
        let decomposed = try NoteSigner(name: "cafe\u{301}", seed: seed)
        let line = try composed.sign(text: Self.text)
        #expect(!decomposed.verifier.isKey(of: line))
        let renamed = NoteSignature(
            name: "cafe\u{301}", keyID: composed.verifier.keyID, signature: line.signature)
        #expect(!composed.verifier.isKey(of: renamed))
    }

    @Test("a hundred signatures are read, one more is refused")
    func manySignatures() throws {
        let signer = try NoteSigner(name: "log")
        let strangers = (0..<100).map { NoteSignature(name: "witness-\($0)", keyID: 1, signature: [1, 2, 3]) }
        let note = try Note(text: Self.text, signatures: strangers.dropLast() + [signer.sign(text: Self.text)])
        #expect(try Note(parsing: note.bytes).verify(trusting: [signer.verifier]).count == 1)
        #expect(refusal { _ = try note.adding(strangers[0]) } == .noteMalformed)
        let line = [UInt8]("\u{2014} more AAAAAAA=\n".utf8)
        #expect(refusal { _ = try Note(parsing: note.bytes + line) } == .noteMalformed)
    }

    @Test("a signature repeated counts once")
    func repeated() throws {
        let signer = try NoteSigner(name: "log")
        let line = try signer.sign(text: Self.text)
        let wrong = NoteSignature(name: "log", keyID: line.keyID, signature: [1])
        let note = try Note(text: Self.text, signatures: [line, line, wrong])
        #expect(try note.verify(trusting: [signer.verifier, signer.verifier]).count == 1)
    }

    @Test("a note above a million bytes is refused")
    func tooLarge() throws {
        let text = String(repeating: "a", count: Note.maximumByteCount) + "\n"
        let signature = NoteSignature(name: "a", keyID: 0, signature: [1])
        #expect(refusal { _ = try Note(text: text, signatures: [signature]) } == .noteTooLarge)
        #expect(refusal { _ = try Note(parsing: [UInt8](text.utf8)) } == .noteTooLarge)
    }

    @Test("a note that cannot be written cannot be made")
    func unwritable() throws {
        let good = NoteSignature(name: "a", keyID: 0, signature: [1])
        for text in ["", "a", "a\n\u{1}\n", "a\r\n", "\u{0}\n"] {
            #expect(refusal { _ = try Note(text: text, signatures: [good]) } == .noteMalformed)
        }
        #expect(refusal { _ = try Note(text: "a\n", signatures: []) } == .noteMalformed)
        for name in ["", " ", "a b", "a+b", "a\n", "a\u{2003}", "\u{7}"] {
            let bad = NoteSignature(name: name, keyID: 0, signature: [1])
            #expect(refusal { _ = try Note(text: "a\n", signatures: [bad]) } == .noteMalformed)
        }
        let empty = NoteSignature(name: "a", keyID: 0, signature: [])
        #expect(refusal { _ = try Note(text: "a\n", signatures: [empty]) } == .noteMalformed)
    }

    @Test("no altered note passes, and every note read is written back as it was")
    func fuzz() throws {
        var generator = SeededGenerator(announcedAs: "NoteTests")
        let seed = generator.seed
        let verifier = try NoteVerifier(Self.verifierString)
        for _ in 0..<20_000 {
            let bytes = Self.published.mutated(using: &generator)
            guard let note = try? Note(parsing: bytes) else { continue }
            #expect(note.bytes == bytes, "seed \(seed)")
            let passes = (try? note.verify(trusting: [verifier])) != nil
            #expect(!passes || note.text == Self.text, "seed \(seed)")
        }
    }
}
