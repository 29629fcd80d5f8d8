internal import Foundation

/// A load on HTTP/1.1 from one thread: connections that each send their next request when they have their answer.
struct HTTPLoad {
    struct Figures {
        var answers = 0
        var seconds = 0.0
        /// Microseconds of each answer, sorted.
        var latencies: [Int] = []
        var failures = 0

        func percentile(_ part: Double) -> Double {
            latencies.isEmpty
                ? 0 : Double(latencies[min(latencies.count - 1, Int(Double(latencies.count) * part))]) / 1_000
        }
    }

    private struct Connection {
        var descriptor: Int32
        var start = ContinuousClock.now
        var received: [UInt8] = []
    }

    let port: Int
    let connections: Int

    /// Sends requests until so many are answered.
    ///
    /// - Parameter next: the bytes of a whole request, by its number.
    func run(_ count: Int, _ next: (Int) -> [UInt8]) throws -> Figures {
        var all = try (0..<connections).map { _ in Connection(descriptor: try HTTPLoad.connect(port)) }
        defer { for one in all { close(one.descriptor) } }
        var figures = Figures()
        figures.latencies.reserveCapacity(count)
        var sent = 0
        let begin = ContinuousClock.now
        func send(_ place: Int) throws {
            all[place].start = .now
            try HTTPLoad.send(next(sent), to: all[place].descriptor)
            sent += 1
        }
        for place in all.indices where sent < count { try send(place) }
        var polled = all.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while figures.answers < count {
            guard poll(&polled, nfds_t(polled.count), 10_000) > 0 else {
                throw BenchError("the service does not answer")
            }
            for place in polled.indices where polled[place].revents != 0 {
                let received = recv(all[place].descriptor, &buffer, buffer.count, 0)
                guard received > 0 else { throw BenchError("the service has closed a connection") }
                all[place].received += buffer[..<received]
                guard let (status, length) = HTTPLoad.answer(all[place].received) else { continue }
                all[place].received.removeFirst(length)
                let elapsed = all[place].start.duration(to: .now)
                figures.latencies.append(Int(elapsed / .microseconds(1)))
                figures.answers += 1
                if !(200..<300).contains(status) { figures.failures += 1 }
                if sent < count { try send(place) }
            }
        }
        figures.seconds = (ContinuousClock.now - begin) / .seconds(1)
        figures.latencies.sort()
        return figures
    }

    static func connect(_ port: Int) throws -> Int32 {
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
        guard code == 0 else { throw BenchError("no connection to port \(port)") }
        var isOn: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &isOn, socklen_t(MemoryLayout<Int32>.size))
        return descriptor
    }

    static func send(_ bytes: [UInt8], to descriptor: Int32) throws {
        var offset = 0
        while offset < bytes.count {
            let count = bytes.withUnsafeBytes {
                Foundation.send(
                    descriptor, $0.baseAddress.map { $0 + offset }, bytes.count - offset, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw BenchError("the service has closed a connection") }
            offset += count
        }
    }

    /// A request with its body.
    static func request(
        _ method: String, _ path: String, _ headers: String = "", _ body: String = ""
    ) -> [UInt8] {
        Array(
            "\(method) \(path) HTTP/1.1\r\nHost: localhost\r\n\(headers)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
                .utf8)
    }

    /// The status of a whole answer and its length in bytes; nil while it is not whole.
    private static func answer(_ bytes: [UInt8]) -> (status: Int, length: Int)? {
        guard bytes.count > 12, let end = HTTPLoad.headEnd(bytes) else { return nil }
        let head = String(decoding: bytes[..<end], as: UTF8.self).lowercased()
        guard let status = Int(head.dropFirst(9).prefix(3)) else { return nil }
        var length = 0
        if let field = head.range(of: "content-length:") {
            length = Int(head[field.upperBound...].prefix { !$0.isNewline }.trimmingCharacters(in: .whitespaces)) ?? 0
        }
        return bytes.count >= end + length ? (status, end + length) : nil
    }

    private static func headEnd(_ bytes: [UInt8]) -> Int? {
        var place = 3
        while place < bytes.count {
            if bytes[place] == 0x0A, bytes[place - 1] == 0x0D, bytes[place - 2] == 0x0A { return place + 1 }
            place += 1
        }
        return nil
    }
}
