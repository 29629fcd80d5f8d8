import ArchiveTesting
import CreditArchive
import CreditModel
import EventLog
import Foundation
import LogAudit
import Projections
import Testing
import TransparencyLog

/// Backups of the log: made online, by position, verified when made and when restored.
@Suite struct BackupTests {
    static func ready() async throws -> TestArchive {
        let archive = try TestArchive()
        try await archive.append([Cloud.body(1), Cloud.incident("a", fact: "甲的旧文"), Cloud.incident("b")])
        return archive
    }

    static func statements(_ count: Int, _ prefix: String) -> [String] {
        (0..<count).map { Cloud.statement("\(prefix)-\($0)", "2023-04-01", "第\($0)份") }
    }

    @discardableResult
    static func back(_ archive: TestArchive, to name: String = "backup") async throws -> Backup.Report {
        try await archive.reading { try Backup($0, to: archive.temporary.file(name)).run() }
    }

    static func restore(
        _ archive: TestArchive, from name: String = "backup", to place: String = "restored"
    ) throws -> (folder: ArchiveFolder, report: Restoration.Report) {
        let folder = ArchiveFolder(archive.temporary.file(place))
        let report = try Restoration(
            from: archive.temporary.file(name), to: folder, verifierKeys: [archive.verifierKey],
            clock: archive.clock.read
        ).run()
        return (folder, report)
    }

    private func findings(_ folder: String, _ keys: [String], deep: Bool = true) throws -> [String] {
        var options = Verification.Options()
        (options.deep, options.verifierKeys) = (deep, keys)
        return try Verification(ArchiveFolder(folder), options).run().findings.map { "\($0.code) \($0.detail)" }
    }

    @Test func aSecondBackupAddsOnlyWhatIsNewAndEachIsSoundAndSigned() async throws {
        let archive = try await BackupTests.ready()
        let first = try await BackupTests.back(archive)
        #expect((first.size, first.added, first.signedSize) == (4, 4, 4))
        #expect(try await BackupTests.back(archive).added == 0)
        var size: UInt64 = 4
        for part in 0..<4 {
            try await archive.append(BackupTests.statements(300 * part + 1, "s\(part)"))
            if part == 2 { _ = try await archive.writing { try Administrator($0).checkpoint() } }
            let report = try await BackupTests.back(archive)
            let added = UInt64(300 * part + 1)
            size += added
            #expect((report.size, report.added, report.signedSize) == (size, added, size))
            #expect(try findings(report.path, [archive.verifierKey]).isEmpty)
        }
        // Read like an archive, with the same answers; never written to as one.
        let backup = ArchiveFolder(archive.temporary.file("backup"))
        let answer = try Auditor(Archive(opening: backup, for: .reading)).standing(.all)
        #expect(answer == (try await archive.reading { try Auditor($0).standing(.all) }))
        #expect(await thrown { try Archive(opening: backup, for: .writing) }?.code == "is-a-backup")
        #expect(try Examination(backup).run().allSatisfy(\.isWell))
        // No key is in it, in any form.
        let keys = try Files.bytes(archive.folder.dataKeys).dropFirst(64).prefix(32)
        let secret = Data(try Files.bytes(archive.folder.path + "/keys/signing.key").prefix(60))
        for file in try Files.all(in: backup.path) {
            let bytes = try Files.bytes(file)
            #expect(bytes.range(of: keys) == nil && bytes.range(of: secret) == nil, "\(file)")
        }
    }

    @Test func whatIsRestoredIsTheArchiveWithItsReceiptsAndCheckpointsAndWithoutItsTexts() async throws {
        let archive = try await BackupTests.ready()
        try await archive.append(BackupTests.statements(600, "s"))
        let checkpoint = try await archive.writing { try Administrator($0).checkpoint() }
        try await archive.append(BackupTests.statements(10, "t"))
        try await BackupTests.back(archive)
        let (folder, report) = try BackupTests.restore(archive)
        #expect((report.size, report.signedSize, report.isPinned) == (614, 614, true))
        var options = Verification.Options()
        (options.deep, options.verifierKeys, options.against) = (true, [archive.verifierKey], [checkpoint])
        #expect(try Verification(folder, options).run().findings.isEmpty)
        let restored = try Archive(opening: folder, for: .reading)
        #expect(try Auditor(restored).standing(.all) == (try await archive.reading { try Auditor($0).standing(.all) }))
        let receipt = try Auditor(restored).receipt(for: 2, checkpoint: checkpoint)
        #expect(throws: Never.self) {
            try ReceiptVerification.verify(receipt.bytes, verifierKey: archive.verifierKey)
        }
        // The texts are not lost for good, and not erased: their keys are elsewhere.
        let item = try #require(CaseID("a"))
        #expect(try Auditor(restored).trail(ofCase: item)[0].chinese.hasSuffix("〔密钥缺失 key missing〕"))
        let checks = try Examination(folder).run()
        #expect(Set(checks.filter { !$0.isWell }.map(\.code)) == ["restored", "signing-key", "data-keys"])
        // Entries are the same bytes.
        #expect(try restored.log.head() == (try await archive.reading { try $0.log.head() }))
    }

    @Test func attachmentsComeAlongAndOneThatIsMissingIsNamed() async throws {
        let archive = try await BackupTests.ready()
        let file = try archive.file("note.txt", "attachment")
        let bytes = try Files.bytes(file)
        let digest = EvidenceStore.digest(Array(bytes))
        let named =
            ",\"text\":\"陈述\",\"evidence\":[{\"digest\":\"\(digest)\",\"name\":\"note.txt\",\"size\":\(bytes.count)}]"
        let event = Cloud.act("e", "statement.attached", "2023-04-01", named)
        _ = try await archive.writing {
            try await Recorder($0, recordedBy: "operator/test").append(
                cloudEvents: Array(event.utf8), evidenceFrom: archive.temporary.path)
        }
        let report = try await BackupTests.back(archive)
        // The policy and the notices of holidays that the first entry adopts are kept there, too.
        #expect(report.attachments == 3 && report.missing.isEmpty)
        let kept = "/evidence/\(digest.dropFirst(7).prefix(2))/\(digest.dropFirst(7))"
        try Files.write(Data("altered".utf8), to: archive.temporary.file("backup") + kept)
        let (folder, restored) = try BackupTests.restore(archive)
        #expect(
            restored.missing.map(\.digest) == [digest] && restored.missing.map(\.position) == [4]
                && restored.attachments == 2)
        #expect(!FileManager.default.fileExists(atPath: folder.path + kept))
        let check = try Examination(folder).run().first { $0.code == "evidence" }
        #expect(check?.isWell == false && check?.detailEnglish.contains("position 4") == true)
        // One that the archive itself lost is named when the backup is made.
        try FileManager.default.removeItem(atPath: archive.folder.path + kept)
        #expect(try await BackupTests.back(archive, to: "other").missing.map(\.position) == [4])
    }

    @Test func aBackupOfAnotherArchiveOrOfAForkIsRefusedAndChangesNothing() async throws {
        let archive = try await BackupTests.ready()
        let other = try await BackupTests.ready()
        try await BackupTests.back(archive)
        let backup = archive.temporary.file("backup")
        let foreign = await thrown { try await other.reading { try Backup($0, to: backup).run() } }
        #expect(foreign?.code == "backup-foreign" && foreign?.kind == .conflict)
        // The same archive, gone on in two ways from four entries.
        try FileManager.default.copyItem(atPath: archive.folder.path, toPath: archive.temporary.file("copy"))
        let fork = try Archive(
            opening: ArchiveFolder(archive.temporary.file("copy")), for: .writing, clock: archive.clock.read)
        let text = Cloud.batch(BackupTests.statements(500, "fork"))
        _ = try await Recorder(fork, recordedBy: "operator/x").append(cloudEvents: Array(text.utf8))
        try await archive.append(BackupTests.statements(400, "s"))
        try await BackupTests.back(archive)
        let before = try Files.bytes(backup + "/log.sqlite")
        let error = await thrown { try Backup(fork, to: backup).run() }
        #expect(error?.code == "logs-part" && error?.kind == .conflict)
        #expect(error?.english.contains("position 4:") == true, "\(error?.english ?? "")")
        // An archive that lost its end is no newer state of its backup either.
        let short = try BackupTests.restore(archive).folder
        try await archive.append(BackupTests.statements(1, "t"))
        try await BackupTests.back(archive)
        let behind = await thrown { try Backup(Archive(opening: short, for: .reading), to: backup).run() }
        #expect(behind?.code == "logs-part" && behind?.english.contains("405") == true)
        #expect(try findings(backup, [archive.verifierKey]).isEmpty)
        #expect(try Files.bytes(backup + "/log.sqlite") != before)
    }

    @Test func aFolderWithOtherThingsIsNotTaken() async throws {
        let archive = try await BackupTests.ready()
        for place in [archive.folder.path, archive.temporary.path] {
            let error = await thrown { try await archive.reading { try Backup($0, to: place).run() } }
            #expect(error?.code == "folder-not-empty")
        }
        try await BackupTests.back(archive)
        let taken = await thrown { try BackupTests.restore(archive, to: "archive") }
        #expect(taken?.code == "folder-not-empty" && taken?.kind == .badInput)
        #expect(await thrown { try BackupTests.restore(archive, from: "archive") }?.code == "not-a-backup")
        #expect(await thrown { try BackupTests.restore(archive, from: "nothing") }?.code == "not-a-backup")
        #expect(!FileManager.default.fileExists(atPath: archive.temporary.file("restored")))
    }

    @Test func damageOfTheSourceIsNamedAndNeverCopied() async throws {
        let archive = try await BackupTests.ready()
        try await BackupTests.back(archive)
        try await archive.append(BackupTests.statements(600, "s"))
        let whole = try Files.bytes(archive.folder.log)
        for position in [300, 603] as [UInt64] {
            try Files.write(whole, to: archive.folder.log)
            try Tampering.alterEntry(of: archive.folder.log, at: position) { $0[40] ^= 1 }
            Files.remove(["index.sqlite", "facts.sqlite", "read-1.sqlite", "CURRENT"], in: archive.folder)
            let error = await thrown { try await BackupTests.back(archive) }
            #expect(error?.code == "log-damaged", "\(position): \(error?.english ?? "nothing")")
            if position == 300 { #expect(error?.english.contains("300") == true, "\(error?.english ?? "")") }
            let manifest = try JSON.object(file: archive.temporary.file("backup") + "/backup.json")
            #expect(manifest["size"] as? Int == 4)
            #expect(try findings(archive.temporary.file("backup"), [archive.verifierKey]).isEmpty)
        }
        try Files.write(whole, to: archive.folder.log)
        #expect(try await BackupTests.back(archive).added == 600)
    }

    @Test func aFlippedByteInABackupIsRefusedWithItsPositionOrMeansNothing() async throws {
        let archive = try await BackupTests.ready()
        try await archive.append(BackupTests.statements(300, "s"))
        try await BackupTests.back(archive)
        let log = archive.temporary.file("backup") + "/log.sqlite"
        let whole = try Files.bytes(log)
        let entry = try await archive.entries()[200].bytes
        let place = try #require(whole.range(of: Data(entry)))
        var altered = whole
        altered[place.lowerBound + 90] ^= 1
        try Files.write(altered, to: log)
        let error = await thrown { try BackupTests.restore(archive) }
        #expect(error?.code == "backup-damaged" && error?.field == "position 200" && error?.kind == .unavailable)
        var random = SeededGenerator(stream: 31)
        var refused = 0
        for round in 0..<25 {
            altered = whole
            let byte = Int.random(in: 0..<whole.count, using: &random)
            altered[byte] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            try Files.write(altered, to: log)
            do {
                let folder = try BackupTests.restore(archive, to: "restored-\(round)").folder
                #expect(try Archive(opening: folder, for: .reading).log.head().size == 304, "byte \(byte)")
                #expect(try findings(folder.path, [archive.verifierKey]).isEmpty, "byte \(byte)")
            } catch {
                refused += 1
                #expect(!FileManager.default.fileExists(atPath: archive.temporary.file("restored-\(round)")))
            }
        }
        #expect(refused > 5)
        // Nothing is left beside the place either, and a log of less than was backed up is no backup.
        let names = try FileManager.default.contentsOfDirectory(atPath: archive.temporary.path)
        #expect(!names.contains { $0.hasSuffix(".restoring") })
        try Files.write(whole, to: log)
        let manifest = archive.temporary.file("backup") + "/backup.json"
        let text = String(decoding: try Files.bytes(manifest), as: UTF8.self)
        try Files.write(Data(text.replacingOccurrences(of: "\"size\":304", with: "\"size\":305").utf8), to: manifest)
        let short = await thrown { try BackupTests.restore(archive) }
        #expect(short?.english.contains("log-truncated") == true)
    }

    @Test func aBackupWithoutTheSigningKeySaysHowFarItIsSigned() async throws {
        let archive = try await BackupTests.ready()
        try FileManager.default.removeItem(atPath: archive.folder.path + "/keys/signing.key")
        let report = try await BackupTests.back(archive)
        #expect((report.size, report.signedSize) == (4, 1))
        #expect(try findings(report.path, [archive.verifierKey]).isEmpty)
    }
}
