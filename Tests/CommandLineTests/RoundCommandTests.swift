import Foundation
import Testing

/// Rounds of evaluation through the program alone: `import rounds`, `append`, `round`, `duties`, `calendar`.
@Suite struct RoundCommandTests {
    private typealias Paper = RoundPaperwork

    private func round(_ archive: ProgramArchive, _ arguments: String...) throws -> [String: Any] {
        try Program.run(
            ["--archive", archive.path, "round", "province-integrity", "2023", "--region", "419801"] + arguments
        ).object()
    }

    private func list(_ object: [String: Any], _ key: String) throws -> [[String: Any]] {
        try #require(object[key] as? [[String: Any]], "\(key)")
    }

    @Test func aWholeRoundWithALateReviewAndALateReport() throws {
        let archive = try Paper.delivered()
        try Paper.expectTaken(
            archive,
            [
                Paper.row("复评申请", "2024-02-19", "云岭县财政局", ["说明": "第三项计分有误", "证明材料": "会议纪要"], body: Paper.finance),
                Paper.row("复评", "2024-02-26", Paper.company, ["结果": "调整评分"], body: Paper.finance),
                // Five working days from 2024-02-07 end on 02-20.
                Paper.row("复评申请", "2024-02-21", "云岭县教育体育局", ["说明": "不同意", "证明材料": "说明"], body: Paper.education),
            ])
        let late = try Paper.load(
            archive, [Paper.row("复评", "2024-02-27", Paper.company, ["结果": "调整评分"], body: Paper.education)])
        #expect(late.status == 1 && late.text.contains("review-not-possible") && late.text.contains("2024-02-21"))
        try Paper.report(archive, Paper.finance, ["SJ05": "3"], on: "2024-02-26", onlyThose: true)
        try Paper.issue(archive, "final", "2024-02-19").expectError(3, "review-pending")
        #expect(try Paper.issued(archive, "final", "2024-02-28") == [Paper.finance: "88.00", Paper.education: "80.50"])
        try Paper.issue(archive, "final", "2024-02-28").expectError(3, "results-all-issued")
        try Paper.expectTaken(
            archive,
            [
                Paper.row("规范性审核", "2024-03-04", Paper.bureau, ["结果": "通过"]),
                Paper.row("评价报告上传", "2024-03-08", Paper.company, body: Paper.finance),
                Paper.row("评价报告上传", "2024-03-08", Paper.company, body: Paper.education),
                Paper.row("汇编", "2024-05-06", Paper.province),
                Paper.row("通报", "2024-05-08", Paper.province, ["通报对象": "党委、人大、政府、政协、相关国家机关"]),
            ])
        let answer = try round(archive)
        let derived = try list(answer, "derived")
        let final = try #require(derived.first { $0["kind"] as? String == "preliminaryFinal" })
        #expect(final["body"] as? String == Paper.education && final["day"] as? String == "2024-02-21")
        #expect((final["source"] as? String)?.contains("第十一条第四项") == true)
        #expect(derived.contains { $0["kind"] as? String == "reportLate" && $0["day"] as? String == "2024-02-01" })
        // The record of the late report is still to be decided on: it has not come by itself.
        #expect(try list(answer, "open").map { $0["type"] as? String } == ["report.adjudged"])
        #expect(try archive("standing", Paper.education).list().first.map { ($0["cases"] as? [Any])?.count } == 0)
        try enterRecord(archive)
        #expect(try list(round(archive), "open").isEmpty)
        let past = try round(archive, "--as-of", "2024-02-20")
        #expect(try list(past, "steps").allSatisfy { ($0["day"] as? String ?? "") <= "2024-02-20" })
        #expect(try !list(past, "derived").contains { $0["kind"] as? String == "preliminaryFinal" })
        #expect(try archive("verify", "--deep").status == 0)
        #expect(try archive("rebuild").status == 0)
        let table = try archive(
            "round", "province-integrity", "2023", "--region", "419801", "--format", "table")
        #expect(table.text.contains("复评申请逾期"))
    }

    /// 不良记录 of art. 16: an incident of category R10, and the decision that names it.
    private func enterRecord(_ archive: ProgramArchive) throws {
        let unknown = try Paper.load(
            archive,
            [
                Paper.row(
                    "不良记录认定", "2024-05-20", Paper.bureau,
                    ["事由": "不及时", "结果": "记入", "事项编号": "R10-2024-1", "文号": "云发改〔2024〕5号"], body: Paper.education)
            ])
        #expect(unknown.status == 1 && unknown.text.contains("case-unknown"))
        let incident = """
            事项编号,统一社会信用代码,失信类别,失信事实,依据文书名称,文号,认定部门,发生日期,认定日期,严重程度,信息来源渠道
            R10-2024-1,\(Paper.education),R10,未按期报送自查自评,不良记录认定书,云发改〔2024〕5号,\(Paper.bureau),2024-02-01,2024-05-20,轻微,C01

            """
        #expect(try archive("import", "incidents", archive.file("r10.csv", incident)).status == 0)
        try Paper.expectTaken(
            archive,
            [
                Paper.row(
                    "不良记录认定", "2024-05-20", Paper.bureau,
                    ["事由": "不及时", "结果": "记入", "事项编号": "R10-2024-1", "文号": "云发改〔2024〕5号"], body: Paper.education)
            ])
        let standing = try #require(archive("standing", Paper.education).list().first)
        let cases = try #require(standing["cases"] as? [[String: Any]])
        #expect(cases.map { $0["category"] as? String } == ["R10"])
        #expect(try archive("trail", Paper.education).text.contains("R10-2024-1"))
    }

    @Test func rowsThatDoNotFitAreToldWithColumnAndArticle() throws {
        let archive = try Paper.delivered()
        let result = try Paper.load(
            archive,
            [
                Paper.row("规范性审核", "2024-02-28", Paper.company, ["结果": "通过", "办理单位角色": "评价机构"]),
                Paper.row("初步评价", "2024-02-28", Paper.company),
                Paper.row("复评", "2024-02-28", Paper.company, body: Paper.finance),
                Paper.row("评价报告上传", "2024-02-28", Paper.company, body: Paper.finance),
                Paper.row("自查自评报送", "2024-01-20", "云岭县公安局", body: Paper.education),
                Paper.row("自查自评报送", "2024-01-20", "云岭县财政局", body: Paper.finance),
            ])
        #expect(result.status == 1)
        let rejected = try #require(result.object()["rejected"] as? [[String: Any]])
        let codes = rejected.map { "\($0["row"] ?? "") \($0["column"] ?? "") \($0["code"] ?? "")" }
        #expect(codes.contains("3 步骤 not-in-list"), "\(codes)")
        #expect(codes.contains("4 结果 missing-value"), "\(codes)")
        #expect(codes.contains("5 日期 step-out-of-turn"), "\(codes)")
        #expect(codes.contains { $0.hasPrefix("6 ") }, "\(codes)")
        // The same row as before adds nothing.
        #expect(try result.object()["duplicates"] as? Int == 1)
    }

    @Test func importingAgainAddsNothingAndCountiesDoNotMix() throws {
        let archive = try Paper.delivered()
        let rows = [Paper.row("评价结果反馈", "2024-02-07", Paper.company, body: Paper.finance)]
        let again = try Paper.load(archive, rows).object()
        #expect(again["accepted"] as? Int == 0 && again["duplicates"] as? Int == 1)
        let elsewhere = try Paper.load(archive, rows.map { $0.merging(["区划": "419802"]) { $1 } })
        #expect(elsewhere.status == 1 && elsewhere.text.contains("body-not-in-round"))
        let unknown = try archive("round", "province-integrity", "2023", "--region", "419802")
        unknown.expectError(3, "round-unknown")
    }

    @Test func dutiesTellDayRuleAndArticleOverdueFirst() throws {
        let archive = try Paper.delivered()
        let duties = try archive("duties", "--on", "2024-02-19").list()
        let keys = ["dueOn", "overdue", "daysLeft", "rule", "source", "round", "step", "body"]
        #expect(duties.allSatisfy { duty in keys.allSatisfy { duty.keys.contains($0) } })
        let review = try #require(duties.first { $0["type"] as? String == "review.requested" })
        #expect(review["dueOn"] as? String == "2024-02-20" && review["daysLeft"] as? Int == 1)
        #expect(review["overdue"] as? Bool == false)
        let late = try archive("duties", "--on", "2024-04-01").list()
        let overdue = late.prefix { $0["overdue"] as? Bool == true }
        #expect(
            overdue.contains {
                $0["type"] as? String == "evaluation.uploaded" && $0["dueOn"] as? String == "2024-03-31"
            })
        #expect(!late.dropFirst(overdue.count).contains { $0["overdue"] as? Bool == true })
        #expect(try archive("duties", "--on", "2023-01-01").list().isEmpty)
        #expect(try archive("duties", "--region", "110000").list().isEmpty)
        try archive("duties", "--on", "昨天").expectError(2, "day-malformed")
    }

    @Test func theRectificationOfACaseIsADuty() throws {
        let archive = try ProgramArchive()
        try archive.loadCounty()
        let duties = try archive("duties", "--on", "2026-01-01").list()
        let cases = duties.filter { $0["case"] != nil }
        #expect(!cases.isEmpty && cases.allSatisfy { $0["step"] as? String == "整改" && $0["dueOn"] is String })
    }
}
