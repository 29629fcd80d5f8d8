import Foundation
import Testing

/// Rows of the template 评价流程: what tells them apart, what steps are called, and what is said of accepted ones.
@Suite struct RoundImportTests {
    private typealias Paper = RoundPaperwork

    /// A round of two departments that has just begun.
    private func opened() throws -> ProgramArchive {
        let archive = try ProgramArchive()
        _ = try archive("import", "bodies", County.path("bodies"))
        try Paper.expectTaken(
            archive,
            [
                Paper.row("委托评价", "2023-12-20", Paper.bureau, ["评价机构": Paper.company, "文号": "云发改〔2023〕90号"]),
                Paper.row("启动评价", "2024-01-02", Paper.bureau, body: "\(Paper.finance)；\(Paper.education)"),
            ])
        return archive
    }

    private func notices(_ result: Program.Result) throws -> [String] {
        let rows = try #require(result.object()["notices"] as? [[String: Any]], "\(result.text)")
        return rows.map { "\($0["row"] ?? "") \($0["column"] ?? "") \($0["code"] ?? "")" }
    }

    @Test func collectionsOfOneDayAreToldApartByTheirChannelsAndWays() throws {
        let archive = try opened()
        let rows = [
            Paper.row("信息采集", "2024-02-01", Paper.company, ["渠道": "C01、C02"]),
            Paper.row("信息采集", "2024-02-01", Paper.company, ["渠道": "C03"]),
            Paper.row("信息采集", "2024-02-01", Paper.company, ["渠道": "C03", "方式": "数据填报"]),
        ]
        try Paper.expectTaken(archive, rows)
        // The same again, whatever the order of the channels.
        let again = try Paper.load(
            archive, [Paper.row("信息采集", "2024-02-01", Paper.company, ["渠道": "C02、C01"])] + rows.dropFirst())
        #expect(try again.object()["duplicates"] as? Int == 3)
        // So are two changes of the list on one day.
        let bodies = try archive("standing", "--all").list().filter { row in
            row["body"] as? String != Paper.finance && row["body"] as? String != Paper.education
        }
        let departments = bodies.compactMap { $0["body"] as? String }.filter { $0.hasPrefix("11") }.dropFirst().prefix(
            2)
        try Paper.expectTaken(
            archive, departments.map { Paper.row("调整受评名单", "2024-01-05", Paper.bureau, body: $0) })
    }

    @Test func stepsGoByTheSchemesOwnNamesAndByTheCommonOnes() throws {
        let archive = try ProgramArchive()
        _ = try archive("import", "bodies", County.path("bodies"))
        let office = "云岭县人民政府办公室"
        let scheme = ["方案": "openness-assessment"]
        func row(
            _ step: String, _ day: String, _ name: String, _ more: [String: String] = [:], body: String = ""
        ) -> [String: String] {
            Paper.row(step, day, name, more.merging(scheme) { $1 }, body: body)
        }
        try Paper.expectTaken(
            archive,
            [
                row("组成考核小组", "2024-01-02", office, ["评价机构": "考核小组"]), row("制定考核方案", "2024-01-05", office),
                row("启动评价", "2024-01-08", office, body: Paper.finance),
                row("考核", "2024-02-01", "考核小组", ["方式": "读网检查、查阅资料"]),
            ])
        let answer = try archive("round", "openness-assessment", "2023", "--region", "419801").object()
        let steps = try #require(answer["steps"] as? [[String: Any]])
        #expect(steps.map { $0["step"] as? String } == ["组成考核小组", "制定考核方案", "下发考核通知", "考核"])
        #expect(steps.map { $0["name"] as? String } == ["委托评价", "制定评价方案", "启动评价", "信息采集"])
        let table = try archive(
            "--format", "table", "--lang", "zh", "round", "openness-assessment", "2023", "--region", "419801")
        #expect(table.text.contains("考核（信息采集）"))
        let unknown = try Paper.load(archive, [row("考评", "2024-02-02", "考核小组")])
        #expect(unknown.status == 1 && unknown.text.contains("信息采集（考核）"))
    }

    @Test func aLateOrUnreasonedRequestAndALateReportAreTold() throws {
        let archive = try opened()
        let filed = try Paper.load(archive, [Paper.row("自查自评报送", "2024-02-03", "云岭县教育体育局", body: Paper.education)])
        #expect(try notices(filed) == ["2 日期 report-late"])
        let delivered = try Paper.delivered()
        let requested = try Paper.load(
            delivered,
            [
                Paper.row("复评申请", "2024-02-19", "云岭县财政局", ["说明": "计分有误"], body: Paper.finance),
                Paper.row("复评申请", "2024-02-21", "云岭县教育体育局", ["说明": "不同意", "证明材料": "说明"], body: Paper.education),
            ])
        #expect(requested.status == 0)
        #expect(try notices(requested) == ["2 证明材料 review-unreasoned", "3 日期 review-late"])
        #expect(requested.text.contains("2024-02-20") && requested.text.contains("第十一条第四项"))
        // What was missing is handed in within the limit: nothing is left to say.
        let supplemented = try Paper.load(
            delivered,
            [Paper.row("复评补充材料", "2024-02-20", "云岭县财政局", ["证明材料": "会议纪要"], body: Paper.finance)])
        #expect(try supplemented.status == 0 && notices(supplemented).isEmpty)
        let reviews = try #require(
            try delivered("round", "province-integrity", "2023", "--region", "419801").object()["bodies"]
                as? [[String: Any]])
        let review = try #require(reviews.first { $0["body"] as? String == Paper.finance }?["review"] as? [String: Any])
        #expect(review["state"] as? String == "pending")
    }

    @Test func aScoreAboveItsMaximumIsTold() throws {
        let archive = try opened()
        let file = try archive.file(
            "above.csv",
            """
            统一社会信用代码,年度,方案,指标编号,数据项,数值,佐证材料,填报日期
            \(Paper.finance),2023,province-integrity,SJ01,manual_score,9,评分记录,2024-02-01
            \(Paper.finance),2023,province-integrity,SJ02,manual_score,9,评分记录,2024-02-01
            \(Paper.finance),2023,tongbai-2023-department,XB08,closed,9,台账,2024-02-01

            """)
        let result = try archive("import", "observations", file)
        #expect(result.status == 0 && result.text.contains("上限 8"))
        #expect(try notices(result) == ["2 数值 above-maximum"])
    }

    @Test func whatAReportRefusesIsNotOffered() throws {
        for command in ["report", "compile"] {
            let help = try Program.run([command, "--help"]).text
            for option in ["--at-position", "--known-at", "--without"] {
                #expect(!help.contains(option), "\(command) \(option)")
            }
            #expect(help.contains("--overlay"))
        }
        for command in ["evaluate", "explain"] {
            #expect(try Program.run([command, "--help"]).text.contains("--without"))
        }
    }
}
