import ArchiveServer
import ArchiveTesting
import Foundation
import Testing
import TransparencyLog
import Witness

/// A witness that this process serves until it ends: whoever cancels a server of NIO in the middle of a connection stops
/// the process. Each test has a log of its own.
private struct Served {
    let port: Int
    let verifier: NoteVerifier
    /// Kept as long as the process: the state in it is open.
    let folder: TemporaryFolder

    static let logs = ["statuses", "long", "slow", "race"].enumerated().map { index, name in
        Result { try FakeLog("log.example/\(name)", count: 64, key: UInt8(20 + index)) }
    }

    static func log(_ name: String) throws -> FakeLog {
        try #require(logs.map { try $0.get() }.first { $0.signer.name == "log.example/\(name)" })
    }

    private static let shared = Task {
        let folder = try TemporaryFolder(inMemory: true)
        let witness = try Served.witness(folder)
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        Task {
            defer { continuation.finish() }
            try await WitnessServer(witness, host: "127.0.0.1", port: 0)
                .run(endsOnSignals: false) { continuation.yield($0) }
        }
        var iterator = ports.makeAsyncIterator()
        let port = await iterator.next()
        return Served(port: try #require(port), verifier: witness.verifier, folder: folder)
    }

    static func start() async throws -> Served { try await shared.value }

    static func witness(_ folder: TemporaryFolder) throws -> Witness {
        let signer = try NoteSigner(name: "w.example/1", algorithm: .cosignature)
        let path = folder.file("witness.sqlite")
        try WitnessState.create(path: path, for: signer.verifier)
        let keys = try logs.map { try $0.get().signer.verifier.string + "\n" }.joined()
        return Witness(
            signer: signer, logs: try LogList(parsing: Array(keys.utf8)),
            state: try WitnessState(path: path, for: signer.verifier), clock: { 1_000 })
    }

    func request(_ method: String, _ path: String, _ body: [UInt8] = []) async -> RawHTTP.Answer? {
        await aside { RawHTTP.request(port, method, path, body) }
    }

    func post(_ body: [UInt8]) async throws -> RawHTTP.Answer {
        try #require(await request("POST", "/add-checkpoint", body))
    }
}

@Suite("A witness on HTTP")
struct WitnessServerTests {
    @Test("answers as the specification says, status, type and body")
    func statuses() async throws {
        let log = try Served.log("statuses")
        let served = try await Served.start()
        let hash = OriginHash.text(of: log.signer.name)
        #expect(await served.request("GET", "/\(hash)/checkpoint")?.status == 404)
        let first = try await served.post(log.request(from: 0, to: 7))
        #expect(first.status == 200 && first.text.hasPrefix("\u{2014} w.example/1 ") && first.text.hasSuffix("\n"))
        let lines = try CosignatureLines(parsing: first.body)
        #expect(try lines.signatures.map { try served.verifier.verify($0, text: log.note(7).text) } == [true])
        for old in [7, 20] { #expect(try await served.post(log.request(from: old, to: 20)).status == 200) }

        let conflict = try await served.post(log.request(from: 7, to: 30))
        #expect(conflict.status == 409 && conflict.text == "20\n")
        #expect(conflict.headers["content-type"] == "text/x.tlog.size")
        let fork = log.forked(at: 3)
        let rootDiffers = try await served.post(fork.request(from: 20, to: 20))
        #expect(rootDiffers.status == 409 && rootDiffers.headers["content-type"] != "text/x.tlog.size")
        let tooLarge = try AddCheckpointRequest(oldSize: 20, hashes: [], note: log.note(19)).bytes
        for (body, status) in [
            (try fork.request(from: 20, to: 30), 422),
            (try FakeLog("log.example/none", count: 3).request(from: 0, to: 3), 404),
            (try FakeLog(log.signer.name, count: 3, key: 5).request(from: 0, to: 3), 403),
            (tooLarge, 400), (Array("old 0\n".utf8), 400), ([], 400),
        ] {
            #expect(try await served.post(body).status == status)
        }
        #expect(await served.request("GET", "/add-checkpoint")?.status != 200)

        let latest = try #require(await served.request("GET", "/\(hash)/checkpoint"))
        #expect(latest.status == 200)
        let note = try Note(parsing: latest.body)
        #expect(try Checkpoint(text: note.text) == log.checkpoint(20))
        #expect(try note.verify(trusting: [log.signer.verifier, served.verifier]).count == 2)
        for path in ["/\(hash.uppercased())/checkpoint", "/\(hash)/", "/nothing", "/log.example%2Fa/checkpoint"] {
            #expect(await served.request("GET", path)?.status == 404, "\(path)")
        }
    }

    @Test("a body beyond the bound is refused and its connection closed; the next one is served")
    func longBody() async throws {
        let log = try Served.log("long")
        let served = try await Served.start()
        let long = [UInt8](repeating: 0x41, count: AddCheckpointRequest.maximumByteCount + 1)
        #expect(await served.request("POST", "/add-checkpoint", long)?.status == 413)
        // One that says nothing of its length and goes on for ever.
        let sent = await aside {
            let descriptor = RawHTTP.connect(served.port)
            defer { close(descriptor) }
            let head = "POST /add-checkpoint HTTP/1.1\r\nHost: w\r\nTransfer-Encoding: chunked\r\n\r\n"
            RawHTTP.send(Array(head.utf8), to: descriptor)
            let chunk = Array("10000\r\n".utf8) + [UInt8](repeating: 0x41, count: 65_536) + Array("\r\n".utf8)
            var sent = 0
            while sent < 100_000, RawHTTP.send(chunk, to: descriptor) { sent += 1 }
            return sent
        }
        #expect(sent < 100_000)
        #expect(try await served.post(log.request(from: 0, to: 5)).status == 200)
    }

    @Test("a client that does not send its body is not waited for")
    func slowBody() async throws {
        let log = try Served.log("slow")
        let served = try await Served.start()
        let descriptor = RawHTTP.connect(served.port)
        defer { close(descriptor) }
        let start = ContinuousClock.now
        let head = "POST /add-checkpoint HTTP/1.1\r\nHost: w\r\nContent-Length: 100\r\n\r\nold 0\n"
        RawHTTP.send(Array(head.utf8), to: descriptor)
        #expect(try await served.post(log.request(from: 0, to: 5)).status == 200)
        let answer = await aside { RawHTTP.answer(RawHTTP.readToEnd(descriptor)) }
        #expect(answer?.status == 413)
        #expect(ContinuousClock.now - start < .seconds(35))
    }

    @Test("of concurrent requests that all go on from one size one is cosigned")
    func concurrent() async throws {
        let log = try Served.log("race")
        let served = try await Served.start()
        #expect(try await served.post(log.request(from: 0, to: 16)).status == 200)
        let forks = [log, log.forked(at: 16), log.forked(at: 17)]
        let bodies = try (0..<24).map { try forks[$0 % 3].request(from: 16, to: 18 + $0) }
        let statuses = await withTaskGroup(of: Int.self) { group in
            for body in bodies {
                group.addTask { await served.request("POST", "/add-checkpoint", body)?.status ?? 0 }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(statuses.count { $0 == 200 } == 1 && statuses.count { $0 == 409 } == 23)
    }

    @Test("an address that is taken is said at once")
    func takenAddress() async throws {
        let served = try await Served.start()
        let folder = try TemporaryFolder(inMemory: true)
        let server = WitnessServer(try Served.witness(folder), host: "127.0.0.1", port: served.port)
        await #expect(throws: (any Error).self) { try await server.run(endsOnSignals: false) { _ in } }
    }
}
