import ArchiveTesting
import CreditArchive
import CreditModel
import EventLog
import Foundation
import Testing
import TransparencyLog

/// Keys have a backup of their own, and none that the log says is destroyed ever comes back.
@Suite struct KeyBackupTests {
    private static let basis = "个人信息保护法第四十七条"

    private func back(_ archive: TestArchive, to name: String = "keys") async throws -> KeyBackup.Report {
        try await archive.reading { try KeyBackup($0, to: archive.temporary.file(name)).run() }
    }

    private func restore(_ archive: TestArchive, from name: String = "keys") throws -> KeyRestoration.Report {
        try KeyRestoration(from: archive.temporary.file(name), to: archive.folder, clock: archive.clock.read).run()
    }

    private func erase(_ archive: TestArchive, _ stream: String) async throws {
        _ = try await archive.writing {
            try Administrator($0).destroyTexts(of: stream, basis: KeyBackupTests.basis, recordedBy: "operator/7")
        }
    }

    private func loseKeys(_ archive: TestArchive) throws {
        try FileManager.default.removeItem(atPath: archive.folder.keys)
    }

    private func trail(_ archive: TestArchive, _ item: String) async throws -> String {
        try await archive.reading { try Auditor($0).trail(ofCase: #require(CaseID(item)))[0].chinese }
    }

    private func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    @Test func lostKeysComeBackForTheirOwnerAlone() async throws {
        let archive = try await BackupTests.ready()
        let report = try await back(archive)
        #expect(Set(report.files) == ["data.keys", "signing.key"] && report.size == 4)
        #expect(try mode(report.path) == 0o700)
        for file in try Files.all(in: report.path) where !file.hasSuffix("/lock") {
            #expect(try mode(file) == 0o600, "\(file)")
        }
        try loseKeys(archive)
        #expect(try await trail(archive, "a").hasSuffix("〔密钥缺失 key missing〕"))
        #expect(await thrown { try await archive.append([Cloud.incident("c", fact: "丙的文")]) }?.code == "keys-unusable")
        let restored = try restore(archive)
        #expect(Set(restored.restored) == ["data.keys", "signing.key"])
        #expect((restored.erased, restored.lost) == (0, 0))
        #expect(try mode(archive.folder.keys) == 0o700 && mode(archive.folder.dataKeys) == 0o600)
        #expect(try await trail(archive, "a").hasSuffix("甲的旧文"))
        try await archive.append([Cloud.incident("c", fact: "丙的文")])
        _ = try await archive.writing { try Administrator($0).checkpoint() }
        #expect(try Examination(archive.folder).run().allSatisfy(\.isWell))
    }

    @Test func aKeyThatTheLogSaysIsDestroyedNeverComesBack() async throws {
        let archive = try await BackupTests.ready()
        _ = try await back(archive)
        let slot = 64..<96
        let stale = try Files.bytes(archive.folder.dataKeys)[slot]
        try await erase(archive, "case/a")
        let checks = try Examination(archive.folder, backups: [archive.temporary.file("keys")]).run()
        #expect(checks.first { $0.code == "backup" }?.isWell == false)
        try loseKeys(archive)
        let report = try restore(archive)
        #expect((report.erased, report.lost) == (1, 0))
        #expect(try Files.bytes(archive.folder.dataKeys)[slot] == Data(repeating: 0, count: 32))
        for file in try Files.all(in: archive.folder.path) { #expect(try Files.bytes(file).range(of: stale) == nil) }
        #expect(try await trail(archive, "a").hasSuffix("〔已抹除 erased〕"))
        #expect(try await trail(archive, "b").hasSuffix("未按约定支付工程款"))
        // Made again, the backup itself forgets.
        _ = try await back(archive)
        for file in try Files.all(in: archive.temporary.file("keys")) {
            #expect(try Files.bytes(file).range(of: stale) == nil, "\(file)")
        }
        let later = try Examination(archive.folder, backups: [archive.temporary.file("keys")]).run()
        #expect(later.filter { !$0.isWell }.isEmpty)
    }

    @Test func keysThatAnOlderBackupLacksAreCountedAndTheirNumbersNotReused() async throws {
        let archive = try await BackupTests.ready()
        _ = try await back(archive)
        // More than one block of slots: the backup's file has only the first.
        try await archive.append((0..<1_100).map { Cloud.incident("m\($0)", fact: "第\($0)件") })
        try loseKeys(archive)
        #expect(try restore(archive).lost == 78)
        #expect(try await trail(archive, "m1000").hasSuffix("第1000件"))
        #expect(try await trail(archive, "m1099").hasSuffix("〔密钥缺失 key missing〕"))
        try await archive.append([Cloud.incident("new", fact: "新的文")])
        #expect(try await trail(archive, "new").hasSuffix("新的文"))
        #expect(try await trail(archive, "m1099").hasSuffix("〔密钥缺失 key missing〕"))
        #expect(try Examination(archive.folder).run().first { $0.code == "data-keys" }?.isWell == false)
    }

    @Test func keysThatAreThereAreNeverReplaced() async throws {
        let archive = try await BackupTests.ready()
        _ = try await back(archive)
        let before = try Files.bytes(archive.folder.dataKeys)
        let error = await thrown { try restore(archive) }
        #expect(error?.code == "keys-present" && error?.kind == .conflict)
        try FileManager.default.removeItem(atPath: archive.folder.path + "/keys/signing.key")
        let report = try restore(archive)
        #expect(report.restored == ["signing.key"] && report.kept == ["data.keys"])
        #expect(try Files.bytes(archive.folder.dataKeys) == before)
    }

    @Test func theKeyInForceComesToItsPlaceWhateverTheBackupCallsIt() async throws {
        let archive = try await BackupTests.ready()
        try await BackupTests.back(archive)
        let report = try KeyRotation(archive.folder, clock: archive.clock.read).run(
            .scheduled, recordedBy: "operator/test")
        let keys = try await back(archive)
        // A log from before the change, with the keys of after it: the former key is the one in force there.
        let (folder, _) = try BackupTests.restore(archive)
        let restored = try KeyRestoration(from: keys.path, to: folder).run()
        #expect(restored.restored.contains("data.keys"))
        func key(_ name: String, in folder: ArchiveFolder) throws -> String {
            try NoteSigner(
                secretString: String(decoding: Files.bytes(folder.keys + "/" + name), as: UTF8.self)
                    .trimmingCharacters(in: .newlines)
            ).verifier.string
        }
        #expect(try key("signing.key", in: folder) == archive.verifierKey)
        // A former key in the place of the one in force makes room for it.
        let aside = try #require(report.aside)
        try FileManager.default.removeItem(atPath: archive.folder.signingKey)
        try FileManager.default.moveItem(atPath: aside, toPath: archive.folder.signingKey)
        let mended = try restore(archive)
        #expect(mended.restored.contains("signing.key"))
        #expect(try key("signing.key", in: archive.folder) == report.origin.verifierKey)
        #expect(FileManager.default.fileExists(atPath: aside))
        _ = try await archive.writing { try Administrator($0).checkpoint() }
    }

    @Test func anothersOrAlteredKeysAreRefused() async throws {
        let archive = try await BackupTests.ready()
        let other = try await BackupTests.ready()
        let path = try await back(archive).path
        let foreign = await thrown {
            try KeyRestoration(from: path, to: other.folder).run()
        }
        #expect(foreign?.code == "keys-foreign" && foreign?.kind == .conflict)
        #expect(await thrown { try await other.reading { try KeyBackup($0, to: path).run() } }?.code == "keys-foreign")
        #expect(await thrown { try restore(archive, from: "nothing") }?.code == "not-a-key-backup")
        _ = try await BackupTests.back(archive)
        #expect(await thrown { try await back(archive, to: "backup") }?.code == "keys-in-log-backup")
        try loseKeys(archive)
        let file = try #require(try Files.all(in: path).first { $0.contains("data.keys.") })
        var bytes = try Files.bytes(file)
        bytes[70] ^= 1
        try Files.write(bytes, to: file)
        let damaged = await thrown { try restore(archive) }
        #expect(damaged?.code == "key-backup-damaged" && damaged?.field == "data.keys")
        #expect(!FileManager.default.fileExists(atPath: archive.folder.dataKeys))
        #expect(await thrown { try await back(archive, to: "none") }?.code == "keys-missing")
        // A name that leads out of the folder is no name.
        let manifest = path + "/keys.json"
        let text = String(decoding: try Files.bytes(manifest), as: UTF8.self)
        try Files.write(Data(text.replacingOccurrences(of: "data.keys", with: "../x").utf8), to: manifest)
        #expect(await thrown { try restore(archive) }?.code == "record-damaged")
    }
}
