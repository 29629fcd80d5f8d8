internal import ArgumentParser
internal import CanonicalJSON
internal import CreditArchive
internal import CreditModel

/// A stage of a round's results, by its English name.
enum StageName: String, ExpressibleByArgument, CaseIterable {
    case preliminary, final

    var stage: ResultIssue.Stage {
        switch self {
        case .preliminary: .preliminary
        case .final: .final
        }
    }
}

struct ResultsIssue: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "issue", abstract: "印发结果 Computes and records preliminary or final results, fixed to this moment.",
        discussion: """
            例 Examples:
              credit-archive --archive ./county results issue tongbai-2023-department 2023 --region 419801 \\
                --stage preliminary --actor 某评价公司 --on 2024-02-20
              credit-archive --archive ./county results issue tongbai-2023-department 2023 --region 419801 \\
                --stage final --actor 某评价公司 --on 2024-03-15 --document 评〔2024〕3号

            以已采用的方案（schemes adopt）和此刻的全部记录计算；以后的更正不会改变它。不写 --body 时，印发受评名单中
            尚无这一阶段结果的单位；没有经复评调整的，最终结果以初评的快照计算。
            Computed by the scheme in force (schemes adopt) from all that is recorded now; nothing later changes it. Without
            --body: those of the round's list that have no result of the stage yet. What no re-evaluation has changed is
            final as it was: computed from the preliminary result's snapshot.
            """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var options: RoundOptions
    @OptionGroup var step: StepOptions

    @Option(help: "阶段 Stage: preliminary 初评, final 最终.")
    var stage: StageName

    @Option(help: "只印发该单位，可重复 Only this body; may be repeated.")
    var body: [String] = []

    @Option(help: "以此位置及以前的记录计算，如初评的快照 Computed from what was recorded up to this position.")
    var atPosition: UInt64?

    @OptionGroup var byHand: GradeOptions

    func run() async throws {
        let (round, details) = (try options.round(), try step.details())
        let archive = try global.open(.writing)
        let bodies = try body.map { try Auditor(archive).body(named: $0) }
        let issued = try await ResultIssuing(archive, recordedBy: step.operatorID)
            .issue(
                stage.stage, of: round, bodies: bodies.isEmpty ? nil : bodies, atPosition: atPosition,
                grades: try byHand.grades(Auditor(archive)), details)
        try archive.close()
        try global.show(issued)
    }
}

struct ResultsReissue: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reissue", abstract: "更正结果 Records the results that would be others now, with the reason.",
        discussion: """
            例 Example:
              credit-archive --archive ./county results reissue tongbai-2023-department 2023 --region 419801 \\
                --reason 法院撤销失信认定 --actor 某评价公司 --on 2024-06-03

            先用 results changes 看有哪些变动。不写 --body 时更正所有能更正的单位，其余列出原因。
            See first what has changed with results changes. Without --body all that can be re-issued are, and the others
            are told with the reason.
            """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var options: RoundOptions
    @OptionGroup var step: StepOptions

    @Option(help: "更正理由 Why.")
    var reason: String

    @Option(help: "只更正该单位，可重复 Only this body; may be repeated.")
    var body: [String] = []

    @OptionGroup var byHand: GradeOptions
    @OptionGroup var persons: ProposeOptions

    func run() async throws {
        let (round, details) = (try options.round(), try step.details())
        guard !persons.propose else {
            return try persons.propose(global, as: step.operatorID) { desk, auditor, principal in
                let bodies = try body.map { try auditor.body(named: $0) }
                return [
                    try desk.proposeReissue(
                        round, bodies: bodies.isEmpty ? nil : bodies, reason: reason, details, by: principal)
                ]
            }
        }
        let archive = try global.open(.writing)
        let bodies = try body.map { try Auditor(archive).body(named: $0) }
        let done = try await ResultIssuing(archive, recordedBy: step.operatorID)
            .reissue(
                round, bodies: bodies.isEmpty ? nil : bodies, reason: reason,
                grades: try byHand.grades(Auditor(archive)), details)
        try archive.close()
        try global.show(done.issued)
        let say = global.language
        for left in done.left {
            Terminal.note(
                say(
                    "未更正：\(left.name ?? left.body.text)（\(left.body)）：\(left.chinese)",
                    "not re-issued: \(left.name ?? left.body.text) (\(left.body)): \(left.english)"))
        }
    }
}

extension GlobalOptions {
    /// What was recorded: entry by entry.
    fileprivate func show(_ issued: [ResultIssue]) throws {
        let say = language
        typealias Column = Renderer.Column<ResultIssue>
        let columns: [Column] = [
            .init(say("位置", "position"), number: true) { String($0.position) },
            .init(say("阶段", "stage")) { say($0.stage.chinese, $0.stage.rawValue) },
            .init(say("单位数", "bodies"), number: true) { String($0.results.results.count) },
            .init(say("快照", "snapshot"), number: true) { String($0.results.snapshot) },
            .init(say("替代", "replaces"), number: true) { $0.replaces.map(String.init) ?? "" },
        ]
        try renderer.list(issued, columns) { item, writer in
            writer.beginObject()
            writer.member("position", item.position)
            writer.member("round", item.round.stream)
            writer.member("stage", item.stage.rawValue)
            writer.member("snapshot", item.results.snapshot)
            writer.member("scheme", item.results.scheme)
            writer.member("overlay", item.results.overlay)
            writer.member("replaces", item.replaces)
            writer.member("reason", item.reason)
            writer.member("bodies", item.results.results.map(\.body))
            writer.endObject()
        }
        guard issued.isEmpty, effectiveFormat == .table else { return }
        Terminal.write(say("没有变动，未记入任何条目。\n", "Nothing has changed; nothing was recorded.\n"))
    }
}

struct ResultsChanges: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "changes",
        abstract: "拟更正的结果 What issued results would be now, body by body and indicator by indicator.",
        discussion: """
            例 Example:
              credit-archive --archive ./county results changes tongbai-2023-department 2023

            只列出，不更改；更正由 results reissue 作为一个事件记入。
            Lists and changes nothing: a re-issue is an event of its own, results reissue.
            """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var options: RoundOptions

    private struct Row {
        var change: ResultChange
        var indicator: ResultChange.Indicator?
    }

    func run() throws {
        try options.check()
        let auditor = Auditor(try global.open(.reading))
        let region = try options.region.map(ScopeOptions.prefix(ofRegion:))
        let reviews = try auditor.review(scheme: options.scheme, year: options.year, region: region)
        let changes = reviews.flatMap(\.changes)
        let say = global.language
        if global.effectiveFormat == .json || global.effectiveFormat == .ndjson {
            try global.renderer.list(changes, [Renderer.Column<ResultChange>]()) { $0.write(to: &$1) }
        } else {
            try show(changes)
        }
        let foreign = reviews.flatMap(\.unreproduced)
        guard !foreign.isEmpty else { return }
        let list = foreign.map(\.text).joined(separator: " ")
        Terminal.note(
            say(
                "注意：以下单位的已印发结果不是以其快照算得的：\(list)",
                "notice: these results are not what their snapshot gives: \(list)"))
    }

    /// Whose entries: the body's own by their positions, other bodies' by name.
    private func told(_ causes: [ResultCause], of change: ResultChange) -> String {
        let say = global.language
        var parts = causes.map { cause in
            let positions = cause.positions.map(String.init).joined(separator: " ")
            guard cause.body != change.body else { return say("本单位 ", "its own ") + positions }
            return "\(cause.name ?? cause.body.text) \(positions)"
        }
        if !change.isReproduced {
            parts.append(say("已印发的结果不是以其快照算得的", "what was issued is not what its snapshot gives"))
        }
        return parts.joined(separator: say("；", "; "))
    }

    private func show(_ changes: [ResultChange]) throws {
        let say = global.language
        let rows = changes.flatMap { change in
            [Row(change: change, indicator: nil)] + change.indicators.map { Row(change: change, indicator: $0) }
        }
        func arrow(_ before: String?, _ after: String?) -> String {
            before == after ? before ?? "—" : "\(before ?? "—") → \(after ?? "—")"
        }
        typealias Column = Renderer.Column<Row>
        let columns: [Column] = [
            .init(say("单位", "body"), flexible: true) { $0.change.profile?.name ?? $0.change.body.text },
            .init(say("项目", "item")) { $0.indicator?.id ?? say("总分", "total") },
            .init(say("分数", "score")) { row in
                guard let item = row.indicator else {
                    return arrow(row.change.standing.result.total?.shown, row.change.after?.total?.shown)
                }
                return arrow(item.before.score?.shown, item.after?.score?.shown)
            },
            .init(say("名次", "rank")) { row in
                guard row.indicator == nil else { return "" }
                return arrow(row.change.standing.result.rank.map(String.init), row.change.after?.rank.map(String.init))
            },
            .init(say("起因", "cause"), flexible: true) { row in
                told(row.indicator?.causes ?? row.change.causes, of: row.change)
            },
        ]
        try global.renderer.list(rows, columns) { $0.change.write(to: &$1) }
        guard rows.isEmpty, global.effectiveFormat == .table else { return }
        Terminal.write(say("已印发的结果没有变动。\n", "Nothing of what was issued has changed.\n"))
    }
}
