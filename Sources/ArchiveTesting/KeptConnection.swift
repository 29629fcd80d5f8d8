internal import Foundation

/// A connection that is kept over many requests, one after the other.
public final class KeptConnection {
    private let descriptor: Int32
    private var pending: [UInt8] = []

    /// Nil where nobody listens on the port of 127.0.0.1.
    public init?(_ port: Int) {
        descriptor = RawHTTP.connect(port)
        guard descriptor >= 0 else { return nil }
    }

    deinit { close(descriptor) }

    /// One request; nil where the connection ended before its whole answer.
    public func request(
        _ method: String, _ path: String, _ body: [UInt8] = [], _ headers: [String: String] = [:]
    ) -> RawHTTP.Answer? {
        let all = ["Content-Length": String(body.count), "Connection": "keep-alive"].merging(headers) { $1 }
        guard RawHTTP.send(RawHTTP.head(method, path, all) + body, to: descriptor) else { return nil }
        let end = Array("\r\n\r\n".utf8)
        while true {
            if let head = Data(pending).range(of: Data(end)), let answer = RawHTTP.answer(pending) {
                let length = answer.headers["content-length"].flatMap { Int($0) } ?? 0
                let total = head.upperBound + length
                if pending.count >= total {
                    defer { pending.removeFirst(total) }
                    return RawHTTP.answer(Array(pending.prefix(total)))
                }
            }
            var buffer = [UInt8](repeating: 0, count: 65_536)
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { return nil }
            pending += buffer[..<count]
        }
    }
}
