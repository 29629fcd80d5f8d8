import ArchiveTesting
import CreditArchive
import CreditModel
import Foundation
import Projections
import Testing

/// Attachments that rows name.
@Suite struct ImportEvidenceTests {
    private func ready() async throws -> (archive: TestArchive, folder: String) {
        let archive = try TestArchive()
        try await archive.load(.bodies, rows: [Rows.body(1)])
        let folder = archive.temporary.file("attachments")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        _ = try archive.file("attachments/决定书.pdf", "the decision")
        _ = try archive.file("attachments/空.txt", "")
        _ = try archive.file("secret.txt", "outside")
        return (archive, folder)
    }

    @Test func anAttachmentIsKeptUnderItsDigest() async throws {
        let (archive, folder) = try await ready()
        let rows = [Rows.incident("a", ["附件": "决定书.pdf；空.txt"])]
        let dry = try await archive.load(.incidents, rows: rows) {
            $0.evidenceFolder = folder
            $0.isDryRun = true
        }
        #expect(dry.accepted == 1)
        let digest = EvidenceStore.digest(Array("the decision".utf8))
        let store = EvidenceStore(folder: archive.folder.evidence)
        // A dry run keeps nothing.
        #expect(await thrown { try store.bytes(digest) }?.code == "evidence-missing")
        let report = try await archive.load(.incidents, rows: rows) { $0.evidenceFolder = folder }
        #expect(report.accepted == 1)
        #expect(try store.bytes(digest) == Array("the decision".utf8))
        guard case .incidentDetermined(let data) = try await archive.entries().dropLast().last?.event() else {
            Issue.record("a determination")
            return
        }
        #expect(data.evidence.map(\.name) == ["决定书.pdf", "空.txt"])
        #expect(data.evidence.map(\.size) == [12, 0])
        #expect(data.evidence.first?.digest == digest)
        #expect(try archive.deepFindings().isEmpty)
    }

    @Test func anAlteredOrMissingAttachmentIsAFinding() async throws {
        let (archive, folder) = try await ready()
        try await archive.load(.incidents, rows: [Rows.incident("a", ["附件": "决定书.pdf"])]) { $0.evidenceFolder = folder }
        let hex = EvidenceStore.digest(Array("the decision".utf8)).dropFirst("sha256:".count)
        let path = "\(archive.folder.evidence)/\(hex.prefix(2))/\(hex)"
        try Data("the decisioN".utf8).write(to: URL(fileURLWithPath: path))
        #expect(try archive.deepFindings().map { $0.prefix(16) } == ["evidence-damaged"])
        try FileManager.default.removeItem(atPath: path)
        #expect(try archive.deepFindings().map { $0.prefix(16) } == ["evidence-damaged"])
    }

    @Test(arguments: [
        ("没有.pdf", "evidence-missing"), ("../secret.txt", "evidence-name"), ("..", "evidence-name"),
        (".", "evidence-name"), ("/etc/hostname", "evidence-name"), ("sub/决定书.pdf", "evidence-name"),
        ("link.txt", "evidence-not-a-file"), ("sub", "evidence-not-a-file"), ("a\u{7}b", "evidence-name"),
        ((1...17).map { "\($0).pdf" }.joined(separator: ";"), "too-many-attachments"),
    ])
    func aNameThatIsNoPlainFileOfTheFolderIsRefused(_ name: String, _ code: String) async throws {
        let (archive, folder) = try await ready()
        let manager = FileManager.default
        try manager.createSymbolicLink(atPath: folder + "/link.txt", withDestinationPath: "../secret.txt")
        try manager.createDirectory(atPath: folder + "/sub", withIntermediateDirectories: true)
        let report = try await archive.load(.incidents, rows: [Rows.incident("a", ["附件": name])]) {
            $0.evidenceFolder = folder
        }
        #expect(report.accepted == 0)
        #expect(report.problems.map(\.code) == [code] && report.problems.map(\.column) == ["附件"])
    }

    @Test func anAttachmentWithoutAFolderIsRefusedAlsoForDispositions() async throws {
        let (archive, _) = try await ready()
        try await archive.load(.incidents, rows: [Rows.incident("a")])
        let report = try await archive.load(
            .dispositions, rows: [Rows.disposition("a", "撤销", "2023-04-01", ["附件": "x"])])
        #expect(report.problems.map(\.code) == ["evidence-folder-needed"])
    }

    @Test func evidenceOfAnObservationMayBeADescriptionOrAFile() async throws {
        let (archive, folder) = try await ready()
        let rows = [
            Rows.observation("lost", "1", ["佐证材料": "附件3"]), Rows.observation("lost", "2", ["佐证材料": "决定书.pdf"]),
            Rows.observation("lost", "3", ["佐证材料": "没有.pdf"]),
        ]
        let report = try await archive.load(.observations, rows: rows) { $0.evidenceFolder = folder }
        #expect(report.accepted == 2)
        #expect(report.problems.map(\.code) == ["evidence-missing"] && report.problems.map(\.column) == ["佐证材料"])
        let kept = try await archive.entries().compactMap { entry in
            if case .observationRecorded(let data) = try entry.event() { data.evidence.map(\.name) } else { nil }
        }
        #expect(kept == [[], ["决定书.pdf"]])
    }
}
