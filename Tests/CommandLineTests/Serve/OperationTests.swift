import ArchiveTesting
import Foundation
import Synchronization
import Testing

/// What administrators do with a service that is at work.
@Suite("serve, operated under load")
struct OperationTests {
    @Test("backup and verify run beside a service that records; the backup is a beginning of the log, and whole")
    func backup() throws {
        let archive = try ProgramArchive()
        try archive.loadCounty()
        let served = try ServedProgram(archive)
        let load = ServiceLoad(served.port, connections: 16)
        load.wait(for: 200)
        var copies: [(path: String, atLeast: Int)] = []
        for number in 0..<3 {
            let path = archive.folder.file("backup-\(number)")
            let before = load.count
            let made = try archive("backup", path)
            #expect(made.status == 0, "\(made.errors)")
            copies.append((path, before))
            let verified = try archive("verify", "--deep")
            #expect(verified.status == 0, "\(verified.text) \(verified.errors)")
        }
        let acknowledged = load.stop()
        try served.end(SIGTERM)
        let whole = try archive("replay").text.split(separator: "\n")
        #expect(acknowledged.count > 200)
        for (number, copy) in copies.enumerated() {
            let path = archive.folder.file("restored-\(number)")
            let restored = try Program.run(["--archive", path, "restore", copy.path, "--key", archive.verifierKey])
            #expect(restored.status == 0, "\(restored.errors)")
            let lines = try Program.run(["--archive", path, "replay"]).text.split(separator: "\n")
            #expect(lines.count >= copy.atLeast && lines.elementsEqual(whole.prefix(lines.count)))
            let verified = try Program.run(["--archive", path, "verify", "--deep"])
            #expect(verified.status == 0, "\(verified.text)")
            // What was answered before the backup began is in it.
            let last = String(lines.count - 1)
            let standings = ["standing", "--all", "--format", "json"]
            #expect(
                try Program.run(["--archive", path] + standings).list().count
                    == archive("standing", "--all", "--at-position", last, "--format", "json").list().count)
        }
    }

    @Test("SIGTERM while 64 connections append: everything that was answered is there, and streams end cleanly")
    func gracefulStop() throws {
        let archive = try ProgramArchive()
        let served = try ServedProgram(archive)
        let streams = (0..<4).map { _ in StreamEnd(served.port) }
        let load = ServiceLoad(served.port, connections: 64)
        load.wait(for: 1_000)
        let ended = try served.end(SIGTERM)
        #expect(ended.status == 0, "\(ended.status) \(ended.errors)")
        let acknowledged = load.join()
        let kept = try archive("replay", "--type", "body.registered").lines()
        var positions: [String: Int] = [:]
        for line in kept {
            let id = try #require((line["event"] as? [String: Any])?["id"] as? String)
            #expect(positions.updateValue(try #require(line["position"] as? Int), forKey: id) == nil, "twice: \(id)")
        }
        #expect(acknowledged.count >= 1_000)
        for (number, position) in acknowledged { #expect(positions["body-S\(number)"] == position) }
        for stream in streams {
            let text = stream.text()
            #expect(text.hasSuffix("0\r\n\r\n"), "\(text.suffix(80))")
            // What the stream told has no gap.
            let lines = RawHTTP.answer(Array(text.utf8))?.text.split(separator: "\n") ?? []
            let told = lines.filter { $0.hasPrefix("id: ") }.compactMap { Int($0.dropFirst(4)) }
            #expect(told.count > 100)
            #expect(told == Array((told.first ?? 0)..<(told.first ?? 0) + told.count))
        }
        #expect(try archive("verify", "--deep").status == 0)
        // Nothing is left to fold: the next start has no work.
        #expect(try archive("doctor").status == 0)
    }

    @Test("the table of settings in Tools/deploy says what the program takes: names, variables and defaults")
    func settingsTable() throws {
        let archive = try ProgramArchive()
        let text = try String(contentsOf: Program.root.appending(path: "Tools/deploy/README.md"), encoding: .utf8)
        let rows = text.split(separator: "\n").filter { $0.hasPrefix("| `") }.map { row in
            row.split(separator: "|", omittingEmptySubsequences: false).dropFirst().prefix(3).map {
                $0.trimmingCharacters(in: CharacterSet(charactersIn: " `"))
            }
        }
        let listed = try archive("serve", "--list-settings", "--format", "json").list().map { setting in
            ["name", "environment", "value"].map { setting[$0] as? String ?? "" }
        }
        #expect(rows == listed)
        let sample = Program.root.appending(path: "Tools/deploy/serve.conf").path
        let taken = try archive("serve", "--config", sample, "--list-settings", "--format", "json")
        #expect(taken.status == 0, "\(taken.errors)")
    }

    private static let analyzer = "/usr/bin/systemd-analyze"

    @Test(
        "systemd takes the unit",
        .enabled(if: FileManager.default.isExecutableFile(atPath: OperationTests.analyzer)))
    func systemdUnit() throws {
        let folder = try TemporaryFolder()
        let unit = try String(
            contentsOf: Program.root.appending(path: "Tools/deploy/credit-archive.service"), encoding: .utf8)
        #expect(unit.contains("ExecStart=/usr/bin/credit-archive "))
        // The program is where the tests built it; the rest is as it is shipped.
        let here = unit.replacing("ExecStart=/usr/bin/credit-archive ", with: "ExecStart=\(Program.path) ")
        let path = folder.file("credit-archive.service")
        try Data(here.utf8).write(to: URL(fileURLWithPath: path))
        let result = try Program.run(["verify", "--man=no", path], program: OperationTests.analyzer)
        let told = (result.text + result.errors).split(separator: "\n").filter { $0.contains("credit-archive.service") }
        #expect(told.isEmpty, "\(told)")
    }
}

/// A stream of events, read to its end beside the test.
private final class StreamEnd: Sendable {
    private let bytes = Mutex<[UInt8]>([])
    private let group = DispatchGroup()

    init(_ port: Int) {
        let descriptor = RawHTTP.connect(port)
        RawHTTP.send(RawHTTP.head("GET", "/v1/events", ["Accept": "text/event-stream"]), to: descriptor)
        group.enter()
        Thread.detachNewThread { [self] in
            let all = RawHTTP.readToEnd(descriptor)
            close(descriptor)
            bytes.withLock { $0 = all }
            group.leave()
        }
    }

    func text() -> String {
        group.wait()
        return String(decoding: bytes.withLock { $0 }, as: UTF8.self)
    }
}
