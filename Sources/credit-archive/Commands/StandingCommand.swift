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
              credit-archive --archive ./county standing 云岭县财政局 --as-of 2023-12-31 --known-at 2024-06-30
            """)

    @OptionGroup var global: GlobalOptions

    @OptionGroup var scope: ScopeOptions
    @OptionGroup var moment: MomentOptions

    func run() throws {
        try scope.check()
        let question = try moment.question()
        let auditor = Auditor(try global.open(.reading))
        let moment = try auditor.moment(question)
        let standings = try auditor.standing(
            scope.resolve(auditor), asOf: moment.asOf, atPosition: moment.atPosition)
        try show(standings)
        let reflected = Moment(asOf: moment.asOf, atPosition: standings.first?.position ?? moment.atPosition)
        try global.footer(reflected, auditor)
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
        // A spreadsheet has no footer to say it.
        let last: [Column] =
            global.effectiveFormat == .csv
            ? [.init(say("反映至位置", "reflects position"), number: true) { $0.position.map(String.init) ?? "" }] : []
        let columns = names + counts + last
        let nobody = scope.body == nil ? say("没有主体", "no bodies") : say("该主体届时尚未登记", "not registered by then")
        try global.renderer.list(standings, columns, empty: nobody) { $0.write(to: &$1) }
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
