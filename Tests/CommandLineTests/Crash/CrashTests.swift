import ArchiveTesting
import Foundation
import Testing

/// A process that is killed in the middle of an import, and what others see of one that writes.
@Suite(.serialized) struct CrashTests {
    private static let incidents = 3_000

    private static func incidentFile(_ archive: ProgramArchive) throws -> String {
        var text = "事项编号,统一社会信用代码,失信类别,失信事实,依据文书名称,文号,认定部门,发生日期,认定日期,严重程度,信息来源渠道,公开属性\r\n"
        let severities = ["轻微", "一般", "严重"]
        for number in 0..<incidents {
            let day = "20\(20 + number % 5)-\(String(format: "%02d", number % 12 + 1))-10"
            text += "案-\(number),\(County.body),R05,事实\(number),决定书,云信〔2023〕\(number)号,云岭县财政局,\(day),\(day),"
            text += "\(severities[number % 3]),C03,公开\r\n"
        }
        return try archive.file("incidents.csv", text)
    }

    private func standing(_ archive: ProgramArchive) throws -> NSDictionary {
        var answer = try #require(archive("standing", County.body).list().first)
        answer["position"] = nil
        return NSDictionary(dictionary: answer)
    }

    @Test func killedImportsLoseNothingAndGoOn() throws {
        let undisturbed = try ProgramArchive()
        #expect(try undisturbed("import", "bodies", County.path("bodies")).status == 0)
        let file = try CrashTests.incidentFile(undisturbed)
        let clock = ContinuousClock()
        let start = clock.now
        #expect(try undisturbed("import", "incidents", file).status == 0)
        let whole = clock.now - start
        let expected = try standing(undisturbed)
        #expect((expected["cases"] as? [Any])?.count == CrashTests.incidents)

        var random = SeededGenerator(stream: 80)
        var cutOff = 0
        for archiveNumber in 0..<(isLongRun ? 12 : 3) {
            let archive = try ProgramArchive()
            #expect(try archive("import", "bodies", County.path("bodies")).status == 0)
            var last = 0
            for round in 0..<8 {
                let label = "archive \(archiveNumber), round \(round)"
                let child = try Program.Running(["--archive", archive.path, "import", "incidents", file])
                let microseconds = Double(whole.components.attoseconds) / 1e12 + Double(whole.components.seconds) * 1e6
                usleep(UInt32(microseconds * Double.random(in: 0.02...1.1, using: &random)))
                child.kill()
                let end = try child.finish()
                if end.status == -SIGKILL { cutOff += 1 }
                // Readers first: nothing has mended anything yet.
                let size =
                    try archive("standing", County.body).list().first.flatMap { $0["cases"] as? [Any] }?.count ?? 0
                #expect(size >= last, "\(label): \(size) cases after \(last)")
                last = size
                if round % 3 == 0 {
                    let verify = try archive("verify", "--deep", "--key", archive.verifierKey)
                    #expect(verify.status == 0, "\(label): \(verify.text) \(verify.errors)")
                }
            }
            let finish = try archive("import", "incidents", file)
            #expect(finish.status == 0, "\(finish.errors)")
            let report = try finish.object()
            #expect((report["accepted"] as? Int ?? 0) + (report["duplicates"] as? Int ?? 0) == CrashTests.incidents)
            #expect(try standing(archive) == expected)
            let verify = try archive("verify", "--deep", "--key", archive.verifierKey)
            #expect(verify.status == 0, "\(verify.text)")
            #expect(try archive("doctor").status == 0)
        }
        #expect(cutOff > 3, "too few imports were cut off to say anything")
    }

    @Test func aKilledInitLeavesNoHalfArchive() throws {
        let folder = try TemporaryFolder()
        for round in 0..<12 {
            let path = folder.file("archive-\(round)")
            let child = try Program.Running(["--archive", path, "init"])
            usleep(UInt32(round) * 4_000)
            child.kill()
            _ = try child.finish()
            if FileManager.default.fileExists(atPath: path) {
                #expect(try Program.run(["--archive", path, "verify", "--deep"]).status == 0)
            } else {
                #expect(try Program.run(["--archive", path, "init"]).status == 0)
            }
        }
    }

    @Test func aSecondWriterExitsWith5NamingTheFirstAndReadersGoOn() throws {
        let archive = try ProgramArchive(origin: "demo.example/province")
        #expect(try archive("import", "bodies", County.path("bodies")).status == 0)
        // A lock held by a process that lives.
        let holder = try Program.Running(["--archive", archive.path, "demo", "--events", "2000000"])
        defer {
            holder.kill()
            _ = try? holder.finish()
        }
        let lock = archive.path + "/lock"
        for _ in 0..<500 where (FileManager.default.contents(atPath: lock)?.count ?? 0) == 0 { usleep(10_000) }
        let event =
            #"{"specversion":"1.0","id":"1","source":"urn:p","type":"body.registered","subject":"body/b","#
            + #""data":{"name":"县局","kind":"工作部门","region":"419801"}}"#
        for arguments in [["append"], ["import", "bodies", County.path("bodies")], ["rebuild", "--from-log"]] {
            let result = try Program.run(["--archive", archive.path] + arguments, input: event)
            #expect(result.status == 5 && result.errors.contains("[archive-locked]"), "\(arguments): \(result.errors)")
            #expect(result.errors.contains("pid \(holder.id)"), "\(result.errors)")
        }
        #expect(try archive("standing", "云岭县财政局").status == 0)
        #expect(try archive("verify").status == 0)
        #expect(try archive("import", "bodies", County.path("bodies"), "--dry-run").status == 0)
        let doctor = try archive("doctor").list().first { $0["check"] as? String == "lock" }
        #expect((doctor?["detail"] as? String)?.contains("pid \(holder.id)") == true)
        holder.kill()
        _ = try holder.finish()
        // The lock ends with its holder.
        #expect(try archive("append", input: event).status == 0)
    }
}
