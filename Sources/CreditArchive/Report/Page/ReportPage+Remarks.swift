internal import Assessment
internal import CreditModel
internal import TransparencyLog

// MARK: （五）其他需要载明的内容

extension ReportPage {
    var remarks: HTML {
        var items: [(String, HTML)] = [("结果性质", nature), ("可见范围", "\(report.remarks.publication.words)")]
        for part in [selfReport, uncovered, overlay, differences] { items += part }
        items += [("快照", snapshot), ("检查点", checkpoint)]
        items += receipt
        let list: [HTML] = items.map { "<dt>\($0.0)</dt><dd>\($0.1)</dd>\n" }
        return "<dl class=\"remarks\">\n\(list)</dl>\n" + steps + treatments
    }

    private var nature: HTML {
        switch report.result {
        case .trial:
            """
            本报告的分数是<b>试算</b>：由档案现有记录按方案计算，没有经评价机构出具、受评单位确认和委托部门规范性审核\
            （《政务诚信评价办法》第十一条），不是评价结果，不得作为评价结果使用。
            """
        case .issued(let issued):
            """
            \(issued.kind.name)，由 \(issued.actor) 于 \(issued.day.description) 签发\(issued.document.map { "（\($0)）" } ?? "")，\
            载于日志位置 \(issued.position)。\(issued.replaces.map { "取代位置 \($0) 的结果；" } ?? "")\(issued.reason.map { "理由：\($0)。" } ?? "")
            """
        }
    }

    private var selfReport: [(String, HTML)] {
        guard let round = report.remarks.round else {
            return [("自查自评", "档案中没有本方案本年度本地区的评价轮次登记，故没有委托、自查自评、反馈、复评和审核的记录可以载明。")]
        }
        switch round.selfReport {
        case .filed(let day, let position):
            return [("自查自评", "已于 \(day.description) 报送（位置 \(position)）。")]
        case .stillLate(let day, let position):
            return [
                (
                    "自查自评",
                    """
                    <b>受评单位经 \(day.description) 催促（位置 \(position)）仍未提供自查自评信息，评价机构依据自身掌握的信息独立作出评价，特此载明</b>\
                    （《政务诚信评价办法》第十六条）。
                    """
                )
            ]
        case .notFiled: return [("自查自评", "档案中没有受评单位自查自评的登记。")]
        }
    }

    private var uncovered: [(String, HTML)] {
        let days = report.remarks.uncoveredDays
        guard !days.isEmpty else { return [] }
        let list = ReportPage.ranges(days).joined(separator: "、")
        let cases = report.remarks.uncoveredCases.map(\.text).joined(separator: "、")
        return [
            (
                "不在周期内的日子",
                "\(list) 不属于本方案任何年度（Q01）。\(cases.isEmpty ? "本单位没有认定于这些日子的事项。" : "认定于这些日子的事项：\(cases)。")"
            )
        ]
    }

    /// Runs of days as `a 至 b`.
    private static func ranges(_ days: [CalendarDay]) -> [String] {
        var runs: [ClosedRange<CalendarDay>] = []
        for day in days {
            if let last = runs.last, last.upperBound.adding(days: 1) == day {
                runs[runs.count - 1] = last.lowerBound...day
            } else {
                runs.append(day...day)
            }
        }
        return runs.map { $0.lowerBound == $0.upperBound ? "\($0.lowerBound)" : "\($0.lowerBound) 至 \($0.upperBound)" }
    }

    private var overlay: [(String, HTML)] {
        guard let overlay = report.scheme.overlay else {
            return [
                (
                    "方案",
                    "\(report.scheme.id) 第 \(report.scheme.version) 版，未经调整；文件摘要 <code>\(report.scheme.digest)</code>"
                )
            ]
        }
        return [
            ("方案", "\(report.scheme.id) 第 \(report.scheme.version) 版；文件摘要 <code>\(report.scheme.digest)</code>"),
            (
                "调整文件",
                """
                \(overlay.id) 第 \(overlay.version) 版（\(overlay.dated.description)），理由：\(overlay.reason)；\
                文件摘要 <code>\(overlay.digest)</code>
                """
            ),
        ]
    }

    private var differences: [(String, HTML)] {
        guard report.result != .trial else { return [] }
        let found: [HTML] = report.remarks.differences.map { item in
            """
            <li>\(item.indicator ?? "总分")：签发 \(item.issued?.description ?? "—")，计算 \(item.computed?.description ?? "—")</li>
            """
        }
        let again: HTML = found.isEmpty ? "与签发的结果一致。" : "<b>与签发的结果不一致，请查明：</b><ul>\(found)</ul>"
        return [("按快照复算", again), ("按现有记录试算", proposal), ("快照以后的记录", later)]
    }

    private var proposal: HTML {
        guard let change = report.remarks.proposal else { return "与签发的结果一致，没有需要更正签发的。" }
        let (before, after) = (change.standing.result, change.after)
        var rows: [(String, String, String)] = []
        func compare(_ name: String, _ old: String?, _ new: String?) {
            if old != new { rows.append((name, old ?? "—", new ?? "—")) }
        }
        func shown(_ points: Points?) -> String? { points.map { Score(hundredths: $0.hundredths).description } }
        compare("总分", shown(before.total), shown(after?.total))
        compare("等次", before.grade, after?.grade)
        compare("名次", before.rank.map { "\($0)" }, after?.rank.map { "\($0)" })
        for item in change.indicators {
            func told(_ result: EvaluationResults.IndicatorResult?) -> String? {
                guard let result, item.before.flags != item.after?.flags else { return shown(result?.score) }
                let flags = result.flags.compactMap { ScoreFlag(rawValue: $0)?.chinese }.joined(separator: "、")
                return "\(shown(result.score) ?? "—")（\(flags.isEmpty ? "无标注" : flags)）"
            }
            compare(
                item.isThroughOthers ? "\(item.id)（因同组其他单位的记录）" : item.id, told(item.before), told(item.after))
        }
        let list: [HTML] = rows.map { "<li>\($0.0)：签发 \($0.1)，现为 \($0.2)</li>" }
        let gone: HTML = after == nil ? "按现有记录，本单位已不在本方案的受评范围之内。" : ""
        return """
            签发以后的记录使下列各项不同，<b>拟更正签发</b>；签发的结果不因此自动改变，须由签发单位另行签发\
            （<code>credit-archive results changes</code>、<code>results reissue</code>）。\(gone)<ul>\(list)</ul>
            """
    }

    private var later: HTML {
        let entries = report.remarks.later
        guard !entries.isEmpty else { return "没有。" }
        let list: [HTML] = entries.prefix(ReportPage.laterEntryLimit).map { item in
            "<li>位置 \(item.position)：\(item.day.map { "\($0) " } ?? "")\(item.title)（\(item.subject)）</li>"
        }
        let rest = entries.count - list.count
        let more: HTML = rest > 0 ? "<li>另有 \(rest) 条，见 <code>credit-archive trail</code></li>" : ""
        return "签发所依据的快照以后，收录了本单位的下列记录，本报告前四部分未采用：<ul>\(list)\(more)</ul>"
    }

    /// Later entries that a page lists one by one.
    private static let laterEntryLimit = 50

    private var snapshot: HTML {
        guard let position = report.remarks.snapshot else { return "日志没有条目。" }
        let time = report.remarks.snapshotTime.map(BeijingTime.text) ?? "—"
        return "计算使用日志位置 0–\(position) 的全部记录（末条收录于北京时间 \(time)）；用同一方案和同一段记录，任何人都算得同样的结果。"
    }

    private var checkpoint: HTML {
        guard let head = report.remarks.head else { return "日志还没有签名的检查点；请运行 checkpoint。" }
        let covers =
            report.remarks.headCoversSnapshot
            ? "它覆盖本报告所用的全部记录。" : "它还没有覆盖本报告所用的全部记录；请运行 checkpoint 后重新生成。"
        return """
            日志 <code>\(head.origin)</code>，共 \(head.size) 条，树根 <code>\(head.root.base64)</code>，密钥编号 <code>\(head.keyID)</code>，\
            密钥指纹 SHA-256 <code>\(head.fingerprint)</code>。\(covers)核验：<code>credit-archive verify --key 验证密钥</code>；\
            验证密钥请从日志主办单位公布的渠道取得，并核对指纹。
            """
    }

    private var receipt: [(String, HTML)] {
        guard case .issued(let issued) = report.result else { return [] }
        guard let receipt = report.remarks.receipt else {
            return [("收据", "还没有覆盖位置 \(issued.position) 的检查点，故没有收据；请运行 checkpoint 后重新生成。")]
        }
        return [
            (
                "收据",
                """
                结果条目（位置 \(issued.position)）在日志之中的证明如下（C2SP tlog-proof）。条目含同组各单位的结果，故不附于此；\
                主办单位用 <code>credit-archive prove \(issued.position) &gt; 收据.tlog-proof</code> 取得含条目的收据，用 \
                <code>credit-archive verify-receipt 收据.tlog-proof --key 验证密钥</code> 核验。<pre>\(receipt)</pre>
                """
            )
        ]
    }

    private var steps: HTML {
        guard let round = report.remarks.round else { return "" }
        let rows: [HTML] = round.steps.map { step in
            """
            <tr><td class="number">\(step.position)</td><td class="fixed">\(step.day.description)</td><td>\(step.title)</td>\
            <td>\(step.actor)</td><td>\([step.detail, step.document].compactMap(\.self).joined(separator: "；"))</td></tr>

            """
        }
        return Fragment.table(
            "评价过程（\(round.stream)）",
            head: """
                <th scope="col" class="number">位置</th><th scope="col">日期</th><th scope="col">环节</th><th scope="col">办理单位</th>\
                <th scope="col">说明、文号</th>
                """, rows: rows)
    }

    private var treatments: HTML {
        let rows: [HTML] = report.remarks.treatments.map { item in
            """
            <tr><td class="fixed">\(item.register.isEmpty ? "—" : item.register.joined(separator: " "))</td><td>\(item.question.chinese)</td>\
            <td>\(item.title.chinese)</td><td>\(item.indicators.isEmpty ? "整个方案" : item.indicators.joined(separator: " "))</td></tr>

            """
        }
        return Fragment.table(
            "对方案原文歧义所采用的处理方式",
            head: """
                <th scope="col">登记号</th><th scope="col">原文未定的问题</th><th scope="col">处理方式</th><th scope="col">用于</th>
                """, rows: rows)
    }
}
