import ArchiveTesting
import CreditArchive
import CreditModel
import Foundation
import Projections
import Testing

/// Rows that depend on other rows: parents, conflicts, dispositions, observations.
@Suite struct ImportRowTests {
    private func ready() async throws -> TestArchive {
        let archive = try TestArchive()
        try await archive.load(.bodies, rows: [Rows.body(1), Rows.body(2)])
        return archive
    }

    private func child(_ number: Int, of parent: Int, _ more: [String: String] = [:]) -> [String: String] {
        Rows.body(number, ["上级统一社会信用代码": Rows.code(parent)].merging(more) { $1 })
    }

    @Test func aParentMayStandLaterInTheSameFile() async throws {
        let archive = try TestArchive()
        let report = try await archive.load(.bodies, rows: [child(3, of: 2), child(2, of: 1), Rows.body(1)])
        #expect(report.accepted == 3 && report.problems.isEmpty)
        let third = try await archive.reading { archive in
            try Auditor(archive).standing(.body(#require(BodyID(Rows.code(3)))))
        }
        #expect(third.first?.body.parent?.text == Rows.code(2))
    }

    @Test func aParentThatNeverComesIsRefusedWithAllBelowIt() async throws {
        let archive = try TestArchive()
        let report = try await archive.load(.bodies, rows: [child(3, of: 2), child(2, of: 9), Rows.body(1)])
        #expect(report.accepted == 1)
        #expect(report.problems.map(\.row) == [2, 3])
        #expect(Set(report.problems.map(\.code)) == ["parent-not-registered"])
        #expect(Set(report.problems.map(\.column)) == ["上级统一社会信用代码"])
    }

    @Test func aParentWhoseOwnRowIsRefusedDoesNotCount() async throws {
        let archive = try TestArchive()
        let rows = [child(3, of: 2), Rows.body(2, ["层级": "国"]), child(4, of: 5), Rows.body(5, ["成立日期": "2030-01-01"])]
        let report = try await archive.load(.bodies, rows: rows)
        #expect(report.accepted == 0)
        #expect(
            report.problems.map(\.code)
                == ["parent-not-registered", "not-in-list", "parent-not-registered", "day-in-the-future"])
    }

    @Test(arguments: [[(1, 1)], [(1, 2), (2, 1)], [(1, 2), (2, 3), (3, 1), (4, 1)]])
    func circlesOfParentsAreRefused(_ pairs: [(Int, Int)]) async throws {
        let archive = try TestArchive()
        let report = try await archive.load(.bodies, rows: pairs.map { child($0.0, of: $0.1) })
        #expect(report.accepted == 0 && report.rejectedRows == Int64(pairs.count))
        #expect(Set(report.problems.map(\.code)) == ["parent-not-registered"])
        #expect(try await archive.size == 1)
    }

    @Test(arguments: [["名称": "另一个名称"], ["上级统一社会信用代码": Rows.code(2)], ["层级": "市"], ["成立日期": "2011-01-01"]])
    func aBodyRegisteredOtherwiseNeedsAChangeEvent(_ changes: [String: String]) async throws {
        let archive = try await ready()
        let report = try await archive.load(.bodies, rows: [Rows.body(1, changes)])
        #expect(report.problems.map(\.code) == ["identity-conflict"])
        #expect(report.duplicates == 0 && report.accepted == 0)
    }

    @Test func theSameCaseWithOtherContentIsAConflictUnderItsNumber() async throws {
        let archive = try await ready()
        let changed = Rows.incident("a", ["失信事实": "另一事实"])
        let report = try await archive.load(.incidents, rows: [Rows.incident("a"), Rows.incident("a"), changed])
        #expect(report.accepted == 1 && report.duplicates == 1)
        #expect(report.problems.map(\.column) == ["事项编号"] && report.problems.map(\.code) == ["identity-conflict"])
        // And likewise once it is in the log.
        #expect(try await archive.load(.incidents, rows: [changed]).problems.map(\.code) == ["identity-conflict"])
    }

    @Test func theSameActWithOtherContentIsAConflict() async throws {
        let archive = try await ready()
        try await archive.load(.incidents, rows: [Rows.incident("a")])
        let ordered = Rows.disposition("a", "整改责令", "2023-04-01", ["说明": "限期一月"])
        #expect(try await archive.load(.dispositions, rows: [ordered, ordered]).duplicates == 1)
        for change in [["说明": "限期两月"], ["办理部门": "云岭县财政局"]] {
            let report = try await archive.load(.dispositions, rows: [ordered.merging(change) { $1 }])
            #expect(report.problems.map(\.code) == ["identity-conflict"])
        }
    }

    @Test func aRefusedRowIsJudgedAnewEachTime() async throws {
        let archive = try await ready()
        try await archive.load(.incidents, rows: [Rows.incident("a")])
        let reported = Rows.disposition("a", "整改报告", "2023-04-10")
        let first = try await archive.load(.dispositions, rows: [reported])
        #expect(first.problems.map(\.code) == ["rectification-not-ordered"])
        try await archive.load(.dispositions, rows: [Rows.disposition("a", "整改责令", "2023-04-01")])
        #expect(try await archive.load(.dispositions, rows: [reported]).accepted == 1)
    }

    @Test(arguments: [
        (Rows.disposition("z", "整改责令", "2023-04-01"), "事项编号", "case-unknown"),
        (Rows.disposition("a", "整改", "2023-04-01"), "处置类型", "not-in-list"),
        (Rows.disposition("a", "整改责令", "2023-03-04"), "日期", "before-determination"),
        (Rows.disposition("a", "整改责令", "2026-01-06"), "日期", "day-in-the-future"),
        (Rows.disposition("a", "修复申请", "2023-04-01"), "处置类型", "rectification-not-accepted"),
        (
            Rows.disposition("a", "主体陈述", "2023-04-01", ["说明": String(repeating: "长", count: 501)]), "说明",
            "text-too-long"
        ),
        (Rows.disposition("a", "更正", "2023-04-01"), "更正字段", "missing-value"),
        (Rows.disposition("a", "更正", "2023-04-01", ["更正字段": "认定部门"]), "更正字段", "not-in-list"),
        (
            Rows.disposition("a", "更正", "2023-04-01", ["更正字段": "严重程度", "原值": "严重", "新值": "轻微"]), "原值",
            "old-value-differs"
        ),
        (
            Rows.disposition("a", "更正", "2023-04-01", ["更正字段": "严重程度", "原值": "一般", "新值": "一般"]), "新值",
            "correction-changes-nothing"
        ),
        (
            Rows.disposition("a", "更正", "2023-04-01", ["更正字段": "失信事实", "原值": "错", "新值": "新"]), "原值", "old-value-differs"
        ),
        (Rows.disposition("a", "撤销", "2023-04-01", ["新值": "x"]), "新值", "not-a-correction"),
        (Rows.disposition("a", "异议不成立", "2023-04-01"), "处置类型", "no-open-objection"),
    ])
    func aWrongDispositionIsRefusedUnderItsColumn(
        _ row: [String: String], _ column: String, _ code: String
    ) async throws {
        let archive = try await ready()
        try await archive.load(.incidents, rows: [Rows.incident("a")])
        let report = try await archive.load(.dispositions, rows: [row])
        #expect(report.problems.map(\.column) == [column] && report.problems.map(\.code) == [code])
        #expect(report.accepted == 0)
    }

    @Test func correctionsComeAsRows() async throws {
        let archive = try await ready()
        try await archive.load(.incidents, rows: [Rows.incident("a")])
        func correct(_ field: String, _ old: String, _ new: String) -> [String: String] {
            Rows.disposition("a", "更正", "2023-04-01", ["更正字段": field, "原值": old, "新值": new])
        }
        let report = try await archive.load(
            .dispositions,
            rows: [
                correct("失信类别", "未守信践诺", "R01"), correct("重点领域", "K1", "/"), correct("失信事实", "未按约定支付工程款", "未付款"),
                correct("严重程度", "一般", "严重"), correct("涉及金额(万元)", "12.50", "1,200"), correct("依据文书名称", "行政决定书", "裁定书"),
                correct("文号", "云信[2023]1号", "云信〔2023〕2号"),
            ])
        #expect(report.accepted == 7 && report.problems.isEmpty)
        let item = try await archive.reading { try Auditor($0).standing(.all) }[0].cases[0]
        #expect(item.category == .r01 && item.area == nil && item.severity == .serious)
        #expect(item.amount == Amount("1200"))
    }

    @Test(arguments: [
        (Rows.observation("lost", "1.5"), "数值", "value-malformed"),
        (Rows.observation("lost", "是"), "数值", "amount-malformed"),
        (Rows.observation("won", "1"), "数据项", "input-unknown"),
        (Rows.observation("lost", "1", ["指标编号": "XZ99"]), "指标编号", "indicator-unknown"),
        (Rows.observation("lost", "1", ["方案": "tongbai"]), "方案", "scheme-unknown"),
        (Rows.observation("lost", "1", ["年度": "二三"]), "年度", "year-malformed"),
        (Rows.observation("lost", "1", ["填报日期": "2026-01-06"]), "填报日期", "day-in-the-future"),
        (Rows.observation("lost", "1", ["统一社会信用代码": Rows.code(9)]), "统一社会信用代码", "body-not-registered"),
        (Rows.observation("lost", "无"), "数值", "missing-value"),
        (Rows.observation("made", "有", ["指标编号": "XZ03"]), "数值", "value-malformed"),
        (Rows.observation("published_on", "3月", ["指标编号": "XZ03"]), "数值", "day-malformed"),
    ])
    func aWrongObservationIsRefusedUnderItsColumn(
        _ row: [String: String], _ column: String, _ code: String
    ) async throws {
        let archive = try await ready()
        let report = try await archive.load(.observations, rows: [row])
        #expect(report.problems.map(\.column) == [column] && report.problems.map(\.code) == [code])
        #expect(report.accepted == 0)
    }

    @Test func anObservationIsKeptAsTheCatalogueSays() async throws {
        let archive = try await ready()
        let rows = [
            Rows.observation("lost", "１"), Rows.observation("lost", "1"), Rows.observation("lost", "2"),
            Rows.observation("made", "是", ["指标编号": "XZ03"]),
            Rows.observation("published_on", "2023年3月31日", ["指标编号": "XZ03", "佐证材料": "见公告"]),
        ]
        let report = try await archive.load(.observations, rows: rows)
        #expect(report.accepted == 4 && report.duplicates == 1 && report.problems.isEmpty)
        let values = try await archive.entries().compactMap { entry in
            if case .observationRecorded(let data) = try entry.event() { data.value } else { nil }
        }
        #expect(values == ["1", "2", "是", "2023-03-31"])
    }
}
