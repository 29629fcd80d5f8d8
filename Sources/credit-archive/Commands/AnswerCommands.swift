internal import ArgumentParser
internal import CanonicalJSON
internal import CreditArchive
internal import CreditModel
internal import EventLog
internal import Foundation
internal import Projections
internal import TransparencyLog

struct StandingCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "standing", abstract: "现状 The standing of a body, of a region, or of all.",
        discussion: """
            例 Examples:
              credit-archive --archive ./county standing 云岭县财政局
              credit-archive --archive ./county standing --all --as-of 2023-12-31 --format csv
              credit-archive --archive ./county standing --region 419801 --at-position 500
            """)

    @OptionGroup var global: GlobalOptions

    @OptionGroup var scope: ScopeOptions
    @OptionGroup var moment: MomentOptions

    func run() throws {
        try scope.check()
        let day = try moment.day()
        let auditor = Auditor(try global.open(.reading))
        let standings = try auditor.standing(
            scope.resolve(auditor), asOf: day, atPosition: moment.position(auditor))
        try show(standings)
    }

    private func show(_ standings: [Standing]) throws {
        let say = global.language
        typealias Column = Renderer.Column<Standing>
        let counts: [Column] = [
            .init(say("轻微", "minor"), number: true) { String($0.inEffect(.minor)) },
            .init(say("一般", "ordinary"), number: true) { String($0.inEffect(.ordinary)) },
            .init(say("严重", "serious"), number: true) { String($0.inEffect(.serious)) },
            .init(say("异议中", "disputed"), number: true) { String($0.inDispute) },
            .init(say("已修复", "repaired"), number: true) { String($0.repaired) },
            .init(say("已撤销", "revoked"), number: true) { String($0.revoked) },
            .init(say("公示中", "publicised"), number: true) { String($0.publicised) },
        ]
        let names: [Column] = [
            .init(say("代码", "body")) { $0.body.code?.text ?? $0.body.id.text },
            .init(say("名称", "name"), flexible: true) { $0.body.name },
            .init(say("最重", "worst")) { $0.worstInEffect?.rawValue ?? "无" },
        ]
        let columns = names + counts
        try global.renderer.list(standings, columns, empty: say("没有主体", "no bodies")) { $0.write(to: &$1) }
        guard global.effectiveFormat == .table, standings.count == 1, let only = standings.first, !only.cases.isEmpty
        else { return }
        Terminal.write("\n")
        try showCases(of: only)
    }

    private func showCases(of standing: Standing) throws {
        let say = global.language
        func status(_ item: StandingCase) -> String {
            say(item.status.name, item.status.rawValue) + (item.inDispute ? say("·异议中", ", disputed") : "")
        }
        let columns: [Renderer.Column<StandingCase>] = [
            .init(say("事项", "case")) { $0.id.text },
            .init(say("类别", "category")) { "\($0.category.rawValue) \($0.category.name)" },
            .init(say("领域", "area")) { $0.area?.name ?? "" },
            .init(say("程度", "severity")) { $0.severity.rawValue },
            .init(say("状态", "status"), status),
            .init(say("认定日期", "determined")) { $0.determinedOn.description },
            .init(say("修复日期", "repaired")) { $0.repairedOn?.description ?? "" },
            .init(say("金额(万元)", "amount"), number: true) { $0.amount?.description ?? "" },
        ]
        try global.renderer.list(standing.cases, columns) { $0.write(to: &$1) }
    }
}

struct Trail: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "全程留痕 The audit trail of a case or a body.",
        discussion: "例 Example: credit-archive --archive ./county trail 419801-2022-00001")

    @OptionGroup var global: GlobalOptions

    @Argument(help: "事项编号，或主体的代码、全称 A case, or a body by code, id or name.")
    var subject: String

    func run() throws {
        let auditor = Auditor(try global.open(.reading))
        let steps: [TrailStep]
        if let id = CaseID(subject), try auditor.exists(id) {
            steps = try auditor.trail(ofCase: id)
        } else {
            do {
                steps = try auditor.trail(ofBody: auditor.body(named: subject))
            } catch let error as ArchiveError where error.code == "body-not-found" {
                throw ArchiveError(
                    .notFound, "subject-not-found", chinese: "没有名为“\(subject)”的事项或主体",
                    english: "there is neither a case nor a body '\(subject)'")
            }
        }
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
        try global.renderer.list(
            steps, columns
        ) { $0.write(to: &$1, inChinese: say == .chinese) }
    }
}

struct Replay: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "重放历史（NDJSON）Replay the history, one entry a line.",
        discussion: """
            例 Examples:
              credit-archive --archive ./county replay --from 100 --to 120
              credit-archive --archive ./county replay --type repair.granted
            """)

    @OptionGroup var global: GlobalOptions

    @Option(help: "起始位置 First position.")
    var from: UInt64 = 0

    @Option(help: "结束位置（含）Last position, included.")
    var to: UInt64?

    @Option(help: "只看此主体 Only this body: code, id or name.")
    var body: String?

    @Option(help: "只看此类事件 Only this event type.")
    var type: String?

    func run() throws {
        let auditor = Auditor(try global.open(.reading))
        var writer = JSONWriter(reserving: 65_536)
        try auditor.replay(from: from, to: to, body: body.map { try auditor.body(named: $0) }, type: type) { entry in
            writer.removeAll()
            writer.beginObject()
            writer.member("position", entry.position)
            writer.member("recordedTime", entry.recordedTime)
            writer.key("event")
            writer.raw(entry.bytes)
            writer.endObject()
            Terminal.write(writer.bytes + [0x0A])
        }
    }
}
