import ArchiveTesting
import CreditArchive
import CreditModel
import EventLog
import Foundation
import Testing
import TransparencyLog

/// Receipts: proof for outsiders, with nothing but the file and the key.
@Suite struct ReceiptTests {
    /// An archive of `size` entries and its checkpoint.
    private func ready(_ size: Int) async throws -> (archive: TestArchive, checkpoint: String) {
        let archive = try TestArchive()
        let statements = (0..<size - 3).map { Cloud.statement("s\($0)", "2023-04-01", "第\($0)份") }
        try await archive.append([Cloud.body(1), Cloud.incident("a")] + statements)
        return (archive, try await archive.writing { try Administrator($0).checkpoint() })
    }

    private func receipt(
        _ archive: TestArchive, _ checkpoint: String, _ position: UInt64, entry: Bool = true
    ) async throws -> [UInt8] {
        try await archive.reading {
            try Auditor($0).receipt(for: position, checkpoint: checkpoint, includingEntry: entry).bytes
        }
    }

    @Test(arguments: [3, 4, 7, 256, 300])
    func everyPositionIsProven(_ size: Int) async throws {
        let (archive, checkpoint) = try await ready(size)
        let entries = try await archive.entries()
        #expect(entries.count == size)
        let open = try await archive.open(.reading)
        for entry in entries {
            let bytes = try Auditor(open).receipt(for: entry.position, checkpoint: checkpoint).bytes
            let outcome = try ReceiptVerification.verify(bytes, verifierKey: archive.verifierKey)
            #expect(outcome.index == entry.position && outcome.size == UInt64(size))
            #expect(outcome.entry == entry.bytes && outcome.origin == "credit.example/test")
        }
        let error = await thrown { try Auditor(open).receipt(for: UInt64(size), checkpoint: checkpoint) }
        #expect(error?.code == "entry-not-found" && error?.kind == .notFound)
    }

    @Test func anOlderCheckpointProvesWhatItCoversAndNothingElse() async throws {
        let (archive, checkpoint) = try await ready(6)
        try await archive.append([Cloud.statement("more", "2023-04-01", "后来")])
        let old = try await receipt(archive, checkpoint, 5)
        #expect(try ReceiptVerification.verify(old, verifierKey: archive.verifierKey).size == 6)
        #expect(await thrown { try await receipt(archive, checkpoint, 6) } != nil)
    }

    @Test func everyFlippedByteFails() async throws {
        let (archive, checkpoint) = try await ready(6)
        let bytes = try await receipt(archive, checkpoint, 4)
        #expect(throws: Never.self) { try ReceiptVerification.verify(bytes, verifierKey: archive.verifierKey) }
        for place in bytes.indices {
            for bit in [0, 3, 5] {
                var altered = bytes
                altered[place] ^= 1 << UInt8(bit)
                #expect(throws: (any Error).self, "byte \(place), bit \(bit)") {
                    try ReceiptVerification.verify(altered, verifierKey: archive.verifierKey)
                }
            }
        }
        for length in 0..<bytes.count {
            #expect(throws: (any Error).self, "cut to \(length)") {
                try ReceiptVerification.verify(Array(bytes[..<length]), verifierKey: archive.verifierKey)
            }
        }
    }

    @Test func anotherKeyOrAnotherLogsNameFails() async throws {
        let (archive, checkpoint) = try await ready(4)
        let bytes = try await receipt(archive, checkpoint, 2)
        let sameName = try NoteSigner(name: "credit.example/test").verifier.string
        let error = await thrown { try ReceiptVerification.verify(bytes, verifierKey: sameName) }
        #expect(error?.code == "signature-missing")
        let otherName = try NoteSigner(name: "credit.example/other").verifier.string
        let other = await thrown { try ReceiptVerification.verify(bytes, verifierKey: otherName) }
        #expect(["origin-mismatch", "signature-missing"].contains(other?.code))
        #expect(
            await thrown { try ReceiptVerification.verify(bytes, verifierKey: "nonsense") }?.code == "key-malformed")
    }

    @Test func aCheckpointOfAnotherOriginByTheSameKeyProvesNothing() async throws {
        let (archive, checkpoint) = try await ready(4)
        let bytes = try await receipt(archive, checkpoint, 2)
        let proof = try TlogProof(parsing: bytes)
        let secret = String(decoding: try Files.bytes(archive.folder.signingKey), as: UTF8.self)
        let signer = try NoteSigner(secretString: secret.trimmingCharacters(in: .whitespacesAndNewlines))
        // The same root under another name, validly signed by the pinned key, which is of the log that it is named after.
        let head = try Checkpoint(text: Note(parsing: Array(checkpoint.utf8)).text)
        let renamed = try Checkpoint(origin: "credit.example/other", size: head.size, root: head.root)
        let forged = try TlogProof(
            index: 2, hashes: proof.hashes, checkpoint: renamed.signed(by: [signer]).bytes, extra: proof.extra)
        let error = await thrown {
            try ReceiptVerification.verify(forged.bytes, verifierKey: archive.verifierKey)
        }
        #expect(error?.code == "origin-mismatch")
        // Nor does a receipt of another log whose key carries the same name.
        let (other, theirs) = try await ready(4)
        let foreign = try await receipt(other, theirs, 2)
        #expect(
            await thrown { try ReceiptVerification.verify(foreign, verifierKey: archive.verifierKey) }?.code
                == "signature-missing")
        // A witness's cosignature is no signature of the log.
        let seed = [UInt8](repeating: 5, count: 32)
        let witness = try NoteSigner(name: "credit.example/test", algorithm: .cosignature, seed: seed)
        let cosigned = try Note(
            text: head.text, signatures: [witness.sign(text: head.text, timestampSeconds: 1_700_000_000)])
        let attested = try TlogProof(index: 2, hashes: proof.hashes, checkpoint: cosigned.bytes, extra: proof.extra)
        #expect(
            await thrown { try ReceiptVerification.verify(attested.bytes, verifierKey: witness.verifier.string) }?.code
                == "key-malformed")
    }

    @Test func aReceiptWithoutItsEntryNeedsTheEntry() async throws {
        let (archive, checkpoint) = try await ready(5)
        let bytes = try await receipt(archive, checkpoint, 3, entry: false)
        let entries = try await archive.entries()
        let key = archive.verifierKey
        #expect(await thrown { try ReceiptVerification.verify(bytes, verifierKey: key) }?.code == "entry-needed")
        #expect(try ReceiptVerification.verify(bytes, verifierKey: key, entry: entries[3].bytes).index == 3)
        for wrong in [entries[2].bytes, entries[3].bytes + [0x0A], []] {
            let error = await thrown { try ReceiptVerification.verify(bytes, verifierKey: key, entry: wrong) }
            #expect(error?.code == "proof-invalid")
        }
    }

    @Test func theCheckpointOfASizeIsMadeOnceAndOnlyByTheArchivesKey() async throws {
        let (archive, checkpoint) = try await ready(4)
        #expect(try await archive.writing { try Administrator($0).checkpoint() } == checkpoint)
        try await archive.append([Cloud.statement("more", "2023-04-01", "后来")])
        let foreign = try NoteSigner(name: "credit.example/test").secretString
        let own = try Files.bytes(archive.folder.signingKey)
        try Files.write(Data(foreign.utf8), to: archive.folder.signingKey)
        let error = await thrown { try await archive.writing { try Administrator($0).checkpoint() } }
        #expect(error?.code == "signing-key-foreign" && error?.kind == .unavailable)
        try FileManager.default.removeItem(atPath: archive.folder.signingKey)
        let missing = await thrown { try await archive.writing { try Administrator($0).checkpoint() } }
        #expect(missing?.code == "signing-key-missing")
        try Files.write(own, to: archive.folder.signingKey)
        #expect(try await archive.writing { try Administrator($0).checkpoint() } != checkpoint)
    }
}
