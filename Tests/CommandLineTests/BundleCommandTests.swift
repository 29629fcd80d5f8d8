import ArchiveTesting
import Foundation
import Testing

/// Evidence bundles through the program: made with the archive, verified without it.
@Suite struct BundleCommandTests {
    private static let caseID = "419801-2023-00008"

    /// The county, and a folder for bundles beside it.
    private func ready() throws -> ProgramArchive {
        let archive = try ProgramArchive()
        try archive.loadCounty()
        return archive
    }

    private func verify(_ path: String, _ key: String, _ more: String...) throws -> Program.Result {
        try Program.run(["verify-bundle", path, "--key", key] + more)
    }

    @Test func aBundleOfTheCountyIsMadeAndVerifies() throws {
        let archive = try ready()
        let published = try archive.file("published.txt", archive("checkpoint").text)
        let path = archive.folder.file("evidence")
        let made = try archive("bundle", Self.caseID, "--out", path, "--open", "72:/fact")
        #expect(made.status == 0, "\(made.errors)")
        let report = try made.object()
        #expect(report["opened"] as? [String] == ["72:/fact"] && report["sealed"] as? [String] == ["72:/rectification"])
        #expect(report["entries"] as? Int == 10 && report["case"] as? String == Self.caseID)
        #expect(made.errors.contains("个人信息"), "what was opened is said")
        let result = try verify(path, archive.verifierKey, "--against", published)
        #expect(result.status == 0, "\(result.text)")
        let outcome = try result.object()
        #expect(outcome["valid"] as? Bool == true && outcome["caseEntries"] as? Int == 9)
        #expect(
            (outcome["findings"] as? [Any])?.isEmpty == true && outcome["origin"] as? String == "credit.example/cli")
        #expect((outcome["notProven"] as? String)?.contains("没有本事项的新条目") == true)
        let table = try verify(path, archive.verifierKey, "--format", "table", "--lang", "en")
        #expect(table.status == 0 && table.text.contains("✓ the bundle holds") && table.text.contains("no later entry"))
        // Without anything opened nothing is warned of.
        let closed = try archive("bundle", Self.caseID, "--out", archive.folder.file("closed"))
        #expect(closed.status == 0 && closed.errors.isEmpty)
    }

    @Test func anAlteredBundleExitsWith1AndNamesTheFile() throws {
        let archive = try ready()
        let path = archive.folder.file("evidence")
        #expect(try archive("bundle", Self.caseID, "--out", path).status == 0)
        let page = path + "/index.html"
        let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: page)), as: UTF8.self)
        try Data(text.replacingOccurrences(of: "已修复", with: "在册").utf8).write(to: URL(fileURLWithPath: page))
        for format in ["json", "table", "csv"] {
            let result = try verify(path, archive.verifierKey, "--format", format)
            #expect(result.status == 1)
            if format == "json" {
                let finding = try #require((result.object()["findings"] as? [[String: Any]])?.first)
                #expect(finding["code"] as? String == "page-differs" && finding["file"] as? String == "index.html")
            } else if format == "table" {
                #expect(result.text.contains("✗ [page-differs] index.html"))
            }
        }
    }

    @Test func wrongUseAndWrongInputAreToldApart() throws {
        let archive = try ready()
        let out = archive.folder.file("out")
        try archive("bundle", Self.caseID).expectError(2)
        try archive("bundle", "--out", out).expectError(2)
        try archive("bundle", Self.caseID, "--out", out, "--open", "fact").expectError(2, "open-malformed")
        try archive("bundle", Self.caseID, "--out", out, "--open", "72:/nothing").expectError(3, "sealed-text-unknown")
        try archive("bundle", "no-such-case", "--out", out).expectError(3, "case-not-found")
        try archive("bundle", "", "--out", out).expectError(3, "case-malformed")
        try archive("bundle", Self.caseID, "--out", archive.path).expectError(3, "folder-not-empty")
        #expect(!FileManager.default.fileExists(atPath: out))
        try Program.run(["bundle", Self.caseID, "--out", out]).expectError(2, "archive-needed")
        try Program.run(["verify-bundle", out]).expectError(2)
        try verify(out, archive.verifierKey).expectError(3, "bundle-missing")
        try verify(archive.path, archive.verifierKey).expectError(3, "bundle-missing")
        #expect(try archive("bundle", Self.caseID, "--out", out).status == 0)
        try verify(out, "nonsense").expectError(3, "key-malformed")
        try verify(out, archive.verifierKey, "--against", archive.folder.file("nothing")).expectError(3)
        let notes = try archive.file("notes", "hello\n")
        try verify(out, archive.verifierKey, "--against", notes).expectError(3, "note-malformed")
        try verify(out, archive.verifierKey, "--consistency", notes).expectError(3, "consistency-malformed")
    }

    @Test func anErasedTextIsRefusedWithItsEntryAndBasis() throws {
        let archive = try ready()
        let destroyed = try archive("keys", "destroy", "case/\(Self.caseID)", "--basis", "个人信息保护法第四十七条").object()
        let position = try #require(destroyed["position"] as? Int)
        let out = archive.folder.file("out")
        let refused = try archive("bundle", Self.caseID, "--out", out, "--open", "72:/fact")
        refused.expectError(3, "text-erased")
        #expect(refused.errors.contains("位置 \(position)") && refused.errors.contains("个人信息保护法第四十七条"))
        let made = try archive("bundle", Self.caseID, "--out", out, "--open-all").object()
        #expect((made["erased"] as? [String])?.count == 2 && (made["opened"] as? [String])?.isEmpty == true)
        #expect(try verify(out, archive.verifierKey).status == 0)
    }

    @Test func aBackupWithoutKeysGivesABundleOfWhatIsSealed() throws {
        let archive = try ready()
        #expect(try archive("checkpoint").status == 0)
        let backup = archive.folder.file("backup")
        #expect(try archive("backup", backup).status == 0)
        let out = archive.folder.file("out")
        let arguments = ["--archive", backup, "bundle", Self.caseID, "--out", out]
        try Program.run(arguments + ["--open-all"]).expectError(5, "text-key-missing")
        #expect(try Program.run(arguments).status == 0)
        #expect(try verify(out, archive.verifierKey).status == 0)
    }
}
