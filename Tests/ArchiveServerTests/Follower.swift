import ArchiveTesting
import Foundation
import Testing

/// A reader of server-sent events on a socket of its own.
final class Follower: Sendable {
    private let descriptor: Int32

    init(_ port: Int, after: Int?, query: String = "", headers: [String: String] = [:]) {
        descriptor = RawHTTP.connect(port)
        var all = ["Accept": "text/event-stream", "Connection": "keep-alive"].merging(headers) { $1 }
        if let after { all["Last-Event-ID"] = String(after) }
        RawHTTP.send(RawHTTP.head("GET", "/v1/events" + query, all), to: descriptor)
    }

    deinit { close(descriptor) }

    /// The positions of the next so many events; fewer where the stream ends or nothing comes for long.
    func positions(count: Int) async throws -> [Int] {
        let descriptor = descriptor
        let lines = await aside {
            Follower.lines(descriptor) { lines in lines.count { $0.hasPrefix("data:") } >= count }
        }
        return try lines.filter { $0.hasPrefix("data: ") }.map { line in
            let event = try JSONSerialization.jsonObject(with: Data(line.dropFirst(6).utf8)) as? [String: Any]
            return try #require(event?["position"] as? Int)
        }
    }

    /// The id of the next heartbeat.
    func heartbeatID() async throws -> Int {
        let descriptor = descriptor
        let lines = await aside { Follower.lines(descriptor) { $0.contains(": heartbeat") } }
        return try #require(lines.last { $0.hasPrefix("id: ") }.flatMap { Int($0.dropFirst(4)) })
    }

    /// Whether the server has ended the stream as HTTP ends one.
    func isEnded() async -> Bool {
        let descriptor = descriptor
        return await aside { String(decoding: RawHTTP.readToEnd(descriptor), as: UTF8.self).hasSuffix("0\r\n\r\n") }
    }

    /// Whole lines until `isEnough` of them, read byte by byte at their ends so that nothing of the next read is lost.
    private static func lines(_ descriptor: Int32, _ isEnough: ([String]) -> Bool) -> [String] {
        var lines: [String] = []
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while recv(descriptor, &byte, 1, 0) == 1 {
            guard byte == 0x0A else {
                line.append(byte)
                continue
            }
            lines.append(String(decoding: line, as: UTF8.self))
            line = []
            // An empty line ends an event.
            if lines.last?.isEmpty ?? false, isEnough(lines) { break }
        }
        return lines
    }
}
