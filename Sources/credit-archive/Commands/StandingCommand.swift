internal import ArgumentParser
internal import CanonicalJSON
internal import CreditArchive
internal import CreditModel
internal import Projections

struct StandingCommand: AsyncParsableCommand {
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

    func run() async throws {
        try scope.check()
        let question = try moment.question()
        if let region = scope.region { _ = try ScopeOptions.prefix(ofRegion: region) }
        try await global.answering { source in
            let standings = try await standings(source, question)
            try show(standings)
            var position = standings.first?[number: "position"] ?? moment.atPosition
            if position == nil, global.effectiveFormat == .table { position = try await lastPosition(source, question) }
            try await global.footer(position: position, asOf: moment.asOf, source)
        }
    }

    private func standings(_ source: AnswerSource, _ question: MomentQuestion) async throws -> [JSONNode] {
        func write(_ auditor: Auditor, _ writer: inout JSONWriter) throws {
            let moment = try auditor.moment(question)
            writer.value(
                try auditor.standing(scope.resolve(auditor), asOf: moment.asOf, atPosition: moment.atPosition))
        }
        guard let body = scope.body, source.isService else {
            return try await source.askPages(
                ["v1", "standings"], [("region", scope.region)] + moment.parameters, of: "standings", write)
        }
        do {
            return [try await source.ask(["v1", "bodies", body, "standing"], moment.parameters, write)]
        } catch let error as ArchiveError where error.code == "body-not-yet" {
            // A list with nobody in it.
            return []
        }
    }

    /// What an answer without bodies reflects.
    private func lastPosition(_ source: AnswerSource, _ question: MomentQuestion) async throws -> UInt64? {
        guard moment.knownAt != nil else { return try await source.lastPosition() }
        return try await source.ask(["v1", "trend"], [("from", 1900), ("to", 1900)] + moment.parameters) {
            auditor, writer in
            writer.beginObject()
            writer.member("position", try auditor.moment(question).atPosition)
            writer.endObject()
        }[number: "position"]
    }

    private func show(_ standings: [JSONNode]) throws {
        let say = global.language
        typealias Column = Renderer.Column<JSONNode>
        func inEffect(_ severity: StaticString) -> (JSONNode) -> String {
            { $0[member: "inEffect"]?.text(severity) ?? "" }
        }
        let counts: [Column] = [
            .init(say("轻微", "minor"), number: true, inEffect("轻微")),
            .init(say("一般", "ordinary"), number: true, inEffect("一般")),
            .init(say("严重", "serious"), number: true, inEffect("严重")),
            .init(say("异议中", "disputed"), number: true) { $0.text("inDispute") },
            .init(say("已修复", "repaired"), number: true) { $0.text("repaired") },
            .init(say("已撤销", "revoked"), number: true) { $0.text("revoked") },
            .init(say("公示中", "publicised"), number: true) { $0.text("publicised") },
        ]
        let names: [Column] = [
            .init(say("代码", "body")) { $0.bodyCode }, .init(say("名称", "name"), flexible: true) { $0.text("name") },
            .init(say("最重", "worst")) { $0.text("worstInEffect") },
        ]
        // A spreadsheet has no footer to say it.
        let last: [Column] =
            global.effectiveFormat == .csv
            ? [.init(say("反映至位置", "reflects position"), number: true) { $0.text("position") }] : []
        let columns = names + counts + last
        let nobody = scope.body == nil ? say("没有主体", "no bodies") : say("该主体届时尚未登记", "not registered by then")
        try global.renderer.list(standings, columns, empty: nobody) { $1.raw($0.source) }
        guard global.effectiveFormat == .table, standings.count == 1, let cases = standings.first?[list: "cases"],
            !cases.isEmpty
        else { return }
        Terminal.write("\n")
        try show(cases: cases)
    }

    private func show(cases: [JSONNode]) throws {
        let say = global.language
        func status(_ item: JSONNode) -> String {
            let word = item.text("status")
            let name = CaseState.Status(rawValue: word)?.name ?? word
            return say(name, word) + (item[flag: "inDispute"] ? say("·异议中", ", disputed") : "")
        }
        let columns: [Renderer.Column<JSONNode>] = [
            .init(say("事项", "case")) { $0.text("case") },
            .init(say("类别", "category")) { item in
                let code = item.text("category")
                return Category(rawValue: code).map { "\(code) \($0.name)" } ?? code
            },
            .init(say("领域", "area")) { KeyArea(rawValue: $0.text("area"))?.name ?? "" },
            .init(say("程度", "severity")) { $0.text("severity") },
            .init(say("状态", "status"), status),
            .init(say("认定日期", "determined")) { $0.text("determinedOn") },
            .init(say("修复日期", "repaired")) { $0.text("repairedOn") },
            .init(say("金额(万元)", "amount"), number: true) { $0.text("amount") },
        ]
        try global.renderer.list(cases, columns) { $1.raw($0.source) }
    }
}
