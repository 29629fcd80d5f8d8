internal import Foundation
internal import Synchronization

/// A webhook on a free port of 127.0.0.1 that fails as real ones do: it refuses, hangs, and, worst, takes a batch and then
/// says that it did not, or nothing at all.
public final class FailingReceiver: Sendable {
    /// What becomes of a post.
    public enum Fate: Sendable, Hashable, CaseIterable {
        /// Taken, and said so.
        case taken
        /// Refused with 500, not taken.
        case refused
        /// Taken, and then 500.
        case takenAndRefused
        /// Taken, and the answer cut off in the middle of its body.
        case takenAndCut
        /// Taken, and the connection closed without an answer.
        case takenAndClosed
        /// Not read to the end: closed in the middle of the request.
        case closed
        /// 503 with Retry-After, not taken.
        case busy
        /// Held until the other side gives up; not taken.
        case silent
        /// Sent elsewhere, not taken.
        case redirected
        /// 410.
        case gone
    }

    public struct Post: Sendable {
        public var head: String
        public var body: [UInt8]
        public var fate: Fate

        /// The value of a header; nil where it is not there.
        public func header(_ name: String) -> String? {
            head.split(separator: "\r\n").first { $0.lowercased().hasPrefix(name + ":") }
                .map { $0.dropFirst(name.count + 1).trimmingCharacters(in: .whitespaces) }
        }
    }

    private struct State: Sendable {
        var posts: [Post] = []
        var taken: [[UInt8]] = []
        var isClosed = false
    }

    public let port: Int
    private let descriptor: Int32
    private let state = Mutex(State())
    private let fate: @Sendable (Int) -> Fate

    /// - Parameter fate: of the post with this number, from 0.
    public init(_ fate: @escaping @Sendable (Int) -> Fate) throws {
        self.fate = fate
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(UInt32(0x7F00_0001).bigEndian)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let (socket, size) = (descriptor, length)
        let code = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(socket, pointer, size) == 0 && listen(socket, 64) == 0
                    ? getsockname(socket, pointer, &length) : -1
            }
        }
        guard code == 0 else { throw CocoaError(.fileReadUnknown) }
        port = Int(UInt16(bigEndian: address.sin_port))
        Thread.detachNewThread { [self] in
            while case let connection = accept(descriptor, nil, nil), connection >= 0 {
                Thread.detachNewThread { [self] in
                    serve(connection)
                    Foundation.close(connection)
                }
            }
        }
    }

    public var url: String { "http://127.0.0.1:\(port)/hook" }
    public var posts: [Post] { state.withLock { $0.posts } }
    /// The bodies that were taken, repeated ones included.
    public var taken: [[UInt8]] { state.withLock { $0.taken } }

    /// The CloudEvents that were taken, in order of arrival: source, id and canonical bytes.
    public func events() throws -> [(source: String, id: String, json: [UInt8])] {
        try taken.flatMap { body in
            try (JSONSerialization.jsonObject(with: Data(body)) as? [[String: Any]] ?? []).map { event in
                let bytes = try JSONSerialization.data(
                    withJSONObject: event, options: [.sortedKeys, .withoutEscapingSlashes])
                return (event["source"] as? String ?? "", event["id"] as? String ?? "", Array(bytes))
            }
        }
    }

    public func close() {
        shutdown(descriptor, Int32(SHUT_RDWR))
        Foundation.close(descriptor)
    }

    private func serve(_ connection: Int32) {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let end = Array("\r\n\r\n".utf8)
        var start: Int?
        var total = Int.max
        var chosen: Fate?
        while bytes.count < total, case let count = recv(connection, &buffer, buffer.count, 0), count > 0 {
            bytes += buffer[..<count]
            if start == nil, let range = Data(bytes).range(of: Data(end)) {
                start = range.upperBound
                let head = String(decoding: bytes[..<range.lowerBound], as: UTF8.self).lowercased()
                let length = head.split(separator: "\r\n").first { $0.hasPrefix("content-length:") }
                    .flatMap { Int($0.dropFirst(15).trimmingCharacters(in: .whitespaces)) }
                total = range.upperBound + (length ?? 0)
                chosen = state.withLock { fate($0.posts.count) }
                if chosen == .closed { break }
            }
        }
        guard let start, let fate = chosen else { return }
        let body = Array(bytes[min(start, bytes.count)...])
        let isTaken = [.taken, .takenAndRefused, .takenAndCut, .takenAndClosed].contains(fate)
        state.withLock { state in
            state.posts.append(
                Post(head: String(decoding: bytes[..<start], as: UTF8.self), body: body, fate: fate))
            if isTaken { state.taken.append(body) }
        }
        answer(fate, connection)
    }

    private func answer(_ fate: Fate, _ connection: Int32) {
        func say(_ text: String) { RawHTTP.send(Array(text.utf8), to: connection) }
        switch fate {
        case .taken: say("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
        case .refused, .takenAndRefused:
            say("HTTP/1.1 500 Internal Server Error\r\nContent-Length: 4\r\nConnection: close\r\n\r\noops")
        case .takenAndCut: say("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\nConnection: close\r\n\r\nhalf")
        case .takenAndClosed, .closed: break
        case .busy:
            say("HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        case .silent:
            var byte: UInt8 = 0
            _ = recv(connection, &byte, 1, 0)
        case .redirected:
            say("HTTP/1.1 302 Found\r\nLocation: \(url)\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        case .gone: say("HTTP/1.1 410 Gone\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        }
    }
}
