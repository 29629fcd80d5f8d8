internal import ArgumentParser
internal import Assessment
internal import CreditArchive
internal import CreditModel

struct Evaluate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "评价 Scores and ranks of a scheme's bodies in a year, each with its rule, inputs and source text.",
        discussion: """
            例 Examples:
              credit-archive --archive ./county evaluate --scheme tongbai-2023-township --year 2023
              credit-archive --archive ./county evaluate --scheme openness-assessment --year 2023 --format csv
              credit-archive --archive ./county evaluate --scheme tongbai-2023-department --year 2023 --overlay ours.yaml
              credit-archive --archive ./county evaluate --scheme tongbai-2023-department --year 2023 --without 412

            结果都是试算：调整文件和 --without 只用于这一次计算，不写入档案；正式结果以 results issue 印发。
            What it gives is a trial computation: an overlay and --without serve this one only, and nothing is written.
            """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var scheme: SchemeOptions
    @OptionGroup var whatIf: WhatIfOptions

    @Option(help: "主体：代码或全称 Only this body, ranked within its cohort.")
    var body: String?

    func run() throws {
        guard let id = scheme.scheme else { throw SchemeOptions.schemeNeeded }
        let auditor = Auditor(try global.open(.reading))
        var query = try scheme.query(id, auditor, whatIf)
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
        if !answer.outsiders.isEmpty {
            let list = answer.outsiders.map(\.text).joined(separator: " ")
            Terminal.note(
                say(
                    "提示：以下主体填报了本方案的数据，但不是本方案的受评单位，未计分：\(list)",
                    "notice: reported on for this scheme, which does not assess them, and not scored: \(list)"))
        }
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
        if !answer.without.isEmpty {
            let list = answer.without.map(String.init).joined(separator: " ")
            Terminal.write(say("假设没有以下条目：", "as if these entries had not been recorded: ") + list + "\n")
        }
    }
}
