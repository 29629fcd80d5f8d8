import LogAudit
import Testing
import TransparencyLog

@Suite("Changes of the signing key")
struct KeyChainTests {
    private let former: NoteSigner
    private let current: NoteSigner
    private let fixture = try? LogFixture.made()
    /// The notes that stand in the log, by size.
    private var notes: [UInt64: Note] = [:]

    init() throws {
        former = try NoteSigner(name: LogFixture.origin)
        current = try NoteSigner(name: LogFixture.origin)
    }

    /// A log of 60 entries; the key changes with the entry at 29. Checkpoints at 20, 30, 40 and 60 by the signers given.
    private func log(_ signers: [UInt64: [NoteSigner]]) throws -> (LogFixture, [UInt64: String]) {
        let fixture = try LogFixture.made()
        var notes: [UInt64: String] = [:]
        for entry in EntryFixture.entries(60) {
            try fixture.append(entry)
            let size = fixture.builder.size
            if size % 10 == 0 { try fixture.addHead() }
            guard let signers = signers[size] else { continue }
            let note = try Checkpoint(origin: LogFixture.origin, size: size, root: fixture.builder.root())
                .signed(by: signers)
            try fixture.insert("INSERT INTO checkpoint VALUES (?1, ?2)", [Int64(size)], [note.bytes])
            notes[size] = String(decoding: note.bytes, as: UTF8.self)
        }
        return (fixture, notes)
    }

    private func rotation(
        _ cause: KeyChain.Rotation.Cause, at position: UInt64 = 29, vouching: String?
    ) -> KeyChain.Rotation {
        KeyChain.Rotation(
            position: position, cause: cause, former: former.verifier, current: current.verifier, vouching: vouching)
    }

    private func codes(
        _ fixture: LogFixture, _ pinned: [NoteSigner], _ rotations: [KeyChain.Rotation], against: [String] = []
    ) throws -> [String] {
        try fixture.audit(
            .init(
                verifierKeys: pinned.map(\.verifier), rotations: rotations, origins: [LogFixture.origin],
                against: against)
        ).findings.map { "\($0.code) \($0.position.map { String($0) } ?? "")" }
    }

    @Test("are followed from the pinned key where both keys signed the checkpoint that ends with them")
    func scheduled() throws {
        let (fixture, notes) = try log([20: [former], 30: [former, current], 40: [current], 60: [current]])
        let rotation = rotation(.scheduled, vouching: notes[30])
        #expect(try codes(fixture, [former], [rotation]) == [])
        #expect(try codes(fixture, [current], [rotation]) == [])
        #expect(try codes(fixture, [former, current], [rotation]) == [])
        // Each end of the chain is accepted where it was in force, and nowhere else.
        #expect(try codes(fixture, [former], [rotation], against: [try #require(notes[60])]) == [])
        #expect(try codes(fixture, [current], [rotation], against: [try #require(notes[20])]) == [])
        let stranger = try NoteSigner(name: LogFixture.origin)
        #expect(
            try codes(fixture, [stranger], [rotation]) == [20, 30, 40, 60].map { "checkpoint-key-unknown \($0)" })
        #expect(try codes(fixture, [former], []) == [40, 60].map { "checkpoint-key-unknown \($0)" })
    }

    @Test("are not followed where one of the two signatures is missing or false")
    func notVouchedFor() throws {
        for signers in [[current], [former]] {
            let (fixture, notes) = try log([20: [former], 30: signers, 40: [current]])
            let found = try codes(fixture, [former], [rotation(.scheduled, vouching: notes[30])])
            #expect(found == ["key-unfollowed 29"], "\(signers.count)")
        }
        let (fixture, notes) = try log([20: [former], 30: [former, current], 40: [current]])
        #expect(try codes(fixture, [former], [rotation(.scheduled, vouching: nil)]) == ["key-unfollowed 29"])
        // A checkpoint of another size, or another text under the same signatures.
        let wrong = try Checkpoint(origin: LogFixture.origin, size: 31, root: MerkleHash.empty)
            .signed(by: [former, current])
        let forged = try Note(text: wrong.text, signatures: Note(parsing: Array(#require(notes[30]).utf8)).signatures)
        for note in [wrong, forged] {
            let vouching = String(decoding: note.bytes, as: UTF8.self)
            #expect(try codes(fixture, [former], [rotation(.scheduled, vouching: vouching)]) == ["key-unfollowed 29"])
        }
    }

    @Test("of a lost or compromised key are never followed, whoever signed, and said once with the new key")
    func lost() throws {
        for cause in [KeyChain.Rotation.Cause.lost, .compromised] {
            let (fixture, notes) = try log([20: [former], 30: [former, current], 40: [current], 60: [current]])
            let rotation = rotation(cause, vouching: notes[30])
            #expect(KeyChain(pinned: [former.verifier], rotations: [rotation]).unfollowed == [rotation])
            let report = try fixture.audit(.init(verifierKeys: [former.verifier], rotations: [rotation]))
            #expect(report.findings.map(\.code) == [.keyUnfollowed])
            #expect(report.findings[0].position == 29)
            #expect(report.findings[0].detail.contains(current.verifier.string))
            #expect(try codes(fixture, [current], [rotation]) == [])
            #expect(try codes(fixture, [former, current], [rotation]) == [])
        }
    }

    @Test("end what the former key may sign")
    func replaced() throws {
        let (fixture, notes) = try log([20: [former], 30: [former, current], 40: [former], 60: [current]])
        for pinned in [[former], [current], [former, current]] {
            let rotation = rotation(.scheduled, vouching: notes[30])
            #expect(try codes(fixture, pinned, [rotation]) == ["checkpoint-key-replaced 40"])
            #expect(
                try codes(fixture, pinned, [rotation], against: [try #require(notes[40])])
                    == ["earlier-checkpoint-untrusted ", "checkpoint-key-replaced 40"])
        }
        // Where it was compromised, not even the checkpoint that ends with the change.
        let (other, _) = try log([20: [former], 30: [former], 60: [current]])
        #expect(
            try codes(other, [current], [rotation(.compromised, vouching: nil)]) == ["checkpoint-key-replaced 30"])
    }

    @Test("do not let the new key sign what was before it")
    func backdated() throws {
        let (fixture, notes) = try log([20: [current], 30: [former, current], 60: [current]])
        #expect(
            try codes(fixture, [former], [rotation(.scheduled, vouching: notes[30])]) == ["checkpoint-key-unknown 20"])
    }

    @Test("that were given up for another one have no effect")
    func superseded() throws {
        let unused = try NoteSigner(name: LogFixture.origin)
        let (fixture, notes) = try log([20: [former], 30: [former, current], 60: [current]])
        let first = KeyChain.Rotation(
            position: 25, cause: .scheduled, former: former.verifier, current: unused.verifier, vouching: nil)
        #expect(try codes(fixture, [former], [rotation(.scheduled, vouching: notes[30]), first]) == [])
    }

    @Test("are followed through several, and end where nobody vouches")
    func chain() throws {
        let third = try NoteSigner(name: LogFixture.origin)
        let (fixture, notes) = try log([20: [former], 30: [former, current], 40: [current, third], 60: [third]])
        let first = rotation(.scheduled, vouching: notes[30])
        func second(_ cause: KeyChain.Rotation.Cause) -> KeyChain.Rotation {
            KeyChain.Rotation(
                position: 39, cause: cause, former: current.verifier, current: third.verifier, vouching: notes[40])
        }
        for pinned in [former, current, third] {
            #expect(try codes(fixture, [pinned], [second(.scheduled), first]) == [])
            let chain = KeyChain(pinned: [pinned.verifier], rotations: [first, second(.scheduled)])
            #expect(Set(chain.verifiers) == [former.verifier, current.verifier, third.verifier])
        }
        #expect(try codes(fixture, [former], [first, second(.lost)]) == ["key-unfollowed 39"])
        #expect(try codes(fixture, [third], [first, second(.lost)]) == [])
    }
}
