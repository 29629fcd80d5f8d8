import ArchiveTesting
import CreditArchive
import CreditModel
import EventLog
import Foundation
import LogAudit
import Projections
import Testing
import TransparencyLog

/// One origin and key never sign two histories.
@Suite struct ResumptionTests {
    private static let event = Cloud.body(2)

    /// An archive of 4 entries, backed up and restored without keys; then its original went on to 9 entries.
    private func ready() async throws -> (archive: TestArchive, restored: ArchiveFolder, checkpoints: [String]) {
        let archive = try await BackupTests.ready()
        let first = try await archive.writing { try Administrator($0).checkpoint() }
        try await BackupTests.back(archive)
        _ = try await archive.reading { try KeyBackup($0, to: archive.temporary.file("keys")).run() }
        try await archive.append(BackupTests.statements(5, "lost"))
        let last = try await archive.writing { try Administrator($0).checkpoint() }
        return (archive, try BackupTests.restore(archive).folder, [first, last])
    }

    private func append(_ archive: TestArchive, _ folder: ArchiveFolder, _ events: [String] = [event]) async throws {
        let open = try Archive(opening: folder, for: .writing, clock: archive.clock.read)
        _ = try await Recorder(open, recordedBy: "operator/test").append(cloudEvents: Array(Cloud.batch(events).utf8))
        try open.close()
    }

    private func keys(_ archive: TestArchive, _ folder: ArchiveFolder) throws -> KeyRestoration.Report {
        try KeyRestoration(from: archive.temporary.file("keys"), to: folder).run()
    }

    private func findings(_ folder: ArchiveFolder, _ keys: [String], against: [String] = []) throws -> [String] {
        var options = Verification.Options()
        (options.deep, options.verifierKeys, options.against) = (true, keys, against)
        return try Verification(folder, options).run().findings.map { "\($0.code) \($0.detail)" }
    }

    @Test func aRestoredArchiveTakesNothingBeforeSomebodySaysSo() async throws {
        let (archive, folder, _) = try await ready()
        _ = try keys(archive, folder)
        let error = await thrown { try await append(archive, folder) }
        #expect(error?.code == "restored-not-resumed" && error?.kind == .unavailable)
        #expect(error?.english.contains("4 entries") == true)
        #expect(await thrown { try Administrator(Archive(opening: folder, for: .writing)).checkpoint() } != nil)
        // A backup of it is made, and signs nothing.
        let backup = try Backup(Archive(opening: folder, for: .reading), to: archive.temporary.file("again")).run()
        #expect(backup.size == 4)
    }

    @Test func itGoesOnUnderItsNameWhereItReachesThePublishedCheckpoint() async throws {
        let (archive, folder, checkpoints) = try await ready()
        let report = try Resumption(folder).resume(against: Array(checkpoints[0].utf8))
        #expect(report.size == 4 && report.origin.origin == "credit.example/test" && report.publishedSize == 4)
        // Records with texts need the keys first.
        #expect(await thrown { try await append(archive, folder) }?.code == "keys-unusable")
        _ = try keys(archive, folder)
        try await append(archive, folder)
        #expect(try findings(folder, [archive.verifierKey], against: [checkpoints[0]]).isEmpty)
        let again = await thrown { try Resumption(folder).resume(against: Array(checkpoints[0].utf8)) }
        #expect(again?.code == "not-restored")
        #expect(try Examination(folder).run().allSatisfy(\.isWell))
    }

    @Test func whereMoreWasPublishedItNeverGoesOnUnderItsName() async throws {
        let (archive, folder, checkpoints) = try await ready()
        _ = try keys(archive, folder)
        for note in [checkpoints[1], checkpoints[0]] {
            // The smaller one does not help once the larger one is known.
            let error = await thrown { try Resumption(folder).resume(against: Array(note.utf8)) }
            #expect(error?.code == "restored-behind" && error?.kind == .unavailable)
            #expect(error?.english.contains("with 4 entries") == true && error?.english.contains("of 9 ") == true)
        }
        #expect(await thrown { try await append(archive, folder) }?.code == "restored-behind")
        let check = try Examination(folder).run().first { $0.code == "restored" }
        #expect(check?.isWell == false && check?.detailEnglish.contains("--new-origin") == true)
    }

    @Test func aCheckpointThatIsNotOfThisLogIsNoLeave() async throws {
        let (archive, folder, checkpoints) = try await ready()
        let other = try await BackupTests.ready()
        let foreign = try await other.writing { try Administrator($0).checkpoint() }
        let unsigned = checkpoints[0].split(separator: "\n").prefix(3).joined(separator: "\n") + "\n"
        let altered = checkpoints[0].replacingOccurrences(of: "\n4\n", with: "\n3\n")
        for note in [foreign, unsigned, altered, "", "nonsense"] {
            let error = await thrown { try Resumption(folder).resume(against: Array(note.utf8)) }
            #expect(error?.code == "checkpoint-foreign" && error?.kind == .badInput, "\(note)")
        }
        // Signed by the log's own key, and of another history.
        let secret = String(decoding: try Files.bytes(archive.folder.path + "/keys/signing.key"), as: UTF8.self)
        let signer = try NoteSigner(secretString: secret.trimmingCharacters(in: .whitespacesAndNewlines))
        let fork = try Checkpoint(origin: "credit.example/test", size: 3, root: MerkleHash.empty).signed(by: [signer])
        let error = await thrown { try Resumption(folder).resume(against: fork.bytes) }
        #expect(error?.code == "checkpoint-of-another-history" && error?.kind == .conflict)
        #expect(await thrown { try await append(archive, folder) } != nil)
    }

    @Test func underAnotherNameItGoesOnWithAKeyOfItsOwnAndSaysSo() async throws {
        let (archive, folder, checkpoints) = try await ready()
        _ = try keys(archive, folder)
        _ = await thrown { try Resumption(folder).resume(against: Array(checkpoints[1].utf8)) }
        let receipt = try await archive.reading { try Auditor($0).receipt(for: 2, checkpoint: checkpoints[0]) }
        for (name, code) in [
            ("credit.example/test", "origin-used"), ("a b", "origin-malformed"), ("", "origin-malformed"),
        ] {
            let error = await thrown { try Resumption(folder).resume(under: name, recordedBy: "operator/7") }
            #expect(error?.code == code)
        }
        let name = "credit.example/test-2"
        let report = try Resumption(folder).resume(under: name, recordedBy: "operator/7")
        #expect((report.origin.origin, report.origin.position, report.size) == (name, 4, 5))
        #expect(report.origin.verifierKey.hasPrefix(name + "+") && report.publishedSize == 9)
        try await append(archive, folder, [Cloud.body(2), Cloud.incident("c", fact: "丙的文")])
        let open = try Archive(opening: folder, for: .writing, clock: archive.clock.read)
        guard case .originChanged(let change) = try open.log.entry(at: 4).event() else {
            Issue.record("the record of the change")
            return
        }
        #expect(change.former == "credit.example/test" && change.restoredSize == 4 && change.publishedSize == 9)
        let note = try Administrator(open).checkpoint()
        #expect(note.hasPrefix(name + "\n7\n"))
        try open.close()
        // Old and new both hold, for the log itself and for whoever pins both keys; old receipts as before.
        let both = [archive.verifierKey, report.origin.verifierKey]
        #expect(try findings(folder, []).isEmpty)
        #expect(try findings(folder, both, against: [checkpoints[0], note]).isEmpty)
        #expect(try !findings(folder, [archive.verifierKey]).isEmpty)
        #expect(throws: Never.self) {
            try ReceiptVerification.verify(receipt.bytes, verifierKey: archive.verifierKey)
        }
        let fresh = try Auditor(open).receipt(for: 2, checkpoint: note)
        #expect(throws: Never.self) {
            try ReceiptVerification.verify(fresh.bytes, verifierKey: report.origin.verifierKey)
        }
        #expect(try Examination(folder).run().allSatisfy(\.isWell))
        // And the new history is backed up and restored like any.
        let backup = try Backup(Archive(opening: folder, for: .reading), to: archive.temporary.file("second")).run()
        #expect(backup.signedSize == 7)
        let third = ArchiveFolder(archive.temporary.file("third"))
        let restored = try Restoration(from: backup.path, to: third, verifierKeys: both).run()
        #expect(restored.origin == name)
        #expect(try Resumption(third).resume(against: Array(note.utf8)).origin == report.origin)
    }

    @Test(arguments: ["key", "entry", "checkpoint", "place"])
    func aChangeOfNameThatWasCutOffIsTakenUpAgain(_ cut: String) async throws {
        let (archive, folder, _) = try await ready()
        _ = try keys(archive, folder)
        let name = "credit.example/test-2"
        let mark = try Files.bytes(folder.path + "/restored.json")
        let old = try Files.bytes(folder.path + "/keys/signing.key")
        let before = try Files.bytes(folder.log)
        let report = try Resumption(folder).resume(under: name, recordedBy: "operator/7")
        // What a crash leaves after each step.
        try Files.write(mark, to: folder.path + "/restored.json")
        let signing = folder.path + "/keys/signing.key"
        if cut != "place" {
            try FileManager.default.moveItem(atPath: signing, toPath: signing + ".next")
            try Files.write(old, to: signing)
        }
        if cut == "key" {
            try Files.write(before, to: folder.log)
            Files.remove(["index.sqlite", "facts.sqlite", "read-1.sqlite", "CURRENT"], in: folder)
        }
        if cut == "entry" { try Tampering.removeCheckpoint(of: folder.log, size: 5) }
        if cut != "key" {
            let other = await thrown { try Resumption(folder).resume(under: "x.example/y", recordedBy: "operator/7") }
            #expect(other?.code == "resumption-under-way" && other?.english.contains(name) == true)
        }
        let again = try Resumption(folder).resume(under: name, recordedBy: "operator/7")
        #expect(again.origin == report.origin && again.size == 5)
        try await append(archive, folder)
        #expect(try findings(folder, [archive.verifierKey, report.origin.verifierKey]).isEmpty)
        #expect(try Examination(folder).run().allSatisfy(\.isWell))
    }

    @Test func noDataKeySealsTextsOfTwoHistories() async throws {
        let (archive, folder, checkpoints) = try await ready()
        try await archive.append([Cloud.incident("lost", fact: "失去的文")])
        let lost = try await archive.reading { try $0.log.stream(.case("lost")).keyID }
        _ = try keys(archive, folder)
        _ = try Resumption(folder).resume(against: Array(checkpoints[0].utf8))
        try await append(archive, folder, [Cloud.incident("new", fact: "新的文")])
        let open = try Archive(opening: folder, for: .reading)
        let new = try open.log.stream(.case("new")).keyID
        #expect(lost == 2 && new.map { $0 > 1_000 } == true)
        let item = try #require(CaseID("new"))
        #expect(try Auditor(open).trail(ofCase: item)[0].chinese.hasSuffix("新的文"))
        #expect(try Examination(folder).run().allSatisfy(\.isWell))
    }
}
