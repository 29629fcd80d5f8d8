import ArchiveTesting
import CreditArchive
import CreditModel
import EventLog
import Foundation
import Projections
import Testing

/// What the cells of a row may look like, and what is said of those that are wrong.
@Suite struct ImportCellTests {
    private static let nullMarks = ["", "— —", "——", "—", "无", "/", "-", "－", " 　"]

    private func judged(_ changes: [String: String]) async throws -> ImportReport {
        let archive = try TestArchive()
        try await archive.load(.bodies, rows: [Rows.body(1)])
        return try await archive.load(.incidents, rows: [Rows.incident("a", changes)])
    }

    @Test func aNullMarkInARequiredColumnIsNamedWithTheColumn() async throws {
        let archive = try TestArchive()
        try await archive.load(.bodies, rows: [Rows.body(1)])
        let required = ImportTemplate(.incidents).columns.filter(\.isRequired).map(\.name)
        let rows = required.flatMap { column in
            ImportCellTests.nullMarks.map { Rows.incident("a", [column: $0]) }
        }
        let report = try await archive.load(.incidents, rows: rows)
        #expect(report.accepted == 0 && report.rejectedRows == Int64(rows.count))
        #expect(report.problems.map(\.column) == required.flatMap { [String](repeating: $0, count: 9) })
        #expect(Set(report.problems.map(\.code)) == ["missing-value"])
    }

    @Test func aNullMarkInAnOptionalColumnIsNothing() async throws {
        let archive = try TestArchive()
        try await archive.load(.bodies, rows: [Rows.body(1)])
        let optional = ["重点领域", "涉及金额(万元)", "整改要求", "整改期限", "结论状态", "公开属性", "归属年度", "主体名称", "附件"]
        let rows = ImportCellTests.nullMarks.enumerated().map { number, mark in
            Rows.incident("a\(number)", Dictionary(uniqueKeysWithValues: optional.map { ($0, mark) }))
        }
        #expect(try await archive.load(.incidents, rows: rows).accepted == Int64(rows.count))
        for entry in try await archive.entries() where entry.type == "incident.determined" {
            guard case .incidentDetermined(let data) = try entry.event() else { continue }
            #expect(data.area == nil && data.amount == nil && data.rectification == nil && data.conclusion == nil)
            // The defaults of contract §1.
            #expect(data.visibility == .restricted && data.attributedYear == 2023)
        }
    }

    @Test(arguments: [
        ["认定日期": "2023/3/5"], ["认定日期": "2023年3月5日"], ["认定日期": "20230305"], ["认定日期": "２０２３－０３－０５"],
        ["认定日期": " 2023-03-05　"],
        ["失信类别": "未守信践诺"], ["失信类别": "Ｒ０５"], ["失信类别": "r05"], ["重点领域": "政策落实兑现"], ["文号": "云信[2023]1号"],
        ["文号": "云信（2023）1号"],
        ["文号": "云信【２０２３】１号"], ["文号": "云信 (2023) 1号"], ["涉及金额(万元)": "12.50"], ["涉及金额(万元)": "１２．５"],
        ["统一社会信用代码": "dirty"],
        ["信息来源渠道": "人民法院"], ["归属年度": "2023"], ["归属年度": "２０２３年"], ["事项编号": "ａ"],
    ])
    func aDirtyFormOfTheSameValueIsTheSameFact(_ changes: [String: String]) async throws {
        let archive = try TestArchive()
        try await archive.load(.bodies, rows: [Rows.body(1)])
        try await archive.load(.incidents, rows: [Rows.incident("a")])
        var changes = changes
        if changes["统一社会信用代码"] != nil {
            changes["统一社会信用代码"] = Rows.code(1).lowercased().replacingOccurrences(of: "1", with: "１")
        }
        let report = try await archive.load(.incidents, rows: [Rows.incident("a", changes)])
        // The number's original is content: written otherwise, it is another record of the same case.
        if changes["文号"] != nil {
            #expect(report.problems.map(\.code) == ["identity-conflict"])
            let row = Rows.incident("b", changes)
            #expect(try await archive.load(.incidents, rows: [row]).accepted == 1)
            guard
                case .incidentDetermined(let data) = try await archive.entries().last(where: {
                    $0.type == "incident.determined"
                })?.event()
            else { return }
            #expect(data.basis.number.normalised == "云信〔2023〕1号")
            #expect(data.basis.number.written == changes["文号"])
        } else {
            #expect(report.duplicates == 1 && report.problems.isEmpty)
        }
    }

    @Test(
        arguments: [
            (["统一社会信用代码": Rows.code(1).dropLast() + "0"], "统一社会信用代码", "uscc-check-digit"),
            (["统一社会信用代码": Rows.code(9)], "统一社会信用代码", "body-not-registered"),
            (["统一社会信用代码": "1141980"], "统一社会信用代码", "uscc-length"),
            (["统一社会信用代码": "1141980IMB0000019I"], "统一社会信用代码", "uscc-character"),
            (["认定日期": "2023-01-09"], "认定日期", "determined-before-occurred"),
            (["认定日期": "2026-01-06"], "认定日期", "day-in-the-future"), (["认定日期": "2023-02-30"], "认定日期", "no-such-day"),
            (["认定日期": "2023-3"], "认定日期", "day-malformed"), (["认定日期": "三月五日"], "认定日期", "day-malformed"),
            (["发生日期": "1899-12-31"], "发生日期", "day-malformed"), (["发生日期": "2010-01-03"], "发生日期", "before-establishment"),
            (["信息来源渠道": "C07"], "结论状态", "conclusion-required"), (["信息来源渠道": "C10"], "结论状态", "conclusion-required"),
            (["信息来源渠道": "C07", "结论状态": "可查实"], "结论状态", "conclusion-required"),
            (["信息来源渠道": "C10", "结论状态": "有明确结论"], "结论状态", "conclusion-required"),
            (["信息来源渠道": "C07", "结论状态": "待定"], "结论状态", "not-in-list"),
            (["失信类别": "R19"], "失信类别", "not-in-list"), (["重点领域": "K0"], "重点领域", "not-in-list"),
            (["严重程度": "重大"], "严重程度", "not-in-list"), (["信息来源渠道": "C13"], "信息来源渠道", "not-in-list"),
            (["公开属性": "秘密"], "公开属性", "not-in-list"), (["归属年度": "23"], "归属年度", "year-malformed"),
            (["涉及金额(万元)": "-1"], "涉及金额(万元)", "amount-malformed"),
            (["涉及金额(万元)": "1,60"], "涉及金额(万元)", "amount-malformed"),
            (["涉及金额(万元)": "1.1234567"], "涉及金额(万元)", "amount-malformed"),
            (["涉及金额(万元)": "约3"], "涉及金额(万元)", "amount-malformed"),
            (["失信事实": String(repeating: "长", count: 2001)], "失信事实", "text-too-long"),
            (["失信事实": "响\u{7}铃"], "失信事实", "control-character"), (["认定部门": "两\n行"], "认定部门", "text-malformed"),
            (["认定部门": String(repeating: "长", count: 201)], "认定部门", "text-malformed"),
            (["文号": String(repeating: "1", count: 101)], "文号", "document-number-malformed"),
            (["事项编号": String(repeating: "1", count: 129)], "事项编号", "case-id-malformed"),
            (["认定部门统一社会信用代码": "1"], "认定部门统一社会信用代码", "uscc-length"), (["整改期限": "尽快"], "整改期限", "day-malformed"),
            (["原系统登记日期": "0"], "原系统登记日期", "day-malformed"), (["附件": "a.pdf"], "附件", "evidence-folder-needed"),
        ] as [([String: String], String, String)])
    func aWrongCellIsRefusedUnderItsColumn(_ changes: [String: String], _ column: String, _ code: String) async throws {
        let report = try await judged(changes)
        #expect(report.accepted == 0 && report.rejectedRows == 1)
        #expect(report.problems.map(\.column) == [column])
        #expect(report.problems.map(\.code) == [code])
        #expect(report.problems.allSatisfy { !$0.chinese.isEmpty && !$0.english.isEmpty && $0.row == 2 })
    }

    @Test func everyErrorOfARowIsListed() async throws {
        let report = try await judged([
            "统一社会信用代码": "1", "失信类别": "X", "重点领域": "X", "失信事实": "", "依据文书名称": "无", "文号": "/", "认定部门": "——",
            "认定部门统一社会信用代码": "1",
            "发生日期": "x", "认定日期": "2023-02-30", "严重程度": "X", "涉及金额(万元)": "X", "整改期限": "x", "信息来源渠道": "C99", "结论状态": "X",
            "公开属性": "X", "归属年度": "X", "原系统登记日期": "X", "附件": "x.pdf", "整改要求": String(repeating: "长", count: 2001),
        ])
        #expect(report.rejectedRows == 1)
        #expect(
            Set(report.problems.map(\.column))
                == Set(Rows.columns(.incidents)).subtracting(["事项编号", "主体名称"]))
        #expect(report.problems.count == Set(report.problems.map(\.column)).count)
    }

    @Test func aNameThatDiffersFromTheRegisterIsANoticeOnly() async throws {
        let report = try await judged(["主体名称": "云岭县第一局"])
        #expect(report.accepted == 1 && report.problems.isEmpty)
        #expect(report.notices.map(\.code) == ["name-differs"] && report.notices.map(\.column) == ["主体名称"])
        #expect(try await judged(["主体名称": "云岭县第1局"]).notices.isEmpty)
    }
}
