internal import ArgumentParser
internal import CanonicalJSON
internal import CreditArchive
internal import CreditModel
internal import Projections

struct Trail: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "全程留痕 The audit trail of a case or a body.",
        discussion: """
            例 Examples:
              credit-archive --archive ./county trail 419801-2022-00001
              credit-archive --archive ./county trail 云岭县财政局 --as-of 2023-12-31
              credit-archive --archive ./county trail 云岭县财政局 --known-at 2024-06-30T18:00:00+08:00
            """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var moment: MomentOptions

    @Argument(help: "事项编号，或主体的代码、全称 A case, or a body by code, id or name.")
    var subject: String

    func run() async throws {
        let question = try moment.question()
        try await global.answering { source in
            let told = try await trail(source, question)
            try show(told[list: "steps"])
            try await global.footer(position: told[number: "position"], asOf: moment.asOf, source)
        }
    }

    /// Of the case where there is one of this name, else of the body.
    private func trail(_ source: AnswerSource, _ question: MomentQuestion) async throws -> JSONNode {
        func ask(_ path: [String], _ steps: (Auditor, Moment) throws -> [TrailStep]) async throws -> JSONNode {
            try await source.ask(path, moment.parameters) { auditor, writer in
                // What is appended while this is told belongs to the next answer.
                let moment = try auditor.pinned(auditor.moment(question))
                try steps(auditor, moment).write(
                    to: &writer, position: moment.atPosition, inChinese: global.language == .chinese)
            }
        }
        if let id = CaseID(subject) {
            do {
                return try await ask(["v1", "cases", subject, "trail"]) { try $0.trail(ofCase: id, at: $1) }
            } catch let error as ArchiveError where error.code == "case-not-found" {
                // A body may have such a name, too.
            }
        }
        do {
            return try await ask(["v1", "bodies", subject, "trail"]) {
                try $0.trail(ofBody: $0.body(named: subject), at: $1)
            }
        } catch let error as ArchiveError where error.code == "body-not-found" {
            throw ArchiveError(
                .notFound, "subject-not-found", chinese: "没有名为“\(subject)”的事项或主体；请用事项编号，或主体的代码、登记的全称",
                english:
                    "there is neither a case nor a body '\(subject)'; use a 事项编号, or a body's code or registered name")
        }
    }

    private func show(_ steps: [JSONNode]) throws {
        let say = global.language
        let changes: (JSONNode) -> String = { step in
            step[list: "changes"].map { "\($0.text("field"))：\($0.text("old")) → \($0.text("new"))" }
                .joined(separator: "；")
        }
        typealias Column = Renderer.Column<JSONNode>
        let position = Column(say("位置", "position"), number: true) { $0.text("position") }
        let day = Column(say("日期", "day")) { $0.text("determinedOn", else: $0.text("occurredOn")) }
        let document = Column(say("文号", "document")) { $0.text("document") }
        let recorded: [Column] = [
            .init(say("收录时间", "recorded")) { $0.text("recordedTime") },
            .init(say("记录人", "by")) { $0.text("recordedBy") },
        ]
        let columns: [Column]
        if global.effectiveFormat == .csv {
            // Everything, in columns of its own.
            columns =
                [
                    position, day, .init(say("发生日期", "occurred")) { $0.text("occurredOn") },
                    .init(say("类型", "type")) { $0.text("type") }, .init("subject") { $0.text("subject") },
                    .init(say("内容", "summary")) { $0.text("summary") }, .init(say("变更", "changes"), changes), document,
                ] + recorded + [.init(say("叶哈希", "leaf hash")) { $0.text("leafHash") }]
        } else {
            let summary = Column(say("内容", "summary"), flexible: true) { step in
                let changed = changes(step)
                return step.text("summary") + (changed.isEmpty ? "" : "〔\(changed)〕")
            }
            let hash = Column(say("叶哈希", "leaf hash")) { String($0.text("leafHash").prefix(12)) }
            // What happened comes before who wrote it down when.
            let isNarrow = Terminal.width.map { $0 < 130 } ?? false
            columns = [position, day, summary, document] + (isNarrow ? [] : recorded + [hash])
        }
        try global.renderer.list(steps, columns, empty: say("届时尚无记录", "nothing was recorded by then")) {
            $1.raw($0.source)
        }
    }
}
