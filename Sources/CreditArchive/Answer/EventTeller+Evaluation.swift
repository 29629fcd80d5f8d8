internal import CreditModel

// Steps of a round of evaluation, in words.
extension EventTeller {
    func told(_ data: EvaluationStep) throws -> (chinese: String, english: String) {
        let content = data.content
        let actor = data.details.actor
        var chinese: [String] = []
        var english: [String] = []
        func add(_ word: String, _ englishWord: String, _ value: String?) {
            guard let value else { return }
            chinese.append("\(word) \(value)")
            english.append("\(englishWord) \(value)")
        }
        func list(_ values: [String]) -> String? { values.isEmpty ? nil : values.joined(separator: "、") }
        add("受评单位", "body", content.body?.text)
        add("受评单位", "bodies", content.bodies.isEmpty ? nil : String(content.bodies.count))
        add("列入", "added", list(content.added.map(\.body.text)))
        add("移出", "removed", list(content.removed.map(\.text)))
        add("评价机构", "evaluator", content.evaluator?.name)
        add("推荐机构", "recommended", list(content.evaluators.map(\.name)))
        add("成员单位", "members", list(content.members))
        add("渠道", "channels", list(content.channels.map { "\($0.rawValue) \($0.name)" }))
        add("方式", "by", list(content.methods.map(\.rawValue)))
        add("事由", "ground", content.ground?.rawValue)
        add("结果", "outcome", content.outcome?.rawValue)
        add("事项", "case", content.caseID?.text)
        add("措施", "measure", content.measure?.rawValue)
        add("期限", "due", content.dueOn?.description)
        add("受理单位", "receiver", content.receiver?.office.name)
        add("通报", "sent to", list(content.recipients.map(\.rawValue)))
        add("载明", "states", list(content.statements.map(\.rawValue)))
        if let results = content.results {
            add("评分单位", "bodies scored", String(results.results.count))
            add("数据截至位置", "as of position", String(results.snapshot))
        }
        add("替换位置", "replaces position", content.replaces.map { String($0) })
        add("原因", "reason", content.reason)
        add("证明材料", "materials", try open(content.materials, "/materials"))
        add("说明", "note", try open(data.details.note, "/note"))
        let who = "\(actor.office.name)（\(actor.role.rawValue)）"
        return (
            (["\(event.type.chinese)，\(who)"] + chinese).joined(separator: "；"),
            (["\(event.type.rawValue), \(who)"] + english).joined(separator: "; ")
        )
    }
}
