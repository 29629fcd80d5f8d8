internal import ArgumentParser
internal import Assessment
internal import CanonicalJSON
internal import CreditArchive
internal import CreditModel
internal import Projections

struct Schemes: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "方案 Schemes: what this program carries, and what this archive has adopted.",
        subcommands: [SchemesList.self, SchemesAdopt.self], defaultSubcommand: SchemesList.self)
}

struct SchemesList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "列出方案 Lists schemes with the adoption in force of each.",
        discussion: """
            例 Example:
              credit-archive --archive ./county schemes
              credit-archive --archive ./county schemes list --known-at 2024-06-30
            """)

    @OptionGroup var global: GlobalOptions

    @Option(help: "只用此位置及以前的记录 Only what was recorded up to this position.")
    var atPosition: UInt64?

    @Option(help: "只用此刻及以前的记录 Only what was recorded by this time (RFC 3339 with its zone, or a day).")
    var knownAt: String?

    /// When, by whom, for which year, with which overlay, and where it is recorded.
    private func told(_ adoption: AdoptedScheme) -> String {
        let (say, data) = (global.language, adoption.data)
        let year = data.year.map { say("\($0) 年度", "for \($0)") } ?? say("各年度", "every year")
        var parts = ["\(data.occurredOn) \(data.office)", year]
        if let overlay = data.overlay { parts.append(say("调整 \(overlay.id)", "overlay \(overlay.id)")) }
        parts.append(say("位置 \(adoption.position)", "position \(adoption.position)"))
        return parts.joined(separator: say("，", ", "))
    }

    func run() throws {
        let auditor = Auditor(try global.open(.reading))
        let moment = try auditor.moment(MomentQuestion(atPosition: atPosition, knownAt: knownAt))
        let items = try auditor.schemes(atPosition: moment.atPosition)
        let say = global.language
        typealias Column = Renderer.Column<ListedScheme>
        let columns: [Column] = [
            .init(say("方案", "scheme")) { $0.id }, .init(say("名称", "title"), flexible: true) { $0.title },
            .init(say("版本", "version")) { $0.version },
            .init(say("可计算", "computes")) { $0.isComputable ? say("是", "yes") : say("否（待补齐）", "no (incomplete)") },
            .init(say("采用", "adopted"), flexible: true) { item in
                item.adopted.map { told($0) }.joined(separator: "；")
            },
        ]
        try global.renderer.list(items, columns) { $1.value($0) }
    }
}

struct SchemesAdopt: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "adopt", abstract: "采用方案 Records that a scheme, changed by an overlay or not, is in force here.",
        discussion: """
            例 Examples:
              credit-archive --archive ./county schemes adopt tongbai-2023-department --office 云岭县信用办 --on 2024-01-05
              credit-archive --archive ./county schemes adopt openness-assessment --year 2023 --overlay ours.yaml \\
                --office 云岭县政府办公室 --on 2023-01-20 --document 云政办〔2023〕4号

            方案文件和调整文件按摘要存入 evidence 目录；此后的 evaluate、explain 和 results 都以它计算。
            The documents are kept by digest in the folder evidence; evaluate, explain and results compute by them from then on.
            """)

    @OptionGroup var global: GlobalOptions

    @Argument(help: "方案 Scheme, e.g. tongbai-2023-township.")
    var scheme: String

    @Option(help: ArgumentHelp("方案文件，替代本程序自带的 A scheme (YAML) instead of the one of this program.", valueName: "file"))
    var schemeFile: String?

    @Option(help: ArgumentHelp("调整文件 An overlay (YAML).", valueName: "file"))
    var overlay: String?

    @Option(help: "只用于该年度 Only for this evaluated year.")
    var year: Int?

    @Option(help: "采用单位 Who adopts it.")
    var office: String

    @Option(help: "采用日期 The day, e.g. 2024-01-05.")
    var on: String

    @Option(help: "文号 Document number.")
    var document: String?

    @Option(help: "记录人的代号 Pseudonymous principal, such as operator/3.")
    var operatorID = "operator/cli"

    func run() throws {
        try Operator.check(operatorID)
        let request = SchemeAdoption.Request(
            scheme, schemePath: schemeFile, overlayPath: overlay, year: year, office: office,
            on: try StepOptions.day(on, "--on"), document: try StepOptions.number(document))
        let archive = try global.open(.writing)
        let adopted = try SchemeAdoption(archive, recordedBy: operatorID).adopt(request)
        try archive.close()
        let say = global.language
        try global.renderer.record([
            (say("方案", "scheme"), "\(adopted.data.scheme.id) \(adopted.data.scheme.version)"),
            (say("摘要", "digest"), adopted.data.scheme.digest),
            (say("调整文件", "overlay"), adopted.data.overlay.map { "\($0.id) \($0.version) \($0.digest)" } ?? "—"),
            (say("位置", "position"), String(adopted.position)),
        ]) { adopted.write(to: &$0) }
    }
}
