internal import ArgumentParser
internal import Assessment
internal import CanonicalJSON
internal import CreditArchive
internal import CreditModel

struct Explain: AsyncParsableCommand {
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

    func run() async throws {
        try await global.answering { source in
            let named = source.isService ? try servedScheme() : ("", "")
            try show(
                await source.ask(
                    ["v1", "evaluations", named.0, named.1, body, indicator], scheme.parameters(global, whatIf)
                ) { auditor, writer in
                    guard let id = try scheme.scheme ?? auditor.scheme(ofIndicator: indicator, year: scheme.year) else {
                        throw unknown
                    }
                    let query = try scheme.query(id, auditor, whatIf)
                    try auditor.explain(indicator, of: auditor.body(named: body), query).write(to: &writer)
                })
        }
    }

    /// The scheme and the year of the route: where they are left out, those of the published scheme with the indicator.
    private func servedScheme() throws -> (String, String) {
        guard let id = scheme.scheme ?? SchemeLibrary.published.scheme(ofIndicator: indicator)?.id else {
            throw unknown
        }
        return (id, String(try scheme.yearInForce(of: id)))
    }

    private var unknown: ArchiveError {
        ArchiveError(
            .notFound, "indicator-unknown", field: indicator, chinese: "没有方案含指标“\(indicator)”",
            english: "no scheme has an indicator '\(indicator)'")
    }

    private func show(_ told: JSONNode) throws {
        let say = global.language
        let score = told[member: "result"] ?? told
        let catalogue = SchemeLibrary.published.options
        func option(_ name: String, _ choice: String) -> String {
            let definition = catalogue[name]
            let title = definition?.choices.first { $0.name == choice }?.title
            let register = definition?.register.joined(separator: " ") ?? ""
            return [register, "\(name)=\(choice)", title.map { say($0.chinese, $0.english) } ?? ""]
                .filter { !$0.isEmpty }.joined(separator: " ")
        }
        func notice(_ item: JSONNode) -> String? {
            Notice.Kind(rawValue: item.text("kind")).map { kind in
                let notice = Notice(kind, item[member: "subject"]?.text)
                return say(notice.chinese, notice.english)
            }
        }
        var members: [(title: String, value: String)] = [
            (say("主体", "body"), "\(told.text("bodyName")) \(told.bodyCode)"),
            (
                say("指标", "indicator"),
                [score.text("id"), told.text("name"), told.text("content")].filter { !$0.isEmpty }
                    .joined(separator: " ")
            ),
            (say("得分", "score"), score.text("score", else: "—")),
            (say("满分", "maximum"), score.text("max", else: "—")),
            (say("规则", "rule"), say(told.text("ruleZh"), told.text("ruleEn"))),
            (say("计算", "working"), told[list: "working"].map(\.text).joined(separator: "；")),
            (say("标注", "flags"), score[list: "flags"].map(\.text).joined(separator: " ")),
            (say("提示", "notices"), score[list: "notices"].compactMap(notice).joined(separator: "；")),
        ]
        for input in told[list: "inputs"] {
            members.append(("\(input.text("label")) \(input.text("name"))", input.text("value")))
            members += input[list: "entries"].map { ("", line($0)) }
        }
        let options = try told[member: "options"]?.members() ?? []
        members.append(
            (say("处理方式", "options"), options.map { option($0.key, $0.value.text) }.joined(separator: "；")))
        members.append((say("原文", "source"), score.text("source", else: "—")))
        members.append((say("出处", "document"), "\(told.text("document")) \(told.text("place"))"))
        if let remark = told[member: "remark"] { members.append((say("说明", "remark"), remark.text)) }
        if let overlay = told[member: "overlay"] {
            let parts = [overlay.text("id"), overlay.text("version"), overlay.text("digest")]
            members.append((say("调整文件", "overlay"), parts.joined(separator: " ")))
        }
        let without = told[list: "without"].map(\.text)
        if !without.isEmpty { members.append((say("假设没有", "without"), without.joined(separator: " "))) }
        try global.renderer.record(members) { $0.raw(told.source) }
    }

    /// One entry behind an input: where it is, what it says, whether it counts.
    private func line(_ entry: JSONNode) -> String {
        let say = global.language
        let value = entry[member: "value"]?.text
        var parts = [say("位置 ", "position ") + entry.text("position"), entry[member: "day"]?.text, value].compactMap(
            \.self)
        if value == nil { parts.append("\(entry.text("subject")) \(entry.text("type"))") }
        if !entry[flag: "hasEvidence"] { parts.append(say("无佐证材料", "no evidence")) }
        parts += entry[list: "evidence"].map { "\($0.text("name"))（\($0.text("digest").prefix(15))…）" }
        if !entry[flag: "counts"] { parts.append(say("已被后一次填报取代", "superseded by the later one")) }
        return parts.joined(separator: "  ")
    }
}
