internal import ArgumentParser
internal import CreditArchive
internal import CreditModel
internal import EventLog
internal import Foundation
internal import Projections

struct Rebuild: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "重建读模型 Build the read models anew beside the live ones.",
        discussion: """
            例 Examples:
              credit-archive --archive ./county rebuild
              credit-archive --archive ./county rebuild --projection standing --region 419801
              credit-archive --archive ./county rebuild --dry-run
            收录、回答照常进行；中断（Ctrl-C）或崩溃后沿用原来的一代。另有进程写入时在其旁重建。
            Appends and answers go on; after Ctrl-C (exit code 130) or a crash the old generation stays. While another
            process writes, the rebuild runs beside it. A dry run exits with 1 where the live rows differ.
            """)

    @OptionGroup var global: GlobalOptions

    @Option(help: "只重建此投影 Only this projection (repeatable).")
    var projection: [String] = []

    @Option(help: "只重建此主体 Only this body and its cases.")
    var body: String?

    @Option(help: "只重建此区划的主体 Only the bodies of a region.")
    var region: String?

    @Option(help: "只重建此位置起有记录的主体和事项 Only bodies and cases with an entry from this position on.")
    var fromPosition: UInt64?

    @Option(help: "并行数 Parallel workers (default: one for each core).")
    var workers: Int?

    @Flag(help: "从日志重新解码 Decode the log again instead of trusting facts.sqlite.")
    var fromLog = false

    @Flag(help: "只逐行比对，不替换 Build and compare row by row, leave the live generation in place.")
    var dryRun = false

    func validate() throws {
        guard workers.map({ (1...256).contains($0) }) ?? true else { throw ValidationError("--workers takes 1…256") }
    }

    func run() async throws {
        let archive = try open()
        let options = try options(Auditor(archive))
        let line = RebuildLine(global.language)
        let report: RebuildReport
        do {
            report = try await Interruption.cancelling {
                try await Administrator(archive).rebuildInBackground(options) { line.show($0) }
            }
        } catch is CancellationError {
            line.finish()
            let say = global.language
            Terminal.note(say("已取消；在用的一代未变。", "cancelled; the live generation is as it was."))
            throw ExitCode(130)
        }
        line.finish()
        try show(report)
        if report.digestMatchesLive == false || report.factsMatchLive == false || !report.stops.isEmpty {
            throw ExitCode(1)
        }
    }

    /// Takes the writer lock where it is free; else, and for a dry run, works beside whoever has it.
    private func open() throws -> Archive {
        guard !dryRun else { return try global.open(.reading) }
        do { return try global.open(.writing) } catch let error as EventLogError where error.code == .locked {
            let say = global.language
            Terminal.note(say("\(error.chinese)。在其旁重建。", "\(error.english). Rebuilding beside it."))
            return try global.open(.reading)
        }
    }

    private func options(_ auditor: Auditor) throws -> RebuildOptions {
        guard [body != nil, region != nil, fromPosition != nil].filter({ $0 }).count <= 1 else {
            throw ArchiveError(
                .usage, "flags-contradict", chinese: "--body、--region、--from-position 只用其一",
                english: "use one of --body, --region and --from-position")
        }
        var options = RebuildOptions(fromLog: fromLog, dryRun: dryRun)
        options.workers = workers
        if !projection.isEmpty { options.projections = Set(projection) }
        if let fromPosition {
            options.subjects = .since(fromPosition)
        } else if let body {
            options.subjects = .body(try auditor.body(named: body))
        } else if let region {
            options.subjects = .region(prefix: try ScopeOptions.prefix(ofRegion: region))
        }
        return options
    }

    private func show(_ report: RebuildReport) throws {
        let say = global.language
        let rate = report.seconds > 0 ? Double(report.events) / report.seconds : 0
        let same = { (matches: Bool?) in
            matches.map { $0 ? say("相同", "yes") : say("不同", "no") } ?? say("无可比", "nothing live")
        }
        var members = [
            (say("事件", "events"), String(report.events)), (say("秒", "seconds"), String(format: "%.3f", report.seconds)),
            (say("每秒", "per second"), String(format: "%.0f", rate)),
            (say("代次", "generation"), String(report.generation)), (say("摘要", "digest"), report.digest),
            (say("与在用的相同", "same as live"), same(report.digestMatchesLive)),
        ]
        if fromLog { members.append((say("事实与在用的相同", "facts same as live"), same(report.factsMatchLive))) }
        for stop in report.stops {
            members.append(
                (say("已停止", "stopped"), "\(stop.projection) @\(stop.position) \(say(stop.chinese, stop.english))"))
        }
        if dryRun { members.append((say("不同的行", "rows that differ"), String(report.differences.count))) }
        for row in report.differences.listed {
            let columns = row.columns.isEmpty ? "" : " (\(row.columns.joined(separator: ", ")))"
            members.append((kind(row.kind), "\(row.projection) \(row.key.joined(separator: " "))\(columns)"))
        }
        try global.renderer.record(members) {
            report.write(to: &$0, isDryRun: dryRun, inChinese: say == .chinese)
        }
    }

    private func kind(_ kind: RowDifferences.Kind) -> String {
        switch kind {
        case .missing: global.language("缺少", "missing")
        case .extra: global.language("多余", "extra")
        case .different: global.language("不同", "different")
        }
    }
}
