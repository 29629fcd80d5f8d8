internal import Assessment
internal import CreditModel

/// A report told to people: one article with the five parts of 第十二条 in its order.
struct ReportPage {
    let report: BodyReport
    /// Of its own on the page: every anchor of the article begins with it.
    let id: String
    /// Where the article is a part of a compilation, its headings are one level deeper.
    let isBound: Bool

    init(_ report: BodyReport, id: String = "r", isBound: Bool = false) {
        self.report = report
        self.id = id
        self.isBound = isBound
    }

    /// The five headings, word for word (《政务诚信评价办法》第十二条).
    static let parts = ["综合评分和总体评价", "单项评分及其说明", "存在问题及改进建议", "评价所依据的主要信息", "其他需要载明的内容"]
    static let numerals = ["一", "二", "三", "四", "五"]

    /// The report as a file of its own.
    var document: ReportDocument {
        ReportDocument(
            title: title, runningHead: ("\(report.year) 年度政务诚信评价报告\(trialMark)", report.body.name),
            body: "\(article)\(footer)")
    }

    var title: String { "\(report.body.name) \(report.year) 年度政务诚信评价报告\(trialMark)" }

    /// A computation that nobody has issued says so wherever the report is named.
    var trialMark: String { report.result == .trial ? "（试算）" : "" }

    var article: HTML {
        let contents = [overview, scores, problems, basis, remarks]
        let sections: [HTML] = contents.enumerated().map { number, content in
            """
            <section id="\(plain: id)-\(number + 1)">
            \(heading(1, "\(ReportPage.numerals[number])、\(ReportPage.parts[number])"))\(content)</section>

            """
        }
        return "<article class=\"report\" id=\"\(plain: id)\">\n\(head)\(sections)</article>\n"
    }

    /// - Parameter depth: 0 for the report's own title.
    func heading(_ depth: Int, _ text: String) -> HTML {
        let level = depth + (isBound ? 2 : 1)
        return "<h\(level) class=\"h\(depth)\">\(text)</h\(level)>\n"
    }

    private var head: HTML {
        let kind: HTML =
            switch report.result {
            case .trial: "<span class=\"tag trial\">试算 · 未经签发</span>"
            case .issued(let issued): "<span class=\"tag issued\">\(issued.kind.name)</span>"
            }
        let rows: [HTML] = facts.map { "<tr><th scope=\"row\">\($0.0)</th><td>\($0.1)</td></tr>\n" }
        return """
            <header class="head">
            <p class="kicker">政务诚信评价报告 \(kind)</p>
            \(heading(0, report.body.name))<p class="sub">\(report.year) 年度 · \(report.scheme.title)（第 \(report.scheme.version) 版）</p>
            <table class="facts">
            <caption class="quiet">报告概况</caption>
            <tbody>
            \(rows)</tbody>
            </table>
            </header>

            """
    }

    private var facts: [(String, String)] {
        let body = report.body
        let days = report.days
        let kind = [body.level.map { "\($0.rawValue)级" }, body.kind.rawValue].compactMap(\.self).joined(separator: " ")
        var facts = [
            ("统一社会信用代码", body.code?.text ?? body.id.text), ("主体类型", kind),
            ("行政区划代码", body.region.text),
            ("评价依据", "\(report.scheme.source.document)，\(report.scheme.source.part)"),
            ("评价周期", "\(days.lowerBound) 至 \(days.upperBound)"),
            ("比较范围", "\(report.cohort.area) 地区“\(report.cohort.bodyClass)”共 \(report.overview.cohort.size) 家"),
            ("结果性质", resultWords), ("可见范围", report.remarks.publication.label),
        ]
        if let overlay = report.scheme.overlay { facts.append(("调整文件", "\(overlay.id) 第 \(overlay.version) 版")) }
        return facts
    }

    private var resultWords: String {
        switch report.result {
        case .trial: "试算：由档案现有记录计算，未经评价机构或主管部门签发"
        case .issued(let issued): "\(issued.kind.name)，\(issued.day)，\(issued.actor)（条目位置 \(issued.position)）"
        }
    }

    private var footer: HTML {
        let opened: HTML =
            report.openedTextCount > 0
            ? "<br/><b>本报告含 \(report.openedTextCount) 处密封文本的原文，请只交给有权知悉的人。</b>" : ""
        return """
            <footer>生成于（北京时间）\(BeijingTime.text(report.remarks.madeAt))，由档案库依记录生成；数字和文字均可按所列位置回查。\(opened)</footer>

            """
    }
}

// MARK: （一）

extension ReportPage {
    var overview: HTML {
        let overview = report.overview
        let cards: [HTML] = figures.map { "<div><dt>\($0.0)</dt><dd>\($0.1)<small>\($0.2)</small></dd></div>\n" }
        let aspects = AspectChart(overview.aspects)
        var html: HTML = "<dl class=\"cards\">\n\(cards)</dl>\n<p class=\"statement\">\(statement)</p>\n"
        if !aspects.aspects.isEmpty { html += Fragment.figure(aspects.drawing, id: "\(id)-aspects") }
        if let full = report.scheme.points, overview.cohort.totals.count > 1 {
            let own = overview.total.flatMap { total in overview.rank.map { (total: total, rank: $0) } }
            html += Fragment.figure(
                CohortChart(overview.cohort, full: full, own: own).drawing, id: "\(id)-cohort")
        }
        return html + years
    }

    private var figures: [(String, String, String)] {
        let overview = report.overview
        let full = report.scheme.points.map { "满分 \($0)" } ?? ""
        let grade = overview.grade ?? overview.gradeHint.map { "（\($0)）" } ?? "—"
        let gradeNote =
            overview.grade != nil
            ? "" : overview.gradeHint != nil ? "两种评议中较差的，仅作提示" : report.scheme.grades.isEmpty ? "方案未设等次" : "不能确定"
        let uncapped = overview.uncapped.map { $0 == overview.total ? full : "\(full)；封顶前 \($0)" } ?? full
        return [
            ("综合评分", overview.total?.description ?? "—", overview.total == nil ? "缺数据，不能计算" : uncapped),
            ("等次", grade, gradeNote),
            ("名次", overview.rank.map { "第 \($0) 名" } ?? "—", "同组 \(overview.cohort.size) 家"),
            ("同组平均", overview.cohort.mean?.description ?? "—", overview.cohort.median.map { "中位数 \($0)" } ?? ""),
        ]
    }

    /// 总体评价: figures put into sentences, without a judgement of their own.
    var statement: String {
        let overview = report.overview
        var sentences: [String] = []
        let days = report.days
        let subject = "\(report.body.name) \(report.year) 年度（\(days.lowerBound) 至 \(days.upperBound)）"
        if let total = overview.total, let full = report.scheme.points {
            let rank = overview.rank.map { "，在同组 \(overview.cohort.size) 家中列第 \($0) 名" } ?? ""
            let grade = overview.grade.map { "，等次为“\($0)”" } ?? ""
            sentences.append("\(subject)综合评分 \(total) 分（满分 \(full) 分）\(rank)\(grade)。")
        } else if report.scheme.points == nil {
            sentences.append("\(subject)按方案只评等次，不计分。")
        } else {
            sentences.append("\(subject)有 \(report.problems.missing.count) 项指标缺少数据，不能计算综合评分和名次。")
        }
        let ranked = overview.aspects.compactMap { aspect in aspect.percent.map { (aspect.name, $0) } }
        if ranked.count > 1, let best = ranked.max(by: { $0.1 < $1.1 }), let worst = ranked.min(by: { $0.1 < $1.1 }) {
            sentences.append("各方面得分率最高的是“\(best.0)”（\(best.1)%），最低的是“\(worst.0)”（\(worst.1)%）。")
        }
        let problems = report.problems
        if let lost = problems.lostInBase, !problems.losses.isEmpty {
            sentences.append("失分的指标有 \(problems.losses.count) 项，基本分合计失分 \(lost) 分。")
        }
        sentences.append(
            problems.inEffect.isEmpty
                ? "没有在册的失信事项。"
                : "在册失信事项 \(problems.inEffect.count) 件，其中整改尚未验收的 \(problems.openRectifications.count) 件。")
        return sentences.joined()
    }

    private var years: HTML {
        let history = report.overview.history
        let rows: [HTML] = history.map { item in
            """
            <tr><td class="number">\(item.year)</td><td>\(item.scheme.title)（第 \(item.scheme.version) 版）</td>\
            <td class="number">\(item.score.total?.description ?? "—")</td>\
            <td class="number">\(item.scheme.points?.description ?? "—")</td>\
            <td class="number">\(item.percent.map { "\($0)%" } ?? "—")</td>\
            <td class="fixed">\(item.score.grade ?? "—")</td>\
            <td class="number">\(item.score.rank.map { "\($0) / \(item.cohortSize)" } ?? "—")</td>\
            <td class="fixed">\(item.resultWords)</td></tr>

            """
        }
        let chart = TrendChart(history)
        let drawing: HTML = chart.history.count > 1 ? Fragment.figure(chart.drawing, id: "\(id)-years") : ""
        return drawing
            + Fragment.table(
                "历年各方案结果（不同方案、不同版本的分数不可直接比较；已签发的按签发结果，其余为试算）",
                head: """
                    <th scope="col" class="number">年度</th><th scope="col">方案</th><th scope="col" class="number">总分</th>\
                    <th scope="col" class="number">满分</th><th scope="col" class="number">得分率</th><th scope="col">等次</th>\
                    <th scope="col" class="number">名次</th><th scope="col">结果</th>
                    """, rows: rows)
    }
}
