import ArchiveTesting
import Foundation
import Testing
import TransparencyLog

/// A witness as others run it: its files, and the program that serves them.
final class ServedWitness {
    let folder: TemporaryFolder
    let verifierKey: String
    private(set) var address = ""
    private var running: Program.Running?

    /// - Parameter logs: the verifier keys of its logs.
    init(_ name: String, logs: [String]) throws {
        folder = try TemporaryFolder()
        let made = try Program.run(["witness", "init", "--name", name, "--key", folder.file("witness.key")])
        verifierKey = try #require(made.object()["verifierKey"] as? String)
        try Data(logs.map { $0 + "\n" }.joined().utf8).write(to: URL(fileURLWithPath: folder.file("logs.txt")))
        try start()
    }

    deinit { running?.kill() }

    func start() throws {
        let running = try Program.Running([
            "witness", "serve", "--key", folder.file("witness.key"), "--logs", folder.file("logs.txt"), "--listen",
            "127.0.0.1:0", "--format", "json",
        ])
        self.running = running
        for _ in 0..<1_000 {
            if running.outputSoFar.contains(0x0A) { break }
            usleep(20_000)
        }
        let line = try #require(JSONSerialization.jsonObject(with: running.outputSoFar) as? [String: Any])
        address = try #require(line["address"] as? String)
    }

    /// Sends a signal and waits for the end.
    @discardableResult
    func end(_ signal: Int32) throws -> Program.Result {
        let running = try #require(running)
        running.send(signal)
        self.running = nil
        return try running.finish(within: 45)
    }

    /// Of the program that serves.
    var process: pid_t { running?.id ?? 0 }

    var port: Int { Int(address.split(separator: ":").last ?? "") ?? 0 }

    func post(_ body: [UInt8]) -> RawHTTP.Answer? { RawHTTP.request(port, "POST", "/add-checkpoint", body) }

    func status() throws -> [[String: Any]] {
        try Program.run(["witness", "status", "--key", folder.file("witness.key"), "--format", "json"]).list()
    }

    /// The line of a policy.
    func line(_ name: String) -> String { "witness \(name) \(verifierKey) \(address)\n" }
}
