import ArchiveTesting
import Foundation
import Testing

/// Exports through the program, checked as an outsider checks them: by what the folder itself says.
@Suite(.serialized) struct ExportCommandTests {
    private static let python = "/usr/bin/python3"
    private static let canAudit: Bool = {
        (try? Program.run(["-c", "import cryptography"], program: python).status) == 0
    }()

    private func export(_ archive: ProgramArchive, _ arguments: String..., out: String = "out") throws -> [String: Any]
    {
        let result = try Program.run(
            ["--archive", archive.path, "export", "--out", archive.folder.file(out), "--format", "json"] + arguments)
        #expect(result.status == 0, "\(result.errors)")
        return try result.object()
    }

    private func audit(_ archive: ProgramArchive, out: String = "out", against: String? = nil) throws -> String {
        let folder = archive.folder.file(out)
        let kept = against.map { ["--against", $0] } ?? []
        return try Program.run(
            ["\(folder)/audit.py", folder, archive.verifierKey] + kept, program: ExportCommandTests.python
        ).text
    }

    @Test(.enabled(if: canAudit, "needs python3-cryptography"))
    func theCountyIsExportedAndAuditedAsItsPageSays() throws {
        let archive = try ProgramArchive()
        try archive.loadCounty()
        let kept = try archive.file("kept", archive("checkpoint").text)
        let report = try export(archive)
        #expect(report["entries"] as? Int == 3133 && report["origin"] as? String == "credit.example/cli")
        let page = try String(contentsOfFile: archive.folder.file("out/AUDIT.md"), encoding: .utf8)
        #expect(page.contains(archive.verifierKey) && page.contains("`credit.example/cli`") && !page.contains("{{"))
        // The command of the page, in the folder, with the reader's own key and checkpoint.
        let command = try #require(page.split(separator: "\n").first { $0.contains("python3 audit.py") })
        let line = command.replacing("验证密钥", with: archive.verifierKey).replacing("旧检查点文件", with: kept)
        let run = try Program.run(["-c", "cd '\(archive.folder.file("out"))' && \(line)"], program: "/bin/sh")
        #expect(run.status == 0 && run.text.hasPrefix("sound: 3133 entries (all re-hashed)"), "\(run)")

        #expect(try export(archive, "--public", out: "public")["publicised"] as? Int ?? 0 > 0)
        #expect(try audit(archive, out: "public").hasPrefix("sound: 3133 entries (hashes only)"))
    }

    @Test(.enabled(if: canAudit, "needs python3-cryptography"))
    func anExportThatIsKilledIsCompletedByTheNext() throws {
        let archive = try ProgramArchive(origin: "demo.example/province")
        #expect(try archive("demo", "--events", "30000").status == 0)
        var random = SeededGenerator(stream: 94)
        let start = ContinuousClock.now
        _ = try export(archive, out: "whole")
        let whole = (ContinuousClock.now - start) / .microseconds(1)
        var cutOff = 0
        for _ in 0..<(isLongRun ? 40 : 4) {
            let child = try Program.Running(
                ["--archive", archive.path, "export", "--out", archive.folder.file("out")])
            usleep(UInt32(whole * Double.random(in: 0.05...0.9, using: &random)))
            child.kill()
            if try child.finish().status == -SIGKILL { cutOff += 1 }
            // Never a checkpoint without what it promises.
            if FileManager.default.fileExists(atPath: archive.folder.file("out/checkpoint")) {
                #expect(try audit(archive).hasPrefix("sound:"))
            }
            try? FileManager.default.removeItem(atPath: archive.folder.file("out/checkpoint"))
        }
        #expect(cutOff > 0)
        _ = try export(archive)
        #expect(try audit(archive).hasPrefix("sound: 33133 entries"))
        let names = try FileManager.default.subpathsOfDirectory(atPath: archive.folder.file("out")).sorted()
        #expect(try names == FileManager.default.subpathsOfDirectory(atPath: archive.folder.file("whole")).sorted())
    }

    @Test func whereNothingCanBeSignedTheLatestCheckpointIsExported() throws {
        let archive = try ProgramArchive()
        #expect(try archive("import", "bodies", County.path("bodies")).status == 0)
        #expect(try archive("checkpoint").status == 0)
        #expect(try archive("import", "observations", County.path("observations")).status == 0)
        let key = archive.path + "/keys/signing.key"
        try FileManager.default.moveItem(atPath: key, toPath: archive.folder.file("elsewhere"))
        let result = try archive("export", "--out", archive.folder.file("out"), "--format", "json")
        #expect(result.status == 0 && result.errors.contains("65"), "\(result.errors)")
        #expect(try result.object()["entries"] as? Int == 65)
        try FileManager.default.moveItem(atPath: archive.folder.file("elsewhere"), toPath: key)
        #expect(try export(archive)["entries"] as? Int ?? 0 > 2_000)

        // A backup is exported like an archive, into the same folder.
        #expect(try archive("backup", archive.folder.file("backup")).status == 0)
        let copy = try Program.run(
            [
                "--archive", archive.folder.file("backup"), "export", "--out", archive.folder.file("out"), "--format",
                "json",
            ])
        #expect(try copy.status == 0 && copy.object()["filesWritten"] as? Int == 0, "\(copy.errors)")
    }

    @Test func errorsSayWhatToDo() throws {
        let archive = try ProgramArchive()
        try archive("export").expectError(2)
        try archive("export", "--out", archive.path).expectError(4, "export-not-empty")
        _ = try export(archive)
        let other = try ProgramArchive()
        try other("export", "--out", archive.folder.file("out")).expectError(4, "export-foreign")
        try archive("export", "--out", archive.folder.file("out"), "--public").expectError(4, "export-mixed")
        try Program.run(["--archive", archive.folder.file("none"), "export", "--out", "x"]).expectError(5, "no-archive")
    }
}
