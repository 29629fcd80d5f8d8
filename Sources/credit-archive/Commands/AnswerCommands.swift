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

    @Argument(help: "主体：代码或全称 A body by code, id or name.")
    var body: String?

    @Flag(help: "全部主体 All bodies.")
    var all = false

    @Option(help: "行政区划代码 Bodies of a region: 411300 covers 411330.")
    var region: String?

    @Option(help: "截至此日的事实 Facts dated on or before this day.")
    var asOf: String?

    @Option(help: "只用此位置及以前的记录 Only what was recorded up to this position.")
    var atPosition: UInt64?

    @Option(help: "只用此刻及以前的记录 Only what was recorded by this time (RFC 3339, or a day).")
    var knownAt: String?

    func run() throws {
        let scopes = [body != nil, all, region != nil].filter { $0 }.count
        guard scopes == 1 else {
            throw ArchiveError(
                .usage, "scope-needed", chinese: "请指明一个主体、--region 或 --all 之一",
                english: "name one body, or --region, or --all")
        }
        guard atPosition == nil || knownAt == nil else {
            throw ArchiveError(
                .usage, "flags-contradict", chinese: "--at-position 与 --known-at 只用其一",
                english: "use one of --at-position and --known-at")
        }
        let day = try asOf.map { try Days.read($0, "--as-of") }
        let archive = try global.open(.reading)
        let auditor = Auditor(archive)
        let position = try atPosition ?? knownAt.map { try auditor.position(knownAt: $0) }
        let scope: Auditor.Scope
        if let body {
            scope = .body(try auditor.body(named: body))
        } else if let region {
            guard let code = RegionCode(region) else {
                throw ArchiveError(
                    .usage, "region-malformed", field: "--region", chinese: "行政区划代码应为 6、9 或 12 位数字",
                    english: "a region has 6, 9 or 12 digits")
            }
            scope = .region(prefix: code.prefix)
        } else {
            scope = .all
        }
        let standings = try auditor.standing(scope, asOf: day, atPosition: position)
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
        try global.renderer.list(
            steps,
            [
                .init(say("位置", "position"), number: true) { String($0.position) },
                .init(say("日期", "day")) { ($0.determinedOn ?? $0.occurredOn)?.description ?? "" },
                .init(say("内容", "summary"), flexible: true) { step in
                    let changes = step.changes.map { "\($0.field)：\($0.old) → \($0.new)" }.joined(separator: "；")
                    return say(step.chinese, step.english) + (changes.isEmpty ? "" : "〔\(changes)〕")
                },
                .init(say("文号", "document")) { $0.document ?? "" },
                .init(say("收录时间", "recorded")) { $0.recordedTime },
                .init(say("记录人", "by")) { $0.recordedBy },
                .init(say("叶哈希", "leaf hash")) { String($0.leafHash.hex.prefix(12)) },
            ]
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

enum Days {
    static func read(_ text: String, _ flag: String) throws -> CalendarDay {
        guard let day = CalendarDay(text) else {
            throw ArchiveError(
                .usage, "day-malformed", field: flag, chinese: "\(flag) 的“\(text)”不是日期，请写成 2024-12-31",
                english: "'\(text)' of \(flag) is no day; write 2024-12-31")
        }
        return day
    }
}
