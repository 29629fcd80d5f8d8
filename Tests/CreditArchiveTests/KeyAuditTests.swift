import ArchiveTesting
import CreditArchive
import CreditModel
import EventLog
import Foundation
import LogAudit
import Testing

/// A deep audit tells lawfully erased texts from those whose keys are lost, where the keys are.
@Suite struct KeyAuditTests {
    private func ready() async throws -> TestArchive {
        let archive = try TestArchive()
        try await archive.append([
            Cloud.body(1), Cloud.incident("a", fact: "甲的旧文"), Cloud.incident("b", fact: "乙的旧文"),
            Cloud.statement("s", "2023-04-01", "甲的陈述"),
        ])
        return archive
    }

    private func audit(_ archive: TestArchive) throws -> (keys: KeyAudit.Counts?, codes: [String]) {
        var options = Verification.Options()
        options.deep = true
        let outcome = try Verification(archive.folder, options).run()
        return (outcome.keys, outcome.findings.map { "\($0.code) \($0.position.map(String.init) ?? "-")" })
    }

    /// Overwrites a key's slot past the archive.
    private func overwrite(_ archive: TestArchive, key: Int, with byte: UInt8) throws {
        var file = [UInt8](try Files.bytes(archive.folder.dataKeys))
        for place in 64 + key * 32..<64 + key * 32 + 32 { file[place] = byte }
        try Files.write(Data(file), to: archive.folder.dataKeys)
    }

    @Test func keysInUseAreCounted() async throws {
        let archive = try await ready()
        let found = try audit(archive)
        #expect(found.keys == .init(used: 2, destroyed: 0, lost: 0) && found.codes == [])
    }

    @Test func aKeyThatTheLogSaysIsDestroyedIsLawfullyErased() async throws {
        let archive = try await ready()
        _ = try await archive.writing { archive in
            try Administrator(archive).destroyTexts(of: "case/a", basis: "依据", recordedBy: "operator/7")
        }
        let found = try audit(archive)
        #expect(found.keys == .init(used: 2, destroyed: 1, lost: 0) && found.codes == [])
    }

    /// All zero, all ones and 0xFE are what the key file itself says of slots; another value is no key of these texts.
    @Test(arguments: [UInt8(0), 0xFF, 0xFE, 0x11])
    func aKeyThatIsGoneWithoutARecordIsLost(_ byte: UInt8) async throws {
        let archive = try await ready()
        let key = try #require(try await archive.reading { try $0.log.stream(.case("b")).keyID })
        try overwrite(archive, key: Int(key), with: byte)
        let found = try audit(archive)
        #expect(found.keys == .init(used: 2, destroyed: 0, lost: 1) && found.codes == ["key-lost 3"])
    }

    @Test func anOlderKeyFileThatHasADestroyedKeyIsFound() async throws {
        let archive = try await ready()
        let older = try Files.bytes(archive.folder.dataKeys)
        _ = try await archive.writing { archive in
            try Administrator(archive).destroyTexts(of: "case/a", basis: "依据", recordedBy: "operator/7")
        }
        try Files.write(older, to: archive.folder.dataKeys)
        let found = try audit(archive)
        #expect(found.keys == .init(used: 2, destroyed: 1, lost: 0) && found.codes == ["key-not-destroyed 2"])
    }

    @Test func aMissingKeyFileBesideTheSigningKeyIsALoss() async throws {
        let archive = try await ready()
        try FileManager.default.removeItem(atPath: archive.folder.dataKeys)
        let found = try audit(archive)
        #expect(found.keys == .init(used: 2, destroyed: 0, lost: 2) && found.codes == ["key-lost 2", "key-lost 3"])
    }

    @Test func withoutAnyKeysNothingIsSaidOfThem() async throws {
        let archive = try await ready()
        try FileManager.default.removeItem(atPath: archive.folder.keys)
        let found = try audit(archive)
        #expect(found.keys == nil && found.codes == [])
    }

    @Test func aKeyFileOfAnotherArchiveIsFound() async throws {
        let (archive, other) = (try await ready(), try await ready())
        try Files.write(Files.bytes(other.folder.dataKeys), to: archive.folder.dataKeys)
        let found = try audit(archive)
        #expect(found.keys == nil && found.codes == ["keys-unusable -"])
    }
}
