internal import ArgumentParser
internal import Assessment
internal import CreditArchive
internal import CreditModel

/// Which scheme, changed by which overlay, for which year.
struct SchemeOptions: ParsableArguments {
    @Option(help: "方案 Scheme, e.g. tongbai-2023-township.")
    var scheme: String?

    @Option(help: "年度 Year; left out for a scheme that is for one year only.")
    var year: Int?

    @Option(help: ArgumentHelp("调整文件 An overlay (YAML): options, bands, weights, dates.", valueName: "file"))
    var overlay: String?

    @Option(help: "行政区划代码 The county; left out where the archive has one.")
    var region: String?

    func query(_ id: String) throws -> EvaluationQuery {
        let scheme = try SchemeLibrary.published.scheme(id, overlayAt: overlay)
        guard let year = year ?? scheme.period.year, CalendarDay.years.contains(year) else {
            throw ArchiveError(
                .usage, "year-needed", field: "--year", chinese: "请用 --year 指明年度（1900–2999）",
                english: "say which year with --year (1900–2999)")
        }
        return EvaluationQuery(scheme, year: year, region: try region.map(ScopeOptions.prefix(ofRegion:)))
    }

    static var schemeNeeded: ArchiveError {
        let known = SchemeLibrary.published.schemes.map(\.id).joined(separator: " ")
        return ArchiveError(
            .usage, "scheme-needed", field: "--scheme", chinese: "请用 --scheme 指明方案：\(known)",
            english: "say which scheme with --scheme: \(known)")
    }
}

struct Evaluate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "评价 Scores and ranks of a scheme's bodies in a year, each with its rule, inputs and source text.",
        discussion: """
            例 Examples:
              credit-archive --archive ./county evaluate --scheme tongbai-2023-township --year 2023
              credit-archive --archive ./county evaluate --scheme openness-assessment --year 2023 --format csv
              credit-archive --archive ./county evaluate --scheme tongbai-2023-department --year 2023 --overlay ours.yaml

            调整文件只用于这一次计算，不写入档案。
            An overlay serves this one computation; nothing is written to the archive.
            """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var scheme: SchemeOptions

    @Option(help: "主体：代码或全称 Only this body, ranked within its cohort.")
    var body: String?

    func run() throws {
        guard let id = scheme.scheme else { throw SchemeOptions.schemeNeeded }
        var query = try scheme.query(id)
        let auditor = Auditor(try global.open(.reading))
        let only = try body.map { try auditor.body(named: $0) }
        if let only { query.region = try query.region ?? auditor.area(of: only, query) }
        let answer = try auditor.evaluate(query)
        let items = only.map { only in answer.bodies.filter { $0.profile.id == only } } ?? answer.bodies
        try show(items, of: answer)
    }

    private func show(_ items: [EvaluatedBody], of answer: EvaluationAnswer) throws {
        let say = global.language
        typealias Column = Renderer.Column<EvaluatedBody>
        var columns: [Column] = [
            .init(say("名次", "rank"), number: true) { $0.score.rank.map(String.init) ?? "—" },
            .init(say("代码", "body")) { $0.profile.code?.text ?? $0.profile.id.text },
            .init(say("名称", "name"), flexible: true) { $0.profile.name },
            .init(say("总分", "total"), number: true) { $0.score.total?.description ?? "—" },
        ]
        if !answer.scheme.grades.isEmpty || answer.scheme.points == nil {
            columns.append(.init(say("等次", "grade")) { $0.score.grade ?? $0.score.gradeHint.map { "(\($0))" } ?? "" })
        }
        let isCSV = global.effectiveFormat == .csv
        if isCSV {
            columns += answer.scheme.indicators.map { indicator in
                Column(indicator.id, number: true) { $0.score[indicator: indicator.id]?.score?.description ?? "" }
            }
        }
        columns.append(
            .init(say("标注", "flags"), flexible: true) { item in
                item.score.indicators.filter { !$0.flags.isEmpty }
                    .map { "\($0.id) \($0.flags.map(\.rawValue).joined(separator: " "))" }.joined(separator: "；")
            })
        // A table is read from the best down; programs find bodies in the order of their ids.
        let sorted = items.enumerated().sorted {
            ($0.element.cohort, $0.element.score.rank ?? .max, $0.offset)
                < ($1.element.cohort, $1.element.score.rank ?? .max, $1.offset)
        }.map(\.element)
        let isTable = global.effectiveFormat == .table
        try global.renderer.list(isTable ? sorted : items, columns) { answer.write($0, to: &$1) }
        guard isTable else { return }
        let scheme = answer.scheme
        let last = scheme.period.days(of: answer.year)
        Terminal.write(
            say(
                "\(scheme.title) 第\(scheme.version)版，\(last.lowerBound) 至 \(last.upperBound)",
                "\(scheme.id) version \(scheme.version), \(last.lowerBound) to \(last.upperBound)") + "\n")
        if let overlay = scheme.overlay {
            Terminal.write(say("调整文件 ", "overlay ") + "\(overlay.id) \(overlay.version)：\(overlay.reason)\n")
        }
    }
}

struct Explain: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "说明 Why a body has its score for an indicator: formula, inputs, options, source text.",
        discussion: """
            例 Example:
              credit-archive --archive ./county explain 云岭县财政局 XB01 --year 2023
            """)

    @OptionGroup var global: GlobalOptions

    @Argument(help: "主体：代码或全称 A body by code, id or name.")
    var body: String

    @Argument(help: "指标编号 Indicator, e.g. XZ04.")
    var indicator: String

    @OptionGroup var scheme: SchemeOptions

    func run() throws {
        guard let id = scheme.scheme ?? SchemeLibrary.published.scheme(ofIndicator: indicator)?.id else {
            throw ArchiveError(
                .notFound, "indicator-unknown", field: indicator, chinese: "没有方案含指标“\(indicator)”",
                english: "no scheme has an indicator '\(indicator)'")
        }
        let query = try scheme.query(id)
        let auditor = Auditor(try global.open(.reading))
        let told = try auditor.explain(indicator, of: auditor.body(named: body), query)
        try show(told)
    }

    private func show(_ told: Explanation) throws {
        let say = global.language
        let catalogue = SchemeLibrary.published.options
        func option(_ option: Explanation.Option) -> String {
            let definition = catalogue[option.name]
            let title = definition?.choices.first { $0.name == option.choice }?.title
            let register = definition?.register.joined(separator: " ") ?? ""
            return [register, "\(option.name)=\(option.choice)", title.map { say($0.chinese, $0.english) } ?? ""]
                .filter { !$0.isEmpty }.joined(separator: " ")
        }
        var members: [(title: String, value: String)] = [
            (
                say("指标", "indicator"),
                [told.score.id, told.name, told.content].compactMap(\.self).joined(separator: " ")
            ),
            (say("得分", "score"), told.score.score?.description ?? "—"),
            (say("满分", "maximum"), told.score.maximum?.description ?? "—"),
            (say("规则", "rule"), told.rule.map { say($0.chinese, $0.english) } ?? ""),
            (say("计算", "working"), told.working.joined(separator: "；")),
            (say("标注", "flags"), told.score.flags.map(\.rawValue).joined(separator: " ")),
            (say("提示", "notices"), told.score.notices.map { say($0.chinese, $0.english) }.joined(separator: "；")),
        ]
        for input in told.score.inputs {
            let positions = input.value.positions.map(String.init).joined(separator: " ")
            members.append((input.name, "\(input.value.text)  " + say("位置 ", "positions ") + positions))
        }
        members.append((say("处理方式", "options"), told.options.map(option).joined(separator: "；")))
        members.append((say("原文", "source"), told.score.source ?? "—"))
        members.append((say("出处", "document"), "\(told.document) \(told.place)"))
        if let remark = told.remark { members.append((say("说明", "remark"), remark)) }
        if let overlay = told.overlay {
            members.append((say("调整文件", "overlay"), "\(overlay.id) \(overlay.version) \(overlay.digest)"))
        }
        try global.renderer.record(members) { told.write(to: &$0) }
    }
}
