import ArchiveTesting
import CreditArchive
import CreditModel
import EventLog
import Foundation
import LogAudit
import Projections
import Testing
import TransparencyLog

/// What `verify` and `doctor` say of files that do not belong together.
@Suite struct VerificationTests {
    private func ready() async throws -> TestArchive {
        let archive = try TestArchive()
        try await archive.append([Cloud.body(1), Cloud.incident("a"), Cloud.incident("b")])
        _ = try await archive.writing { try Administrator($0).checkpoint() }
        #expect(try archive.deepFindings().isEmpty && troubles(archive).isEmpty)
        return archive
    }

    private func codes(_ archive: TestArchive, key: String? = nil, deep: Bool = true) throws -> [String] {
        var options = Verification.Options()
        options.deep = deep
        options.verifierKeys = key.map { [$0] } ?? []
        return try Verification(archive.folder, options).run().findings.map(\.code.rawValue)
    }

    /// The checks of `doctor` that found something to do.
    private func troubles(_ archive: TestArchive) throws -> [String] {
        try Examination(archive.folder).run().filter { !$0.isWell }.map(\.code)
    }

    private func deleteCheckpoints(_ archive: TestArchive) throws {
        try Tampering.execute(
            archive.folder.log, "DROP TRIGGER checkpoint_is_never_deleted; DELETE FROM checkpoint")
    }

    @Test func aLogWithoutItsCheckpointsIsFoundByWhoeverHasItsKey() async throws {
        let archive = try await ready()
        try deleteCheckpoints(archive)
        #expect(try codes(archive, key: archive.verifierKey) == ["checkpoint-missing"])
        #expect(try codes(archive, key: archive.verifierKey, deep: false) == ["checkpoint-missing"])
        // Without a key nothing is claimed beyond the log's agreement with itself, and what is signed is told.
        let outcome = try Verification(archive.folder, .init()).run()
        #expect(outcome.findingCount == 0 && !outcome.isPinned && outcome.signedSize == nil)
    }

    @Test func aPolicyOfAnotherKeyMissesItsQuorumAndBlamesNoCosignature() async throws {
        let archive = try await ready()
        let stranger = try NoteSigner(name: "credit.example/test").verifier.string
        var options = Verification.Options()
        options.policy = try WitnessPolicy(parsing: Array("log \(stranger)\nquorum none\n".utf8))
        let codes = try Verification(archive.folder, options).run().findings.map(\.code.rawValue)
        #expect(codes.contains("quorum-missed") && !codes.contains("cosignature-invalid"), "\(codes)")
    }

    @Test func aCheckpointSignedByAStrangerIsFound() async throws {
        let archive = try await ready()
        let stranger = try NoteSigner(name: "credit.example/test")
        let head = try await archive.reading { try $0.log.head() }
        let note = try Checkpoint(origin: "credit.example/test", size: head.size, root: head.root)
            .signed(by: [stranger])
        try deleteCheckpoints(archive)
        let hex = note.bytes.map { String(format: "%02x", $0) }.joined()
        try Tampering.execute(archive.folder.log, "INSERT INTO checkpoint VALUES (\(head.size), x'\(hex)')")
        #expect(try codes(archive, key: archive.verifierKey).contains("checkpoint-key-unknown"))
        #expect(try codes(archive) == ["checkpoint-key-unknown"])
        // The stranger's own key fits the signature; that the log names another one is a finding of its own.
        #expect(try codes(archive, key: stranger.verifier.string) == ["key-foreign"])
    }

    @Test(arguments: [
        "UPDATE identity SET position = position + 1 WHERE id = 'incident-a'",
        "UPDATE identity SET id = 'body-2' WHERE id = 'body-1'",
        "UPDATE stream SET positions = x'00' WHERE name = 'case/a'",
        "UPDATE stream SET name = 'case/x' WHERE name = 'case/b'",
        "INSERT INTO destroyed_key VALUES (0)",
    ])
    func anIndexThatSaysSomethingElseIsFound(_ statement: String) async throws {
        let archive = try await ready()
        try Tampering.execute(archive.folder.index, statement)
        #expect(try codes(archive, key: archive.verifierKey) == ["index-differs"])
        Files.remove(["index.sqlite"], in: archive.folder)
        #expect(try archive.deepFindings().isEmpty)
    }

    @Test func noKeyIsDestroyedThatOnlyTheIndexCallsDestroyed() async throws {
        let archive = try await ready()
        try Tampering.execute(archive.folder.index, "INSERT INTO destroyed_key VALUES (0), (1), (7)")
        try await archive.append([Cloud.incident("c")])
        Files.remove(["index.sqlite"], in: archive.folder)
        for item in ["a", "b", "c"] {
            let steps = try await archive.reading { try Auditor($0).trail(ofCase: #require(CaseID(item))) }
            #expect(steps.first?.chinese.contains("未按约定支付工程款") == true, "\(item)")
        }
        #expect(try archive.deepFindings().isEmpty && troubles(archive).isEmpty)
    }

    @Test func derivedFilesOfALongerLogAreFound() async throws {
        let archive = try await ready()
        let older = try Files.bytes(archive.folder.log)
        try await archive.append([Cloud.incident("c")])
        Files.remove(["log.sqlite"], in: archive.folder)
        try Files.write(older, to: archive.folder.log)
        let found = try codes(archive, key: archive.verifierKey)
        #expect(Set(found) == ["derived-ahead"] && found.count == 3, "\(found)")
        #expect(try troubles(archive) == ["derived"])
        // Answers come from the log as it is, and a writer derives the files anew.
        let cases = { (archive: Archive) in try Auditor(archive).standing(.all).flatMap(\.cases).map(\.id.text) }
        #expect(try await archive.reading(cases) == ["a", "b"])
        #expect(try await archive.writing(cases) == ["a", "b"])
        #expect(try archive.deepFindings().isEmpty && troubles(archive).isEmpty)
    }
}
