internal import CreditModel
internal import EventLog

// MARK: （四）评价所依据的主要信息

extension ReportPage {
    var basis: HTML {
        """
        <p class="note">“位置”是条目在日志中的序号，从 0 起；任一条目可用 <code>credit-archive prove 位置</code> 取得收据，自行核验。\
        密封的文字未经要求不在报告中显示。</p>
        \(observations)\(cases)
        """
    }

    private var observations: HTML {
        let rows: [HTML] = report.basis.observations.map { item in
            let state: HTML =
                item.isUnknown
                ? " <span class=\"tag flag\">方案无此数据项</span>"
                : item.isSuperseded ? " <span class=\"tag flag\">已被后来的填报取代</span>" : ""
            return """
                <tr><td class="number">\(item.position)</td><td class="fixed">\(item.indicator)</td><td>\(item.label)\(state)</td>\
                <td class="number">\(item.value)</td><td class="fixed">\(item.reportedOn.description)</td>\
                <td>\(Fragment.text(item.note))\(Fragment.evidence(item.evidence))</td></tr>

                """
        }
        return Fragment.table(
            "指标数据（\(report.basis.observations.count) 条）", class: "basis",
            head: """
                <th scope="col" class="number">位置</th><th scope="col">指标</th><th scope="col">数据项</th>\
                <th scope="col" class="number">数值</th><th scope="col">填报日期</th><th scope="col">佐证材料与摘要</th>
                """, rows: rows, none: "没有填报")
    }

    private var cases: HTML {
        let rows: [HTML] = report.basis.cases.map { item in
            let other: HTML = item.body == report.body.id ? "" : "<br/><span class=\"from\">下属：\(item.bodyName)</span>"
            let reasons = item.reasons.map(\.words).joined(separator: "、")
            return """
                <tr><td class="code">\(item.id.text)\(other)</td>\
                <td>\(item.category.rawValue) \(item.category.name)，\(item.severity.rawValue)，\(item.status.name)<br/><span class="from">\(reasons)</span></td>\
                <td class="fixed">\(item.determinedOn.description)</td>\
                <td>\(item.document)<br/><span class="from">\(item.authority)，来源 \(item.channel.rawValue)</span></td>\
                <td>\(Fragment.text(item.fact))\(Fragment.evidence(item.evidence))</td>\
                <td>\(Fragment.positions(item.positions))</td></tr>

                """
        }
        return Fragment.table(
            "失信事项（\(report.basis.cases.count) 件）", class: "basis cases",
            head: """
                <th scope="col">事项编号</th><th scope="col">类别、程度、状态</th><th scope="col">认定日期</th>\
                <th scope="col">依据文书、认定部门</th><th scope="col">失信事实与附件摘要</th><th scope="col">位置</th>
                """, rows: rows, none: "没有")
    }
}

/// Days of instants, as a report needs them.
enum CalendarText {
    /// The day in Asia/Shanghai of a time as the log writes it; nil for anything else.
    static func day(of time: String) -> CalendarDay? {
        RecordedTime.milliseconds(time).map { CalendarDay(millisecondsSinceEpoch: $0) }
    }
}
