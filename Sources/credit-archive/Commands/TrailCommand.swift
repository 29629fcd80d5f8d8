internal import ArgumentParser
internal import CanonicalJSON
internal import CreditArchive
internal import CreditModel
internal import EventLog
internal import Foundation
internal import Projections
internal import TransparencyLog

struct Trail: ParsableCommand {
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

    func run() throws {
        let question = try moment.question()
        let auditor = Auditor(try global.open(.reading))
        // What is appended while this is told belongs to the next answer.
        let moment = try auditor.pinned(auditor.moment(question))
        try show(steps(auditor, at: moment))
        try global.footer(moment, auditor)
    }

    private func steps(_ auditor: Auditor, at moment: Moment) throws -> [TrailStep] {
        if let id = CaseID(subject), try auditor.exists(id) { return try auditor.trail(ofCase: id, at: moment) }
        do {
            return try auditor.trail(ofBody: auditor.body(named: subject), at: moment)
        } catch let error as ArchiveError where error.code == "body-not-found" {
            throw ArchiveError(
                .notFound, "subject-not-found", chinese: "没有名为“\(subject)”的事项或主体；请用事项编号，或主体的代码、登记的全称",
                english:
                    "there is neither a case nor a body '\(subject)'; use a 事项编号, or a body's code or registered name")
        }
    }

    private func show(_ steps: [TrailStep]) throws {
        let say = global.language
        let changes: (TrailStep) -> String = { step in
            step.changes.map { "\($0.field)：\($0.old) → \($0.new)" }.joined(separator: "；")
        }
        typealias Column = Renderer.Column<TrailStep>
        let position = Column(say("位置", "position"), number: true) { String($0.position) }
        let day = Column(say("日期", "day")) { ($0.determinedOn ?? $0.occurredOn)?.description ?? "" }
        let document = Column(say("文号", "document")) { $0.document ?? "" }
        let recorded: [Column] = [
            .init(say("收录时间", "recorded")) { $0.recordedTime }, .init(say("记录人", "by")) { $0.recordedBy },
        ]
        let columns: [Column]
        if global.effectiveFormat == .csv {
            // Everything, in columns of its own.
            columns =
                [
                    position, day, .init(say("发生日期", "occurred")) { $0.occurredOn?.description ?? "" },
                    .init(say("类型", "type")) { $0.type.rawValue }, .init("subject") { $0.subject },
                    .init(say("内容", "summary")) { say($0.chinese, $0.english) }, .init(say("变更", "changes"), changes),
                    document,
                ] + recorded + [.init(say("叶哈希", "leaf hash")) { $0.leafHash.hex }]
        } else {
            let summary = Column(say("内容", "summary"), flexible: true) { step in
                let changed = changes(step)
                return say(step.chinese, step.english) + (changed.isEmpty ? "" : "〔\(changed)〕")
            }
            let hash = Column(say("叶哈希", "leaf hash")) { String($0.leafHash.hex.prefix(12)) }
            // What happened comes before who wrote it down when.
            let isNarrow = Terminal.width.map { $0 < 130 } ?? false
            columns = [position, day, summary, document] + (isNarrow ? [] : recorded + [hash])
        }
        try global.renderer.list(steps, columns, empty: say("届时尚无记录", "nothing was recorded by then")) {
            $0.write(to: &$1, inChinese: say == .chinese)
        }
    }
}
