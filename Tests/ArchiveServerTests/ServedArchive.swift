import ArchiveServer
import ArchiveTesting
import CreditArchive
import CreditModel
import Foundation
import Testing

/// An archive that this process serves on a free port of 127.0.0.1, until ``stop()``.
struct ServedArchive: Sendable {
    let test: TestArchive
    let port: Int
    private let ended: Task<Void, any Error>
    private let end: AsyncStream<Void>.Continuation

    /// Serves an archive of a test.
    static func start(
        _ test: TestArchive? = nil, settings: ServerSettings = .quick()
    ) async throws -> ServedArchive {
        let test = try test ?? TestArchive()
        let archive = try await test.open(.writing)
        let server = ArchiveServer(archive, settings, logLevel: "critical", clock: test.clock.read)
        let (ports, started) = AsyncStream.makeStream(of: Int.self)
        let (ends, end) = AsyncStream.makeStream(of: Void.self)
        let ended = Task {
            defer { started.finish() }
            try await server.run(until: { for await _ in ends {} }, listening: { started.yield($0.port) })
        }
        var iterator = ports.makeAsyncIterator()
        guard let port = await iterator.next() else {
            try await ended.value
            throw CocoaError(.coderValueNotFound)
        }
        return ServedArchive(test: test, port: port, ended: ended, end: end)
    }

    /// Ends the service as a signal would, and waits until the archive is closed.
    func stop() async throws {
        end.finish()
        try await ended.value
    }

    /// Runs `body` on an archive that is served meanwhile.
    static func serving<Result: Sendable>(
        _ test: TestArchive? = nil, settings: ServerSettings = .quick(),
        _ body: (ServedArchive) async throws -> Result
    ) async throws -> Result {
        let served = try await start(test, settings: settings)
        let result: Result
        do { result = try await body(served) } catch {
            try await served.stop()
            throw error
        }
        try await served.stop()
        return result
    }

    func request(
        _ method: String, _ path: String, _ body: String = "", _ headers: [String: String] = [:]
    ) async throws -> RawHTTP.Answer {
        let port = port
        return try #require(await aside { RawHTTP.request(port, method, path, Array(body.utf8), headers) }, "\(path)")
    }

    func get(_ path: String, _ headers: [String: String] = [:]) async throws -> RawHTTP.Answer {
        try await request("GET", path, "", headers)
    }

    /// Appends events as one batch.
    @discardableResult
    func post(
        _ events: [String], query: String = "", _ headers: [String: String] = [:]
    ) async throws -> RawHTTP.Answer {
        try await request(
            "POST", "/v1/events" + query, "[" + events.joined(separator: ",") + "]",
            ["Content-Type": "application/cloudevents-batch+json"].merging(headers) { $1 })
    }
}

/// Blocking work on a thread of its own: the server needs those of the tasks.
func aside<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value {
    await withCheckedContinuation { continuation in
        Thread { continuation.resume(returning: work()) }.start()
    }
}

extension RawHTTP.Answer {
    var object: [String: Any] {
        get throws { try #require(JSONSerialization.jsonObject(with: Data(body)) as? [String: Any], "\(text)") }
    }
    var list: [[String: Any]] {
        get throws { try #require(JSONSerialization.jsonObject(with: Data(body)) as? [[String: Any]], "\(text)") }
    }

    /// An error of the service: problem+json with everything that it always has.
    func expectProblem(_ status: Int, _ code: String, _ label: String = "") throws {
        #expect(self.status == status, "\(label) \(text)")
        #expect(headers["content-type"] == "application/problem+json", "\(label)")
        let problem = try object
        #expect(problem["code"] as? String == code, "\(label) \(text)")
        #expect(problem["status"] as? Int == status && problem["requestId"] is String)
        #expect(problem["type"] as? String == "urn:credit-archive:problem:\(code)")
        for member in ["title", "detail"] { #expect(!(problem[member] as? String ?? "").isEmpty) }
    }
}

/// A key for a test.
extension TestArchive {
    func key(
        _ roles: Role..., sources: [String] = [], regions: [String] = [], expires: CalendarDay? = nil
    ) throws -> (id: String, header: [String: String]) {
        let scope = RecordingScope(sources: sources, regions: regions.compactMap { RegionCode($0) })
        let (key, secret) = try APIKeys(folder, clock: clock.read).issue(
            name: "test", roles: Set(roles), scope: scope, expiresOn: expires)
        return (key.id, ["Authorization": "Bearer \(secret)"])
    }
}

extension ServerSettings {
    /// Those of quick tests, unless `change` says otherwise.
    static func quick(_ change: (inout ServerSettings) -> Void = { _ in }) -> ServerSettings {
        var settings = ServerSettings()
        settings.port = 0
        settings.checkpointSeconds = 0
        settings.heartbeatSeconds = 1
        settings.waitSeconds = 2
        change(&settings)
        return settings
    }
}
