import ArchiveTesting
import Foundation
import Testing

/// An entry whose bytes were changed behind the archive's back: named by its position, and never told, replayed or proven.
@Suite struct AlteredEntryTests {
    /// The county's archive with a body that is renamed in the entry at `position`: still good JSON of its type.
    private func altered(
        at position: UInt64, afterFolding: Bool = true
    ) throws -> (archive: ProgramArchive, body: String) {
        let archive = try ProgramArchive()
        for template in position == AlteredEntryTests.inATile ? ["bodies", "incidents"] : ["bodies"] {
            _ = try archive("import", template, County.path(template))
        }
        #expect(try archive("checkpoint").status == 0)
        let line = try archive("replay", "--from", "\(position)", "--to", "\(position)").lines()
        let event = try #require(line.first?["event"] as? [String: Any])
        let subject = try #require(event["subject"] as? String)
        let name = try #require((event["data"] as? [String: Any])?["name"] as? String)
        try Tampering.alterEntry(of: archive.path + "/log.sqlite", at: position, name, "别" + name)
        if !afterFolding {
            for file in ["facts.sqlite", "read-1.sqlite", "index.sqlite", "CURRENT"] {
                try FileManager.default.removeItem(atPath: archive.path + "/" + file)
            }
        }
        return (archive, String(subject.dropFirst("body/".count)))
    }

    /// Below a full tile each entry has its hash; the entries after the last full one have the head alone.
    private static let inATile: UInt64 = 5
    private static let atTheEdge: UInt64 = 6

    @Test(arguments: [true, false])
    func itsTrailReplayAndReceiptAreErrorsThatNameThePosition(_ afterFolding: Bool) throws {
        let (archive, body) = try altered(at: AlteredEntryTests.inATile, afterFolding: afterFolding)
        for arguments in [
            ["trail", body], ["replay", "--from", "5", "--to", "5"], ["replay", "--body", body],
            ["replay", "--from", "5", "--type", "body.registered"], ["prove", "5"], ["prove", "5", "--without-entry"],
        ] {
            let result = try Program.run(["--archive", archive.path] + arguments)
            result.expectError(5, "log-damaged", "\(arguments)")
            #expect(result.errors.contains("位置 5 ") && result.errors.contains("position 5 "), "\(arguments)")
        }
        let verify = try archive("verify")
        let findings = try verify.object()["findings"] as? [[String: Any]]
        #expect(verify.status == 1 && findings?.contains { $0["position"] as? Int == 5 } == true)
    }

    @Test func atTheEdgeOfTheTreeTheStretchIsNamedThatTheHeadHolds() throws {
        let (archive, body) = try altered(at: AlteredEntryTests.atTheEdge)
        for arguments in [["trail", body], ["replay", "--from", "6"], ["prove", "6"]] {
            let result = try Program.run(["--archive", archive.path] + arguments)
            result.expectError(5, "log-damaged", "\(arguments)")
            let position = arguments[0] == "prove" ? "6" : "0"
            #expect(result.errors.contains("position \(position) "), "\(arguments): \(result.errors)")
        }
    }

    @Test func whatStandsBesideItIsStillTold() throws {
        let (archive, _) = try altered(at: AlteredEntryTests.inATile)
        #expect(try archive("replay", "--from", "0", "--to", "4").lines().count == 5)
        #expect(try archive("replay", "--from", "6", "--to", "300").lines().count == 295)
        let receipt = try archive("prove", "6")
        #expect(receipt.status == 0)
        let path = try archive.file("receipt", receipt.text)
        #expect(try Program.run(["verify-receipt", path, "--key", archive.verifierKey]).status == 0)
    }
}
