internal import AsyncHTTPClient
internal import CanonicalJSON
internal import EventLog
internal import Foundation
internal import NIOCore
internal import NIOHTTP1

/// Which entries of a served log are told.
public struct FeedQuestion: Sendable {
    public var first: UInt64
    /// The last position, included; nil: the log's end.
    public var last: UInt64?
    /// A code, an id or a registered name.
    public var body: String?
    public var type: String?

    public init(from first: UInt64, to last: UInt64? = nil, body: String? = nil, type: String? = nil) {
        self.first = first
        self.last = last
        self.body = body
        self.type = type
    }

    fileprivate func parameters(from next: UInt64) -> [(String, String)] {
        var parameters = next == 0 ? [] : [("after", String(next - 1))]
        if let body { parameters.append(("body", body)) }
        if let type { parameters.append(("type", type)) }
        return parameters
    }

    fileprivate func isPast(_ position: UInt64) -> Bool { last.map { position > $0 } ?? false }
}

extension ServiceClient {
    /// Calls `visit` with the lines of a replay (contract §3), each once and in order, as they come; one that returns false
    /// ends it. Where the connection breaks it goes on behind the last line.
    ///
    /// Throws ``ArchiveError``: the service's own; `position-outside`, `range-empty` as ``Auditor/replay(from:to:_:_:)``.
    public func replay(_ question: FeedQuestion, _ visit: (_ line: [UInt8]) throws -> Bool) async throws {
        try await check(question, mayWait: false)
        var next = question.first
        try await resuming {
            let answer = try await self.stream("application/x-ndjson", question.parameters(from: next))
            var lines = LineSplitter()
            for try await piece in answer.body {
                for line in lines.take(piece) {
                    let position = try self.position(of: line)
                    guard !question.isPast(position), try visit(line) else { return false }
                    next = position + 1
                }
            }
            return false
        }
    }

    /// Follows the log: what is recorded, and then what comes, each entry once and in order, over any number of broken
    /// connections and restarts of the service, until the last position has been told or `visit` returns false. A task that
    /// is cancelled ends it.
    ///
    /// - Parameters:
    ///   - pause: told when everything there is has been told, or the connection is broken.
    /// - Throws: as ``replay(_:_:)``.
    public func follow(
        _ question: FeedQuestion, pause: () -> Void, _ visit: (_ line: [UInt8]) throws -> Bool
    ) async throws {
        try await check(question, mayWait: true)
        var next = question.first
        var isDone = question.isPast(next)
        var failures = 0
        while !isDone {
            do {
                let answer = try await stream("text/event-stream", question.parameters(from: next))
                failures = 0
                var lines = LineSplitter()
                var event = ServerSentEvent()
                for try await piece in answer.body {
                    for line in lines.take(piece) {
                        guard let (id, data) = event.take(line) else { continue }
                        // A heartbeat, too, says how far the log was looked through.
                        guard let id, id >= next else { continue }
                        if question.isPast(id) {
                            isDone = true
                        } else if let data {
                            isDone = try !visit(data)
                        }
                        next = id + 1
                        isDone = isDone || question.isPast(next)
                        if isDone { break }
                    }
                    if isDone { break }
                    pause()
                }
            } catch let error as ArchiveError where error.code != "service-unreachable" && error.kind != .unavailable {
                throw error
            } catch is CancellationError {
                return
            } catch {
                failures += 1
            }
            pause()
            guard !isDone else { return }
            // As browsers do with a stream that ends (HTML, Server-sent events): again, a little later each time.
            do { try await Task.sleep(for: .milliseconds(min(100 << min(failures, 6), 5_000))) } catch { return }
        }
    }

    /// Holds the range of a question against the log as it is, with the words of a replay from a folder.
    private func check(_ question: FeedQuestion, mayWait: Bool) async throws {
        if let last = question.last, last < question.first { throw ArchiveError.emptyRange(question.first, last) }
        let size = try await size()
        if question.first >= size, !(mayWait && question.first == size) {
            throw ArchiveError.outsideLog(question.first, size)
        }
        if !mayWait, let last = question.last, last >= size { throw ArchiveError.outsideLog(last, size) }
    }

    /// How many entries the log has.
    public func size() async throws -> UInt64 {
        let document = try await ask(["health", "ready"])
        do {
            var fields = try document.root.fields()
            return UInt64(clamping: try fields.required("entries", as: Int64.self))
        } catch {
            throw ArchiveError.strangeService(address, error.english)
        }
    }

    /// Opens an answer that comes piece by piece.
    private func stream(_ type: String, _ parameters: [(String, String)]) async throws -> HTTPClientResponse {
        var request = request(.GET, address.url(["v1", "events"], parameters))
        request.headers.add(name: "Accept", value: type)
        let answer: HTTPClientResponse
        do { answer = try await open(request) } catch let silence as ServiceSilence { throw silence.told(address) }
        guard answer.status == .ok, ServiceClient.type(answer) == type else {
            let body = try await answer.body.collect(upTo: 1 << 20)
            let whole = ServiceAnswer(
                status: Int(answer.status.code), type: ServiceClient.type(answer), body: Array(body.readableBytesView))
            throw ServiceProblem.error(of: whole, at: address).ofOption(among: parameters.map(\.0))
        }
        return answer
    }

    /// Runs a part that says whether there is more, again where its connection breaks.
    private func resuming(_ part: () async throws -> Bool) async throws {
        var attempt = 1
        while true {
            do {
                guard try await part() else { return }
                attempt = 1
            } catch let error as ArchiveError where error.kind != .unavailable {
                throw error
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                guard attempt < ServiceClient.attempts else {
                    throw error is ArchiveError ? error : ServiceSilence(error).told(address)
                }
            }
            try await Task.sleep(for: .milliseconds(100 << attempt))
            attempt += 1
        }
    }

    private func position(of line: [UInt8]) throws -> UInt64 {
        do {
            var fields = try JSONDocument(parsing: line).root.fields()
            return UInt64(clamping: try fields.required("position", as: Int64.self))
        } catch {
            throw ArchiveError.strangeService(address, error.english)
        }
    }
}

/// Bytes as they come, cut into lines.
struct LineSplitter {
    private var rest: [UInt8] = []

    /// The lines that are whole, without their ends; what is left waits for the next piece.
    mutating func take(_ piece: ByteBuffer) -> [[UInt8]] {
        rest += piece.readableBytesView
        var lines: [[UInt8]] = []
        var start = rest.startIndex
        while let end = rest[start...].firstIndex(of: UInt8(ascii: "\n")) {
            lines.append(Array(rest[start..<end]))
            start = end + 1
        }
        rest.removeSubrange(..<start)
        return lines
    }
}

/// One event of a stream, line by line (HTML, Server-sent events, section 9.2.6).
struct ServerSentEvent {
    private var id: UInt64?
    private var data: [UInt8]?

    /// The event's id and data where the line ends it; data is nil for one that carries an id alone.
    mutating func take(_ line: [UInt8]) -> (id: UInt64?, data: [UInt8]?)? {
        if line.isEmpty {
            defer { (id, data) = (nil, nil) }
            return id == nil && data == nil ? nil : (id, data)
        }
        if line.starts(with: Array("id: ".utf8)) { id = UInt64(String(decoding: line.dropFirst(4), as: UTF8.self)) }
        if line.starts(with: Array("data: ".utf8)) { data = Array(line.dropFirst(6)) }
        return nil
    }
}
