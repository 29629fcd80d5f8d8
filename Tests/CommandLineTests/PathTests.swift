import ArchiveTesting
import Foundation
import Testing

/// Paths that are somebody else's: nothing of them is ever replaced.
@Suite struct PathTests {
    @Test(arguments: ["file", "link to a file", "link to a folder", "link to nothing", "full folder"])
    func initTakesNoPathWhereSomethingIs(_ kind: String) throws {
        let folder = try TemporaryFolder()
        let (path, other) = (folder.file("archive"), folder.file("other"))
        let manager = FileManager.default
        switch kind {
        case "file": try Data("mine".utf8).write(to: URL(fileURLWithPath: path))
        case "full folder":
            try manager.createDirectory(atPath: path, withIntermediateDirectories: true)
            try Data("mine".utf8).write(to: URL(fileURLWithPath: path + "/a"))
        default:
            if kind == "link to a file" { try Data("mine".utf8).write(to: URL(fileURLWithPath: other)) }
            if kind == "link to a folder" {
                try manager.createDirectory(atPath: other, withIntermediateDirectories: true)
            }
            try manager.createSymbolicLink(atPath: path, withDestinationPath: other)
        }
        let before = try snapshot(folder)
        let result = try Program.run(["--archive", path, "init"])
        result.expectError(3, kind == "full folder" ? "folder-not-empty" : "path-taken", kind)
        #expect(result.errors.contains(path))
        #expect(try snapshot(folder) == before)
        // Nor does demo, which makes an archive where there is none.
        #expect(try Program.run(["--archive", path, "demo", "--events", "0"]).status == 3)
        #expect(try snapshot(folder) == before)
    }

    /// What stands in a folder: names, kinds, and what files say.
    private func snapshot(_ folder: TemporaryFolder) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted().map { name in
            let attributes = try FileManager.default.attributesOfItem(atPath: folder.file(name))
            let bytes = FileManager.default.contents(atPath: folder.file(name))
            return "\(name) \(attributes[.type] ?? "") \(bytes.map { String(decoding: $0, as: UTF8.self) } ?? "")"
        }
    }

    @Test func initTakesAnEmptyFolder() throws {
        let folder = try TemporaryFolder()
        #expect(try Program.run(["--archive", folder.path, "init"]).status == 0)
        #expect(try Program.run(["--archive", folder.path, "verify"]).status == 0)
    }

    @Test(arguments: [
        "", "https://credit.example/county", "credit.example/county/", "/credit.example", "credit example/county",
        "credit.example/县", "credit.example/a+b", "credit.example/\n", String(repeating: "a", count: 256),
    ])
    func anOriginThatCannotStandInACheckpointIsRefused(_ origin: String) throws {
        let folder = try TemporaryFolder()
        let result = try Program.run(["--archive", folder.file("archive"), "init", "--origin", origin])
        result.expectError(2, "origin-malformed", origin)
        #expect(result.errors.contains("--origin"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }

    @Test func demoDataGoesIntoNoOtherArchive() throws {
        let archive = try ProgramArchive()
        let before = archive.logBytes
        let result = try archive("demo", "--events", "10")
        result.expectError(3, "not-a-demo")
        #expect(result.errors.contains(archive.path) && result.errors.contains("credit.example/cli"))
        #expect(archive.logBytes == before)
    }

    @Test func rejectsNeverOverwriteTheFileThatIsImported() throws {
        let archive = try ProgramArchive()
        let text = try String(contentsOfFile: County.path("bodies"), encoding: .utf8)
        let file = try archive.file("bodies.csv", text)
        let link = archive.folder.file("link.csv")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: file)
        let hard = archive.folder.file("hard.csv")
        try FileManager.default.linkItem(atPath: file, toPath: hard)
        let before = archive.logBytes
        for rejects in [file, link, hard, archive.folder.path + "/./bodies.csv"] {
            let result = try archive("import", "bodies", file, "--rejects", rejects)
            result.expectError(2, "rejects-is-input", rejects)
            #expect(result.errors.contains("--rejects"))
            #expect(try String(contentsOfFile: file, encoding: .utf8) == text)
        }
        #expect(archive.logBytes == before)
        let elsewhere = archive.folder.file("rejects.csv")
        #expect(try archive("import", "bodies", file, "--rejects", elsewhere).status == 0)
        #expect(FileManager.default.fileExists(atPath: elsewhere))
    }
}
