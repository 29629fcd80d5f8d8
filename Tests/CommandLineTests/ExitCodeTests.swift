import ArchiveTesting
import Foundation
import Testing

/// What the program says and how it ends: contract §3, exit codes.
@Suite struct ExitCodeTests {
    @Test(arguments: [
        ["standing"], ["standing", "--all", "--region", "419801"], ["standing", "--all", "--as-of", "2024-02-30"],
        ["standing", "--all", "--at-position", "1", "--known-at", "2024-01-01"], ["standing", "--region", "41"],
        ["standing", "--all", "--at-position", "-1"], ["standing", "--all", "--at-position", "x"],
        ["standing", "--all", "--known-at", "gestern"], ["standing", "--all", "--known-at", "1999-01-01"],
        ["standing", "--all", "--frobnicate"], ["standing", "a", "b"], ["frobnicate"], ["import"],
        ["import", "bodies"],
        ["import", "people", "x.csv"], ["import", "bodies", "x.csv", "--operator-id", "张三"],
        ["append", "--operator-id", "x"],
        ["keys", "destroy", "case/a", "--basis", "x", "--operator-id", "operator/"],
        ["verify", "--workers", "0"], ["verify", "--workers", "9999"], ["verify-receipt", "x"], ["prove"],
        ["prove", "x"],
        ["standing", "--all", "--format", "xml"], ["standing", "--all", "--lang", "de"], ["demo", "--events", "-1"],
        ["keys", "destroy", "case/a"], ["replay", "--from", "x"], ["trend"], ["trend", "--all", "--region", "419801"],
        ["trend", "--all", "--with-subordinates"], ["trend", "--all", "--from", "2024", "--to", "2023"],
        ["trend", "--all", "--from", "20"], ["trend", "--all", "--as-of", "2024-13-01"],
        ["trend", "--all", "--at-position", "0", "--known-at", "2024-01-01"],
        ["trend", "--all", "--known-at", "1999-01-01"],
        ["standing", "--all", "--as-of", "2998-01-01"], ["standing", "--all", "--known-at", "2998-01-01"],
        ["trail", "a", "--as-of", "2024"], ["trail", "a", "--at-position", "0", "--known-at", "2024-01-01"],
        ["trail", "a", "--known-at", "2024-01-01T10:00:00"], ["trail", "a", "--as-of", "2998-01-01"], ["diff"],
        ["diff", "a", "--from-as-of", "x"], ["diff", "a", "--to-known-at", "x"],
        ["diff", "a", "--from-at-position", "0", "--from-known-at", "2024-01-01"],
        ["diff", "a", "--as-of", "2024-01-01"],
        ["diff", "a", "--to-known-at", "1999-01-01"],
    ])
    func aWrongCallExitsWith2(_ arguments: [String]) throws {
        let archive = try ProgramArchive()
        try Program.run(["--archive", archive.path] + arguments).expectError(2, nil, "\(arguments)")
    }

    @Test func aCallWithoutAnArchiveExitsWith2AndSaysSo() throws {
        try Program.run(["standing", "--all"]).expectError(2, "archive-needed")
        try Program.run(["standing", "--all", "--archive"]).expectError(2)
        try Program.run(["standing", "--all", "--archive", ""]).expectError(2, "archive-needed")
        try Program.run(["standing", "--all", "--archive", "ftp://x/y"]).expectError(2, "archive-kind")
    }

    @Test(
        arguments: [
            (["import", "bodies", "/nonexistent.csv"], "cannot-open"),
            (["import", "bodies", "/tmp"], "not-a-regular-file"),
            (["import", "bodies", "/dev/null", "--evidence", "/nonexistent"], "evidence-folder"),
            (["append", "/nonexistent.json"], "cannot-read"), (["append", "/tmp"], "not-a-file"),
            (["append", "/dev/null"], "no-events"), (["standing", "nobody"], "body-not-found"),
            (["trail", "nobody"], "subject-not-found"),
            (["standing", "--all", "--at-position", "99"], "entry-not-found"),
            (["prove", "99"], "entry-not-found"), (["replay", "--from", "99"], "position-outside"),
            (["replay", "--type", "nothing"], "type-unknown"), (["replay", "--from", "1", "--to", "0"], nil),
            (["trend", "nobody"], "body-not-found"), (["trend", "--all", "--at-position", "1"], "entry-not-found"),
            (["trail", "nobody", "--at-position", "1"], "entry-not-found"), (["diff", "nobody"], "body-not-found"),
            (["diff", "nobody", "--from-at-position", "9"], "entry-not-found"),
            (["replay", "--follow", "--from", "9"], "position-outside"),
            (["replay", "--follow", "--type", "nothing"], "type-unknown"),
            (["replay", "--follow", "--body", "nobody"], "body-not-found"),
            (["init"], "folder-not-empty"), (["verify", "--against", "/nonexistent"], "cannot-read"),
            (["verify", "--key", "nonsense"], "key-malformed"),
            (["verify-receipt", "/nonexistent", "--key", "x"], "cannot-read"),
            (["keys", "destroy", "case/a", "--basis", "x"], "stream-not-found"),
        ] as [([String], String?)])
    func badInputExitsWith3(_ arguments: [String], _ code: String?) throws {
        let archive = try ProgramArchive()
        try Program.run(["--archive", archive.path] + arguments).expectError(3, code, "\(arguments)")
    }

    @Test func eventsThatAreWrongExitWith3AndConflictsWith4() throws {
        let archive = try ProgramArchive()
        func event(_ id: String, name: String = "县局", kind: String = "工作部门") -> String {
            #"{"specversion":"1.0","id":"\#(id)","source":"urn:p","type":"body.registered","subject":"body/b","#
                + #""data":{"name":"\#(name)","kind":"\#(kind)","region":"419801"}}"#
        }
        try archive("append", input: "{").expectError(3, "json-malformed")
        try archive("append", input: event("1", kind: "公司")).expectError(3, "bad-value")
        let first = try archive("append", "-", input: event("1"))
        #expect(first.status == 0)
        #expect(try first.list().map { $0["position"] as? Int } == [1])
        let again = try archive("append", input: event("1") + "\n" + event("1"))
        #expect(again.status == 0)
        #expect(try again.list().map { $0["duplicate"] as? Bool } == [true, true])
        try archive("append", input: event("1", name: "别局")).expectError(4, "identity-conflict")
        try archive("append", input: event("2")).expectError(3, "body-exists")
        #expect(try archive("standing", "--all").list().count == 1)
    }

    @Test func anArchiveThatIsNotThereOrDamagedExitsWith5() throws {
        let archive = try ProgramArchive()
        let folder = archive.folder
        for verb in ["standing", "verify", "rebuild", "doctor", "checkpoint"] {
            let arguments = ["--archive", folder.file("nothing"), verb] + (verb == "standing" ? ["--all"] : [])
            try Program.run(arguments).expectError(5, "no-archive", verb)
        }
        // A file that is no database, and one that is cut off.
        let bytes = try #require(archive.logBytes)
        for altered in [Data("no database".utf8) + bytes.dropFirst(11), bytes.prefix(bytes.count / 2), Data()] {
            try altered.write(to: URL(fileURLWithPath: archive.path + "/log.sqlite"))
            let result = try archive("standing", "--all")
            result.expectError(5)
            let verify = try archive("verify")
            #expect([1, 5].contains(verify.status), "\(verify.errors)")
        }
    }

    @Test func aCheckThatFailsExitsWith1() throws {
        let archive = try ProgramArchive()
        let other = try ProgramArchive()
        let checkpoint = try other("checkpoint").text
        let result = try archive(
            "verify", "--key", archive.verifierKey, "--against", archive.file("other.txt", checkpoint))
        #expect(result.status == 1)
        #expect(try (result.object()["findings"] as? [[String: Any]])?.isEmpty == false)
        #expect(try archive("checkpoint").status == 0)
        #expect(try archive("verify", "--key", other.verifierKey).status == 1)
        #expect(try archive("verify", "--key", archive.verifierKey).status == 0)
        try FileManager.default.removeItem(atPath: archive.path + "/keys/signing.key")
        #expect(try archive("doctor").status == 1)
    }

    @Test(arguments: [("C", false), ("en_US.UTF-8", false), ("zh_CN.UTF-8", true), ("zh_TW", true), ("", true)])
    func bothLanguagesAreSaidTheReadersFirst(_ locale: String, _ isChinese: Bool) throws {
        let archive = try ProgramArchive()
        let result = try archive("standing", "nobody", environment: ["LANG": locale])
        result.expectError(3, "body-not-found")
        let lines = result.errors.split(separator: "\n")
        #expect(lines.count == 2)
        #expect(lines[isChinese ? 0 : 1].hasPrefix("错误 ") && lines[isChinese ? 1 : 0].hasPrefix("error "))
        for (language, chinese) in [("zh", true), ("en", false)] {
            let told = try archive("standing", "nobody", "--lang", language, environment: ["LANG": locale])
            #expect(told.errors.hasPrefix(chinese ? "错误" : "error"))
        }
        // A locale category of its own goes before LANG.
        let all = try archive("standing", "nobody", environment: ["LANG": locale, "LC_ALL": isChinese ? "C" : "zh_CN"])
        #expect(all.errors.hasPrefix(isChinese ? "error" : "错误"))
    }

    @Test func globalOptionsMayStandBeforeOrBehindTheVerb() throws {
        let archive = try ProgramArchive()
        let expected = try archive("keys", "show").output
        for arguments in [
            ["keys", "show", "--archive", archive.path], ["--archive=\(archive.path)", "keys", "show"],
            ["keys", "show", "--archive=\(archive.path)"],
            ["--format", "json", "--archive", archive.path, "keys", "show"],
            ["--lang", "en", "--archive", archive.path, "--format=json", "keys", "show"],
            ["--archive", archive.path, "keys", "show", "--format", "json"],
        ] {
            let result = try Program.run(arguments)
            #expect(result.status == 0 && result.output == expected, "\(arguments): \(result.errors)")
        }
    }

    @Test func helpIsGivenForTheProgramAndEveryVerb() throws {
        let verbs = [
            "init", "append", "import", "template", "standing", "trail", "trend", "diff", "replay", "rebuild", "verify",
            "checkpoint", "prove", "verify-receipt", "keys", "backup", "restore", "resume", "doctor", "demo",
        ]
        let help = try Program.run(["--help"])
        #expect(help.status == 0 && help.errors.isEmpty)
        for verb in verbs {
            #expect(help.text.contains("\n  \(verb) "), "\(verb)")
            let own = try Program.run([verb, "--help"])
            #expect(own.status == 0 && own.errors.isEmpty, "\(verb)")
            #expect(own.text.contains(verb == "keys" ? "destroy" : "--archive"), "\(verb)")
        }
    }
}
