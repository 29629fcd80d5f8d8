import ArchiveTesting
import CreditArchive
import CreditModel
import EventLog
import Foundation
import Projections
import Testing

/// Display that ends and comes back while entries, proofs and figures stay.
@Suite struct DisplayTests {
    private static let withheld = "〔已停止展示 withheld〕"

    private func ready() async throws -> TestArchive {
        let archive = try TestArchive()
        try await archive.append([
            Cloud.body(1), Cloud.incident("a", fact: "甲的旧文"), Cloud.incident("b", fact: "乙的旧文"),
            Cloud.statement("s", "2023-04-01", "甲的陈述"),
            Cloud.correction("c", "2023-05-01", "失信事实", old: "甲的旧文", new: "甲的新文"),
        ])
        return archive
    }

    @discardableResult
    private func change(
        _ archive: TestArchive, _ stream: String = "case/a", isShown: Bool = false
    ) async throws -> UInt64 {
        try await archive.writing { archive in
            try Administrator(archive).changeDisplay(
                of: stream, isShown: isShown, basis: "云信办函〔2024〕6号", recordedBy: "operator/7")
        }
    }

    private func trail(_ archive: TestArchive, _ item: String = "a") async throws -> [TrailStep] {
        try await archive.reading { try Auditor($0).trail(ofCase: #require(CaseID(item))) }
    }

    @Test func withheldTextsAreNotOpenedAndEverythingElseStaysUntilTheyAreRestored() async throws {
        let archive = try await ready()
        let before = try await archive.reading { try Auditor($0).standing(.all) }
        let shown = try await trail(archive)
        #expect(try await change(archive) == 6)
        let hidden = try await trail(archive)
        #expect(hidden.count == shown.count)
        #expect(hidden[0].chinese == "失信认定：未守信践诺，一般：\(DisplayTests.withheld)")
        #expect(hidden[1].chinese == "主体陈述：\(DisplayTests.withheld)")
        let correction = try #require(hidden[2].changes.first)
        #expect(correction.old == DisplayTests.withheld && correction.new == DisplayTests.withheld)
        #expect(hidden.map(\.leafHash) == shown.map(\.leafHash))
        #expect(try await trail(archive, "b")[0].chinese.hasSuffix("乙的旧文"))
        let after = try await archive.reading { try Auditor($0).standing(.all) }
        #expect(after.map(\.cases) == before.map(\.cases))
        #expect(try archive.deepFindings().isEmpty)
        // The derived index tells where the record is; without it, the log does.
        Files.remove(["index.sqlite"], in: archive.folder)
        #expect(try await trail(archive)[0].chinese.hasSuffix(DisplayTests.withheld))
        #expect(try await change(archive, isShown: true) == 7)
        #expect(try await trail(archive).map(\.chinese) == shown.map(\.chinese))
        #expect(try await change(archive) == 8)
        #expect(try await trail(archive)[0].chinese.hasSuffix(DisplayTests.withheld))
    }

    @Test func whatIsErasedSaysSoWhateverItsDisplay() async throws {
        let archive = try await ready()
        try await change(archive)
        _ = try await archive.writing { archive in
            try Administrator(archive).destroyTexts(of: "case/a", basis: "依据", recordedBy: "operator/7")
        }
        #expect(try await trail(archive)[0].chinese.hasSuffix("〔已抹除 erased〕"))
    }

    @Test func anAuditTellsWithheldErasedAndLostApart() async throws {
        let archive = try await ready()
        try await archive.append([Cloud.incident("d", fact: "丁的旧文")])
        try await change(archive, "case/a")
        try await change(archive, "case/b")
        try await change(archive, "case/b", isShown: true)
        try await change(archive, "case/d")
        _ = try await archive.writing { archive in
            try Administrator(archive).destroyTexts(of: "case/d", basis: "依据", recordedBy: "operator/7")
        }
        var options = Verification.Options()
        options.deep = true
        let outcome = try Verification(archive.folder, options).run()
        #expect(outcome.findings.isEmpty)
        #expect(outcome.keys == .init(used: 3, destroyed: 1, withheld: 1, lost: 0))
    }

    @Test(arguments: [
        ("case/z", false, "依据", "stream-not-found"), ("archive", false, "依据", "stream-not-found"),
        ("nonsense", false, "依据", "stream-not-found"), ("case/a", true, "依据", "display-unchanged"),
        ("case/a", false, "", "basis-malformed"), ("case/a", false, " 依据", "basis-malformed"),
    ])
    func whatCannotBeIsRefusedAndNothingIsWritten(
        _ stream: String, _ isShown: Bool, _ basis: String, _ code: String
    ) async throws {
        let archive = try await ready()
        let error = await thrown {
            try await archive.writing { archive in
                _ = try Administrator(archive).changeDisplay(
                    of: stream, isShown: isShown, basis: basis, recordedBy: "operator/7")
            }
        }
        #expect(error?.code == code)
        #expect(try await archive.size == 6)
    }

    @Test func endingItTwiceIsRefusedWithThePlaceOfTheFirst() async throws {
        let archive = try await ready()
        try await change(archive)
        let error = await thrown { try await change(archive) }
        #expect(error?.code == "display-unchanged" && error?.english.contains("the entry at 6") == true)
    }

    @Test func aBundleDisclosesNothingThatIsWithheld() async throws {
        let fixture = try await BundleFixture()
        try await change(fixture.archive)
        _ = try await fixture.archive.writing { try Administrator($0).checkpoint() }
        let place = SealedPlace(position: 6, pointer: "/text")
        let error = await thrown { try await fixture.bundle("named") { $0.opened = [place] } }
        #expect(error?.code == "text-withheld" && error?.field == "--open")
        let (path, report) = try await fixture.bundle("all") { $0.opensAll = true }
        #expect(report.opened.isEmpty && report.sealed.count == 5)
        for text in BundleFixture.texts { #expect(try !Files.contains(path + "/bundle.json", text)) }
        #expect(try fixture.verify(path).isSound)
    }

    @Test(arguments: ["case/a", "body/\(Rows.code(1))"])
    func aPublicExportLeavesOutWhatIsWithheld(_ stream: String) async throws {
        let log = try await ExportedLog()
        #expect(try await log.export(publicOnly: true).publicised == 2)
        try await change(log.archive, stream)
        _ = try await log.archive.writing { try Administrator($0).checkpoint() }
        #expect(try await log.export(publicOnly: true).publicised == 1)
        let index = try #require(log.files()["publicised/index.ndjson"])
        #expect(!String(decoding: index, as: UTF8.self).contains(#""case":"a""#))
    }
}
