// Who evaluates: a third party, and another one in its place.
extension RoundState {
    /// The evaluator is a third party, not the office that commissions it (《政务诚信评价办法》第四条; 桐柏县方案第五部分).
    ///
    /// No source says how a commission ends before its time. An office may give it to another evaluator, with the
    /// document and the reason (such as a complaint found justified, 第十五条): what the former one did stands, and from
    /// that day on the steps of an evaluator are the new one's.
    func checkCommission(_ fact: RoundFact, _ rule: StepRule, _ process: RoundProcess) throws(Refusal) {
        guard let named = fact.step.content.evaluator else { return }
        let actor = fact.step.details.actor
        if process.isByThirdParty, named.isSame(as: actor.office) {
            throw rule.refusal(
                "evaluator-is-office", field: "评价机构", "评价机构应为第三方机构，“\(named.name)”就是委托单位；请填写受委托的第三方机构",
                "the evaluator is a third party, and '\(named.name)' is the office that commissions it; name the third party"
            )
        }
        guard let evaluator, let mark = done[.evaluationCommissioned] else { return }
        if evaluator.isSame(as: named) {
            throw rule.twice(
                body: nil, since: mark, "：评价机构仍是“\(named.name)”", ": the evaluator is '\(named.name)' already")
        }
        guard fact.step.details.note != nil else {
            throw rule.refusal(
                "reason-required", field: "说明", "评价机构由“\(evaluator.name)”更换为“\(named.name)”，须在说明中写明理由",
                "'\(named.name)' takes the place of '\(evaluator.name)'; say why in the note")
        }
        guard fact.step.details.document != nil || !fact.step.details.evidence.isEmpty else {
            throw rule.refusal(
                "document-required", field: "文号", "更换评价机构须注明文书的文号或附上文书",
                "the document by which the evaluator is replaced is to be named or attached")
        }
    }
}

extension RoundProcess {
    /// Whether a third party (评价机构) takes steps of it, not only offices and their groups.
    public var isByThirdParty: Bool { steps.contains { $0.roles.contains(.evaluator) } }
}
