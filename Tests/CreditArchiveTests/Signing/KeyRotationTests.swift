import ArchiveTesting
import CreditArchive
import CreditModel
import EventLog
import Foundation
import LogAudit
import Projections
import Testing
import TransparencyLog

/// The signing key is changed, lost, compromised; what was signed before stays verifiable.
@Suite struct KeyRotationTests {
    private static let basis = "服务器硬盘损坏，领导小组办公室决定"

    private func rotate(
        _ archive: TestArchive, _ cause: KeyRotated.Cause = .scheduled, basis: String? = basis,
        destroy: Bool = false, passphrase: PassphraseSource = .none
    ) throws -> KeyRotation.Report {
        try KeyRotation(archive.folder, passphrase: passphrase, clock: archive.clock.read).run(
            cause, basis: basis, document: "云信办[2026]3号", destroyFormer: destroy, recordedBy: "operator/7")
    }

    private func findings(_ folder: ArchiveFolder, _ keys: [String], against: [String] = []) throws -> [String] {
        var options = Verification.Options()
        (options.deep, options.verifierKeys, options.against) = (true, keys, against)
        return try Verification(folder, options).run().findings.map { "\($0.code) \($0.position ?? 0)" }
    }

    private func checkpoint(_ archive: TestArchive) async throws -> String {
        try await archive.writing { try Administrator($0).checkpoint() }
    }

    private func verify(_ note: String, _ keys: String...) throws -> Int {
        try Note(parsing: Array(note.utf8)).verify(trusting: keys.map { try NoteVerifier($0) }).count
    }

    private func key(_ archive: TestArchive, _ name: String = "signing.key") -> String {
        archive.folder.keys + "/" + name
    }

    @Test func aScheduledChangeIsVouchedForByTheFormerKeyAndEverythingStaysVerifiable() async throws {
        let archive = try await BackupTests.ready()
        let before = try await checkpoint(archive)
        let receipt = try await archive.reading { try Auditor($0).receipt(for: 2, checkpoint: before) }
        let report = try rotate(archive)
        let new = report.origin.verifierKey
        #expect(new != archive.verifierKey && report.former == archive.verifierKey && !report.isResumed)
        #expect(
            (report.origin.origin, report.origin.position, report.origin.cause) == (
                "credit.example/test", 4, .scheduled
            ))
        // The checkpoint that ends with the record has both signatures, the next ones the new key's alone.
        #expect(report.checkpoint.hasPrefix("credit.example/test\n5\n"))
        #expect(try verify(report.checkpoint, archive.verifierKey, new) == 2)
        try await archive.append([Cloud.body(2)])
        let after = try await checkpoint(archive)
        #expect(try verify(after, new) == 1)
        #expect(throws: TransparencyError.self) { try verify(after, archive.verifierKey) }
        // Whoever trusts either key, both or none verifies all of it, and holds checkpoints of both times against it.
        for keys in [[], [archive.verifierKey], [new], [archive.verifierKey, new]] {
            #expect(try findings(archive.folder, keys, against: [before, report.checkpoint, after]).isEmpty, "\(keys)")
        }
        let stranger = try NoteSigner(name: "credit.example/test").verifier.string
        #expect(try !findings(archive.folder, [stranger]).isEmpty)
        #expect(throws: Never.self) {
            try ReceiptVerification.verify(receipt.bytes, verifierKey: archive.verifierKey)
        }
        // The former key is kept aside.
        #expect(report.aside.map { FileManager.default.fileExists(atPath: $0) } == true)
        let aside = try NoteSigner(
            secretString: String(decoding: Files.bytes(#require(report.aside)), as: UTF8.self)
                .trimmingCharacters(in: .whitespacesAndNewlines))
        #expect(aside.verifier.string == archive.verifierKey)
        #expect(try Examination(archive.folder).run().allSatisfy(\.isWell))
        // And it is an event like any.
        let entries = try await archive.entries()
        guard case .keyRotated(let data) = try entries[4].event() else {
            Issue.record("the record of the change")
            return
        }
        #expect(data.former == archive.verifierKey && data.verifierKey == new && data.basis == KeyRotationTests.basis)
        #expect(data.document?.normalised == "云信办〔2026〕3号" && entries[4].recordedBy == "operator/7")
        #expect(entries[4].subject == .archive)
    }

    @Test func manyChangesAreFollowedFromAnyOfTheKeys() async throws {
        let archive = try await BackupTests.ready()
        var keys = [archive.verifierKey]
        var notes = [try await checkpoint(archive)]
        for round in 0..<4 {
            let report = try rotate(archive, basis: nil, destroy: round % 2 == 0)
            #expect((report.aside == nil) == (round % 2 == 0))
            keys.append(report.origin.verifierKey)
            notes.append(report.checkpoint)
            try await archive.append(BackupTests.statements(3, "r\(round)"))
            notes.append(try await checkpoint(archive))
        }
        for key in keys { #expect(try findings(archive.folder, [key], against: notes).isEmpty, "\(key)") }
        // Back up, restore, and the keys are known there, too.
        try await BackupTests.back(archive)
        let restored = try BackupTests.restore(archive)
        #expect(try findings(restored.folder, [keys[2]], against: notes).isEmpty)
        #expect(try Resumption(restored.folder).resume(against: Array(notes[8].utf8)).origin.verifierKey == keys[4])
    }

    @Test(arguments: [KeyRotated.Cause.lost, .compromised])
    func nobodyVouchesForTheKeyAfterALostOrCompromisedOne(_ cause: KeyRotated.Cause) async throws {
        let archive = try await BackupTests.ready()
        let before = try await checkpoint(archive)
        if cause == .lost { try FileManager.default.removeItem(atPath: key(archive)) }
        try await archive.append([Cloud.body(2)])
        if cause == .lost { #expect(await thrown { try await checkpoint(archive) }?.code == "signing-key-missing") }
        for basis in [nil, "", " x", String(repeating: "长", count: 201)] {
            let error = await thrown { try rotate(archive, cause, basis: basis) }
            #expect(error?.code == (basis == nil ? "basis-needed" : "basis-malformed"))
        }
        #expect(try await archive.size == 5)
        let report = try rotate(archive, cause)
        let new = report.origin.verifierKey
        #expect(report.origin.cause == cause && report.origin.position == 5)
        #expect(try Note(parsing: Array(report.checkpoint.utf8)).signatures.count == 1)
        #expect(try verify(report.checkpoint, new) == 1)
        try await archive.append([Cloud.body(3)])
        let after = try await checkpoint(archive)
        // The log agrees with itself and with whoever pins the new key; the former key leads up to the change.
        #expect(try findings(archive.folder, []).isEmpty)
        #expect(try findings(archive.folder, [new], against: [before, after]).isEmpty)
        #expect(try findings(archive.folder, [archive.verifierKey], against: [before]) == ["key-unfollowed 5"])
        #expect(
            try findings(archive.folder, [archive.verifierKey], against: [after])
                == ["earlier-checkpoint-untrusted 0", "key-unfollowed 5"])
        let checks = try Examination(archive.folder).run()
        #expect(!checks.contains { !$0.isWell })
        #expect(checks.first { $0.code == "key-changes" }?.detailChinese.contains(cause.rawValue) == true)
        let steps = try await archive.entries()
        #expect(steps.filter { $0.type == "key.rotated" }.count == 1)
    }

    @Test func whatACompromisedKeySignsAfterwardsIsAFinding() async throws {
        let archive = try await BackupTests.ready()
        let secret = String(decoding: try Files.bytes(key(archive)), as: UTF8.self)
        let thief = try NoteSigner(secretString: secret.trimmingCharacters(in: .whitespacesAndNewlines))
        let report = try rotate(archive, .compromised)
        try await archive.append([Cloud.body(2), Cloud.body(3)])
        // With the stolen key, and a hand on the file: the honest checkpoint goes, the thief's comes.
        let head = try await archive.reading { try $0.log.head() }
        let forged = try Checkpoint(origin: "credit.example/test", size: head.size, root: head.root).signed(by: [thief])
        let text = String(decoding: forged.bytes, as: UTF8.self)
        let hex = Data(text.utf8).map { String(format: "%02x", $0) }.joined()
        try Tampering.execute(
            archive.folder.log, "INSERT INTO checkpoint (size, note) VALUES (\(head.size), x'\(hex)')")
        for keys in [[], [report.origin.verifierKey], [archive.verifierKey, report.origin.verifierKey]] {
            #expect(try findings(archive.folder, keys) == ["checkpoint-key-replaced 7"], "\(keys.count)")
        }
        try Tampering.removeCheckpoint(of: archive.folder.log, size: 5)
        for keys in [[report.origin.verifierKey], [archive.verifierKey]] {
            #expect(
                try findings(archive.folder, keys).contains("checkpoint-key-replaced 7"), "\(keys)")
        }
    }

    @Test func aKeyThatCannotSignStopsAScheduledChangeBeforeItBegins() async throws {
        let archive = try await BackupTests.ready()
        _ = try KeyKeeping(archive.folder).encrypt(by: SigningKeyTests.source())
        let log = archive.logBytes
        #expect(await thrown { try rotate(archive) }?.code == "passphrase-needed")
        #expect(
            await thrown { try rotate(archive, passphrase: SigningKeyTests.source("wrong wrong")) }?.code
                == "passphrase-wrong")
        #expect(archive.logBytes == log && !FileManager.default.fileExists(atPath: key(archive, "signing.key.next")))
        let report = try rotate(archive, passphrase: SigningKeyTests.source())
        // The new key is under the passphrase, too.
        let form = try await archive.reading { try KeyKeeping.report(of: $0) }
        #expect(form.form == .encrypted && form.verifierKey == report.origin.verifierKey)
        #expect(try findings(archive.folder, [archive.verifierKey]).isEmpty)
        try FileManager.default.removeItem(atPath: key(archive))
        #expect(
            await thrown { try rotate(archive, passphrase: SigningKeyTests.source()) }?.code == "signing-key-missing")
    }

    @Test func theFormerKeyIsOverwrittenWhereItIsToBeDestroyed() async throws {
        let archive = try await BackupTests.ready()
        let secret = try Files.bytes(key(archive)).prefix(60)
        let report = try rotate(archive, destroy: true)
        #expect(report.aside == nil)
        for file in try Files.all(in: archive.folder.path) {
            #expect(try Files.bytes(file).range(of: secret) == nil, "\(file)")
        }
        #expect(try findings(archive.folder, [archive.verifierKey]).isEmpty)
    }

    @Test func aCompromiseIsNeverTakenForTheScheduledChangeThatWasCutOff() async throws {
        let archive = try await BackupTests.ready()
        let first = try rotate(archive)
        // The log speaks under the new key, which only has not come to its place.
        try FileManager.default.moveItem(atPath: key(archive), toPath: key(archive, "signing.key.next"))
        let error = await thrown { try rotate(archive, .compromised) }
        #expect(error?.code == "rotation-finished" && error?.kind == .conflict)
        #expect(error?.english.contains("position 4") == true)
        let second = try rotate(archive, .compromised)
        #expect(second.origin.cause == .compromised && second.former == first.origin.verifierKey)
        #expect(try findings(archive.folder, [archive.verifierKey]) == ["key-unfollowed 5"])
    }

    /// What a crash leaves after each step.
    @Test(arguments: ["key", "entry", "entry and more", "checkpoint", "former key"], [false, true])
    func aChangeThatWasCutOffIsTakenUpAgain(_ cut: String, _ isLost: Bool) async throws {
        let archive = try await BackupTests.ready()
        let old = try Files.bytes(key(archive))
        let log = try Files.bytes(archive.folder.log)
        let cause: KeyRotated.Cause = isLost ? .lost : .scheduled
        let report = try rotate(archive, cause)
        try FileManager.default.moveItem(atPath: key(archive), toPath: key(archive, "signing.key.next"))
        if cut != "former key" {
            try FileManager.default.removeItem(atPath: #require(report.aside))
            try Files.write(old, to: key(archive))
        }
        if cut == "key" {
            try Files.write(log, to: archive.folder.log)
            Files.remove(["index.sqlite", "facts.sqlite", "read-1.sqlite", "CURRENT"], in: archive.folder)
        }
        if cut.hasPrefix("entry") {
            try Tampering.removeCheckpoint(of: archive.folder.log, size: 5)
            if cut != "entry" { try await archive.append([Cloud.body(2)]) }
            // Nothing is signed before it is finished, by either key; whoever verifies is not disturbed.
            if cut != "entry" {
                let error = await thrown { try await checkpoint(archive) }
                #expect(error?.code == "rotation-under-way" && error?.english.contains("position 4") == true)
            }
            #expect(try findings(archive.folder, [archive.verifierKey]).isEmpty)
            #expect(try Examination(archive.folder).run().first { $0.code == "signing-key" }?.isWell == false)
        }
        if cut == "checkpoint" || cut == "former key" {
            // It is in force already, wherever it lies, and it is backed up.
            try await archive.append([Cloud.body(2)])
            let note = try await checkpoint(archive)
            #expect(try verify(note, report.origin.verifierKey) == 1)
            let kept = try await archive.reading { try KeyBackup($0, to: archive.temporary.file("keys")).run() }
            #expect(kept.files.contains("signing.key") && !kept.files.contains("signing.key.next"))
            #expect(try Examination(archive.folder).run().first { $0.code == "signing-key" }?.isWell == false)
        }
        let again = try rotate(archive, cause)
        #expect(again.isResumed == (cut != "key"))
        #expect((again.origin == report.origin) == (cut != "key"))
        #expect(!FileManager.default.fileExists(atPath: key(archive, "signing.key.next")))
        try await archive.append([Cloud.body(3)])
        let note = try await checkpoint(archive)
        #expect(try verify(note, again.origin.verifierKey) == 1)
        #expect(try findings(archive.folder, [again.origin.verifierKey]).isEmpty)
        #expect(try findings(archive.folder, [archive.verifierKey]) == (isLost ? ["key-unfollowed 4"] : []))
        #expect(try Examination(archive.folder).run().allSatisfy(\.isWell))
        #expect(try await archive.entries().filter { $0.type == "key.rotated" }.count == 1)
    }

    @Test func aChangeWhoseNewKeyIsGoneIsReplacedByALoss() async throws {
        let archive = try await BackupTests.ready()
        let old = try Files.bytes(key(archive))
        _ = try rotate(archive)
        try Tampering.removeCheckpoint(of: archive.folder.log, size: 5)
        try Files.write(old, to: key(archive))
        #expect(await thrown { try rotate(archive) }?.code == "rotation-key-missing")
        let report = try rotate(archive, .lost)
        #expect(report.origin.position == 5 && report.former == archive.verifierKey && !report.isResumed)
        #expect(try findings(archive.folder, []).isEmpty)
        #expect(try findings(archive.folder, [report.origin.verifierKey]).isEmpty)
        #expect(try findings(archive.folder, [archive.verifierKey]) == ["key-unfollowed 5"])
    }

    @Test func aRestoredArchiveThatDoesNotKnowTheNewKeyDoesNotGoOn() async throws {
        let archive = try await BackupTests.ready()
        try await BackupTests.back(archive)
        _ = try await archive.reading { try KeyBackup($0, to: archive.temporary.file("keys")).run() }
        let report = try rotate(archive)
        try await archive.append([Cloud.body(2)])
        let published = try await checkpoint(archive)
        let folder = try BackupTests.restore(archive).folder
        _ = try KeyRestoration(from: archive.temporary.file("keys"), to: folder, clock: archive.clock.read).run()
        // Not even by a change of key; and the checkpoint that both signed says that the backup is behind.
        let change = await thrown { try KeyRotation(folder).run(.scheduled, recordedBy: "operator/7") }
        #expect(change?.code == "restored-not-resumed")
        #expect(
            await thrown { try Resumption(folder).resume(against: Array(published.utf8)) }?.code == "checkpoint-foreign"
        )
        #expect(
            await thrown { try Resumption(folder).resume(against: Array(report.checkpoint.utf8)) }?.code
                == "restored-behind")
        #expect(
            await thrown { try Administrator(Archive(opening: folder, for: .writing)).checkpoint() }?.code
                == "restored-behind")
        let resumed = try Resumption(folder).resume(under: "credit.example/two", recordedBy: "operator/7")
        let next = try KeyRotation(folder, clock: archive.clock.read).run(.scheduled, recordedBy: "operator/7")
        #expect(next.origin.origin == "credit.example/two" && next.former == resumed.origin.verifierKey)
        #expect(try findings(folder, [archive.verifierKey, resumed.origin.verifierKey]).isEmpty)
    }

    @Test func anOldBackupOfTheKeysBringsTheFormerKeyBackAside() async throws {
        let archive = try await BackupTests.ready()
        _ = try await archive.reading { try KeyBackup($0, to: archive.temporary.file("keys")).run() }
        let report = try rotate(archive, destroy: true)
        try FileManager.default.removeItem(atPath: key(archive))
        try FileManager.default.removeItem(atPath: archive.folder.dataKeys)
        _ = try KeyRestoration(from: archive.temporary.file("keys"), to: archive.folder, clock: archive.clock.read)
            .run()
        #expect(!FileManager.default.fileExists(atPath: key(archive)))
        #expect(await thrown { try rotate(archive) }?.code == "signing-key-missing")
        #expect(try rotate(archive, .lost).former == report.origin.verifierKey)
        let backup = archive.temporary.file("keys")
        let stale = try Examination(archive.folder, backups: [backup]).run().first { $0.code == "backup" }
        #expect(stale?.isWell == false && stale?.detailEnglish.contains("keys backup again") == true)
        _ = try await archive.reading { try KeyBackup($0, to: backup).run() }
        #expect(try Examination(archive.folder, backups: [backup]).run().allSatisfy(\.isWell))
    }

    @Test func aSizeHasOneCheckpointWhoeverAsks() async throws {
        let archive = try await BackupTests.ready()
        let open = try await archive.open(.writing)
        let notes = await withTaskGroup(of: String?.self) { group in
            for _ in 0..<16 { group.addTask { try? Administrator(open).checkpoint() } }
            return await group.reduce(into: Set<String?>()) { $0.insert($1) }
        }
        #expect(notes.count == 1 && notes.first != .some(nil))
        try open.close()
    }
}
