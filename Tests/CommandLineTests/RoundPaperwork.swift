import Foundation
import Testing

/// The paperwork of a round of the sample county, as its offices hand it in: rows of the template 评价流程, scores set by
/// hand, and the results that follow from them.
enum RoundPaperwork {
    static let finance = "11419801MB0000035R"
    static let education = "11419801MB0000043L"
    static let bureau = "云岭县发展和改革局"
    static let company = "云岭信用评价有限公司"
    static let province = "省发展和改革委员会"
    private static let columns = [
        "方案", "年度", "区划", "步骤", "主体", "日期", "办理单位", "文号", "说明", "评价机构", "渠道", "方式", "事由", "结果", "事项编号",
        "证明材料", "载明", "通报对象", "期限", "措施", "受理单位",
    ]

    /// Rows of the template, each as the columns that it fills.
    static func table(_ rows: [[String: String]]) -> String {
        let common = ["方案": "province-integrity", "年度": "2023", "区划": "419801"]
        let lines = rows.map { row in
            columns.map { row[$0] ?? common[$0] ?? "" }.joined(separator: ",")
        }
        return ([columns.joined(separator: ",")] + lines).joined(separator: "\n") + "\n"
    }

    static func row(
        _ step: String, _ day: String, _ office: String, _ more: [String: String] = [:], body: String = ""
    ) -> [String: String] {
        ["步骤": step, "日期": day, "办理单位": office, "主体": body].merging(more) { $1 }
    }

    static func load(_ archive: ProgramArchive, _ rows: [[String: String]]) throws -> Program.Result {
        try archive("import", "rounds", archive.file("rounds-\(UUID().uuidString).csv", table(rows)))
    }

    static func expectTaken(_ archive: ProgramArchive, _ rows: [[String: String]]) throws {
        let result = try load(archive, rows)
        #expect(result.status == 0, "\(result.text) \(result.errors)")
        #expect(try result.object()["accepted"] as? Int == rows.count, "\(result.text)")
    }

    /// Full marks of the scheme's indicators.
    private static let marks = [8, 9, 8, 10, 15, 7, 9, 9, 7, 8, 5, 5]

    /// Reports scores set by hand: full marks, but for those given.
    static func report(
        _ archive: ProgramArchive, _ body: String, _ given: [String: String], on day: String, onlyThose: Bool = false
    ) throws {
        var rows = ["统一社会信用代码,年度,方案,指标编号,数据项,数值,佐证材料,填报日期"]
        for (index, mark) in marks.enumerated() {
            let id = "SJ\(index < 9 ? "0" : "")\(index + 1)"
            guard !onlyThose || given[id] != nil else { continue }
            rows.append("\(body),2023,province-integrity,\(id),manual_score,\(given[id] ?? "\(mark)"),评分记录,\(day)")
        }
        let file = try archive.file("scores-\(UUID().uuidString).csv", rows.joined(separator: "\n") + "\n")
        let result = try archive("import", "observations", file)
        #expect(result.status == 0, "\(result.text) \(result.errors)")
    }

    static func issue(_ archive: ProgramArchive, _ stage: String, _ day: String) throws -> Program.Result {
        try archive(
            "results", "issue", "province-integrity", "2023", "--region", "419801", "--stage", stage, "--actor",
            company, "--on", day)
    }

    /// Issues the results of a stage, and returns the totals by body.
    @discardableResult
    static func issued(_ archive: ProgramArchive, _ stage: String, _ day: String) throws -> [String: String] {
        let result = try issue(archive, stage, day)
        #expect(result.status == 0, "\(result.errors)")
        let rows = try archive("results", "province-integrity", "2023").list()
        return rows.reduce(into: [:]) { totals, row in
            if let body = row["body"] as? String { totals[body] = row["total"] as? String }
        }
    }

    static func append(_ archive: ProgramArchive, _ event: String) throws {
        let result = try archive("append", input: event)
        #expect(result.status == 0, "\(result.errors)")
    }

    /// A round of two departments that has come to the feedback: one filed in time, one late.
    static func delivered() throws -> ProgramArchive {
        let archive = try ProgramArchive()
        _ = try archive("import", "bodies", County.path("bodies"))
        try append(
            archive,
            """
            {"specversion":"1.0","id":"list-1","source":"urn:platform:1","type":"evaluators.recommended",\
            "subject":"evaluators/410000","data":{"actor":{"name":"\(province)","role":"省信用主管部门"},\
            "evaluators":[{"name":"\(company)"}],"occurredOn":"2023-06-01"}}
            """)
        let both = "\(finance)；\(education)"
        try expectTaken(
            archive,
            [
                row("委托评价", "2023-12-20", bureau, ["评价机构": company, "文号": "云发改〔2023〕90号"]),
                row("启动评价", "2024-01-02", bureau, body: both),
                row("自查自评报送", "2024-01-20", "云岭县财政局", body: finance),
                row("自查自评报送", "2024-02-03", "云岭县教育体育局", body: education),
                row("信息采集", "2024-02-01", company, ["渠道": "C01、C02", "方式": "数据填报"]),
                row("信息核实", "2024-02-04", company, ["方式": "实地走访、书面核实"], body: finance),
                row("信息核实", "2024-02-04", company, ["方式": "实地走访、书面核实"], body: education),
            ])
        _ = try archive("schemes", "adopt", "province-integrity", "--office", bureau, "--on", "2024-01-02")
        try report(archive, finance, ["SJ05": "1"], on: "2024-02-04")
        try report(archive, education, ["SJ05": "0.5", "SJ04": "5"], on: "2024-02-04")
        // The round's list, not the county's whole cohort.
        #expect(
            try issued(archive, "preliminary", "2024-02-05") == [finance: "86.00", education: "80.50"])
        try expectTaken(
            archive,
            [
                row("评价结果反馈", "2024-02-07", company, body: finance),
                row("评价结果反馈", "2024-02-07", company, body: education),
            ])
        return archive
    }
}
