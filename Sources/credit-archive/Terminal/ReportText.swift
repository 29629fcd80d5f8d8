internal import Assessment
internal import CanonicalJSON
internal import CreditArchive
internal import CreditModel

/// Reports on a terminal, or as data: the same five parts.
struct ReportText {
    let global: GlobalOptions

    init(_ global: GlobalOptions) { self.global = global }

    private typealias Column = Renderer.Column<Explanation>

    func show(_ report: BodyReport) throws {
        switch global.effectiveFormat {
        case .json, .ndjson: try global.renderer.record([]) { report.write(to: &$0) }
        case .csv: try global.renderer.list(report.indicators, columns(report)) { _, _ in }
        case .table: try showTable(report)
        }
    }

    func show(_ compilation: Compilation) throws {
        let say = global.language
        switch global.effectiveFormat {
        case .json, .ndjson: try global.renderer.record([]) { compilation.write(to: &$0) }
        case .csv, .table:
            try global.renderer.list(
                compilation.reports,
                [
                    .init(say("名次", "rank"), number: true) { $0.overview.rank.map(String.init) ?? "—" },
                    .init(say("代码", "body")) { $0.body.code?.text ?? $0.body.id.text },
                    .init(say("名称", "name"), flexible: true) { $0.body.name },
                    .init(say("组别", "class")) { $0.cohort.bodyClass },
                    .init(say("总分", "total"), number: true) { $0.overview.total?.description ?? "—" },
                    .init(say("等次", "grade")) { $0.overview.grade ?? "" },
                    .init(say("结果", "result")) { $0.result == .trial ? say("试算", "trial") : say("已签发", "issued") },
                ]
            ) { $0.write(to: &$1) }
        }
    }

    private func columns(_ report: BodyReport) -> [Column] {
        let say = global.language
        return [
            .init(say("编号", "id")) { $0.score.id },
            .init(say("指标", "indicator"), flexible: true) { $0.content ?? $0.name },
            .init(say("满分", "max"), number: true) { $0.score.maximum?.description ?? "—" },
            .init(say("得分", "score"), number: true) { $0.score.score?.description ?? $0.score.grade ?? "—" },
            .init(say("失分", "lost"), number: true) { told in
                report.problems.losses.first { $0.indicator == told.score.id }?.lost.description ?? ""
            },
            .init(say("标注", "flags")) { $0.score.flags.map(\.rawValue).joined(separator: " ") },
        ]
    }

    private func showTable(_ report: BodyReport) throws {
        let say = global.language
        let trial = report.result == .trial ? say("（试算）", " (trial computation)") : ""
        Terminal.write("\(report.body.name) \(report.year) \(say("年度政务诚信评价报告", "evaluation report"))\(trial)\n")
        Terminal.write("\n\(say("一、综合评分和总体评价", "1 Total"))\n\(report.statement)\n")
        Terminal.write("\n\(say("二、单项评分及其说明", "2 Indicators"))\n")
        try global.renderer.list(report.indicators, columns(report)) { _, _ in }
        Terminal.write("\n\(say("三、存在问题及改进建议", "3 Problems"))\n")
        for loss in report.problems.losses {
            Terminal.write("−\(loss.lost)  \(loss.indicator) \(loss.name)：\(loss.working.first ?? "")\n")
        }
        for item in report.problems.inEffect {
            Terminal.write("\(item.id)  \(item.category.name)，\(item.severity.rawValue)，\(item.rectificationWords)\n")
        }
        Terminal.write("\n\(say("四、评价所依据的主要信息", "4 Basis"))\n")
        Terminal.write(
            say(
                "指标数据 \(report.basis.observations.count) 条，失信事项 \(report.basis.cases.count) 件\n",
                "\(report.basis.observations.count) observations, \(report.basis.cases.count) cases\n"))
        Terminal.write("\n\(say("五、其他需要载明的内容", "5 Remarks"))\n\(report.remarks.publication.words)\n")
        Terminal.write(
            say("全文请用 --out 写成 HTML，或用 --format json\n", "the whole report: --out F.html, or --format json\n"))
    }
}

/// Scores by year and scheme, with their themes.
struct ThemeTable {
    let global: GlobalOptions

    init(_ global: GlobalOptions) { self.global = global }

    func show(_ scores: [YearScore]) throws {
        let say = global.language
        let themes = SchemeLibrary.published.themes
        var columns: [Renderer.Column<YearScore>] = [
            .init(say("年度", "year"), number: true) { String($0.year) },
            .init(say("名称", "name"), flexible: true) { $0.name },
            .init(say("方案", "scheme")) { "\($0.scheme.id) \($0.scheme.version)" },
            .init(say("总分", "total"), number: true) { $0.score.total?.description ?? "—" },
            .init(say("名次", "rank"), number: true) { $0.score.rank.map(String.init) ?? "—" },
            .init(say("结果", "result")) { item in
                item.issued.map { say("已签发 \($0.position)", "issued \($0.position)") } ?? say("试算", "trial")
            },
        ]
        columns += themes.themes.map { theme in
            Renderer.Column<YearScore>(say(theme.name.chinese, theme.name.english), number: true) { item in
                item.themes.first { $0.theme == theme.name }.map { $0.percent.map { "\($0)%" } ?? "—" } ?? ""
            }
        }
        try global.renderer.list(scores, columns, empty: say("没有评价数据", "nothing was reported for any scheme")) {
            $0.write(to: &$1)
        }
        guard global.effectiveFormat == .table else { return }
        Terminal.write(
            say(
                "主题为得分占该主题满分的比例（对照表 \(themes.id) 第 \(themes.version) 版，Q26）；不同方案的总分不可比较\n",
                "themes are shares of their maxima (map \(themes.id) version \(themes.version), Q26); totals of two schemes are "
                    + "never compared\n"))
    }
}
