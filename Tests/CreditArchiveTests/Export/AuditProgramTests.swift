import ArchiveTesting
import CreditArchive
import Foundation
import Testing
import TransparencyLog

/// The program that an export carries: it shares nothing with the archive, and finds what was altered.
@Suite(.enabled(if: AuditProgram.canRun, "needs python3-cryptography"))
struct AuditProgramTests {
    @Test func itFindsASoundExportSound() async throws {
        let log = try await ExportedLog()
        try await log.export()
        let full = try AuditProgram.check(log)
        #expect(full.status == 0 && full.output.hasPrefix("sound: 604 entries (all re-hashed), 4 published"), "\(full)")
        let open = ExportedLog(archive: log.archive, path: log.archive.temporary.file("public"))
        try await open.export(publicOnly: true)
        let hashes = try AuditProgram.check(open)
        #expect(hashes.status == 0 && hashes.output.contains("(hashes only)"), "\(hashes)")
        #expect(hashes.output.contains("4 receipts"), "\(hashes)")
    }

    @Test func itFindsAFlippedByteInEveryFileThatIsSigned() async throws {
        let log = try await ExportedLog()
        try await log.export()
        var generator = SeededGenerator(announcedAs: "flipped bytes of an export")
        for name in try log.files().keys.sorted() where Self.isSigned(name) {
            var old = Data()
            try log.change(name) { bytes in
                old = bytes
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] ^=
                    1 << Int.random(in: 0..<8, using: &generator)
            }
            let (status, output) = try AuditProgram.check(log)
            #expect(status == 1 && output.contains("NOT SOUND"), "\(name): \(output)")
            try Files.write(old, to: "\(log.path)/\(name)")
        }
        #expect(try AuditProgram.check(log).status == 0)
    }

    private static func isSigned(_ name: String) -> Bool {
        name.hasPrefix("tile/") || name.hasPrefix("checkpoint") || name == "events.ndjson"
    }

    @Test func itHoldsTheLogAgainstACheckpointThatWasKept() async throws {
        let log = try await ExportedLog()
        let kept = try await log.archive.file("kept", log.archive.writing { try Administrator($0).checkpoint() })
        try await log.grow(by: 5)
        try await log.export()
        #expect(try AuditProgram.check(log, against: [kept]).output.contains("1 kept ones"))
        // The same key signs another history: of another root, and of more entries.
        let signer = try NoteSigner(
            secretString: String(
                decoding: Files.bytes(log.archive.folder.signingKey), as: UTF8.self
            ).trimmingCharacters(in: .newlines))
        for (size, word) in [(100 as UInt64, "rewritten"), (604, "rewritten"), (10_000, "cut short")] {
            let other = try Checkpoint(origin: "credit.example/test", size: size, root: MerkleHash.leaf([1]))
            let note = try log.archive.file("other", bytes: other.signed(by: [signer]).bytes)
            let (status, output) = try AuditProgram.check(log, against: [note])
            #expect(status == 1 && (output.contains(word) || output.contains("not the root")), "\(size): \(output)")
        }
    }

    @Test func itTrustsOnlyTheKeyThatItIsGiven() async throws {
        let log = try await ExportedLog()
        try await log.export()
        let other = try NoteSigner(name: "credit.example/test")
        let stranger = ExportedLog(
            archive: log.archive, path: log.path, verifierKey: other.verifier.string)
        let (status, output) = try AuditProgram.check(stranger)
        #expect(status == 1 && output.contains("not signed by a key that you trust"), "\(output)")
    }
}
