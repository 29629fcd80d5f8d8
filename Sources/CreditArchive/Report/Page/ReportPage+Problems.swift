internal import Assessment
internal import CreditModel

// MARK: （三）存在问题及改进建议

extension ReportPage {
    var problems: HTML {
        "<p class=\"note\">本部分只列事实：失分的指标、在册的失信事项、未了结的整改；改进要求逐字引自方案原文或责令整改的文书，不另作推断。</p>\n"
            + missing + losses + cases + rectifications
    }

    private var losses: HTML {
        let rows: [HTML] = report.problems.losses.map { loss in
            let requirement: HTML =
                loss.requirement.map { "<q>\($0)</q>" } ?? "<span class=\"none\">原件缺失（Q16）</span>"
            let working: [HTML] = loss.working.map { "\($0)<br/>" }
            return """
                <tr><td class="fixed"><a href="#\(plain: anchor(loss.indicator))">\(loss.indicator)</a></td><td>\(loss.name)</td>\
                <td class="number"><b>−\(loss.lost.description)</b></td><td>\(working)</td>\
                <td>\(requirement)<span class="from">（\(loss.place)）</span></td></tr>

                """
        }
        return Fragment.table(
            "失分的指标，失分多的在前", class: "losses",
            head: """
                <th scope="col">编号</th><th scope="col">问题所在</th><th scope="col" class="number">失分</th>\
                <th scope="col">失分由来</th><th scope="col">方案要求（原文）</th>
                """, rows: rows, none: "没有失分的指标")
    }

    private var missing: HTML {
        guard !report.problems.missing.isEmpty else { return "" }
        let rows: [HTML] = report.problems.missing.map { item in
            """
            <tr><td class="fixed"><a href="#\(plain: anchor(item.indicator))">\(item.indicator)</a></td><td>\(item.name)</td>\
            <td>\(item.reasons.joined(separator: "；"))</td></tr>

            """
        }
        return Fragment.table(
            "缺少数据而不能计分的指标（补报后方可计算）",
            head: "<th scope=\"col\">编号</th><th scope=\"col\">指标</th><th scope=\"col\">所缺</th>", rows: rows)
    }

    private var cases: HTML {
        let rows: [HTML] = report.problems.inEffect.map { item in
            """
            <tr><td class="code">\(item.id.text)</td><td>\(item.category.rawValue) \(item.category.name)</td>\
            <td class="fixed">\(item.severity.rawValue)</td><td class="fixed">\(item.determinedOn.description)</td>\
            <td class="number">\(item.amount?.description ?? "—")</td><td>\(item.rectificationWords)</td>\
            <td>\(item.inDispute ? "异议处理中" : "—")</td></tr>

            """
        }
        return Fragment.table(
            "在册的失信事项（截至位置 \(report.remarks.snapshot.map(String.init) ?? "—") 的记录）",
            head: """
                <th scope="col">事项编号</th><th scope="col">失信类别</th><th scope="col">程度</th><th scope="col">认定日期</th>\
                <th scope="col" class="number">金额（万元）</th><th scope="col">整改</th><th scope="col">异议</th>
                """, rows: rows, none: "没有")
    }

    private var rectifications: HTML {
        let rows: [HTML] = report.problems.openRectifications.map { item in
            let day = CalendarText.day(of: report.remarks.madeAt)
            let overdue = item.rectificationDue.map { due in day.map { due < $0 } ?? false } ?? false
            let mark: HTML = overdue ? " <span class=\"tag late\">已逾期</span>" : ""
            return """
                <tr><td class="code">\(item.id.text)</td><td>\(item.rectificationWords)</td>\
                <td class="fixed">\(item.rectificationDue?.description ?? "未定")\(mark)</td><td>\(Fragment.text(item.requirement))</td></tr>

                """
        }
        return Fragment.table(
            "尚未验收的整改",
            head: """
                <th scope="col">事项编号</th><th scope="col">进展</th><th scope="col">整改期限</th><th scope="col">整改要求</th>
                """, rows: rows, none: "没有")
    }
}
