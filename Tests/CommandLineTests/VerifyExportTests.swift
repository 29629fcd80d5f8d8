import ArchiveTesting
import Foundation
import Testing

/// `verify` on whatever holds a log: an archive, a backup, an export with entries or without.
@Suite struct VerifyExportTests {
    private static let base = Result { () throws -> ProgramArchive in
        let archive = try ProgramArchive(inMemory: true)
        #expect(try archive("import", "bodies", County.path("bodies")).status == 0)
        _ = try archive.file("early.txt", archive("checkpoint").text)
        _ = try archive("import", "incidents", County.path("incidents"))
        for (name, options) in [("export", []), ("public", ["--public"])] {
            let out = archive.folder.file(name)
            #expect(try Program.run(["--archive", archive.path, "export", "--out", out] + options).status == 0)
        }
        return archive
    }

    private func verify(_ archive: ProgramArchive, _ folder: String, _ arguments: String...) throws -> Program.Result {
        try Program.run(["--archive", archive.folder.file(folder), "verify", "--format", "json"] + arguments)
    }

    private func codes(_ result: Program.Result) throws -> [String] {
        try (result.object()["findings"] as? [[String: Any]] ?? []).compactMap { $0["code"] as? String }
    }

    @Test func eachKindOfFolderIsRecognisedByItself() throws {
        let archive = try VerifyExportTests.base.get()
        let size = try #require(try archive("verify", "--format", "json").object()["entries"] as? Int)
        #expect(try archive("backup", archive.folder.file("backup")).status == 0)
        for (folder, subject) in [
            ("archive", "archive"), ("backup", "backup"), ("export", "export"), ("public", "publicExport"),
        ] {
            let result = try verify(archive, folder, "--deep", "--key", archive.verifierKey)
            #expect(result.status == 0, "\(folder): \(result.text) \(result.errors)")
            let object = try result.object()
            #expect(object["subject"] as? String == subject && object["entries"] as? Int == size)
            #expect(object["entriesChecked"] as? Bool == (subject != "publicExport"))
            #expect(object["keyPinned"] as? Bool == true && object["signedSize"] as? Int == size)
            #expect((object["keys"] as? [String: Int] != nil) == (subject == "archive"), "\(folder)")
        }
        let early = archive.folder.file("early.txt")
        for folder in ["export", "public"] {
            #expect(try verify(archive, folder, "--key", archive.verifierKey, "--against", early).status == 0)
        }
        let told = try Program.run([
            "--archive", archive.folder.file("public"), "verify", "--format", "table", "--lang", "en",
        ])
        #expect(told.text.contains("entries are not part of this folder"))
    }

    @Test(arguments: ["9007199254740992", "1099511627776", "9223372036854775807"])
    func aHeadThatClaimsMoreThanThereIsIsAFindingAndNoMore(_ claim: String) throws {
        let archive = try VerifyExportTests.base.get()
        let copy = archive.folder.file("claim-\(claim)")
        try FileManager.default.copyItem(atPath: archive.folder.file("export"), toPath: copy)
        let note = try String(contentsOfFile: copy + "/checkpoint", encoding: .utf8)
        let lines = note.split(separator: "\n", omittingEmptySubsequences: false)
        let forged = ([String(lines[0]), claim] + lines.dropFirst(2).map(String.init)).joined(separator: "\n")
        try Data(forged.utf8).write(to: URL(fileURLWithPath: copy + "/checkpoint"))
        let result = try Program.run([
            "--archive", copy, "verify", "--format", "json", "--key", archive.verifierKey,
        ])
        #expect(result.status == 1, "\(result.errors)")
        #expect(try codes(result).contains("checkpoint-signature"))
        // The rest is audited by what the published checkpoints say.
        let size = try archive("verify", "--format", "json").object()["entries"] as? Int
        #expect(try result.object()["entries"] as? Int == size && result.object()["checkpoint"] is NSNull)
        #expect(try !codes(result).contains("tile-missing"))
    }

    @Test func anExportIsHeldAgainstTheKeyAndCheckpointOfTheCaller() throws {
        let archive = try VerifyExportTests.base.get()
        let other = try ProgramArchive(inMemory: true)
        #expect(try codes(verify(archive, "export", "--key", other.verifierKey)).contains("key-foreign"))
        let foreign = try archive.file("foreign.txt", other("checkpoint").text)
        #expect(try verify(archive, "export", "--key", archive.verifierKey, "--against", foreign).status == 1)
        // By its own key the other log's checkpoint is trusted, and is not of this history.
        let bare = try archive.file("bare.txt", "credit.example/cli\n1\n\(String(repeating: "A", count: 43))=\n")
        let rewritten = try verify(archive, "export", "--key", archive.verifierKey, "--against", bare)
        #expect(try rewritten.status == 1 && codes(rewritten) == ["history-rewritten"])
    }

    @Test func anExportThatWasTamperedWithIsFoundAndNeverACrash() throws {
        let archive = try ProgramArchive(copying: VerifyExportTests.base.get(), inMemory: true)
        let manager = FileManager.default
        for folder in ["export", "public"] {
            // In the copy the folders lie beside the archive.
            let path = (archive.path as NSString).deletingLastPathComponent + "/" + folder
            let names = try manager.subpathsOfDirectory(atPath: path).sorted().filter { name in
                var isFolder: ObjCBool = false
                return manager.fileExists(atPath: "\(path)/\(name)", isDirectory: &isFolder) && !isFolder.boolValue
                    && !name.hasPrefix("schemas/") && !["AUDIT.md", "audit.py"].contains(name)
            }
            var random = SeededGenerator(stream: 412)
            for name in names.shuffled(using: &random).prefix(isLongRun ? names.count : 12)
            where !name.hasSuffix("index.ndjson") {
                let file = URL(fileURLWithPath: "\(path)/\(name)")
                let sound = try Data(contentsOf: file)
                var altered = sound
                altered[random.below(sound.count)] ^= 1 << UInt8(random.below(8))
                try altered.write(to: file)
                let result = try Program.run(["--archive", path, "verify", "--key", archive.verifierKey])
                #expect(result.status == 1, "\(folder)/\(name): \(result.text) \(result.errors)")
                #expect(try !codes(result).isEmpty, "\(folder)/\(name)")
                try manager.removeItem(at: file)
                #expect(try Program.run(["--archive", path, "verify", "--key", archive.verifierKey]).status == 1)
                try sound.write(to: file)
            }
            #expect(try Program.run(["--archive", path, "verify", "--key", archive.verifierKey]).status == 0)
        }
    }

    @Test func aFolderThatIsBothAnArchiveAndAnExportIsNeither() throws {
        let archive = try ProgramArchive(copying: VerifyExportTests.base.get(), inMemory: true)
        let export = (archive.path as NSString).deletingLastPathComponent + "/export"
        try FileManager.default.copyItem(atPath: archive.path + "/log.sqlite", toPath: export + "/log.sqlite")
        try Program.run(["--archive", export, "verify"]).expectError(3, "folder-ambiguous")
        try Program.run(["--archive", archive.path + "/keys", "verify"]).expectError(5, "no-archive")
    }
}
