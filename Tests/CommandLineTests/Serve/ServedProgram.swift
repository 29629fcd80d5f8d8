import ArchiveTesting
import Foundation
import Testing

/// The program as it serves an archive.
final class ServedProgram {
    let running: Program.Running
    let port: Int
    let started: [String: Any]

    init(
        _ archive: ProgramArchive, _ arguments: String..., environment: [String: String] = [:]
    ) throws {
        running = try Program.Running(
            ["--archive", archive.path, "serve", "--listen", "127.0.0.1:0", "--format", "json"] + arguments,
            environment: environment)
        for _ in 0..<1_000 {
            if running.outputSoFar.contains(0x0A) { break }
            usleep(20_000)
        }
        let line = try #require(JSONSerialization.jsonObject(with: running.outputSoFar) as? [String: Any])
        started = line
        port = try #require((line["address"] as? String)?.split(separator: ":").last.flatMap { Int($0) })
    }

    func post(_ event: String, _ headers: [String: String] = [:]) -> RawHTTP.Answer? {
        ServedProgram.post(event, to: port, headers)
    }

    static func post(_ event: String, to port: Int, _ headers: [String: String] = [:]) -> RawHTTP.Answer? {
        RawHTTP.request(
            port, "POST", "/v1/events", Array(event.utf8),
            ["Content-Type": "application/cloudevents+json"].merging(headers) { $1 })
    }

    func get(_ path: String, _ headers: [String: String] = [:]) -> RawHTTP.Answer? {
        RawHTTP.request(port, "GET", path, [], headers)
    }

    @discardableResult
    func end(_ signal: Int32) throws -> Program.Result {
        running.send(signal)
        return try running.finish(within: 45)
    }

    /// A body's registration as a platform sends it.
    static func body(_ number: Int) -> String {
        let id = "S" + String(number)
        return """
            {"specversion":"1.0","id":"body-\(id)","source":"urn:platform:1","type":"body.registered",\
            "subject":"body/\(id)","data":{"name":"云岭县第\(number)局","kind":"工作部门","level":"县","region":"419801"}}
            """
    }
}
