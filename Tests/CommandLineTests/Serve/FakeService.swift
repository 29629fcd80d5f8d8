import ArchiveTesting
import Foundation
import Synchronization

/// Something on a port of 127.0.0.1 that gives one prepared answer to each connection, the last one to all that follow.
final class FakeService: Sendable {
    let port: Int
    private let descriptor: Int32
    private let asked = Mutex<[String]>([])

    /// - Parameter answers: as they go over the wire; an empty one is a connection that is closed without a word.
    init(_ answers: [String]) {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(UInt32(0x7F00_0001).bigEndian)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = bind(listener, $0, length)
                getsockname(listener, $0, &length)
            }
        }
        listen(listener, 16)
        descriptor = listener
        port = Int(UInt16(bigEndian: address.sin_port))
        Thread.detachNewThread { [self] in
            var number = 0
            while case let connection = accept(listener, nil, nil), connection >= 0 {
                serve(connection, answers[min(number, answers.count - 1)])
                number += 1
            }
        }
    }

    deinit { close(descriptor) }

    func stop() { shutdown(descriptor, Int32(SHUT_RDWR)) }

    /// The first lines of the requests that came.
    var requests: [String] { asked.withLock { $0 } }

    private func serve(_ connection: Int32, _ answer: String) {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(connection, &buffer, buffer.count, 0)
        let line = String(decoding: buffer.prefix(max(count, 0)), as: UTF8.self).prefix { $0 != "\r\n" }
        asked.withLock { $0.append(String(line)) }
        RawHTTP.send(Array(answer.utf8), to: connection)
        close(connection)
    }

    static func answer(
        _ status: String, _ type: String = "application/json", body: String = "", more: String = ""
    ) -> String {
        "HTTP/1.1 \(status)\r\nContent-Type: \(type)\r\nContent-Length: \(body.utf8.count)\r\nConnection: close\r\n\(more)\r\n"
            + body
    }
}
