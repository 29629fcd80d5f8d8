internal import Foundation

/// A load on HTTP/1.1 from one thread: connections that each send their next request when they have their answer.
///
/// It shares the processor with the service, so it does as little as it can: requests are made beforehand, and of an
/// answer it reads the status and the length.
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
        let descriptor: Int32
        var start = ContinuousClock.now
        var received: [UInt8] = []
    }

    let port: Int
    let connections: Int

    /// Sends requests until each is answered.
    ///
    /// - Parameter pause: called before each request but the first of a connection; nil: at once.
    func run(_ requests: [[UInt8]], pause: ((Int) -> Void)? = nil) throws -> Figures {
        var all = try (0..<min(connections, requests.count)).map { _ in
            Connection(descriptor: try HTTPLoad.connect(port))
        }
        defer { for one in all { close(one.descriptor) } }
        var figures = Figures()
        figures.latencies.reserveCapacity(requests.count)
        var sent = 0
        let begin = ContinuousClock.now
        func send(_ place: Int) throws {
            pause?(sent)
            all[place].start = .now
            try HTTPLoad.send(requests[sent], to: all[place].descriptor)
            sent += 1
        }
        for place in all.indices { try send(place) }
        var polled = all.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while figures.answers < requests.count {
            guard poll(&polled, nfds_t(polled.count), 10_000) > 0 else {
                throw BenchError("the service does not answer")
            }
            for place in polled.indices where polled[place].revents != 0 {
                let count = recv(all[place].descriptor, &buffer, buffer.count, 0)
                guard count > 0 else { throw BenchError("the service has closed a connection") }
                // Nearly every answer comes whole, so that nothing of it is kept.
                var (status, isWhole) = (0, false)
                if all[place].received.isEmpty {
                    (status, isWhole) = buffer.withUnsafeBytes { HTTPLoad.answer($0[..<count]) }
                }
                if !isWhole {
                    all[place].received += buffer[..<count]
                    (status, isWhole) = all[place].received.withUnsafeBytes { HTTPLoad.answer($0[...]) }
                    guard isWhole else { continue }
                    all[place].received = []
                }
                figures.latencies.append(Int(all[place].start.duration(to: .now) / .microseconds(1)))
                figures.answers += 1
                if !(200..<300).contains(status) { figures.failures += 1 }
                if sent < requests.count { try send(place) }
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

    private static let lengthField = Array("\r\ncontent-length:".utf8)

    /// The status of an answer, and whether it is all there.
    private static func answer(_ bytes: Slice<UnsafeRawBufferPointer>) -> (status: Int, isWhole: Bool) {
        guard bytes.count > 12 else { return (0, false) }
        var status = 0
        for byte in bytes[9..<12] { status = status * 10 + Int(byte) - 0x30 }
        var (length, place) = (0, 12)
        while place + 3 < bytes.count {
            defer { place += 1 }
            guard bytes[place] == 0x0D else { continue }
            if bytes[place + 2] == 0x0D { return (status, bytes.count >= place + 4 + length) }
            // A line begins here: letters differ from their capitals by one bit.
            guard place + lengthField.count < bytes.count,
                lengthField.indices.dropFirst(2).allSatisfy({ bytes[place + $0] | 0x20 == lengthField[$0] })
            else { continue }
            var digit = place + lengthField.count
            while digit < bytes.count, bytes[digit] == 0x20 { digit += 1 }
            while digit < bytes.count, (0x30...0x39).contains(bytes[digit]) {
                length = length * 10 + Int(bytes[digit]) - 0x30
                digit += 1
            }
        }
        return (status, false)
    }
}
