import LogAudit
import Testing
import TransparencyLog

@Suite("Checkpoints of a log")
struct CheckpointAuditTests {
    let signer: NoteSigner
    let fixture: LogFixture

    init() throws {
        signer = try NoteSigner(name: LogFixture.origin)
        fixture = try LogFixture.made(EntryFixture.entries(300), checkpoints: [300], signer: signer)
    }

    func codes(
        keys: [NoteVerifier]? = nil, origins: [String] = [LogFixture.origin], against: [String] = []
    ) throws -> [Finding.Code] {
        let keys = keys ?? [signer.verifier]
        return try fixture.audit(.init(verifierKeys: keys, origins: origins, against: against)).findings.map(\.code)
    }

    func text(_ note: Note) -> String { String(decoding: note.bytes, as: UTF8.self) }

    @Test("must be signed by a pinned key")
    func unknownKey() throws {
        #expect(try codes() == [])
        #expect(try codes(keys: []) == [.checkpointKeyUnknown])
        #expect(try codes(keys: [NoteSigner(name: LogFixture.origin).verifier]) == [.checkpointKeyUnknown])
    }

    @Test("must have a signature that fits")
    func wrongSignature() throws {
        let right = try fixture.checkpoint(signer: signer)
        let wrong = try Note(
            text: right.text,
            signatures: [
                NoteSignature(
                    name: LogFixture.origin, keyID: signer.verifier.keyID, signature: [UInt8](repeating: 1, count: 64))
            ])
        try fixture.insert("REPLACE INTO checkpoint VALUES (?1, ?2)", [300], [wrong.bytes])
        #expect(try codes() == [.checkpointSignature])
    }

    @Test("must be of the pinned log")
    func origin() throws {
        #expect(try codes(origins: []) == [])
        #expect(try codes(origins: ["former.example/log", LogFixture.origin]) == [])
        #expect(try codes(origins: ["other.example/log"]) == [.checkpointOrigin])
    }

    @Test("must have the root of their size, even where the signature is right")
    func wrongRoot() throws {
        let wrong = try fixture.checkpoint(signer: signer, root: MerkleHash.leaf([1]))
        try fixture.insert("REPLACE INTO checkpoint VALUES (?1, ?2)", [300], [wrong.bytes])
        #expect(try codes() == [.checkpointWrong])
    }

    @Test("kept elsewhere show that a log was cut short")
    func truncated() throws {
        let earlier = text(try fixture.checkpoint(signer: signer))
        try fixture.run(
            "DELETE FROM checkpoint; DELETE FROM head WHERE size > 250; DELETE FROM entry WHERE position >= 250")
        try fixture.run("DELETE FROM tile")
        #expect(try codes() == [])
        #expect(try codes(against: [earlier]) == [.logTruncated])
    }

    @Test("kept elsewhere show that a log was written anew")
    func rewritten() throws {
        let earlier = try fixture.checkpoint(signer: signer)
        var entries = EntryFixture.entries(400)
        entries[7] = EntryFixture.entry(7, sequence: 1, replacing: ["data": "{}"])
        let rewritten = try LogFixture.made(entries, checkpoints: [400], signer: signer)
        let options = { (against: [String]) in
            LogAuditor.Options(verifierKeys: [signer.verifier], origins: [LogFixture.origin], against: against)
        }
        #expect(try rewritten.audit(options([])).isSound)
        let report = try rewritten.audit(options([text(earlier), earlier.text]))
        #expect(report.findings.map(\.code) == [.historyRewritten, .historyRewritten])
        #expect(report.findings.map(\.position) == [300, 300])
    }

    @Test("kept elsewhere must themselves be signed by a pinned key and of the pinned log")
    func untrusted() throws {
        let stranger = try NoteSigner(name: LogFixture.origin)
        #expect(try codes(against: [text(fixture.checkpoint(signer: stranger))]) == [.earlierUntrusted])
        let other = try fixture.checkpoint(signer: signer, origin: "other.example/log")
        #expect(try codes(against: [text(other)]) == [.earlierUntrusted])
    }

    @Test("kept elsewhere must be readable", arguments: ["", "hello", "a\nb\nc\n", "a\n1\n\n\u{2014} a AAAAAAA=\n"])
    func malformed(text: String) {
        let error = #expect(throws: AuditError.self) { try codes(against: [text]) }
        #expect(error?.code == .earlierMalformed)
    }
}
