import ArchiveTesting
import Foundation
import Testing

/// Backup and restore through the program: beside a writer, killed, damaged.
@Suite(.serialized) struct BackupCommandTests {
    private func demo(_ archive: ProgramArchive, _ events: Int, seed: Int = 1) throws {
        #expect(try archive("demo", "--events", String(events), "--seed", String(seed)).status == 0)
    }

    private func size(_ path: String) throws -> Int {
        let result = try Program.run(["--archive", path, "verify"])
        #expect(result.status == 0, "\(path): \(result.text) \(result.errors)")
        return try #require(result.object()["entries"] as? Int)
    }

    @Test func backupsAreMadeWhileAnotherProcessAppends() throws {
        let archive = try ProgramArchive(origin: "demo.example/province")
        let out = archive.folder.file("backup")
        let writer = try Program.Running(["--archive", archive.path, "demo", "--events", "1000000"])
        defer {
            writer.kill()
            _ = try? writer.finish()
        }
        var sizes: [Int] = []
        for _ in 0..<(isLongRun ? 30 : 3) {
            usleep(100_000)
            let report = try archive("backup", out)
            #expect(report.status == 0, "\(report.errors)")
            let object = try report.object()
            let entries = try #require(object["entries"] as? Int)
            #expect(object["added"] as? Int == entries - (sizes.last ?? 0) && object["signedSize"] as? Int == entries)
            sizes.append(entries)
        }
        #expect(try size(out) == sizes.last)
        #expect(sizes == sizes.sorted() && Set(sizes).count > 1, "\(sizes)")
        // The writer was there all the time.
        #expect(try archive("keys", "destroy", "case/none", "--basis", "x").status == 5)
    }

    @Test func aKilledBackupIsAnOlderStateAndTheNextGoesOn() throws {
        let archive = try ProgramArchive(origin: "demo.example/province")
        var random = SeededGenerator(stream: 91)
        var cutOff = 0
        let clock = ContinuousClock()
        try demo(archive, 20_000)
        let start = clock.now
        #expect(try archive("backup", archive.folder.file("whole")).status == 0)
        let whole = (clock.now - start) / .microseconds(1)
        for round in 0..<(isLongRun ? 40 : 6) {
            let out = archive.folder.file("backup-\(round / 3)")
            let child = try Program.Running(["--archive", archive.path, "backup", out])
            usleep(UInt32(whole * Double.random(in: 0.05...1.0, using: &random)))
            child.kill()
            if try child.finish().status == -SIGKILL { cutOff += 1 }
            if FileManager.default.fileExists(atPath: out + "/log.sqlite") {
                // Nothing of it was mended yet; an empty log has no first entry, and is no damage either.
                let verify = try Program.run(["--archive", out, "verify"])
                let found = try (verify.object()["findings"] as? [[String: Any]])?.compactMap { $0["code"] as? String }
                let isEmpty = try verify.object()["entries"] as? Int == 0
                #expect(found == [] || isEmpty, "round \(round): \(verify.text)")
            }
            guard round % 3 == 2 else { continue }
            let finished = try archive("backup", out)
            #expect(finished.status == 0, "round \(round): \(finished.errors)")
            #expect(try size(out) == size(archive.path))
            try FileManager.default.removeItem(atPath: out)
        }
        // How many are hit depends on the machine's load; a long run hits enough to say something.
        print("backups cut off: \(cutOff)")
        #expect(cutOff > 5 || !isLongRun, "too few backups were cut off to say anything")
    }

    @Test func aKilledRestoreLeavesNoArchiveOrAWholeOne() throws {
        let archive = try ProgramArchive(origin: "demo.example/province")
        try demo(archive, 20_000)
        let out = archive.folder.file("backup")
        #expect(try archive("backup", out).status == 0)
        let expected = try size(out)
        var random = SeededGenerator(stream: 92)
        let place = archive.folder.file("restored")
        let clock = ContinuousClock()
        let start = clock.now
        #expect(try Program.run(["--archive", archive.folder.file("first"), "restore", out]).status == 0)
        let whole = (clock.now - start) / .microseconds(1)
        var absent = 0
        for round in 0..<(isLongRun ? 60 : 8) {
            let child = try Program.Running(["--archive", place, "restore", out])
            usleep(UInt32(whole * Double.random(in: 0.05...1.1, using: &random)))
            child.kill()
            _ = try child.finish()
            guard FileManager.default.fileExists(atPath: place) else {
                absent += 1
                continue
            }
            #expect(try size(place) == expected, "round \(round)")
            #expect(try Program.run(["--archive", place, "standing", "--all"]).status == 0)
            try FileManager.default.removeItem(atPath: place)
        }
        #expect(absent > 0)
        if !FileManager.default.fileExists(atPath: place) {
            let result = try Program.run(["--archive", place, "restore", out])
            #expect(result.status == 0, "\(result.errors)")
        }
        #expect(try size(place) == expected)
        #expect(!FileManager.default.fileExists(atPath: place + ".restoring"))
        // The backup is as it was.
        #expect(try size(out) == expected)
    }

    @Test func theWholeWayThereAndBack() throws {
        let archive = try ProgramArchive()
        try archive.loadCounty()
        let (out, keys) = (archive.folder.file("backup"), archive.folder.file("keys"))
        let published = try archive.file("published.txt", archive("checkpoint").text)
        #expect(try archive("backup", out).status == 0)
        let keyBackup = try archive("keys", "backup", keys)
        #expect(keyBackup.status == 0 && keyBackup.errors.contains("离线"))
        #expect(try archive("doctor", "--backup", out, "--backup", keys).status == 0)
        let standing = try archive("standing", "--all").output
        let trail = try archive("trail", "419801-2022-00001").output
        try FileManager.default.removeItem(atPath: archive.path)
        let restored = try archive("restore", out, "--key", archive.verifierKey, "--against", published)
        #expect(restored.status == 0, "\(restored.errors)")
        #expect(try restored.object()["resumed"] as? Bool == true)
        #expect(try archive("standing", "--all").output == standing)
        #expect(try archive("keys", "restore", keys).status == 0)
        #expect(try archive("trail", "419801-2022-00001").output == trail)
        #expect(try archive("doctor").status == 0)
        let again = try archive("import", "bodies", County.path("bodies"))
        #expect(again.status == 0)
        #expect(try archive("checkpoint").text == String(contentsOfFile: published, encoding: .utf8))
        #expect(try archive("verify", "--deep", "--key", archive.verifierKey, "--against", published).status == 0)
    }

    @Test func moreThanWasRestoredWasPublished() throws {
        let archive = try ProgramArchive()
        #expect(try archive("import", "bodies", County.path("bodies")).status == 0)
        let out = archive.folder.file("backup")
        #expect(try archive("backup", out).status == 0)
        #expect(try archive("keys", "backup", archive.folder.file("keys")).status == 0)
        #expect(try archive("import", "incidents", County.path("incidents")).status == 1)
        let published = try archive.file("published.txt", archive("checkpoint").text)
        let behind = try archive("doctor", "--backup", out)
        #expect(behind.status == 1 && behind.text.contains("落后"))
        let place = archive.folder.file("restored")
        let restored = try Program.run(["--archive", place, "restore", out, "--against", published])
        #expect(restored.status == 1 && restored.errors.contains("[restored-behind]"), "\(restored.errors)")
        #expect(try restored.object()["resumed"] as? Bool == false)
        let refused = try Program.run(["--archive", place, "import", "incidents", County.path("incidents")])
        #expect(refused.status == 5 && refused.errors.contains("[restored-behind]"))
        #expect(try Program.run(["--archive", place, "standing", "--all"]).status == 0)
        #expect(try Program.run(["--archive", place, "doctor"]).status == 1)
        #expect(try Program.run(["--archive", place, "keys", "restore", archive.folder.file("keys")]).status == 0)
        let resumed = try Program.run(["--archive", place, "resume", "--new-origin", "credit.example/cli-2"])
        #expect(resumed.status == 0, "\(resumed.errors)")
        let key = try #require(resumed.object()["verifierKey"] as? String)
        #expect(try Program.run(["--archive", place, "import", "incidents", County.path("incidents")]).status == 1)
        let shown = try Program.run(["--archive", place, "keys", "show"]).object()
        #expect(shown["verifierKey"] as? String == key && shown["former"] as? [String] == [archive.verifierKey])
        let verify = try Program.run([
            "--archive", place, "verify", "--deep", "--key", archive.verifierKey, "--key", key,
        ])
        #expect(verify.status == 0, "\(verify.text)")
        // The published checkpoint of the old name is of the history that was lost.
        #expect(try Program.run(["--archive", place, "verify", "--against", published]).status == 1)
    }

    @Test(
        arguments: [
            (["backup"], 2, nil), (["restore"], 2, nil), (["resume"], 2, "resume-how"), (["keys", "backup"], 2, nil),
            (["resume", "--against", "/nonexistent"], 3, "cannot-read"),
            (["resume", "--new-origin", "x.example/y"], 3, "not-restored"),
            (["resume", "--new-origin", "https://x"], 2, "origin-malformed"),
            (["restore", "/nonexistent"], 3, "not-a-backup"), (["backup", "/tmp"], 3, "folder-not-empty"),
            (["backup", "/dev/null"], 3, "path-taken"), (["backup", "/proc/none/backup"], 3, "cannot-make-folder"),
            (["keys", "restore", "/nonexistent"], 3, "not-a-key-backup"), (["keys", "backup", "/tmp"], 3, nil),
            (["restore", "/nonexistent", "--operator-id", "张三"], 2, "operator-malformed"),
        ] as [([String], Int32, String?)])
    func wrongCallsAreToldInBothLanguages(_ arguments: [String], _ status: Int32, _ code: String?) throws {
        let archive = try ProgramArchive()
        let result = try Program.run(["--archive", archive.path] + arguments)
        #expect(result.status == status && result.output.isEmpty, "\(arguments): \(result.errors)")
        #expect(result.errors.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) })
        if let code { #expect(result.errors.contains("[\(code)]"), "\(result.errors)") }
    }
}
