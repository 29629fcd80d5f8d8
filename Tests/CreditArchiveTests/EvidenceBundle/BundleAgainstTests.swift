import ArchiveTesting
import CreditArchive
import EventLog
import Foundation
import Testing
import TransparencyLog

/// Bundles held against checkpoints that the verifier has from elsewhere.
@Suite struct BundleAgainstTests {
    private func against(_ notes: [String]) -> (inout BundleVerification.Options) -> Void {
        { options in options.against = notes.map { .init(name: "mine", bytes: Array($0.utf8)) } }
    }

    @Test func anEarlierTheSameAndALaterCheckpointOfTheLogAreTold() async throws {
        let fixture = try await BundleFixture()
        let archive = fixture.archive
        let same = try await fixture.checkpoint()
        let first = try #require(await archive.reading { try $0.log.store.checkpoint(size: 1) })
        let (path, _) = try await fixture.bundle()
        #expect(try fixture.findings(path, against([first, same])).isEmpty)
        try await archive.append([Cloud.statement("t", "2023-06-01", "其后的陈述")])
        let later = try await fixture.checkpoint()
        #expect(try fixture.findings(path, against([later])) == ["against-unproven mine"])
        let proof = try await archive.reading { try Auditor($0).consistency(from: 9, to: 10).text().bytes }
        #expect(
            try fixture.findings(path) { options in
                against([later])(&options)
                options.consistency = [.init(name: "proof", bytes: proof)]
            }.isEmpty)
        // A proof of other sizes proves nothing here.
        let other = try await archive.reading { try Auditor($0).consistency(from: 1, to: 10).text().bytes }
        #expect(
            try fixture.findings(path) { options in
                against([later])(&options)
                options.consistency = [.init(name: "proof", bytes: other)]
            } == ["against-unproven mine"])
        // The later bundle holds the proof from the earlier checkpoint itself.
        let (next, _) = try await fixture.bundle("next")
        #expect(try fixture.findings(next, against([first, same, later])).isEmpty)
    }

    @Test func twoHistoriesUnderOneKeyAreFound() async throws {
        let fixture = try await BundleFixture()
        let (path, _) = try await fixture.bundle()
        let secret = String(decoding: try Files.bytes(fixture.archive.folder.signingKey), as: UTF8.self)
        let signer = try NoteSigner(secretString: secret.trimmingCharacters(in: .whitespacesAndNewlines))
        let root = MerkleHash.leaf([1])
        func forged(_ size: UInt64, _ origin: String = "credit.example/test") throws -> String {
            String(
                decoding: try Checkpoint(origin: origin, size: size, root: root).signed(by: [signer]).bytes,
                as: UTF8.self)
        }
        #expect(try fixture.findings(path, against([forged(9)])) == ["history-rewritten mine"])
        #expect(try fixture.findings(path, against([forged(1)])) == ["against-unproven mine"])
        #expect(try fixture.findings(path, against([forged(9, "credit.example/other")])) == ["against-untrusted mine"])
        let stranger = try NoteSigner(name: "credit.example/test")
        let foreign = try Checkpoint(origin: "credit.example/test", size: 9, root: root).signed(by: [stranger]).bytes
        #expect(
            try fixture.findings(path, against([String(decoding: foreign, as: UTF8.self)])) == [
                "against-untrusted mine"
            ])
        for text in ["", "hello\n", "credit.example/test\n9\n\(root.base64)\n"] {
            let error = await thrown { try fixture.findings(path, against([text])) }
            #expect(error?.code == "note-malformed" && error?.field == "mine")
        }
    }
}
