internal import CreditModel

extension EvaluationStep {
    /// What else a step says: its outcome, its ground, its measure, its limit; nil for nothing.
    var detail: String? {
        var parts: [String] = []
        if let evaluator = content.evaluator { parts.append("评价机构 \(evaluator.name)") }
        if let outcome = content.outcome { parts.append(outcome.rawValue) }
        if let ground = content.ground { parts.append(ground.rawValue) }
        if let due = content.dueOn { parts.append("期限 \(due)") }
        if let id = content.caseID { parts.append("事项 \(id)") }
        if !content.channels.isEmpty { parts.append("渠道 \(content.channels.map(\.rawValue).joined(separator: " "))") }
        if !content.methods.isEmpty { parts.append(content.methods.map(\.rawValue).joined(separator: "、")) }
        if let reason = content.reason { parts.append(reason) }
        if let results = content.results { parts.append("快照位置 \(results.snapshot)") }
        if !content.recipients.isEmpty { parts.append(content.recipients.map(\.rawValue).joined(separator: "、")) }
        if let measure = content.measure { parts.append(measure.rawValue) }
        return parts.isEmpty ? nil : parts.joined(separator: "；")
    }
}
