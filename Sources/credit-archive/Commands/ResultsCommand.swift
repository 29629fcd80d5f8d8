internal import ArgumentParser
internal import Assessment
internal import CanonicalJSON
internal import CreditArchive
internal import CreditModel

struct Results: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "评价结果 Results that were issued, what has changed since, and their issue.",
        subcommands: [ResultsShow.self, ResultsIssue.self, ResultsChanges.self, ResultsReissue.self],
        defaultSubcommand: ResultsShow.self)
}

/// Which round.
struct RoundOptions: ParsableArguments {
    @Argument(help: "方案 Scheme, e.g. tongbai-2023-township.")
    var scheme: String

    @Argument(help: "年度 Evaluated year.")
    var year: Int

    @Option(help: "行政区划代码（六位）Region of the office that runs the round: six digits.")
    var region: String?

    func check() throws {
        guard CalendarDay.years.contains(year) else {
            throw ArchiveError(
                .usage, "year-malformed", field: "year", chinese: "年度 \(year) 不在 1900–2999 之内",
                english: "the year \(year) is not within 1900–2999")
        }
    }

    /// The one round that is to be written to.
    func round() throws -> RoundID {
        try check()
        guard let region, let code = RegionCode(region), let round = RoundID(scheme: scheme, year: year, region: code)
        else {
            throw ArchiveError(
                .usage, "region-malformed", field: "--region", chinese: "请用 --region 写明六位行政区划代码",
                english: "name the region with --region: six digits")
        }
        return round
    }
}

/// Who takes a step, when, and by which document.
struct StepOptions: ParsableArguments {
    @Option(help: "办理单位名称 Who acts.")
    var actor: String

    @Option(help: "办理单位角色 As what: 评价机构, 信用主管部门, ….")
    var role: String = ActorRole.evaluator.rawValue

    @Option(help: "办理单位统一社会信用代码 The acting office's code.")
    var actorCode: String?

    @Option(help: "日期 The day, e.g. 2024-02-20.")
    var on: String

    @Option(help: "文号 Document number.")
    var document: String?

    @Option(help: "说明 A note (sealed).")
    var note: String?

    @Option(help: "记录人的代号 Pseudonymous principal, such as operator/3.")
    var operatorID = "operator/cli"

    func details() throws -> EvaluationStep.Details {
        try Operator.check(operatorID)
        guard let role = ActorRole(codeOrName: role) else {
            let known = ActorRole.allCases.map(\.rawValue).joined(separator: "、")
            throw ArchiveError(
                .usage, "role-unknown", field: "--role", chinese: "没有角色“\(role)”；可用：\(known)",
                english: "there is no role '\(role)'; known: \(known)")
        }
        var code: USCC?
        if let actorCode {
            code = USCC(actorCode)
            guard code != nil else {
                throw ArchiveError(
                    .usage, "code-malformed", field: "--actor-code", chinese: "“\(actorCode)”不是有效的统一社会信用代码",
                    english: "'\(actorCode)' is no 统一社会信用代码")
            }
        }
        guard PlainText.isName(actor, limit: 200) else {
            throw ArchiveError(
                .usage, "office-malformed", field: "--actor", chinese: "办理单位应为 1–200 字，不含控制字符",
                english: "an office has 1–200 characters and no control characters")
        }
        return EvaluationStep.Details(
            StepActor(role, name: actor, code: code), on: try StepOptions.day(on, "--on"),
            document: try StepOptions.number(document), note: note.map { .plain($0) })
    }

    static func day(_ text: String, _ field: String) throws(ArchiveError) -> CalendarDay {
        guard let day = CalendarDay(text) else {
            throw ArchiveError(
                .usage, "day-malformed", field: field, chinese: "\(field) 的“\(text)”不是日期，请写成 2024-02-20",
                english: "'\(text)' of \(field) is no day; write 2024-02-20")
        }
        return day
    }

    static func number(_ text: String?) throws(ArchiveError) -> DocumentNumber? {
        guard let text else { return nil }
        guard let number = DocumentNumber(text) else {
            throw ArchiveError(
                .usage, "document-malformed", field: "--document", chinese: "文号应为 1–100 字，如 云信办〔2024〕3号",
                english: "a document number has 1–100 characters")
        }
        return number
    }
}

/// 等次 set by hand, for a scheme that has nothing but grades.
struct GradeOptions: ParsableArguments {
    @Option(help: "人工等次，如 单位=满意，可重复 A grade set by hand, body=满意; may be repeated.")
    var grade: [String] = []

    func grades(_ auditor: Auditor) throws -> [BodyID: String] {
        var grades: [BodyID: String] = [:]
        for text in grade {
            let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2 else {
                throw ArchiveError(
                    .usage, "grade-malformed", field: "--grade", chinese: "“\(text)”应写成 单位=等次",
                    english: "'\(text)' should be body=grade")
            }
            grades[try auditor.body(named: parts[0])] = parts[1]
        }
        return grades
    }
}

struct ResultsShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "已印发的结果 Results that hold, beside what would be computed now (试算).",
        discussion: """
            例 Example:
              credit-archive --archive ./county results tongbai-2023-department 2023

            试算 是以现有记录计算的分数，不是结果；结果只由 results issue 和 results reissue 产生。
            A trial is what is computed from all that is recorded now and is no result: those come by results issue and
            results reissue alone.
            """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var options: RoundOptions

    func run() async throws {
        try options.check()
        let region = try options.region.map(ScopeOptions.prefix(ofRegion:))
        let told = try await global.answering { source in
            try await source.ask(
                ["v1", "results", options.scheme, String(options.year)], [("region", options.region)]
            ) { auditor, writer in
                try auditor.requireScheme(options.scheme, for: options.year)
                writer.beginObject()
                writer.key("results")
                writer.beginArray()
                for results in try auditor.results(scheme: options.scheme, year: options.year, region: region) {
                    let trials = try auditor.trials(of: results)
                    for (body, standing) in results.standing.sorted(by: { $0.key < $1.key }) {
                        results.write(standing, trial: trials[body], to: &writer)
                    }
                }
                writer.endArray()
                writer.endObject()
            }
        }
        try show(told[list: "results"])
    }

    private func show(_ rows: [JSONNode]) throws {
        let say = global.language
        typealias Column = Renderer.Column<JSONNode>
        var columns: [Column] = [
            .init(say("名次", "rank"), number: true) { $0.text("rank", else: "—") },
            .init(say("单位", "body"), flexible: true) { $0.text("name", else: $0.text("body")) },
            .init(say("总分", "total"), number: true) { $0.text("total", else: "—") },
        ]
        if rows.contains(where: { $0[member: "grade"] != nil }) {
            columns.append(.init(say("等次", "grade")) { $0.text("grade") })
        }
        columns += [
            .init(say("阶段", "stage")) { row in
                let stage = row.text("stage")
                return say(ResultIssue.Stage(rawValue: stage)?.chinese ?? stage, stage)
            },
            .init(say("位置", "position"), number: true) { $0.text("position") },
            .init(say("快照", "snapshot"), number: true) { $0.text("snapshot") },
            .init(say("试算", "trial"), number: true) { $0[member: "trial"]?.text("total", else: "—") ?? "—" },
        ]
        let isTable = global.effectiveFormat == .table
        func order(_ row: JSONNode, _ offset: Int) -> (String, UInt64, Int) {
            (row.text("round"), row[number: "rank"] ?? .max, offset)
        }
        let ordered = rows.enumerated().map { (key: order($0.element, $0.offset), row: $0.element) }
            .sorted { $0.key < $1.key }.map(\.row)
        try global.renderer.list(isTable ? ordered : rows, columns) { $1.raw($0.source) }
        if isTable, rows.isEmpty {
            Terminal.write(
                say("尚未印发结果。evaluate 给出的分数都是试算。\n", "No results were issued; what evaluate gives is a trial.\n"))
        }
    }
}
