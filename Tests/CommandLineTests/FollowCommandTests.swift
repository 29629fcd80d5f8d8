import ArchiveTesting
import Foundation
import Testing

/// `replay --follow` in a process of its own while others append.
@Suite struct FollowCommandTests {
    private func event(_ number: Int) -> String {
        #"{"specversion":"1.0","id":"e\#(number)","source":"urn:p","type":"body.registered","subject":"body/b\#(number)","#
            + #""data":{"name":"第\#(number)局","kind":"工作部门","region":"419801"}}"#
    }

    /// Waits until the process has written `count` lines, or ten seconds.
    private func lines(_ running: Program.Running, _ count: Int) throws {
        for _ in 0..<1_000 where running.output.count(where: { $0 == 0x0A }) < count { usleep(10_000) }
        #expect(running.output.count(where: { $0 == 0x0A }) >= count)
    }

    @Test(arguments: [SIGINT, SIGTERM])
    func newEntriesComeAsTheyAreAppendedUntilASignal(_ signal: Int32) throws {
        let archive = try ProgramArchive()
        let running = try Program.Running(["--archive", archive.path, "replay", "--follow", "--states"])
        try lines(running, 1)
        for number in 1...3 {
            #expect(try archive("append", input: event(number)).status == 0)
            try lines(running, number + 1)
        }
        running.send(signal)
        let result = try running.finish(within: 10)
        #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
        let told = try result.lines()
        #expect(told.map { $0["position"] as? Int } == [0, 1, 2, 3])
        #expect((told.last?["state"] as? [String: Any])?["name"] as? String == "第3局")
    }

    @Test func itEndsAtTheLastPositionThatIsAskedFor() throws {
        let archive = try ProgramArchive()
        let running = try Program.Running(["--archive", archive.path, "replay", "--follow", "--from", "1", "--to", "2"])
        let batch = "[" + (1...5).map(event).joined(separator: ",") + "]"
        #expect(try archive("append", input: batch).status == 0)
        let result = try running.finish(within: 10)
        #expect(result.status == 0)
        #expect(try result.lines().map { $0["position"] as? Int } == [1, 2])
    }

    @Test func aReaderThatGoesAwayEndsItCleanly() throws {
        let archive = try ProgramArchive()
        for arguments in ["replay --follow", "replay --follow --states", "replay"] {
            let shell = Process()
            shell.executableURL = URL(fileURLWithPath: "/bin/sh")
            // The status of the program goes to a file, that of the pipe being that of `head`.
            let status = archive.folder.file("status")
            shell.arguments = [
                "-c",
                "{ '\(Program.path)' --archive '\(archive.path)' \(arguments); echo $? > '\(status)'; } | head -n 1 > /dev/null",
            ]
            try shell.run()
            shell.waitUntilExit()
            #expect(try String(contentsOfFile: status, encoding: .utf8) == "0\n", "\(arguments)")
            try FileManager.default.removeItem(atPath: status)
        }
    }
}
