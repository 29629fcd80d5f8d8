internal import Foundation

/// HTTP/1.1 over a socket of its own: nothing between the test and the bytes.
public enum RawHTTP {
    public struct Answer: Sendable {
        public var status: Int
        /// By lowercase name.
        public var headers: [String: String]
        public var body: [UInt8]

        public var text: String { String(decoding: body, as: UTF8.self) }
    }

    /// A connection to a port of 127.0.0.1; -1 where nobody listens.
    public static func connect(_ port: Int) -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port).bigEndian)
        address.sin_addr.s_addr = in_addr_t(UInt32(0x7F00_0001).bigEndian)
        let code = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Foundation.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard code == 0 else {
            close(descriptor)
            return -1
        }
        // What does not answer fails the test instead of holding it up.
        var patience = timeval(tv_sec: 40, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        return descriptor
    }

    /// Sends bytes; false where the other side has closed.
    @discardableResult
    public static func send(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var offset = 0
        while offset < bytes.count {
            let count = bytes.withUnsafeBytes {
                Foundation.send(
                    descriptor, $0.baseAddress.map { $0 + offset }, bytes.count - offset, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            offset += count
        }
        return true
    }

    /// Reads until the other side closes.
    public static func readToEnd(_ descriptor: Int32) -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while case let count = recv(descriptor, &buffer, buffer.count, 0), count > 0 { bytes += buffer[..<count] }
        return bytes
    }

    /// One request on a connection of its own; nil where no answer came.
    public static func request(
        _ port: Int, _ method: String, _ path: String, _ body: [UInt8] = [], _ headers: [String: String] = [:]
    ) -> Answer? {
        let descriptor = connect(port)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        send(head(method, path, ["Content-Length": String(body.count)].merging(headers) { $1 }) + body, to: descriptor)
        return answer(readToEnd(descriptor))
    }

    /// The head of a request after whose answer the connection ends.
    public static func head(_ method: String, _ path: String, _ headers: [String: String] = [:]) -> [UInt8] {
        let all = ["Host": "localhost", "Connection": "close"].merging(headers) { $1 }
        let lines = all.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)\r\n" }.joined()
        return Array("\(method) \(path) HTTP/1.1\r\n\(lines)\r\n".utf8)
    }

    /// Takes an answer apart; nil where it is none.
    public static func answer(_ bytes: [UInt8]) -> Answer? {
        let text = Data(bytes)
        guard let end = text.range(of: Data("\r\n\r\n".utf8)) else { return nil }
        let lines = String(decoding: text[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        guard let status = lines[0].split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else { return nil }
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2 { headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces) }
        }
        let body = Array(text[end.upperBound...])
        let isChunked = headers["transfer-encoding"] == "chunked"
        return Answer(status: status, headers: headers, body: isChunked ? joined(body) : body)
    }

    /// The content of chunks, as far as they are whole.
    private static func joined(_ bytes: [UInt8]) -> [UInt8] {
        var (content, rest) = ([UInt8](), bytes[...])
        while let end = rest.firstIndex(of: 0x0D),
            let count = Int(String(decoding: rest[..<end], as: UTF8.self), radix: 16),
            count > 0, rest.count >= end - rest.startIndex + 2 + count
        {
            let start = end + 2
            content += rest[start..<start + count]
            rest = rest[(start + count)...].dropFirst(2)
        }
        return content
    }
}
