internal import Assessment
internal import CreditModel

/// A compilation told to people: cover, contents, ranks, distribution, year on year, and every report.
struct CompilationPage {
    let compilation: Compilation
    private let numbered: [[(number: Int, report: BodyReport)]]
    /// Where the reports stand: on this page, or in files of their own beside it.
    private let isBound: Bool

    init(_ compilation: Compilation, isBound: Bool = true) {
        self.compilation = compilation
        self.isBound = isBound
        var number = 0
        numbered = compilation.sections.map { section in
            section.reports.map { report -> (number: Int, report: BodyReport) in
                number += 1
                return (number, report)
            }
        }
    }

    private var trialMark: String { compilation.hasTrials ? "（试算）" : "" }
    private var title: String { "\(compilation.year) 年度政务诚信评价报告汇编\(trialMark)" }
    private var place: String {
        let areas = Set(compilation.sections.map(\.cohort.area)).sorted().joined(separator: "、")
        return compilation.governments.isEmpty ? areas : "\(compilation.governments.joined(separator: "、"))（\(areas)）"
    }

    var document: ReportDocument {
        let reports: HTML = isBound ? "<div class=\"bound\">\n\(articles)</div>\n" : ""
        return ReportDocument(
            title: "\(title) \(compilation.scheme.title)", runningHead: (title, compilation.scheme.title),
            body: "\(cover)\(contents)\(ranks)\(distribution)\(yearOnYear)\(reports)\(footer)")
    }

    private var articles: [HTML] {
        numbered.flatMap { $0 }.map { ReportPage($0.report, id: "r\($0.number)", isBound: true).article }
    }

    /// Where a report is found from here.
    private func link(_ number: Int, _ report: BodyReport) -> HTML {
        let target = isBound ? "#r\(number)" : ReportFiles.name(of: report)
        return "<a href=\"\(plain: target)\">\(report.body.name)</a>"
    }

    private var cover: HTML {
        let count = compilation.reports.count
        let notice: HTML =
            compilation.hasTrials
            ? "<p><span class=\"tag trial\">含试算结果，未经签发，不得作为评价结果使用</span></p>\n" : ""
        return """
            <section class="cover">
            <h1 class="h0">\(compilation.year) 年度<br/>政务诚信评价报告汇编</h1>
            <p class="scheme">\(compilation.scheme.title)（第 \(compilation.scheme.version) 版）</p>
            <p class="scheme">\(place)　受评单位 \(count) 家</p>
            <p>评价周期 \(compilation.days.lowerBound.description) 至 \(compilation.days.upperBound.description)　可见范围：\(compilation.publication.label)</p>
            \(notice)<p class="when">生成于（北京时间）\(BeijingTime.text(compilation.madeAt))<br/>使用日志位置 0–\(compilation.position.map(String.init) ?? "—") 的记录<br/>\
            依《政务诚信评价办法》第十三条汇编，通报本省各级党委、人大、政府、政协及相关国家机关</p>
            </section>

            """
    }

    private var contents: HTML {
        let chapters: [HTML] = [("ranks", "一、名次"), ("distribution", "二、总分分布"), ("year-on-year", "三、与上一年度比较")]
            .map { "<li><a href=\"#\(plain: $0.0)\">\($0.1)</a></li>\n" }
        let lists: [HTML] = zip(compilation.sections, numbered).map { section, reports in
            let items: [HTML] = reports.map { number, report in
                """
                <li>\(link(number, report)) <span>\(report.overview.rank.map { "第 \($0) 名" } ?? "—")　\
                \(report.overview.total?.description ?? "—")</span></li>

                """
            }
            return "<h3 class=\"h2\">\(heading(section))</h3>\n<ol class=\"deep\">\n\(items)</ol>\n"
        }
        return """
            <nav class="contents" aria-label="目录">
            <h2 class="h1">目录</h2>
            <ol>
            \(chapters)</ol>
            <h3 class="h2">四、各单位评价报告</h3>
            \(lists)</nav>

            """
    }

    private func heading(_ section: Compilation.Section) -> String {
        "\(section.cohort.area) 地区“\(section.cohort.bodyClass)”（\(section.reports.count) 家）"
    }

    private var ranks: HTML {
        let groups = compilation.scheme.groups
        let heads: [HTML] = groups.map { "<th scope=\"col\" class=\"number\">\($0.name)</th>" }
        let hasGrades = !compilation.scheme.grades.isEmpty || compilation.scheme.points == nil
        let grade: HTML = hasGrades ? "<th scope=\"col\">等次</th>" : ""
        let tables: [HTML] = zip(compilation.sections, numbered).map { section, reports in
            let rows: [HTML] = reports.map { number, report in
                let aspects: [HTML] = groups.map { group in
                    let score = report.overview.aspects.first { $0.name == group.name }?.score
                    return "<td class=\"number\">\(score?.description ?? "—")</td>"
                }
                let words = report.overview.grade ?? report.overview.gradeHint.map { "（\($0)）" } ?? "—"
                let grade: HTML = hasGrades ? "<td class=\"fixed\">\(words)</td>" : ""
                return """
                    <tr><td class="number">\(report.overview.rank.map(String.init) ?? "—")</td><td>\(link(number, report))</td>\
                    <td class="number"><b>\(report.overview.total?.description ?? "—")</b></td>\(grade)\(aspects)</tr>

                    """
            }
            return Fragment.table(
                heading(section),
                head: """
                    <th scope="col" class="number">名次</th><th scope="col">单位</th><th scope="col" class="number">总分</th>\(grade)\(heads)
                    """, rows: rows) + unlisted(section)
        }
        return """
            <section id="ranks">
            <h2 class="h1">一、名次</h2>
            <p class="note">总分相同的名次相同，其后名次顺延；缺少数据的不计总分、不排名次，列在最后。</p>
            \(tables)</section>

            """
    }

    /// Ranks are among the whole cohort, and not everybody in it need be on the round's list.
    private func unlisted(_ section: Compilation.Section) -> HTML {
        guard !section.unlisted.isEmpty else { return "" }
        let names = section.unlisted.map(\.name).joined(separator: "、")
        return """
            <p class="note">同组另有 \(section.unlisted.count) 个单位不在本轮次的受评名单之列，未收入汇编，名次仍在全组之中：\(names)</p>

            """
    }

    private var distribution: HTML {
        let parts: [HTML] = compilation.sections.enumerated().map { number, section in
            let figures: [(String, String)] = [
                ("有总分的", "\(section.statistics.totals.count) 家"),
                ("最高", section.statistics.highest?.description ?? "—"),
                ("平均", section.statistics.mean?.description ?? "—"),
                ("中位数", section.statistics.median?.description ?? "—"),
                ("最低", section.statistics.lowest?.description ?? "—"),
            ]
            let heads: [HTML] = figures.map { "<th scope=\"col\" class=\"number\">\($0.0)</th>" }
            let cells: [HTML] = figures.map { "<td class=\"number\">\($0.1)</td>" }
            let chart: HTML =
                compilation.scheme.points.map { full in
                    Fragment.figure(
                        CohortChart(section.statistics, full: full, own: nil).drawing, id: "distribution-\(number)")
                } ?? ""
            return Fragment.table(heading(section), head: "\(heads)", rows: ["<tr>\(cells)</tr>\n"]) + chart
        }
        return "<section id=\"distribution\">\n<h2 class=\"h1\">二、总分分布</h2>\n\(parts)</section>\n"
    }

    private var yearOnYear: HTML {
        let tables: [HTML] = zip(compilation.sections, numbered).map { section, reports in
            let rows: [HTML] = reports.compactMap { number, report in row(number, report) }
            return Fragment.table(
                heading(section),
                head: """
                    <th scope="col">单位</th><th scope="col">上一年度方案</th><th scope="col" class="number">上一年度</th>\
                    <th scope="col" class="number">本年度</th><th scope="col" class="number">差</th><th scope="col">按主题的得分率（%）</th>
                    """, rows: rows, none: "档案中没有 \(compilation.year - 1) 年度的结果，无从比较")
        }
        return """
            <section id="year-on-year">
            <h2 class="h1">三、与上一年度比较</h2>
            <p class="note">只有同一方案、同一版本、同一调整文件的总分才相减；方案不同的，只按主题对照表（登记号 Q26）比较各主题的得分率。</p>
            \(tables)</section>

            """
    }

    private func row(_ number: Int, _ report: BodyReport) -> HTML? {
        let total = report.overview.total?.description ?? "—"
        switch report.yearOnYear {
        case .none: return nil
        case .same(let before, let difference):
            let sign = difference > .zero ? "+" : ""
            return """
                <tr><td>\(link(number, report))</td><td>同一方案</td><td class="number">\(before.description)</td>\
                <td class="number">\(total)</td><td class="number">\(sign)\(difference.description)</td><td>—</td></tr>

                """
        case .otherScheme(let title, let before):
            return """
                <tr><td>\(link(number, report))</td><td>\(title)</td><td class="number">\(before?.description ?? "—")</td>\
                <td class="number">\(total)</td><td class="number">不可比</td><td>\(themes(report).joined(separator: "；"))</td></tr>

                """
        }
    }

    /// Each theme that both years have, as shares.
    private func themes(_ report: BodyReport) -> [String] {
        let now =
            report.overview.history.first { $0.year == report.year && $0.scheme.id == report.scheme.id }?.themes ?? []
        let before = report.yearBefore.flatMap(\.themes)
        return now.compactMap { theme in
            guard let old = before.first(where: { $0.theme == theme.theme })?.percent, let new = theme.percent else {
                return nil
            }
            return "\(theme.theme.chinese) \(old) → \(new)"
        }
    }

    private var footer: HTML {
        let opened = compilation.reports.reduce(0) { $0 + $1.openedTextCount }
        let warning: HTML = opened > 0 ? "<b>本汇编含 \(opened) 处密封文本的原文，请只交给有权知悉的人。</b>" : ""
        return "<footer>\(compilation.publication.words) \(warning)</footer>\n"
    }
}
