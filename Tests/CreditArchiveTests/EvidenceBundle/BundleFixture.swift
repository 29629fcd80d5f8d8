import ArchiveTesting
import CreditArchive
import CreditModel
import Foundation
import Testing

/// An archive with one eventful case, and bundles of it.
struct BundleFixture {
    static let caseID = CaseID("a")
    static let plan = "the plan"
    let archive: TestArchive

    /// Positions: 1, 2 bodies; 3 determination; 4 objection; 5 its dismissal with a note; 6 a statement with an attachment;
    /// 7 a correction of the fact; 8 another case.
    init() async throws {
        archive = try TestArchive()
        let folder = archive.temporary.file("attachments")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        _ = try archive.file("attachments/计划.txt", BundleFixture.plan)
        let digest = EvidenceStore.digest(Array(BundleFixture.plan.utf8))
        let evidence =
            #","evidence":[{"digest":"\#(digest)","name":"计划.txt","size":\#(BundleFixture.plan.utf8.count)}]"#
        let events = [
            Cloud.body(1), Cloud.body(2), Cloud.incident("a", fact: "甲的旧文"),
            Cloud.act("o", "objection.filed", "2023-04-01"),
            Cloud.act("d", "objection.decided", "2023-04-05", #","outcome":"dismissed","note":"理由不足""#),
            Cloud.act("s", "statement.attached", "2023-04-06", #","text":"甲的陈述""# + evidence),
            Cloud.correction("c", "2023-05-01", "失信事实", old: "甲的旧文", new: "甲的新文"), Cloud.incident("b", body: 2),
        ]
        try await archive.writing { open in
            _ = try await Recorder(open, recordedBy: "operator/test").append(
                cloudEvents: Array(Cloud.batch(events).utf8), evidenceFrom: folder)
            _ = try Administrator(open).checkpoint()
        }
    }

    /// The texts of the case that stay sealed unless chosen.
    static let texts = ["甲的旧文", "理由不足", "甲的陈述", "甲的新文"]

    @discardableResult
    func bundle(
        _ name: String = "bundle", _ change: (inout EvidenceBundle.Options) -> Void = { _ in }
    ) async throws -> (path: String, report: EvidenceBundle.Report) {
        var options = EvidenceBundle.Options()
        change(&options)
        let path = archive.temporary.file(name)
        let report = try await archive.reading {
            try EvidenceBundle($0, options).write(case: #require(BundleFixture.caseID), to: path)
        }
        return (path, report)
    }

    func verify(
        _ path: String, _ change: (inout BundleVerification.Options) -> Void = { _ in }
    ) throws -> BundleVerification.Outcome {
        var options = BundleVerification.Options()
        options.verifierKeys = [archive.verifierKey]
        change(&options)
        return try BundleVerification(path, options).run()
    }

    /// What is found, as `code file`.
    func findings(
        _ path: String, _ change: (inout BundleVerification.Options) -> Void = { _ in }
    ) throws -> [String] {
        try verify(path, change).findings.map { "\($0.code.rawValue) \($0.file)" }
    }

    func checkpoint() async throws -> String {
        try await archive.writing { try Administrator($0).checkpoint() }
    }
}

/// A file of a bundle as text, to be changed.
func alter(_ path: String, _ change: (inout String) -> Void) throws {
    var text = String(decoding: try Files.bytes(path), as: UTF8.self)
    let before = text
    change(&text)
    #expect(text != before, "the alteration of \(path)")
    try Files.write(Data(text.utf8), to: path)
}
