import ArchiveTesting
import Foundation
import Testing

/// Erasure, rebuild, templates and attachments through the program.
@Suite struct KeepCommandTests {
    @Test func erasureIsShownRecordedAndSound() throws {
        let archive = try ProgramArchive()
        try archive.loadCounty()
        let checkpoint = try archive.file("before.txt", archive("checkpoint").text)
        let trail = { try archive("trail", "419801-2022-00001", "--format", "table").text }
        #expect(try trail().contains("未按约定履行义务"))
        let result = try archive(
            "keys", "destroy", "case/419801-2022-00001", "--basis", "个人信息保护法第四十七条", "--document", "云信〔2024〕9号")
        #expect(result.status == 0)
        #expect(try result.object()["stream"] as? String == "case/419801-2022-00001")
        #expect(try trail().contains("〔已抹除 erased〕") && !trail().contains("未按约定履行义务"))
        #expect(try archive("verify", "--deep", "--key", archive.verifierKey, "--against", checkpoint).status == 0)
        #expect(try archive("doctor").status == 0)
        let events = try archive("replay", "--type", "subjectkey.destroyed").lines()
        #expect(events.count == 1)
    }

    @Test func displayIsEndedAndRestored() throws {
        let archive = try ProgramArchive()
        try archive.loadCounty()
        let stream = "case/419801-2022-00001"
        let trail = { try archive("trail", "419801-2022-00001", "--format", "table").text }
        let ended = try archive("display", "withhold", stream, "--basis", "云信办函〔2024〕6号", "--document", "云信〔2024〕9号")
        #expect(try ended.status == 0 && ended.object()["stream"] as? String == stream)
        #expect(try trail().contains("〔已停止展示 withheld〕") && !trail().contains("未按约定履行义务"))
        try archive("display", "withhold", stream, "--basis", "再次").expectError(3, "display-unchanged")
        let keys = try archive("verify", "--deep", "--key", archive.verifierKey).object()["keys"] as? [String: Any]
        #expect(keys?["withheld"] as? Int == 1 && keys?["destroyed"] as? Int == 0)
        #expect(try archive("display", "restore", stream, "--basis", "云信办函〔2024〕9号").status == 0)
        #expect(try trail().contains("未按约定履行义务"))
    }

    @Test func aRebuildMatchesWhatIsLiveAndADryRunChangesNothing() throws {
        let archive = try ProgramArchive()
        try archive.loadCounty()
        let before = try archive("standing", "--all").output
        let dry = try archive("rebuild", "--dry-run").object()
        let current = FileManager.default.contents(atPath: archive.path + "/CURRENT")
        let real = try archive("rebuild", "--from-log").object()
        #expect(dry["digest"] as? String == real["digest"] as? String)
        #expect(dry["digestMatchesLive"] as? Bool == true && real["digestMatchesLive"] as? Bool == true)
        #expect(FileManager.default.contents(atPath: archive.path + "/CURRENT") != current)
        #expect(try archive("standing", "--all").output == before)
    }

    @Test func aPartIsRebuiltADamagedRowIsNamedAndContradictionsAreUsageErrors() throws {
        let archive = try ProgramArchive()
        try archive.loadCounty()
        let whole = try archive("rebuild", "--workers", "3").object()
        for part in [
            ["--projection", "standing"], ["--region", "419801"], ["--body", County.body], ["--from-position", "5"],
        ] {
            let result = try Program.run(["--archive", archive.path, "rebuild"] + part)
            #expect(result.status == 0, "\(part): \(result.errors)")
            #expect(try result.object()["digest"] as? String == whole["digest"] as? String)
            #expect(try result.object()["digestMatchesLive"] as? Bool == true)
            #expect(result.errors.contains("100%"), "plain lines where stderr is no terminal")
        }
        for wrong in [
            ["--projection", "nothing"], ["--region", "41"], ["--region", "419801", "--body", County.body],
            ["--from-log", "--body", County.body], ["--workers", "0"],
        ] {
            let result = try Program.run(["--archive", archive.path, "rebuild"] + wrong)
            #expect(result.status == 2 && result.output.isEmpty, "\(wrong)")
        }
        #expect(try archive("rebuild", "--from-position", "9999999").status == 3)
        #expect(try archive("rebuild", "--body", "nobody").status == 3)
        let dry = try archive("rebuild", "--dry-run").object()
        #expect(dry["differenceCount"] as? Int == 0 && (dry["differences"] as? [Any])?.isEmpty == true)
    }

    @Test(arguments: ["bodies", "incidents", "dispositions", "observations"])
    func theTemplatesThatAreWrittenCanBeImported(_ template: String) throws {
        let archive = try ProgramArchive()
        let folder = archive.folder.path
        let result = try Program.run(["template", template, "--out", folder])
        #expect(result.status == 0)
        for encoding in ["utf8", "gb18030"] {
            let path = "\(folder)/\(template).\(encoding).csv"
            let report = try archive("import", template, path)
            #expect(report.status == 0)
            #expect(try report.object()["rows"] as? Int == 0)
        }
        #expect(try Program.run(["template", template, "--out", "/nonexistent"]).status == 3)
    }

    @Test func attachmentsComeFromTheirFolder() throws {
        let archive = try ProgramArchive()
        #expect(try archive("import", "bodies", County.path("bodies")).status == 0)
        let header = "事项编号,统一社会信用代码,失信类别,失信事实,依据文书名称,文号,认定部门,发生日期,认定日期,严重程度,信息来源渠道,附件"
        let row = "a,\(County.body),R05,事实,决定书,云信〔2023〕1号,县局,2023-01-01,2023-01-02,一般,C03,note.txt"
        let file = try archive.file("incidents.csv", header + "\r\n" + row + "\r\n")
        let refused = try archive("import", "incidents", file)
        let rejected = try refused.object()["rejected"] as? [[String: Any]]
        #expect(refused.status == 1 && rejected?.first?["code"] as? String == "evidence-folder-needed")
        _ = try archive.file("note.txt", "attachment")
        #expect(try archive("import", "incidents", file, "--evidence", archive.folder.path).status == 0)
        #expect(try archive("verify", "--deep").status == 0)
    }

    @Test func eventsComeWithTheAttachmentsThatTheyName() throws {
        let archive = try ProgramArchive()
        #expect(try archive("import", "bodies", County.path("bodies")).status == 0)
        // SHA-256 of "abc" (FIPS 180-4).
        let digest = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        func event(_ name: String, size: Int = 3) -> String {
            #"{"specversion":"1.0","id":"1","source":"urn:p","type":"incident.determined","subject":"case/a","data":{"#
                + #""attributedYear":2023,"authority":"县局","basis":{"number":"云信〔2023〕1号","title":"决定书"},"#
                + #""body":"\#(County.body)","category":"R05","channel":"C03","determinedOn":"2023-01-02","fact":"事实","#
                + #""evidence":[{"digest":"\#(digest)","name":"\#(name)","size":\#(size)}],"#
                + #""occurredOn":"2023-01-01","severity":"一般","visibility":"公开"}}"#
        }
        let folder = try TemporaryFolder()
        try Data("abc".utf8).write(to: URL(fileURLWithPath: folder.file("a.txt")))
        try Data("abd".utf8).write(to: URL(fileURLWithPath: folder.file("b.txt")))
        let before = archive.logBytes
        try archive("append", input: event("a.txt")).expectError(3, "evidence-missing", "no folder")
        for (name, size, code) in [
            ("c.txt", 3, "evidence-missing"), ("b.txt", 3, "evidence-differs"), ("a.txt", 4, "evidence-differs"),
            ("../a.txt", 3, nil),
        ] {
            try archive("append", "--evidence", folder.path, input: event(name, size: size))
                .expectError(3, code, name)
        }
        try archive("append", "--evidence", folder.file("nothing"), input: event("a.txt"))
            .expectError(3, "evidence-folder")
        #expect(archive.logBytes == before)
        #expect(try archive("append", "--evidence", folder.path, input: event("a.txt")).status == 0)
        // Now the archive has it: a retry needs no folder.
        #expect(try archive("append", input: event("a.txt")).list().map { $0["duplicate"] as? Bool } == [true])
        let kept = archive.path + "/evidence/ba/" + digest.dropFirst("sha256:".count)
        #expect(FileManager.default.contents(atPath: kept) == Data("abc".utf8))
        #expect(try archive("verify", "--deep").status == 0)
    }

    @Test func theStandingAtATimeIsTheStandingAtItsPosition() throws {
        let archive = try ProgramArchive()
        try archive.loadCounty()
        let times = try archive("replay").lines().compactMap { $0["recordedTime"] as? String }
        let middle = times.count / 2
        let position = try #require(times.lastIndex { $0 <= times[middle] })
        let byTime = try archive("standing", "--all", "--known-at", times[middle]).output
        #expect(try archive("standing", "--all", "--at-position", String(position)).output == byTime)
        #expect(try archive("standing", "--all", "--at-position", "0").list().isEmpty)
        let none = try archive("standing", "--all", "--at-position", String(times.count))
        #expect(none.status == 3)
    }
}
