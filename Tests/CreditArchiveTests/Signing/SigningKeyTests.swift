import ArchiveTesting
import CreditArchive
import EventLog
import Foundation
import Testing
import TransparencyLog

/// How the signing key is kept: plain, under a passphrase, or by a program.
@Suite struct SigningKeyTests {
    static let passphrase = "城南 correct horse 电池"

    static func source(_ text: String = passphrase) throws -> PassphraseSource {
        PassphraseSource(try Passphrase(text))
    }

    private func signing(_ archive: TestArchive) -> String { archive.folder.path + "/keys/signing.key" }

    private func text(_ archive: TestArchive) throws -> String {
        String(decoding: try Files.bytes(signing(archive)), as: UTF8.self)
    }

    private func checkpoint(_ folder: ArchiveFolder, _ passphrase: PassphraseSource = .none) throws -> String {
        try Administrator(Archive(opening: folder, for: .writing, passphrase: passphrase)).checkpoint()
    }

    /// An archive whose last entries no checkpoint covers, its key under the passphrase.
    private func encrypted() async throws -> TestArchive {
        let archive = try await BackupTests.ready()
        let report = try KeyKeeping(archive.folder).encrypt(by: SigningKeyTests.source())
        #expect(report.form == .encrypted && report.verifierKey == archive.verifierKey)
        return archive
    }

    @Test func anEncryptedKeySignsWithItsPassphraseAlone() async throws {
        let archive = try await BackupTests.ready()
        let secret = try Files.bytes(signing(archive)).prefix(60)
        _ = try KeyKeeping(archive.folder).encrypt(by: SigningKeyTests.source())
        // Nothing of the plain key is left in the folder.
        for file in try Files.all(in: archive.folder.path) {
            #expect(try Files.bytes(file).range(of: secret) == nil, "\(file)")
        }
        #expect(await thrown { try checkpoint(archive.folder) }?.code == "passphrase-needed")
        #expect(
            await thrown { try checkpoint(archive.folder, SigningKeyTests.source("another one")) }?.code
                == "passphrase-wrong")
        let note = try checkpoint(archive.folder, SigningKeyTests.source())
        #expect(note.hasPrefix("credit.example/test\n4\n"))
        #expect(try archive.deepFindings().isEmpty)
        // Records, answers and what is signed already need no passphrase.
        #expect(try checkpoint(archive.folder) == note)
        try await archive.append([Cloud.body(2)])
        let form = try await archive.reading { try KeyKeeping.report(of: $0).form }
        #expect(form == .encrypted)
        #expect(try Examination(archive.folder).run().allSatisfy(\.isWell))
        #expect(try FileManager.default.attributesOfItem(atPath: signing(archive))[.posixPermissions] as? Int == 0o600)
        // And back.
        #expect(try KeyKeeping(archive.folder).decrypt(SigningKeyTests.source()).form == .plain)
        #expect(try Files.bytes(signing(archive)).prefix(60) == secret)
        #expect(await thrown { try KeyKeeping(archive.folder).decrypt(.none) }?.code == "key-not-encrypted")
    }

    @Test func anArchiveIsMadeWithItsKeyUnderAPassphrase() async throws {
        let temporary = try TemporaryFolder()
        let folder = ArchiveFolder(temporary.file("archive"))
        let made = try Archive.create(
            at: folder, origin: "credit.example/x", passphrase: Passphrase(SigningKeyTests.passphrase))
        let key = try Files.bytes(folder.path + "/keys/signing.key")
        #expect(key.range(of: Data("PRIVATE".utf8)) == nil && key.range(of: Data(made.verifierKey.utf8)) != nil)
        for file in try Files.all(in: folder.path) {
            #expect(try Files.bytes(file).range(of: Data("PRIVATE+KEY".utf8)) == nil, "\(file)")
        }
    }

    @Test func aPassphraseIsChangedWithTheOldOne() async throws {
        let archive = try await encrypted()
        let keeping = KeyKeeping(archive.folder)
        let before = try text(archive)
        #expect(
            await thrown { try keeping.encrypt(by: SigningKeyTests.source("a new one 2026")) }?.code
                == "passphrase-needed")
        let wrong = await thrown {
            try keeping.encrypt(
                by: SigningKeyTests.source("a new one 2026"), opening: SigningKeyTests.source("wrong one"))
        }
        #expect(wrong?.code == "passphrase-wrong")
        #expect(try text(archive) == before)
        _ = try keeping.encrypt(by: SigningKeyTests.source("a new one 2026"), opening: SigningKeyTests.source())
        #expect(await thrown { try checkpoint(archive.folder, SigningKeyTests.source()) }?.code == "passphrase-wrong")
        #expect(throws: Never.self) { try checkpoint(archive.folder, SigningKeyTests.source("a new one 2026")) }
    }

    @Test(arguments: [
        (#""cost":65536"#, #""cost":1073741824"#, "signing-key-damaged"),
        (#""cost":65536"#, #""cost":1048576"#, "signing-key-damaged"),
        (#""cost":65536"#, #""cost":65537"#, "signing-key-damaged"),
        (#""cost":65536"#, #""cost":1024"#, "signing-key-damaged"),
        (#""cost":65536"#, #""cost":-65536"#, "signing-key-damaged"),
        (#""cost":65536"#, #""cost":32768"#, "passphrase-wrong"),
        (#""blockSize":8"#, #""blockSize":64"#, "signing-key-damaged"),
        (#""blockSize":8"#, #""blockSize":1"#, "signing-key-damaged"),
        (#""parallelism":2"#, #""parallelism":4000000000"#, "signing-key-damaged"),
        (#""parallelism":2"#, #""parallelism":1"#, "passphrase-wrong"),
        (#""name":"scrypt""#, #""name":"none""#, "signing-key-damaged"),
        (#""cipher":"AES-256-GCM""#, #""cipher":"none""#, "signing-key-damaged"),
        (#""formatVersion":1"#, #""formatVersion":2"#, "signing-key-damaged"),
        (#""form":"encrypted""#, #""form":"plain""#, "signing-key-damaged"),
        (#""form":"encrypted""#, #""form":"command""#, "signing-key-damaged"),
        (#""nonce":""#, #""extra":1,"nonce":""#, "signing-key-damaged"),
        (#""verifierKey":"credit.example/test"#, #""verifierKey":"credit.example/other"#, "signing-key-damaged"),
    ])
    func aHostileOrDamagedFileIsRefused(_ old: String, _ new: String, _ code: String) async throws {
        let archive = try await encrypted()
        let altered = try text(archive).replacingOccurrences(of: old, with: new)
        #expect(try text(archive) != altered)
        try Files.write(Data(altered.utf8), to: signing(archive))
        let start = ContinuousClock.now
        let error = await thrown { try checkpoint(archive.folder, SigningKeyTests.source()) }
        #expect(error?.code == code, "\(error?.english ?? "")")
        #expect(ContinuousClock.now - start < .seconds(20))
    }

    @Test func noAlteredByteOfAnEncryptedKeyIsTakenForTheKey() async throws {
        let archive = try await encrypted()
        let bytes = try Files.bytes(signing(archive))
        var random = SeededGenerator(stream: 0x5C)
        let places = isLongRun ? Array(bytes.indices.dropLast()) : (0..<12).map { _ in random.below(bytes.count - 1) }
        for place in places {
            var altered = bytes
            altered[place] ^= 1
            try Files.write(altered, to: signing(archive))
            let error = await thrown { try checkpoint(archive.folder, SigningKeyTests.source()) }
            #expect(
                ["passphrase-wrong", "signing-key-damaged", "signing-key-foreign", "key-malformed"].contains(
                    error?.code),
                "byte \(place): \(error?.english ?? "nothing")")
        }
        try Files.write(Data(repeating: UInt8(ascii: "{"), count: 600 << 10), to: signing(archive))
        #expect(await thrown { try checkpoint(archive.folder) }?.code == "signing-key-damaged")
    }

    @Test(arguments: ["short", "", "with\u{7}bell", "two\nlines of it", String(repeating: "x", count: 1_025)])
    func aPassphraseHasALengthAndNoControlCharacters(_ text: String) async {
        #expect(await thrown { try Passphrase(text) }?.code == "passphrase-malformed")
    }

    @Test func aPassphraseIsTheSameHoweverItWasTypedAndPrintsAsDots() async throws {
        let archive = try await BackupTests.ready()
        _ = try KeyKeeping(archive.folder).encrypt(by: SigningKeyTests.source("caf\u{E9} caf\u{E9}"))
        let file = try Passphrase(file: Array("cafe\u{301} cafe\u{301}\r\n".utf8))
        #expect(throws: Never.self) { try checkpoint(archive.folder, PassphraseSource(file)) }
        #expect("\(file)" == "••••" && String(reflecting: file) == "••••")
        #expect(
            await thrown { try Passphrase(file: [0xFF, 0x61, 0x61, 0x61, 0x61, 0x61, 0x61, 0x61]) }?.code
                == "passphrase-malformed")
    }

    @Test func whatAReplacementThatWasCutOffHasLeftGoesWithTheNextOne() async throws {
        let archive = try await encrypted()
        // Cut off after the old key had its second name: it is the key in force, and must not be overwritten.
        try FileManager.default.linkItem(atPath: signing(archive), toPath: signing(archive) + ".old")
        #expect(try Examination(archive.folder).run().first { $0.code == "signing-key" }?.isWell == false)
        _ = try KeyKeeping(archive.folder).decrypt(SigningKeyTests.source())
        #expect(!FileManager.default.fileExists(atPath: signing(archive) + ".old"))
        #expect(throws: Never.self) { try checkpoint(archive.folder) }
        // Cut off before the old one was overwritten, or the new one was in place.
        for rest in [".old", ".part", ".next.part"] {
            try Files.write(Data("PRIVATE+KEY".utf8), to: signing(archive) + rest)
        }
        _ = try KeyKeeping(archive.folder).encrypt(by: SigningKeyTests.source())
        let names = try FileManager.default.contentsOfDirectory(atPath: archive.folder.keys)
        #expect(Set(names) == ["data.keys", "signing.key"])
        #expect(try Examination(archive.folder).run().allSatisfy(\.isWell))
    }

    @Test func aBackupOfTheKeysHasTheKeyAsItIsKept() async throws {
        let archive = try await encrypted()
        let key = try Files.bytes(signing(archive))
        let report = try await archive.reading { try KeyBackup($0, to: archive.temporary.file("keys")).run() }
        #expect(Set(report.files) == ["data.keys", "signing.key"])
        try FileManager.default.removeItem(atPath: archive.folder.keys)
        _ = try KeyRestoration(from: report.path, to: archive.folder, clock: archive.clock.read).run()
        #expect(try Files.bytes(signing(archive)) == key)
        #expect(throws: Never.self) { try checkpoint(archive.folder, SigningKeyTests.source()) }
    }

    @Test func aKeyThatOthersCanReadIsNamed() async throws {
        let archive = try await BackupTests.ready()
        for (path, mode) in [(signing(archive), 0o640), (archive.folder.keys, 0o755)] {
            let before = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
            let check = try Examination(archive.folder).run().first { $0.code == "signing-key" }
            #expect(check?.isWell == false && check?.detailEnglish.contains("chmod") == true, "\(path)")
            try FileManager.default.setAttributes([.posixPermissions: before ?? 0], ofItemAtPath: path)
        }
        #expect(try Examination(archive.folder).run().allSatisfy(\.isWell))
    }
}
