import ArchiveTesting
import CreditArchive
import CreditModel
import EventLog
import Projections
import Testing

/// The timeline rule through the recorder, with sealed texts.
@Suite struct RecorderCaseTests {
    private func ready() async throws -> TestArchive {
        let archive = try TestArchive()
        try await archive.append([Cloud.body(1), Cloud.incident("a", fact: "旧文")])
        return archive
    }

    private func summary(_ archive: TestArchive, _ index: Int) async throws -> TrailStep {
        try await archive.reading { try Auditor($0).trail(ofCase: #require(CaseID("a")))[index] }
    }

    @Test func theFactIsCorrectedFromTheTextInForce() async throws {
        let archive = try await ready()
        try await archive.append([Cloud.correction("x", "2023-04-01", "失信事实", old: "旧文", new: "新文")])
        let step = try await summary(archive, 1)
        #expect(step.changes.map(\.field) == ["失信事实"])
        #expect(step.changes.map(\.old) == ["旧文"] && step.changes.map(\.new) == ["新文"])
        // In the same batch and in a later one, the new text is the old one of the next.
        try await archive.append([
            Cloud.correction("y", "2023-04-02", "失信事实", old: "新文", new: "再新"),
            Cloud.correction("z", "2023-04-03", "失信事实", old: "再新", new: "旧文"),
        ])
        #expect(try await summary(archive, 3).changes.first?.new == "旧文")
        #expect(try archive.deepFindings().isEmpty)
    }

    @Test func theOldTextIsThatOfTheCorrectionsOwnDay() async throws {
        let archive = try await ready()
        try await archive.append([Cloud.correction("x", "2023-05-01", "失信事实", old: "旧文", new: "新文")])
        // Before 1 May the old text was in force; but then the correction of 1 May would not match any more.
        let early = Cloud.correction("y", "2023-04-01", "失信事实", old: "旧文", new: "早文")
        let error = await thrown { try await archive.append([early]) }
        #expect(error?.code == "old-value-differs" && error?.english.contains("at position 3") == true)
        let wrong = Cloud.correction("z", "2023-04-01", "失信事实", old: "新文", new: "早文")
        #expect(await thrown { try await archive.append([wrong]) }?.code == "old-value-differs")
        let late = Cloud.correction("z", "2023-05-01", "失信事实", old: "新文", new: "晚文")
        #expect(try await archive.append([late]).count == 1)
    }

    @Test(arguments: [
        ("失信事实", "别的", "新文", "2023-04-01", "old-value-differs", "原值"),
        ("失信事实", "旧文", "旧文", "2023-04-01", "correction-changes-nothing", "新值"),
        ("失信事实", "旧文", "新文", "2023-03-04", "before-determination", "日期"),
        ("严重程度", "严重", "轻微", "2023-04-01", "old-value-differs", "原值"),
        ("失信类别", "R05", "R05", "2023-04-01", "correction-changes-nothing", "新值"),
        ("依据文书名称", "行政决定", "裁定书", "2023-04-01", "old-value-differs", "原值"),
        ("文号", "云信[2023]9号", "云信〔2023〕2号", "2023-04-01", "old-value-differs", "原值"),
    ])
    func aCorrectionThatDoesNotFitIsRefused(
        _ field: String, _ old: String, _ new: String, _ day: String, _ code: String, _ column: String
    ) async throws {
        let archive = try await ready()
        let error = await thrown { try await archive.append([Cloud.correction("x", day, field, old: old, new: new)]) }
        #expect(error?.code == code && error?.field == column && error?.kind == .refused)
        #expect(try await archive.size == 3)
    }

    @Test func anObjectionUpheldByCorrectionNeedsTheOldText() async throws {
        let archive = try await ready()
        func decision(_ old: String) -> String {
            Cloud.act(
                "d", "objection.decided", "2023-04-02",
                ",\"outcome\":\"upheldCorrected\",\"correction\":{\"field\":\"失信事实\",\"old\":\"\(old)\",\"new\":\"新文\"}"
            )
        }
        try await archive.append([Cloud.act("o", "objection.filed", "2023-04-01")])
        #expect(await thrown { try await archive.append([decision("别的")]) }?.code == "old-value-differs")
        try await archive.append([decision("旧文")])
        #expect(try await archive.append([decision("旧文")])[0].isDuplicate)
        #expect(await thrown { try await archive.append([decision("别的")]) }?.code == "identity-conflict")
        let changes = try await summary(archive, 2).changes
        #expect(changes.map(\.old) == ["旧文"] && changes.map(\.new) == ["新文"])
    }

    @Test func aLateRegistrationIsJudgedOnItsOwnDay() async throws {
        let archive = try await ready()
        func send(_ id: String, _ type: String, _ day: String) async -> ArchiveError? {
            await thrown { try await archive.append([Cloud.act(id, type, day)]) }
        }
        #expect(await send("1", "rectification.ordered", "2023-05-01") == nil)
        #expect(await send("2", "rectification.reported", "2023-04-01")?.code == "rectification-not-ordered")
        #expect(await send("3", "rectification.reported", "2023-05-01") == nil)
        #expect(await send("4", "rectification.accepted", "2023-06-01") == nil)
        // A revocation on an earlier day would make accepted facts impossible.
        let revoked = await send("5", "incident.revoked", "2023-05-15")
        #expect(revoked?.code == "after-revocation" && revoked?.english.contains("at position 5") == true)
        #expect(await send("6", "objection.filed", "2023-04-01") == nil)
        #expect(await send("7", "objection.withdrawn", "2023-04-02") == nil)
        #expect(await send("8", "incident.revoked", "2023-06-02") == nil)
        #expect(await send("9", "measure.imposed", "2023-06-03")?.code == "after-revocation")
        #expect(await send("10", "measure.imposed", "2023-06-01") == nil)
        #expect(try archive.deepFindings().isEmpty)
    }

    @Test func whatRestsOnNothingIsRefused() async throws {
        let archive = try await ready()
        #expect(
            await thrown { try await archive.append([Cloud.act("x", "repair.applied", "2023-04-01", of: "z")]) }?.code
                == "case-unknown")
        let early = Cloud.incident("b", on: "2023-01-09")
        #expect(await thrown { try await archive.append([early]) }?.code == "determined-before-occurred")
        let future = Cloud.incident("b", on: "2026-01-06")
        #expect(await thrown { try await archive.append([future]) }?.code == "day-in-the-future")
        // Today ends at midnight in Asia/Shanghai, not in UTC.
        archive.clock.milliseconds = 1_767_628_800_000 - 1
        #expect(await thrown { try await archive.append([future]) }?.code == "day-in-the-future")
        archive.clock.milliseconds += 1
        #expect(try await archive.append([future]).count == 1)
    }

    @Test func noTextOfACaseStandsPlainInAnyFile() async throws {
        let archive = try await ready()
        try await archive.append([
            Cloud.statement("s", "2023-04-01", "秘密陈述"),
            Cloud.correction("c", "2023-04-01", "失信事实", old: "旧文", new: "改后之文"),
        ])
        let files = try Files.all(in: archive.folder.path)
        #expect(files.contains { $0.hasSuffix("log.sqlite") } && files.contains { $0.hasSuffix("facts.sqlite") })
        for file in files {
            for text in ["旧文", "秘密陈述", "改后之文"] {
                #expect(try !Files.contains(file, text), "\(text) in \(file)")
            }
        }
    }
}
