public import Assessment
internal import CreditModel

// MARK: （二）单项评分及其说明

extension ReportPage {
    var scores: HTML {
        let head: HTML = """
            <th scope="col">编号</th><th scope="col">指标</th><th scope="col" class="number">满分</th>\
            <th scope="col" class="number">得分</th><th scope="col" class="number">失分</th><th scope="col">标注</th>
            """
        let details: [HTML] = report.indicators.map(detail)
        return Fragment.table("单项评分一览", class: "scores", head: head, rows: overviewRows) + flagLegend
            + heading(2, "逐项说明") + origin + "<div class=\"details\">\n\(details)</div>\n"
    }

    private var origin: HTML {
        let source = report.scheme.source
        return "<p class=\"note\">方案原文均照录自《\(source.document)》（\(source.place)，\(source.part)），破折号后为其在原文中的位置。</p>\n"
    }

    private var overviewRows: [HTML] {
        var rows: [HTML] = []
        var group: String?
        for told in report.indicators {
            if let own = report.group(of: told.score.id), own != group {
                group = own
                let aspect = report.overview.aspects.first { $0.name == own }
                rows.append(
                    """
                    <tr class="group"><th scope="rowgroup" colspan="2">\(own)</th>\
                    <td class="number">\(aspect?.maximum?.description ?? "—")</td>\
                    <td class="number">\(aspect?.score?.description ?? "—")</td>\
                    <td class="number">\(aspect.flatMap(ReportPage.lost) ?? "—")</td><td></td></tr>

                    """)
            }
            let loss = report.problems.losses.first { $0.indicator == told.score.id }
            let lost = loss.map { "\($0.lost)" } ?? (told.score.score == nil ? "—" : "0.00")
            rows.append(
                """
                <tr><td class="fixed"><a href="#\(plain: anchor(told.score.id))">\(told.score.id)</a></td><td>\(ReportPage.title(told))</td>\
                <td class="number">\(told.score.maximum?.description ?? "—")</td>\
                <td class="number"><b>\(told.score.score?.description ?? told.score.grade ?? "—")</b></td>\
                <td class="number">\(lost)</td><td>\(ReportPage.flags(told.score.flags))</td></tr>

                """)
        }
        return rows
    }

    private static func lost(_ aspect: ReportOverview.Aspect) -> String? {
        guard let maximum = aspect.maximum, let score = aspect.score else { return nil }
        return (try? maximum - score.value).flatMap { try? Score(rounding: $0) }?.description
    }

    func anchor(_ indicator: String) -> String { "\(id)-\(indicator)" }

    /// 二级指标 with its 考核内容.
    static func title(_ told: Explanation) -> String {
        told.content.map { $0 == told.name ? $0 : "\(told.name)：\($0)" } ?? told.name
    }

    static func flags(_ flags: [ScoreFlag]) -> HTML {
        let tags: [HTML] = flags.map { "<span class=\"tag flag\">\($0.chinese)</span> " }
        return "\(tags)"
    }

    private var flagLegend: HTML {
        let used = Set(report.indicators.flatMap(\.score.flags)).sorted()
        guard !used.isEmpty else { return "" }
        let words = used.map { "\($0.chinese)（\($0.rawValue)）：\($0.meaning)" }.joined(separator: "；")
        return "<p class=\"note\">标注：\(words)。</p>\n"
    }

    private func detail(_ told: Explanation) -> HTML {
        let score = told.score.score?.description ?? told.score.grade ?? "未计分"
        let maximum = told.score.maximum.map { " / \($0)" } ?? ""
        var rows: [(String, HTML)] = []
        if let rule = told.rule { rows.append(("规则", "\(rule.chinese)")) }
        if !told.working.isEmpty {
            let lines: [HTML] = told.working.map { "<li>\($0)</li>" }
            rows.append(("计算", "<ul class=\"working\">\(lines)</ul>"))
        }
        let inputs = told.score.inputs.map { input in inputLine(told.score.id, input) }
        if !inputs.isEmpty { rows.append(("数据", "<ul class=\"inputs\">\(inputs)</ul>")) }
        if !told.score.flags.isEmpty { rows.append(("标注", ReportPage.flags(told.score.flags))) }
        let notices = told.score.notices.map(\.chinese).joined(separator: "；")
        if !notices.isEmpty { rows.append(("提示", "\(notices)")) }
        let options = told.options.compactMap(treatment).joined(separator: "；")
        if !options.isEmpty { rows.append(("处理方式", "\(options)")) }
        let quote: HTML = told.score.source.map { "<q>\($0)</q>" } ?? "<span class=\"none\">原件缺失，留空不猜补（Q16）</span>"
        rows.append(("方案原文", "\(quote) <span class=\"from\">——\(told.place)</span>"))
        if let remark = told.remark { rows.append(("说明", "\(remark)")) }
        let list: [HTML] = rows.map { "<dt>\($0.0)</dt><dd>\($0.1)</dd>\n" }
        return """
            <section class="detail" id="\(plain: anchor(told.score.id))">
            \(heading(3, "\(told.score.id) \(ReportPage.title(told))"))<p class="mark"><b>\(score)</b>\(maximum)</p>
            <dl>
            \(list)</dl>
            </section>

            """
    }

    private func inputLine(_ indicator: String, _ input: IndicatorScore.Input) -> HTML {
        let definition = report.scheme[indicator: indicator]?.inputs.first { $0.name == input.name }
        let counted = definition?.records.map { records in
            "由档案计数：\(records.categories.map { "\($0.rawValue) \($0.name)" }.joined(separator: "、"))；"
        }
        let positions = Fragment.positions(input.value.positions)
        return """
            <li>\(definition?.label ?? input.name)（\(input.name)）＝<b>\(input.value.text)</b> \
            <span class="from">\(counted ?? "")位置 \(positions)</span></li>
            """
    }

    /// A treatment in words, with its register number.
    private func treatment(_ option: Explanation.Option) -> String? {
        report.remarks.treatments.first { $0.option == option.name && $0.choice == option.choice }.map {
            $0.register.isEmpty ? $0.title.chinese : "\($0.title.chinese)（\($0.register.joined(separator: "、"))）"
        }
    }
}

extension ScoreFlag {
    /// As reports name it.
    public var chinese: String {
        switch self {
        case .missing: "缺数据"
        case .noBase: "无基数"
        case .manual: "人工评分"
        case .exempt: "免于扣分"
        case .pending: "待定"
        }
    }

    var meaning: String {
        switch self {
        case .missing: "缺少数据项，不计分"
        case .noBase: "比率的分母为零，按方案所选处理方式计分"
        case .manual: "由评价人员评分"
        case .exempt: "已提供说明，不扣分或不计入"
        case .pending: "期末时尚未有定论"
        }
    }
}
