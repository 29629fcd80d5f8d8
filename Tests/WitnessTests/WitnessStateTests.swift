import ArchiveTesting
import EventLog
import Foundation
import GRDB
import Testing
import TransparencyLog
import Witness

@Suite("What a witness remembers")
struct WitnessStateTests {
    @Test("of simultaneous requests that fork from one size, one history wins, and all that were cosigned are of it")
    func race() async throws {
        let log = try FakeLog(count: 64)
        let folder = try TestWitness([log]).folder
        // Two processes would each have a connection of its own: so have these.
        let witnesses = try (0..<4).map { _ in try TestWitness([log], in: folder) }
        _ = try witnesses[0](log.request(from: 0, to: 32))
        let forks = [log, log.forked(at: 32), log.forked(at: 33), log.forked(at: 40)]
        let outcomes = try await withThrowingTaskGroup(of: (fork: Int, size: Int, outcome: WitnessOutcome).self) {
            group in
            for round in 0..<64 {
                let (fork, size) = (round % 4, 33 + round % 31)
                let body = try forks[fork].request(from: 32, to: size)
                group.addTask { (fork, size, try witnesses[round / 4 % 4](body)) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        let cosigned = outcomes.filter { if case .cosigned = $0.outcome { true } else { false } }
        #expect(cosigned.count >= 1)
        // A second one can only be the same checkpoint; every other request finds another latest size.
        #expect(Set(try cosigned.map { try forks[$0.fork].checkpoint($0.size) }).count == 1)
        let state = try WitnessState(path: folder.file("witness.sqlite"), for: witnesses[0].signer.verifier)
        let latest = try #require(try state.latest("log.example/a"))
        let winner = try #require(cosigned.first)
        #expect(try latest.root == forks[winner.fork].checkpoint(winner.size).root)
    }

    @Test("a request that comes while another is being decided sees what that one left")
    func simultaneous() async throws {
        let log = try FakeLog(count: 16)
        let fork = log.forked(at: 8)
        let second = try TestWitness([log])
        _ = try second(log.request(from: 0, to: 8))
        // The clock is asked between the look at the state and its change: held there, the other one comes.
        let isDeciding = DispatchSemaphore(value: 0)
        let first = try TestWitness(
            [log], in: second.folder,
            time: {
                isDeciding.signal()
                usleep(200_000)
                return 1_000
            })
        let bodies = [try log.request(from: 8, to: 12), try fork.request(from: 8, to: 16)]
        async let slow = withCheckedContinuation { continuation in
            Thread { continuation.resume(returning: try? first(bodies[0])) }.start()
        }
        let quick = await withCheckedContinuation { continuation in
            Thread {
                isDeciding.wait()
                continuation.resume(returning: try? second(bodies[1]))
            }.start()
        }
        #expect(try await second.hasCosigned(log.note(12), #require(slow)))
        #expect(quick == .conflict(latestSize: 12))
    }

    @Test("a damaged state is never to be mended from a copy")
    func damaged() throws {
        let witness = try TestWitness([FakeLog(count: 1)])
        let path = witness.folder.file("garbage.sqlite")
        try Data(repeating: 0x41, count: 8_192).write(to: URL(fileURLWithPath: path))
        #expect {
            try WitnessState(path: path, for: witness.signer.verifier)
        } throws: { error in
            guard let error = error as? EventLogError, error.code == .damaged else { return false }
            return error.english.contains("retire its key") && !error.english.contains("restore a backup")
        }
    }

    @Test("what was answered is there for whoever opens the file anew")
    func reopened() throws {
        let log = try FakeLog(count: 12)
        var witness = try TestWitness([log])
        for size in 1...12 {
            _ = try witness(log.request(from: size - 1, to: size))
            witness = try TestWitness([log], in: witness.folder)
            #expect(try witness(log.request(from: 0, to: 12)) == .conflict(latestSize: UInt64(size)))
        }
    }

    @Test("the file itself refuses to go back, to change a root, and to forget")
    func triggers() throws {
        let log = try FakeLog(count: 12)
        let witness = try TestWitness([log])
        _ = try witness(log.request(from: 0, to: 12))
        let queue = try DatabaseQueue(path: witness.folder.file("witness.sqlite"))
        for sql in [
            "UPDATE latest SET size = 11", "UPDATE latest SET root = zeroblob(32)", "DELETE FROM latest",
            "UPDATE latest SET origin = x'00', size = 13", "UPDATE witness SET verifier_key = x'00'",
            "DELETE FROM witness",
            "INSERT OR REPLACE INTO latest VALUES (CAST('log.example/a' AS BLOB), 1, zeroblob(32), x'', 0)",
        ] {
            #expect(throws: DatabaseError.self, "\(sql)") { try queue.inDatabase { try $0.execute(sql: sql) } }
        }
        #expect(try witness(log.request(from: 0, to: 1)) == .conflict(latestSize: 12))
    }

    @Test("is durable with each answer: WAL and synchronous FULL")
    func durability() throws {
        let witness = try TestWitness([FakeLog()])
        let state = try WitnessState(path: witness.folder.file("witness.sqlite"), for: witness.signer.verifier)
        #expect(try state.synchronousLevel() == 2)
        let queue = try DatabaseQueue(path: witness.folder.file("witness.sqlite"))
        #expect(try queue.inDatabase { try String.fetchOne($0, sql: "PRAGMA journal_mode") } == "wal")
    }

    @Test("a missing, foreign or strange state is named, and none is overwritten")
    func opening() async throws {
        let witness = try TestWitness([FakeLog()])
        let path = witness.folder.file("witness.sqlite")
        let other = try NoteSigner(name: "w.example/2", algorithm: .cosignature).verifier
        func code(_ body: () throws -> Void) -> String? {
            do {
                try body()
                return nil
            } catch {
                return (error as? EventLogError)?.code.rawValue
            }
        }
        let key = witness.signer.verifier
        #expect(code { _ = try WitnessState(path: path + "x", for: key) } == "witness-state-missing")
        #expect(code { _ = try WitnessState(path: path, for: other) } == "witness-state-foreign")
        #expect(code { try WitnessState.create(path: path, for: key) } == "witness-state-exists")
        try Data("no database at all, but long enough to be one".utf8)
            .write(to: URL(fileURLWithPath: witness.folder.file("text")))
        #expect(code { _ = try WitnessState(path: witness.folder.file("text"), for: key) } == "log-damaged")
        _ = try DatabaseQueue(path: witness.folder.file("empty"))
        #expect(code { _ = try WitnessState(path: witness.folder.file("empty"), for: key) } != nil)
    }

    @Test("a key file is its owner's alone, of a witness, and never overwritten")
    func keyFiles() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("witness.key")
        let signer = try NoteSigner(name: "w.example/1", algorithm: .cosignature)
        try WitnessKey.write(signer, to: path)
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
        #expect(try WitnessKey.read(path).secretString == signer.secretString)
        #expect(throws: EventLogError.self) { try WitnessKey.write(signer, to: path) }
        #expect(throws: EventLogError.self) { try WitnessKey.write(signer, to: folder.file("none/key")) }
        #expect(throws: EventLogError.self) { try WitnessKey.read(folder.file("other.key")) }
        chmod(path, 0o640)
        #expect(throws: EventLogError.self) { try WitnessKey.read(path) }
        let log = folder.file("log.key")
        try WitnessKey.write(NoteSigner(name: "log.example"), to: log)
        #expect(throws: TransparencyError.self) { try WitnessKey.read(log) }
    }
}
