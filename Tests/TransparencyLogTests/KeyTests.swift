import ArchiveTesting
import Testing
import TransparencyLog

@Suite("Note keys")
struct KeyTests {
    static let text = "example.com/log\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"

    @Test("a signer's string returns the same key")
    func signerString() throws {
        for algorithm in [KeyAlgorithm.ed25519, .cosignature] {
            let signer = try NoteSigner(name: "example.com/log", algorithm: algorithm)
            let again = try NoteSigner(secretString: signer.secretString)
            #expect(again.secretString == signer.secretString)
            #expect(again.verifier == signer.verifier)
            #expect(try NoteVerifier(signer.verifier.string) == signer.verifier)
        }
    }

    @Test("Go's published signer string gives Go's verifier string")
    func goVector() throws {
        // From the documentation of golang.org/x/mod/sumdb/note.
        let signer = try NoteSigner(
            secretString: "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")
        #expect(signer.verifier.string == "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
        let text = """
            If you think cryptography is the answer to your problem,
            then you don't know what your problem is.

            """
        let signature =
            "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
        #expect(try signer.sign(text: text).line == "\u{2014} PeterNeumann \(signature)")
    }

    @Test(
        "malformed verifier keys are refused",
        arguments: [
            "", "a", "a+b", "a++", "+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
            "example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
            "example.com/fop+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
            "example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
            "example.com/foo+530d903+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
            "example.com/foo+0530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
            "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2",
            "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2kAAAA",
            "example.com/foo+530d903a+", "example.com/foo+530d903a+AQ==", "example.com foo+530d903a+AQ==",
            "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k\n",
        ])
    func malformedVerifiers(string: String) {
        #expect(refusal { _ = try NoteVerifier(string) } == .keyMalformed)
    }

    @Test(
        "malformed signer keys are refused, and the secret is not repeated",
        arguments: [
            "", "PRIVATE+KEY+", "PRIVATE+KEY+a+b+c",
            "PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz",
            "PRIVATE+KEY+PeterNeumann+c74f20a4+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz",
            "PRIVATE+KEY+PeterNeuman+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz",
            "PRIVATE+KEY+PeterNeumann+c74f20a3+BoEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz",
            "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKD",
        ])
    func malformedSigners(string: String) {
        do throws(TransparencyError) {
            _ = try NoteSigner(secretString: string)
            Issue.record("accepted \(string)")
        } catch {
            #expect(error.code == .keyMalformed)
            #expect(!error.description.contains("EKFALVFGyNhPJEMzD1QIDr"))
        }
    }

    @Test(
        "keys of other types are read and written, and their signatures ignored",
        arguments: [0x06, 0xFF, 0x02] as [UInt8])
    func unsupported(type: UInt8) throws {
        let key = try NoteVerifier(
            name: "witness", algorithm: KeyAlgorithm(rawValue: type), publicKey: [UInt8](repeating: 5, count: 1312))
        #expect(try NoteVerifier(key.string) == key)
        let log = try NoteSigner(name: "log")
        let note = try Note(text: Self.text, signedBy: [log])
            .adding(NoteSignature(name: "witness", keyID: key.keyID, signature: [UInt8](repeating: 9, count: 2420)))
        let read = try Note(parsing: note.bytes)
        #expect(try read.verify(trusting: [log.verifier, key]).map(\.verifier) == [log.verifier])
        #expect(refusal { _ = try read.verify(trusting: [key]) } == .signatureMissing)
    }

    @Test("a cosignature covers the text and its time")
    func cosignature() throws {
        let witness = try NoteSigner(name: "witness", algorithm: .cosignature)
        let log = try NoteSigner(name: "example.com/log")
        let line = try witness.sign(text: Self.text, timestampSeconds: 1_700_000_000)
        let note = try Note(text: Self.text, signedBy: [log]).adding(line)
        let verified = try Note(parsing: note.bytes).verify(trusting: [log.verifier, witness.verifier])
        #expect(verified.map(\.timestampSeconds) == [nil, 1_700_000_000])
        #expect(line.signature.count == 72)

        for place in line.signature.indices {
            var altered = line.signature
            altered[place] ^= 1
            let forged = NoteSignature(name: line.name, keyID: line.keyID, signature: altered)
            #expect(!witness.verifier.verify(forged, text: Self.text))
        }
        #expect(witness.verifier.verify(line, text: Self.text))
        #expect(!witness.verifier.verify(line, text: "another\n"))
        for length in [0, 8, 64, 71, 73] {
            let cut = NoteSignature(
                name: line.name, keyID: line.keyID, signature: [UInt8](repeating: 0, count: length))
            #expect(Cosignature(cut) == nil)
            #expect(!witness.verifier.verify(cut, text: Self.text))
        }
    }

    @Test("a log's signature does not pass for a witness's, nor the other way round")
    func separation() throws {
        let seed = [UInt8](repeating: 3, count: 32)
        let log = try NoteSigner(name: "same", seed: seed)
        let witness = try NoteSigner(name: "same", algorithm: .cosignature, seed: seed)
        #expect(log.verifier.keyID != witness.verifier.keyID)
        #expect(!witness.verifier.verify(try log.sign(text: Self.text), text: Self.text))
        #expect(!log.verifier.verify(try witness.sign(text: Self.text, timestampSeconds: 1), text: Self.text))
        #expect(refusal { _ = try log.sign(text: Self.text, timestampSeconds: 1) } == .keyMalformed)
        #expect(refusal { _ = try witness.sign(text: Self.text) } == .keyMalformed)
        #expect(refusal { _ = try NoteSigner(name: "a", algorithm: .mlDSA44) } == .keyMalformed)
    }

    @Test("no random string makes a key read fail otherwise than by its error")
    func fuzz() throws {
        var generator = SeededGenerator(announcedAs: "KeyTests")
        let seed = generator.seed
        let signer = try NoteSigner(name: "example.com/log")
        for string in [signer.verifier.string, signer.secretString] {
            for _ in 0..<5_000 {
                let text = String(decoding: [UInt8](string.utf8).mutated(using: &generator), as: UTF8.self)
                if let verifier = try? NoteVerifier(text) { #expect(verifier.string == text, "seed \(seed)") }
                if let read = try? NoteSigner(secretString: text) { #expect(read.secretString == text, "seed \(seed)") }
            }
        }
    }
}
