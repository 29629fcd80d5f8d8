import ArchiveTesting
import CreditArchive
import CreditModel
import Foundation
import Testing

/// Evidence bundles: made from an archive, verified by folder and key alone.
@Suite struct EvidenceBundleTests {
    @Test func aBundleHoldsTheCaseItsBodyAndItsAttachmentsAndNothingElse() async throws {
        let fixture = try await BundleFixture()
        let (path, report) = try await fixture.bundle()
        #expect(report.entries == 6 && report.size == 9 && report.attachments == 1)
        let digest = EvidenceStore.digest(Array(BundleFixture.plan.utf8)).dropFirst("sha256:".count)
        let names = try Files.all(in: path).map { String($0.dropFirst(path.count + 1)) }
        #expect(
            names == [
                "attachments/\(digest)", "bundle.json", "checkpoint", "consistency/1", "index.html",
                "receipts/1.tlog-proof", "receipts/3.tlog-proof", "receipts/4.tlog-proof", "receipts/5.tlog-proof",
                "receipts/6.tlog-proof", "receipts/7.tlog-proof",
            ])
        let outcome = try fixture.verify(path)
        #expect(outcome.findings.isEmpty && outcome.isSound)
        #expect(outcome.entries == 6 && outcome.caseEntries == 5 && outcome.caseID == BundleFixture.caseID)
        #expect(outcome.size == 9 && outcome.origin == "credit.example/test")
        #expect(outcome.sealed.map(\.description) == ["3:/fact", "5:/note", "6:/text", "7:/old", "7:/new"])
        // Nobody else may read the files.
        let mode = try FileManager.default.attributesOfItem(atPath: path + "/bundle.json")[.posixPermissions] as? Int
        #expect(mode == 0o600)
        for name in try Files.all(in: path) { try ReceiptsHold.check(name, fixture.archive.verifierKey) }
    }

    @Test func nothingSealedIsWrittenUnlessItWasChosen() async throws {
        let fixture = try await BundleFixture()
        let (closed, _) = try await fixture.bundle("closed")
        for file in try Files.all(in: closed) {
            for text in BundleFixture.texts { #expect(try !Files.contains(file, text), "\(text) in \(file)") }
        }
        let (open, report) = try await fixture.bundle("open") {
            $0.opened = [SealedPlace(position: 6, pointer: "/text"), SealedPlace(position: 7, pointer: "/new")]
        }
        #expect(report.opened.map(\.description) == ["6:/text", "7:/new"])
        #expect(report.sealed.map(\.description) == ["3:/fact", "5:/note", "7:/old"])
        for (text, isOpen) in zip(BundleFixture.texts, [false, false, true, true]) {
            #expect(try Files.contains(open + "/bundle.json", text) == isOpen)
            #expect(try Files.contains(open + "/index.html", text) == isOpen)
        }
        let outcome = try fixture.verify(open)
        #expect(outcome.isSound && outcome.opened == report.opened && outcome.sealed == report.sealed)
    }

    @Test func allTextsAreOpenedOnDemandAndErasedOnesAreToldNotOpened() async throws {
        let fixture = try await BundleFixture()
        let (all, report) = try await fixture.bundle("all") { $0.opensAll = true }
        #expect(report.opened.count == 5 && report.sealed.isEmpty)
        #expect(try fixture.verify(all).isSound)
        try await fixture.archive.writing { archive in
            _ = try Administrator(archive).destroyTexts(
                of: "case/a", basis: "个人信息保护法第四十七条", recordedBy: "operator/7")
        }
        try await fixture.archive.append([Cloud.statement("t", "2023-06-01", "其后的陈述")])
        _ = try await fixture.checkpoint()
        let error = await thrown {
            try await fixture.bundle("refused") { $0.opened = [SealedPlace(position: 3, pointer: "/fact")] }
        }
        #expect(error?.code == "text-erased")
        #expect(error?.chinese.contains("位置 9") == true && error?.chinese.contains("个人信息保护法第四十七条") == true)
        #expect(!FileManager.default.fileExists(atPath: fixture.archive.temporary.file("refused")))
        let (path, later) = try await fixture.bundle("later") { $0.opensAll = true }
        #expect(later.opened.map(\.description) == ["10:/text"] && later.erased.count == 5)
        #expect(try Files.contains(path + "/index.html", "已依法抹除") && Files.contains(path + "/index.html", "其后的陈述"))
        for text in BundleFixture.texts { #expect(try !Files.contains(path + "/index.html", text)) }
        let outcome = try fixture.verify(path)
        #expect(outcome.isSound && outcome.erased.count == 5 && outcome.entries == 8)
        // The bundle made before the erasure still verifies: it cannot know. Its texts put into the later one are found.
        #expect(try fixture.verify(all).isSound)
    }

    @Test func withoutItsKeyATextIsNotOpenedAndNothingIsWritten() async throws {
        let fixture = try await BundleFixture()
        try FileManager.default.removeItem(atPath: fixture.archive.folder.dataKeys)
        let error = await thrown { try await fixture.bundle { $0.opensAll = true } }
        #expect(error?.code == "text-key-missing" && error?.field == "--open")
        #expect(!FileManager.default.fileExists(atPath: fixture.archive.temporary.file("bundle")))
        let (path, _) = try await fixture.bundle()
        #expect(try fixture.verify(path).isSound)
    }

    @Test func aTextThatIsNotThereIsRefusedByNameWithThoseThatAre() async throws {
        let fixture = try await BundleFixture()
        for place in ["3:/note", "8:/fact", "99:/fact", "0:/"] {
            let error = await thrown {
                try await fixture.bundle { $0.opened = Set([SealedPlace(place)].compactMap { $0 }) }
            }
            #expect(error?.code == "sealed-text-unknown" && error?.english.contains("3:/fact") == true, "\(place)")
        }
        for text in ["", "3", "3:", ":/fact", "03:/fact", "+3:/fact", "x:/fact", "3:fact"] {
            #expect(SealedPlace(text) == nil, "\(text)")
        }
    }

    @Test func attachmentsMayStayBehind() async throws {
        let fixture = try await BundleFixture()
        let (path, report) = try await fixture.bundle { $0.includesAttachments = false }
        #expect(report.attachments == 0 && report.attachmentsLeftOut == 1)
        #expect(!FileManager.default.fileExists(atPath: path + "/attachments"))
        let outcome = try fixture.verify(path)
        #expect(outcome.isSound && outcome.attachmentsLeftOut == 1)
    }

    @Test func aFailureLeavesNothingBehind() async throws {
        let fixture = try await BundleFixture()
        let digest = EvidenceStore.digest(Array(BundleFixture.plan.utf8)).dropFirst("sha256:".count)
        let kept = "\(fixture.archive.folder.evidence)/\(digest.prefix(2))/\(digest)"
        try Files.write(Data("another plan".utf8), to: kept)
        let before = try FileManager.default.contentsOfDirectory(atPath: fixture.archive.temporary.path).sorted()
        #expect(await thrown { try await fixture.bundle() }?.code == "evidence-damaged")
        #expect(try FileManager.default.contentsOfDirectory(atPath: fixture.archive.temporary.path).sorted() == before)
    }

    @Test func onlyANewOrEmptyFolderIsTaken() async throws {
        let fixture = try await BundleFixture()
        let (path, _) = try await fixture.bundle()
        #expect(await thrown { try await fixture.bundle() }?.code == "folder-not-empty")
        #expect(try fixture.verify(path).isSound)
        _ = try fixture.archive.file("file", "mine")
        #expect(await thrown { try await fixture.bundle("file") }?.code == "path-taken")
        try FileManager.default.createDirectory(
            atPath: fixture.archive.temporary.file("empty"), withIntermediateDirectories: false)
        #expect(try fixture.verify(await fixture.bundle("empty").path).isSound)
    }

    @Test func withoutACheckpointThatCoversTheCaseThereIsNoBundle() async throws {
        let fixture = try await BundleFixture()
        try await fixture.archive.append([Cloud.statement("t", "2023-06-01", "其后的陈述")])
        #expect(await thrown { try await fixture.bundle() }?.code == "checkpoint-missing")
        let open = try await fixture.archive.open(.reading)
        #expect(try !EvidenceBundle(open).hasCheckpoint(for: #require(BundleFixture.caseID)))
        // One that does not reach to the end of the log is enough where it reaches to the end of the case.
        #expect(try EvidenceBundle(open).hasCheckpoint(for: #require(CaseID("b"))))
        let missing = await thrown { try EvidenceBundle(open).hasCheckpoint(for: try #require(CaseID("z"))) }
        #expect(missing?.code == "case-not-found" && missing?.kind == .notFound)
    }
}

/// Every receipt of a bundle is a receipt like any other.
enum ReceiptsHold {
    static func check(_ file: String, _ key: String) throws {
        guard file.hasSuffix(".tlog-proof") else { return }
        let outcome = try ReceiptVerification.verify(Array(Files.bytes(file)), verifierKey: key)
        #expect(file.hasSuffix("/\(outcome.index).tlog-proof"))
    }
}
