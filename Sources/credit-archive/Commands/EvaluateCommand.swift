internal import ArgumentParser
internal import CanonicalJSON
internal import CreditArchive
internal import CreditModel

struct Evaluate: AsyncParsableCommand {
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

    func run() async throws {
        guard let id = scheme.scheme else { throw SchemeOptions.schemeNeeded }
        try await global.answering { source in
            let told = try await source.ask(
                ["v1", "evaluations", id, source.isService ? String(scheme.yearInForce(of: id)) : ""],
                scheme.parameters(global, whatIf) + [("body", body), ("about", "1")]
            ) { auditor, writer in
                var query = try scheme.query(id, auditor, whatIf)
                let only = try body.map { try auditor.body(named: $0) }
                if let only { query.region = try query.region ?? auditor.area(of: only, query) }
                try auditor.evaluate(query).write(only, withSurroundingsTo: &writer)
            }
            guard let about = told[member: "about"] else { return }
            try show(told[list: "results"], about)
        }
    }

    private func show(_ items: [JSONNode], _ about: JSONNode) throws {
        let say = global.language
        typealias Column = Renderer.Column<JSONNode>
        var columns: [Column] = [
            .init(say("名次", "rank"), number: true) { $0.text("rank", else: "—") },
            .init(say("代码", "body")) { $0.bodyCode }, .init(say("名称", "name"), flexible: true) { $0.text("name") },
            .init(say("总分", "total"), number: true) { $0.text("total", else: "—") },
        ]
        if about[flag: "hasGrades"] {
            columns.append(
                .init(say("等次", "grade")) { item in
                    item.text("grade", else: item[member: "gradeHint"].map { "(\($0.text))" } ?? "")
                })
        }
        if global.effectiveFormat == .csv {
            columns += about[list: "indicators"].map(\.text).map { id in
                Column(id, number: true) { item in
                    item[list: "indicators"].first { $0.text("id") == id }?.text("score") ?? ""
                }
            }
        }
        columns.append(
            .init(say("标注", "flags"), flexible: true) { item in
                item[list: "indicators"].filter { !$0[list: "flags"].isEmpty }
                    .map { "\($0.text("id")) \($0[list: "flags"].map(\.text).joined(separator: " "))" }
                    .joined(separator: "；")
            })
        // A table is read from the best down; programs find bodies in the order of their ids.
        func order(_ item: JSONNode, _ offset: Int) -> (String, String, UInt64, Int) {
            (item.text("area"), item.text("class"), item[number: "rank"] ?? .max, offset)
        }
        let sorted = items.enumerated().map { (key: order($0.element, $0.offset), item: $0.element) }
            .sorted { $0.key < $1.key }.map(\.item)
        let isTable = global.effectiveFormat == .table
        try global.renderer.list(isTable ? sorted : items, columns) { $1.raw($0.source) }
        let outsiders = about[list: "outsiders"].map(\.text)
        if !outsiders.isEmpty {
            let list = outsiders.joined(separator: " ")
            Terminal.note(
                say(
                    "提示：以下主体填报了本方案的数据，但不是本方案的受评单位，未计分：\(list)",
                    "notice: reported on for this scheme, which does not assess them, and not scored: \(list)"))
        }
        if isTable { tell(about) }
    }

    /// What was evaluated by what, below the table.
    private func tell(_ about: JSONNode) {
        let say = global.language
        let (from, to, version) = (about.text("from"), about.text("to"), about.text("version"))
        Terminal.write(
            say(
                "\(about.text("title")) 第\(version)版，\(from) 至 \(to)",
                "\(about.text("scheme")) version \(version), \(from) to \(to)") + "\n")
        if let overlay = about[member: "overlay"] {
            Terminal.write(
                say("调整文件 ", "overlay ")
                    + "\(overlay.text("id")) \(overlay.text("version"))：\(overlay.text("reason"))\n")
        }
        let without = about[list: "without"].map(\.text)
        if !without.isEmpty {
            let list = without.joined(separator: " ")
            Terminal.write(say("假设没有以下条目：", "as if these entries had not been recorded: ") + list + "\n")
        }
    }
}
