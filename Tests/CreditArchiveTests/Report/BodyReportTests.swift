import ArchiveTesting
import Assessment
import CreditArchive
import CreditModel
import Foundation
import Projections
import Testing

/// A body's report: the five parts of 第十二条, every figure the archive's own, nothing told that no record says.
@Suite struct BodyReportTests {
    @Test(arguments: ["tongbai-2023-township", "tongbai-2023-department", "openness-assessment"])
    func everyFigureOfTheSampleCountysReportsIsTheOracles(_ scheme: String) async throws {
        let (archive, _) = try await County.imported()
        let oracle = try #require(County.expected("scores-2023")[scheme] as? [String: [String: Any]])
        let compilation = try await Reports.compilation(archive, scheme)
        #expect(Set(compilation.reports.map(\.body.id.text)) == Set(oracle.keys))
        for report in compilation.reports {
            let expected = try #require(oracle[report.body.id.text])
            let json = try JSON.object(report)
            let overview = try #require(json["overview"] as? [String: Any])
            #expect(overview["total"] as? String == expected["total"] as? String)
            #expect(overview["rank"] as? Int == expected["rank"] as? Int)
            if let grade = expected["grade"] as? String { #expect(overview["grade"] as? String == grade) }
            // The oracle of the openness assessment has totals alone; a score that cannot be given is null.
            let scores = expected["indicators"] as? [String: Any] ?? [:]
            let flags = expected["flags"] as? [String: [String]] ?? [:]
            let rows = try #require(json["indicators"] as? [[String: Any]]).compactMap {
                $0["result"] as? [String: Any]
            }
            if !scores.isEmpty { #expect(Set(rows.compactMap { $0["id"] as? String }) == Set(scores.keys)) }
            for row in rows where !scores.isEmpty {
                let id = try #require(row["id"] as? String)
                #expect(row["score"] as? String == scores[id] as? String, "\(id)")
                #expect(row["flags"] as? [String] == flags[id] ?? [], "\(id)")
            }
            // The page says the same figures.
            let page = StrictPage(report.page)
            #expect(page.fault == nil, "\(page.fault ?? "")")
            let marks = page.all("section", class: "detail").map { $0.text }
            for (id, score) in scores {
                let mark = try #require(marks.first { $0.contains("\(id) ") }, "\(id)")
                #expect(mark.contains(score as? String ?? "未计分"), "\(id) \(score)")
            }
        }
    }

    @Test func theFivePartsStandInTheOrderOfArticle12() async throws {
        let (archive, _) = try await County.imported()
        let report = try await Reports.report(archive, "11419801MB0000035R", "tongbai-2023-department")
        let page = StrictPage(report.page)
        #expect(
            page.headings.filter { $0.level == 2 }.map(\.text) == [
                "一、综合评分和总体评价", "二、单项评分及其说明", "三、存在问题及改进建议", "四、评价所依据的主要信息", "五、其他需要载明的内容",
            ])
        #expect(page.headings.first?.level == 1 && page.headings.first?.text == "云岭县财政局")
        // No heading skips a level.
        for (above, below) in zip(page.headings, page.headings.dropFirst()) { #expect(below.level <= above.level + 1) }
        // Each indicator: rule, working with numbers, inputs, the source's words, positions.
        for indicator in report.scheme.indicators {
            let detail = try #require(page.all("section", class: "detail").first { $0.text.contains(indicator.id) })
            for word in ["规则", "计算", "方案原文", "位置"] { #expect(detail.text.contains(word), "\(indicator.id) \(word)") }
            #expect(detail.text.contains(try #require(indicator.quote)))
        }
    }

    @Test func aTrialComputationSaysSoInItsTitleAndNobodyIssuedIt() async throws {
        let (archive, _) = try await County.imported()
        let report = try await Reports.report(archive, "11419801MB0000035R", "tongbai-2023-department")
        #expect(report.result == .trial)
        let page = StrictPage(report.page)
        #expect(page.all("title").first?.text == "云岭县财政局 2023 年度政务诚信评价报告（试算）")
        #expect(page.source.contains("试算 · 未经签发") && page.source.contains("不得作为评价结果使用"))
        #expect(try JSON.object(report)["isTrial"] as? Bool == true)
    }

    @Test func problemsAreFactsAndTheSourcesWordsAlone() async throws {
        let (archive, _) = try await County.imported()
        let compilation = try await Reports.compilation(archive, "tongbai-2023-department")
        for report in compilation.reports {
            let lost = try #require(report.problems.lostInBase)
            #expect((report.overview.total == nil) == !report.problems.missing.isEmpty)
            if let total = report.overview.total { #expect(total.hundredths + lost.hundredths == 10_000) }
            #expect(report.problems.losses.reduce(0) { $0 + $1.lost.hundredths } == lost.hundredths)
            #expect(report.problems.losses.map(\.lost) == report.problems.losses.map(\.lost).sorted(by: >))
            for loss in report.problems.losses {
                #expect(loss.requirement == report.scheme[indicator: loss.indicator]?.quote)
            }
            let standing = try await archive.reading { try Auditor($0).standing(.body(report.body.id)) }
            let inEffect = standing.first?.cases.filter { $0.status == .inEffect }.map(\.id) ?? []
            #expect(report.problems.inEffect.map(\.id) == inEffect)
            #expect(Set(report.problems.openRectifications.map(\.id)).isSubset(of: inEffect))
        }
    }

    @Test func anOrderedRectificationIsOpenUntilItIsAccepted() async throws {
        let archive = try await small()
        try await archive.load(.dispositions, rows: [Rows.disposition("甲-1", "整改责令", "2023-04-01")])
        let report = try await Reports.report(archive, Rows.code(1), "tongbai-2023-department")
        #expect(report.problems.openRectifications.map(\.id.text) == ["甲-1"])
        let page = String(decoding: report.page, as: UTF8.self)
        #expect(page.contains("已责令，未报告") && page.contains("2024-06-01 <span class=\"tag late\">已逾期</span>"))
        for (kind, day) in [("整改报告", "2023-05-01"), ("整改验收", "2023-05-08")] {
            try await archive.load(.dispositions, rows: [Rows.disposition("甲-1", kind, day)])
        }
        let later = try await Reports.report(archive, Rows.code(1), "tongbai-2023-department")
        #expect(later.problems.openRectifications.isEmpty && later.problems.inEffect.count == 1)
    }

    @Test func everyEntryBehindAScoreIsInTheBasis() async throws {
        let (archive, _) = try await County.imported()
        for report in try await Reports.compilation(archive, "tongbai-2023-department").reports {
            let behind = Set(report.indicators.flatMap(\.score.positions))
            #expect(behind.isSubset(of: Set(report.basis.positions)), "\(report.body.name)")
        }
    }

    @Test func sealedTextsStaySealedUnlessAskedFor() async throws {
        let archive = try await small(note: "佐证：收支凭证", fact: "拖欠王某工程款")
        let code = Rows.code(1)
        let sealed = try await Reports.report(archive, code, "tongbai-2023-department")
        let page = String(decoding: sealed.page, as: UTF8.self)
        #expect(page.contains("〔已密封〕") && !page.contains("拖欠王某") && !page.contains("收支凭证"))
        let json = String(describing: try JSON.object(sealed))
        #expect(sealed.openedTextCount == 0 && !json.contains("王某"))
        let open = try await Reports.report(archive, code, "tongbai-2023-department", opens: true)
        let told = String(decoding: open.page, as: UTF8.self)
        #expect(told.contains("拖欠王某工程款") && told.contains("佐证：收支凭证") && !told.contains("〔已密封〕"))
        #expect(open.openedTextCount >= 2 && told.contains("处密封文本的原文，请只交给有权知悉的人"))
    }

    @Test func `Q19: a report says who may see it, by its scheme`() async throws {
        let (archive, _) = try await County.imported()
        let own = try await Reports.report(archive, "11419801MB0000035R", "tongbai-2023-department")
        #expect(own.remarks.publication == .unstated && own.remarks.publication.label == "内部")
        let rows = (1...2).map { Rows.body($0) }
        let other = try TestArchive()
        try await other.load(.bodies, rows: rows)
        let withheld = try await Reports.report(other, Rows.code(1), "province-integrity", 2024)
        #expect(withheld.remarks.publication == .withheld)
        #expect(String(decoding: withheld.page, as: UTF8.self).contains("暂不向社会公开（《政务诚信评价办法》第十四条）"))
        let open = try await Reports.report(
            other, Rows.code(1), "province-integrity", 2024,
            overlay:
                "overlay: ours\nversion: \"1\"\ndated: 2024-01-01\nscheme: province-integrity\nreason: 省信用办〔2024〕1号\noptions: {publication: published}\n"
        )
        #expect(open.remarks.publication == .published && open.scheme.overlay?.id == "ours")
        #expect(String(decoding: open.page, as: UTF8.self).contains("省信用办〔2024〕1号"))
        // Nothing was reported: no total is made up, and what is missing is listed.
        #expect(withheld.overview.total == nil && withheld.problems.missing.count == 12)
    }

    @Test func `Q01: days that belong to no period, and the cases of those days, are told`() async throws {
        let archive = try await small(determinedOn: "2023-12-31")
        let report = try await Reports.report(archive, Rows.code(1), "tongbai-2023-department")
        #expect(report.remarks.uncoveredDays.map(\.description) == ["2023-12-31"])
        #expect(report.remarks.uncoveredCases.map(\.text) == ["甲-1"])
        #expect(String(decoding: report.page, as: UTF8.self).contains("2023-12-31 不属于本方案任何年度（Q01）"))
        #expect(report.basis.cases.first?.reasons.contains(.uncoveredDay) == true)
    }

    /// Two departments, one with an observation and a case.
    private func small(
        note: String = "凭证", fact: String = "未按约定支付", determinedOn: String = "2023-03-05"
    ) async throws -> TestArchive {
        let archive = try TestArchive()
        try await archive.load(.bodies, rows: [Rows.body(1), Rows.body(2)])
        try await archive.load(
            .incidents,
            rows: [
                Rows.incident(
                    "甲-1", ["失信事实": fact, "认定日期": determinedOn, "失信类别": "R09", "整改要求": "限期支付", "整改期限": "2024-06-01"])
            ])
        try await archive.load(
            .observations,
            rows: [
                Rows.observation("failed", "1", ["方案": "tongbai-2023-department", "指标编号": "XB03", "佐证材料": note])
            ])
        return archive
    }
}
