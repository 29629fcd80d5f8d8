import ArchiveServer
import ArchiveTesting
import Foundation
import Testing
import TransparencyLog
import Witness

/// A witness served on a free port of this process, for the length of `body`.
private func serving(
    _ logs: [FakeLog], _ body: (_ port: Int, _ verifier: NoteVerifier) async throws -> Void
) async throws {
    let folder = try TemporaryFolder(inMemory: true)
    let signer = try NoteSigner(name: "w.example/1", algorithm: .cosignature)
    let path = folder.file("witness.sqlite")
    try WitnessState.create(path: path, for: signer.verifier)
    let list = try LogList(parsing: Array(logs.map { $0.signer.verifier.string + "\n" }.joined().utf8))
    let witness = Witness(
        signer: signer, logs: list, state: try WitnessState(path: path, for: signer.verifier), clock: { 1_000 })
    let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
    let server = Task {
        defer { continuation.finish() }
        try await WitnessServer(witness, host: "127.0.0.1", port: 0).run { continuation.yield($0) }
    }
    var iterator = ports.makeAsyncIterator()
    let port = try #require(await iterator.next())
    do { try await body(port, signer.verifier) } catch {
        server.cancel()
        throw error
    }
    server.cancel()
    _ = try? await server.value
}

@Suite("A witness on HTTP")
struct WitnessServerTests {
    @Test("answers as the specification says, status, type and body")
    func statuses() async throws {
        let log = try FakeLog(count: 30)
        try await serving([log]) { port, verifier in
            func post(_ body: [UInt8]) throws -> RawHTTP.Answer {
                try #require(RawHTTP.request(port, "POST", "/add-checkpoint", body))
            }
            let hash = OriginHash.text(of: "log.example/a")
            #expect(RawHTTP.request(port, "GET", "/\(hash)/checkpoint")?.status == 404)
            let first = try post(log.request(from: 0, to: 7))
            #expect(first.status == 200 && first.text.hasPrefix("\u{2014} w.example/1 ") && first.text.hasSuffix("\n"))
            let lines = try CosignatureLines(parsing: first.body)
            #expect(try lines.signatures.map { try verifier.verify($0, text: log.note(7).text) } == [true])
            #expect(try post(log.request(from: 7, to: 20)).status == 200)
            #expect(try post(log.request(from: 20, to: 20)).status == 200)

            let conflict = try post(log.request(from: 7, to: 30))
            #expect(conflict.status == 409 && conflict.text == "20\n")
            #expect(conflict.headers["content-type"] == "text/x.tlog.size")
            let fork = log.forked(at: 3)
            let rootDiffers = try post(fork.request(from: 20, to: 20))
            #expect(rootDiffers.status == 409 && rootDiffers.headers["content-type"] != "text/x.tlog.size")
            #expect(try post(fork.request(from: 20, to: 30)).status == 422)
            #expect(try post(FakeLog("log.example/b", count: 3).request(from: 0, to: 3)).status == 404)
            #expect(try post(FakeLog(count: 3, key: 5).request(from: 0, to: 3)).status == 403)
            #expect(
                try post(AddCheckpointRequest(oldSize: 20, hashes: [], note: log.note(19)).bytes).status == 400)
            #expect(try post(Array("old 0\n".utf8)).status == 400)
            #expect(try post([]).status == 400)
            #expect(RawHTTP.request(port, "GET", "/add-checkpoint")?.status != 200)
            #expect(RawHTTP.request(port, "GET", "/nothing")?.status == 404)

            let latest = try #require(RawHTTP.request(port, "GET", "/\(hash)/checkpoint"))
            #expect(latest.status == 200)
            let note = try Note(parsing: latest.body)
            #expect(try Checkpoint(text: note.text) == log.checkpoint(20))
            #expect(try note.verify(trusting: [log.signer.verifier, verifier]).count == 2)
            for path in ["/\(hash.uppercased())/checkpoint", "/\(hash)/", "/log.example%2Fa/checkpoint"] {
                #expect(RawHTTP.request(port, "GET", path)?.status == 404, "\(path)")
            }
        }
    }

    @Test("a body beyond the bound is refused and its connection closed; the next one is served")
    func longBody() async throws {
        let log = try FakeLog(count: 5)
        try await serving([log]) { port, _ in
            let long = [UInt8](repeating: 0x41, count: AddCheckpointRequest.maximumByteCount + 1)
            #expect(RawHTTP.request(port, "POST", "/add-checkpoint", long)?.status == 413)
            // One that says nothing of its length and goes on for ever.
            let descriptor = RawHTTP.connect(port)
            defer { close(descriptor) }
            RawHTTP.send(
                Array("POST /add-checkpoint HTTP/1.1\r\nHost: w\r\nTransfer-Encoding: chunked\r\n\r\n".utf8),
                to: descriptor)
            let chunk = Array("10000\r\n".utf8) + [UInt8](repeating: 0x41, count: 65_536) + Array("\r\n".utf8)
            var sent = 0
            while sent < 20_000, RawHTTP.send(chunk, to: descriptor) { sent += 1 }
            #expect(sent < 20_000)
            let sound = try log.request(from: 0, to: 5)
            #expect(RawHTTP.request(port, "POST", "/add-checkpoint", sound)?.status == 200)
        }
    }

    @Test("a client that does not send its body is not waited for")
    func slowBody() async throws {
        let log = try FakeLog(count: 5)
        try await serving([log]) { port, _ in
            let descriptor = RawHTTP.connect(port)
            defer { close(descriptor) }
            let start = ContinuousClock.now
            RawHTTP.send(
                Array("POST /add-checkpoint HTTP/1.1\r\nHost: w\r\nContent-Length: 100\r\n\r\nold 0\n".utf8),
                to: descriptor)
            let sound = try log.request(from: 0, to: 5)
            #expect(RawHTTP.request(port, "POST", "/add-checkpoint", sound)?.status == 200)
            let answer = RawHTTP.answer(RawHTTP.readToEnd(descriptor))
            #expect(answer?.status == 413)
            #expect(ContinuousClock.now - start < .seconds(35))
        }
    }

    @Test("of concurrent requests that all go on from one size one is cosigned")
    func concurrent() async throws {
        let log = try FakeLog(count: 64)
        try await serving([log]) { port, _ in
            _ = try RawHTTP.request(port, "POST", "/add-checkpoint", log.request(from: 0, to: 16))
            let forks = [log, log.forked(at: 16), log.forked(at: 17)]
            let bodies = try (0..<24).map { try forks[$0 % 3].request(from: 16, to: 18 + $0) }
            let statuses = await withTaskGroup(of: Int.self) { group in
                for body in bodies {
                    group.addTask { RawHTTP.request(port, "POST", "/add-checkpoint", body)?.status ?? 0 }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses.count { $0 == 200 } == 1 && statuses.count { $0 == 409 } == 23)
        }
    }

    @Test("an address that is taken is said at once")
    func takenAddress() async throws {
        try await serving([FakeLog()]) { port, verifier in
            let folder = try TemporaryFolder()
            let signer = try NoteSigner(name: "w", algorithm: .cosignature)
            try WitnessState.create(path: folder.file("s"), for: signer.verifier)
            let witness = Witness(
                signer: signer, logs: try LogList(parsing: Array("\(FakeLog().signer.verifier.string)\n".utf8)),
                state: try WitnessState(path: folder.file("s"), for: signer.verifier), clock: { 0 })
            await #expect(throws: (any Error).self) {
                try await WitnessServer(witness, host: "127.0.0.1", port: port).run { _ in }
            }
        }
    }
}
