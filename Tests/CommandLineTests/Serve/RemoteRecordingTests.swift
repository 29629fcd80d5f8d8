import ArchiveTesting
import Foundation
import Testing

@Suite("--archive http://, recording")
struct RemoteRecordingTests {
    /// A report without what is made up anew each time.
    private func report(_ result: Program.Result) throws -> NSDictionary {
        var object = try result.object()
        object["importId"] = nil
        return object as NSDictionary
    }

    @Test("imports give the same reports and the same rejects files as in the folder, and so the same archive")
    func imports() throws {
        let (own, other) = (try ProgramArchive(), try ProgramArchive())
        let served = try ServedProgram(other)
        defer { _ = try? served.end(SIGTERM) }
        let address = "http://127.0.0.1:\(served.port)"
        for template in ["bodies", "incidents", "dispositions", "observations"] {
            let file = County.path(template)
            let rejects = (own.folder.file("\(template).csv"), other.folder.file("\(template).csv"))
            let here = try own("import", template, file, "--dry-run", "--rejects", rejects.0)
            let there = try Program.run([
                "--archive", address, "import", template, file, "--dry-run", "--rejects", rejects.1,
            ])
            #expect(here.status == there.status, "\(there.errors)")
            #expect(try report(here).isEqual(to: try report(there) as? [AnyHashable: Any] ?? [:]))
            for _ in 0..<2 {
                let here = try own("import", template, file, "--rejects", rejects.0)
                let there = try Program.run([
                    "--archive", address, "import", template, file, "--rejects", rejects.1,
                ])
                #expect(here.status == there.status && here.errors == there.errors, "\(there.errors)")
                #expect(try report(here) == report(there))
                let written = (
                    FileManager.default.contents(atPath: rejects.0), FileManager.default.contents(atPath: rejects.1)
                )
                #expect(written.0 != nil && written.0 == written.1)
            }
            for format in ["table", "csv"] {
                let here = try own("import", template, file, "--format", format)
                let there = try Program.run(["--archive", address, "import", template, file, "--format", format])
                #expect(here.output == there.output && here.status == there.status)
            }
        }
        let standings = ["standing", "--all", "--format", "csv"]
        #expect(
            try Program.run(["--archive", own.path] + standings).output
                == Program.run(["--archive", address] + standings).output)
    }

    @Test("a file that cannot be imported is refused in the same words")
    func badFiles() throws {
        let (own, other) = (try ProgramArchive(), try ProgramArchive())
        let served = try ServedProgram(other)
        defer { _ = try? served.end(SIGTERM) }
        let address = "http://127.0.0.1:\(served.port)"
        let empty = try own.file("empty.csv", "")
        let wrong = try own.file("wrong.csv", "甲,乙\n1,2\n")
        let broken = try own.file("broken.csv", "统一社会信用代码,名称,主体类型,层级,行政区划代码\n\"\n")
        let extra = try own.file("extra.csv", "统一社会信用代码,名称,主体类型,层级,行政区划代码,备注\n")
        for arguments in [
            ["bodies", "/nowhere.csv"], ["bodies", empty], ["bodies", wrong], ["bodies", broken], ["bodies", extra],
            ["bodies", County.path("bodies"), "--rejects", County.path("bodies")],
            ["bodies", County.path("bodies"), "--rejects", "/nowhere/rejects.csv"],
            ["bodies", County.path("bodies"), "--rejects", "/dev/null"], ["none", empty],
        ] {
            let here = try Program.run(["--archive", own.path, "import"] + arguments)
            let there = try Program.run(["--archive", address, "import"] + arguments)
            #expect(here.status == there.status && here.status != 0, "\(arguments) \(there.errors)")
            #expect(here.errors == there.errors, "\(arguments)")
        }
        #expect(try other("replay").lines().count == 1)
    }

    @Test("events are appended as in the folder: new, again, in conflict, refused, malformed; attachments go first")
    func appends() throws {
        let (own, other) = (try ProgramArchive(), try ProgramArchive())
        let served = try ServedProgram(other)
        defer { _ = try? served.end(SIGTERM) }
        let address = "http://127.0.0.1:\(served.port)"
        let lines = [ServedProgram.body(1), ServedProgram.body(2)].joined(separator: "\n")
        let changed = ServedProgram.body(1).replacing("云岭县第1局", with: "云岭县第一局")
        let again = ServedProgram.body(1).replacing("body-S1", with: "body-S1b")
        for input in [
            lines, lines, "[\(ServedProgram.body(3))]", ServedProgram.body(4), changed, again, "{", "", "[]",
            "[\(ServedProgram.body(5)),{}]", ServedProgram.body(6) + "\nx",
        ] {
            for format in ["json", "table"] {
                let here = try own("append", "-", "--format", format, input: input)
                let there = try Program.run(["--archive", address, "append", "-", "--format", format], input: input)
                #expect(here.status == there.status && here.errors == there.errors, "\(input) \(there.errors)")
                #expect(here.output == there.output, "\(input)")
            }
        }
        try served.end(SIGTERM)
        #expect(try other("replay").lines().count == own("replay").lines().count)
        #expect(try other("verify", "--deep").status == 0)
    }

    @Test("follows over a restart of the service: nothing skipped, nothing twice")
    func followsOverRestarts() throws {
        let archive = try ProgramArchive()
        let first = try ServedProgram(archive)
        let port = first.port
        let follower = try Program.Running([
            "--archive", "http://127.0.0.1:\(port)", "replay", "--follow", "--to", "90",
        ])
        for number in 1...30 { #expect(first.post(ServedProgram.body(number))?.status == 201) }
        try first.end(SIGTERM)
        let second = try ServedProgram(archive, "--listen", "127.0.0.1:\(port)")
        for number in 31...60 { #expect(second.post(ServedProgram.body(number))?.status == 201) }
        try second.end(SIGKILL)
        let third = try ServedProgram(archive, "--listen", "127.0.0.1:\(port)")
        defer { _ = try? third.end(SIGTERM) }
        for number in 61...95 { #expect(third.post(ServedProgram.body(number))?.status == 201) }
        let followed = try follower.finish(within: 60)
        #expect(followed.status == 0, "\(followed.errors)")
        #expect(try followed.lines().map { $0["position"] as? Int } == (0...90).map { $0 })
    }

    @Test("a follower ends with a signal, cleanly")
    func followerEnds() throws {
        let archive = try ProgramArchive()
        let served = try ServedProgram(archive)
        defer { _ = try? served.end(SIGTERM) }
        let follower = try Program.Running(["--archive", "http://127.0.0.1:\(served.port)", "replay", "--follow"])
        for _ in 0..<500 where follower.outputSoFar.isEmpty { usleep(20_000) }
        follower.send(SIGTERM)
        let ended = try follower.finish(within: 20)
        #expect(ended.status == 0 && ended.errors.isEmpty, "\(ended.errors)")
        #expect(try ended.lines().count == 1)
    }
}
