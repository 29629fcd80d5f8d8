import ArchiveTesting
import Testing
import TransparencyLog
import Witness

@Suite("A witness")
struct WitnessTests {
    @Test("cosigns a log's first checkpoint, each that goes on from it, and the same once more")
    func honest() throws {
        let log = try FakeLog(count: 40)
        let witness = try TestWitness([log])
        var old = 0
        for new in [0, 0, 1, 2, 2, 3, 7, 8, 9, 40, 40] {
            let outcome = try witness(log.request(from: old, to: new))
            #expect(try witness.hasCosigned(log.note(new), outcome), "\(old) to \(new): \(outcome)")
            old = new
        }
        let note = try #require(
            try witness.witness.latestNote(originHash: OriginHash.text(of: "log.example/a")))
        let kept = try Note(parsing: note)
        #expect(try Checkpoint(text: kept.text) == log.checkpoint(40))
        let verified = try kept.verify(trusting: [log.signer.verifier, witness.signer.verifier])
        #expect(verified.map(\.verifier) == [log.signer.verifier, witness.signer.verifier])
    }

    @Test("takes every honest step between any two sizes")
    func everyStep() throws {
        let log = try FakeLog(count: 18)
        for old in 0..<18 {
            for new in old...18 {
                let witness = try TestWitness([log])
                _ = try witness(log.request(from: 0, to: old))
                #expect(try witness.hasCosigned(log.note(new), witness(log.request(from: old, to: new))))
            }
        }
    }

    @Test("answers another old size with its own, whether it is less or more")
    func conflict() throws {
        let log = try FakeLog(count: 20)
        let witness = try TestWitness([log])
        #expect(try witness(log.request(from: 5, to: 9)) == .conflict(latestSize: 0))
        _ = try witness(log.request(from: 0, to: 9))
        for old in [0, 3, 8, 10, 12] {
            #expect(try witness(log.request(from: old, to: 12)) == .conflict(latestSize: 9))
        }
        // Back to a smaller tree: an old size that fits is larger than the checkpoint's.
        #expect(try witness(log.request(from: 4, to: 4)) == .conflict(latestSize: 9))
        guard case .malformed = try witness(AddCheckpointRequest(oldSize: 9, hashes: [], note: log.note(8)).bytes)
        else {
            Issue.record("took a smaller tree")
            return
        }
    }

    @Test("never cosigns a second history, at the same size or beyond it, and keeps it as evidence")
    func forks() throws {
        let log = try FakeLog(count: 30)
        let witness = try TestWitness([log])
        _ = try witness(log.request(from: 0, to: 17))
        for position in [0, 1, 8, 15, 16] {
            let fork = log.forked(at: position)
            #expect(try witness(fork.request(from: 17, to: 17)) == .rootDiffers(size: 17))
            for new in [18, 24, 30] { #expect(try witness(fork.request(from: 17, to: new)) == .badProof) }
        }
        let state = try WitnessState(path: witness.folder.file("witness.sqlite"), for: witness.signer.verifier)
        let row = try #require(try state.all().first)
        #expect(row.head.size == 17 && row.refused == 20)
        #expect(try row.head.root == log.checkpoint(17).root)
        #expect(try witness.hasCosigned(log.note(30), witness(log.request(from: 17, to: 30))))
    }

    @Test("a fork that begins beyond what was cosigned goes on from it, and the other branch then does not")
    func laterFork() throws {
        let log = try FakeLog(count: 30)
        let witness = try TestWitness([log])
        let fork = log.forked(at: 20)
        _ = try witness(log.request(from: 0, to: 20))
        #expect(try witness.hasCosigned(fork.note(25), witness(fork.request(from: 20, to: 25))))
        #expect(try witness(log.request(from: 25, to: 25)) == .rootDiffers(size: 25))
        #expect(try witness(log.request(from: 25, to: 30)) == .badProof)
    }

    @Test("a proof with an altered, missing, added or swapped hash is refused, and no hash belongs to an empty one")
    func badProofs() throws {
        let log = try FakeLog(count: 23)
        let witness = try TestWitness([log])
        func send(_ hashes: [Digest32], from old: UInt64, to new: Int) throws -> WitnessOutcome {
            try witness(AddCheckpointRequest(oldSize: old, hashes: hashes, note: log.note(new)).bytes)
        }
        #expect(try send([MerkleHash.empty], from: 0, to: 11) == .badProof)
        _ = try witness(log.request(from: 0, to: 11))
        #expect(try send([MerkleHash.empty], from: 11, to: 11) == .badProof)
        let proof = log.proof(from: 11, to: 23)
        #expect(proof.count > 2)
        for index in proof.indices {
            var altered = proof
            altered[index] = MerkleHash.node(altered[index], altered[index])
            #expect(try send(altered, from: 11, to: 23) == .badProof)
            var short = proof
            short.remove(at: index)
            #expect(try send(short, from: 11, to: 23) == .badProof)
        }
        #expect(try send(proof + [MerkleHash.empty], from: 11, to: 23) == .badProof)
        #expect(try send(proof.reversed(), from: 11, to: 23) == .badProof)
        #expect(try send([], from: 11, to: 23) == .badProof)
    }

    @Test("an unknown origin, a strange key, a false signature and what cannot be read each have their answer")
    func refusals() throws {
        let log = try FakeLog(count: 5)
        let witness = try TestWitness([log])
        #expect(try witness(FakeLog("log.example/b", count: 5).request(from: 0, to: 5)) == .unknownOrigin)
        let strange = try witness(FakeLog(count: 5, key: 8).request(from: 0, to: 5))
        guard case .badSignature = strange else {
            Issue.record("\(strange)")
            return
        }
        let moved = try Note(text: log.checkpoint(4).text, signatures: log.note(5).signatures)
        let forged = try witness(AddCheckpointRequest(oldSize: 0, hashes: [], note: moved).bytes)
        guard case .badSignature = forged else {
            Issue.record("\(forged)")
            return
        }
        for body in ["", "old 0\n", "old 0\n\nlog.example/a\n\n\u{2014} a AAAAAAA=\n"] {
            guard case .malformed = try witness(Array(body.utf8)) else {
                Issue.record("took \(body)")
                return
            }
        }
        #expect(try witness.witness.latestNote(originHash: OriginHash.text(of: "log.example/a")) == nil)
        #expect(try witness.witness.latestNote(originHash: "log.example/a") == nil)
    }

    @Test("keeps its logs apart, and takes either key of a log that has two")
    func severalLogs() throws {
        let (a, b) = (try FakeLog(count: 9), try FakeLog("log.example/bb", count: 9, key: 6))
        let rotated = try FakeLog(count: 9, key: 7)
        let witness = try TestWitness([a, b, rotated])
        _ = try witness(a.request(from: 0, to: 4))
        #expect(try witness.hasCosigned(b.note(9), witness(b.request(from: 0, to: 9))))
        #expect(try witness.hasCosigned(rotated.note(9), witness(rotated.request(from: 4, to: 9))))
        #expect(witness.witness.origins == ["log.example/a", "log.example/bb"])
    }

    @Test("its time never runs backwards, whatever its clock does")
    func clock() throws {
        let log = try FakeLog(count: 3)
        let first = try TestWitness([log], time: { 500 })
        _ = try first(log.request(from: 0, to: 1))
        let second = try TestWitness([log], in: first.folder, time: { 400 })
        guard case .cosigned(let lines) = try second(log.request(from: 1, to: 2)) else {
            Issue.record("refused")
            return
        }
        #expect(Cosignature(lines.signatures[0])?.timestampSeconds == 500)
    }
}
