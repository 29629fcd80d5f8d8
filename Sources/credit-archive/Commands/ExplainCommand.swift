internal import ArgumentParser
internal import Assessment
internal import CanonicalJSON
internal import CreditArchive
internal import CreditModel

struct Explain: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "说明 Why a body has its score for an indicator: formula, inputs, options, source text.",
        discussion: """
            例 Example:
              credit-archive --archive ./county explain 云岭县财政局 XB01 --year 2023
            """)

    @OptionGroup var global: GlobalOptions

    @Argument(help: "主体：代码或全称 A body by code, id or name.")
    var body: String

    @Argument(help: "指标编号 Indicator, e.g. XZ04.")
    var indicator: String

    @OptionGroup var scheme: SchemeOptions
    @OptionGroup var whatIf: WhatIfOptions

    func run() throws {
        let auditor = Auditor(try global.open(.reading))
        guard let id = try scheme.scheme ?? auditor.scheme(ofIndicator: indicator, year: scheme.year) else {
            throw ArchiveError(
                .notFound, "indicator-unknown", field: indicator, chinese: "没有方案含指标“\(indicator)”",
                english: "no scheme has an indicator '\(indicator)'")
        }
        let query = try scheme.query(id, auditor, whatIf)
        try show(auditor.explain(indicator, of: auditor.body(named: body), query))
    }

    private func show(_ answer: BodyExplanation) throws {
        let say = global.language
        let told = answer.explanation
        let catalogue = SchemeLibrary.published.options
        func option(_ option: Explanation.Option) -> String {
            let definition = catalogue[option.name]
            let title = definition?.choices.first { $0.name == option.choice }?.title
            let register = definition?.register.joined(separator: " ") ?? ""
            return [register, "\(option.name)=\(option.choice)", title.map { say($0.chinese, $0.english) } ?? ""]
                .filter { !$0.isEmpty }.joined(separator: " ")
        }
        var members: [(title: String, value: String)] = [
            (say("主体", "body"), "\(answer.profile.name) \(answer.profile.code?.text ?? answer.profile.id.text)"),
            (
                say("指标", "indicator"),
                [told.score.id, told.name, told.content].compactMap(\.self).joined(separator: " ")
            ),
            (say("得分", "score"), told.score.score?.description ?? "—"),
            (say("满分", "maximum"), told.score.maximum?.description ?? "—"),
            (say("规则", "rule"), told.rule.map { say($0.chinese, $0.english) } ?? ""),
            (say("计算", "working"), told.working.joined(separator: "；")),
            (say("标注", "flags"), told.score.flags.map(\.rawValue).joined(separator: " ")),
            (say("提示", "notices"), told.score.notices.map { say($0.chinese, $0.english) }.joined(separator: "；")),
        ]
        for input in answer.inputs {
            members.append(("\(input.label) \(input.name)", input.value))
            members += input.entries.map { ("", line($0)) }
        }
        members.append((say("处理方式", "options"), told.options.map(option).joined(separator: "；")))
        members.append((say("原文", "source"), told.score.source ?? "—"))
        members.append((say("出处", "document"), "\(told.document) \(told.place)"))
        if let remark = told.remark { members.append((say("说明", "remark"), remark)) }
        if let overlay = told.overlay {
            members.append((say("调整文件", "overlay"), "\(overlay.id) \(overlay.version) \(overlay.digest)"))
        }
        if !answer.without.isEmpty {
            members.append((say("假设没有", "without"), answer.without.map(String.init).joined(separator: " ")))
        }
        try global.renderer.record(members) { answer.write(to: &$0) }
    }

    /// One entry behind an input: where it is, what it says, whether it counts.
    private func line(_ entry: BodyExplanation.Entry) -> String {
        let say = global.language
        var parts = [say("位置 ", "position ") + "\(entry.position)", entry.day?.description, entry.value].compactMap(
            \.self)
        if entry.value == nil { parts.append("\(entry.subject) \(entry.type)") }
        if !entry.hasEvidence { parts.append(say("无佐证材料", "no evidence")) }
        parts += entry.evidence.map { "\($0.name)（\($0.digest.prefix(15))…）" }
        if !entry.counts { parts.append(say("已被后一次填报取代", "superseded by the later one")) }
        return parts.joined(separator: "  ")
    }
}
