// 受评名单 and 自查自评: who is in the round, and what became of their own reports.
extension RoundState {
    func checkList(_ fact: RoundFact, _ rule: StepRule, _ process: RoundProcess) throws(Refusal) {
        let content = fact.step.content
        if let closing = listClosing(process), let coming = content.added.first {
            throw closing.rule.refusal(
                "list-closed", field: "受评单位", body: coming.body, "已于 \(closing.mark.day) 办理，受评名单不能再增加单位",
                "it was taken on \(closing.mark.day); no body can come into the round any more")
        }
        let coming = fact.type == .evaluationOpened ? content.bodies : content.added
        var seen: Set<BodyID> = []
        for assessed in coming {
            guard seen.insert(assessed.body).inserted, bodies[assessed.body] == nil else {
                throw rule.refusal(
                    "body-twice", field: "受评单位", body: assessed.body, "已在受评名单中", "it is on the list already")
            }
        }
        for body in content.removed {
            guard let progress = bodies[body] else { throw .notAssessed(body, in: id) }
            guard progress.final == nil else {
                throw rule.refusal(
                    "body-has-results", field: "受评单位", body: body, "已有最终评价结果，不能移出名单",
                    "it has final results and cannot leave the list")
            }
        }
    }

    /// The step that was taken with the results of the whole list, and after which nobody can come into it: 汇编
    /// (《政务诚信评价办法》第十三条), or 通报 where the process binds nothing.
    private func listClosing(_ process: RoundProcess) -> (rule: StepRule, mark: StepMark)? {
        for type in [EventType.evaluationCompiled, .evaluationSent] {
            if let mark = done[type], let rule = process[type] { return (rule, mark) }
        }
        return nil
    }

    /// The day until which a body's self-assessment is due; nil where the process has no such limit for it.
    public func reportDue(_ progress: BodyProgress, _ process: RoundProcess) -> CalendarDay? {
        guard let rule = process[.reportFiled], rule.applies(to: progress.kind) else { return nil }
        return rule.due(for: progress.kind, in: id)
    }

    /// The first day on which a body's self-assessment was late, if it was by `day` (《政务诚信评价办法》第十六条).
    public func reportLate(_ progress: BodyProgress, on day: CalendarDay, _ process: RoundProcess) -> CalendarDay? {
        guard let due = reportDue(progress, process), day > due else { return nil }
        if let filed = progress.firstReport, filed.day <= due { return nil }
        return due.adding(days: 1)
    }

    func checkReport(_ fact: RoundFact, _ rule: StepRule, _ rules: RoundRules) throws(Refusal) {
        guard let body = fact.step.content.body, let progress = bodies[body] else { return }
        switch fact.type {
        case .reportFaulted:
            guard progress.firstReport != nil else {
                throw rule.refusal(
                    "no-report", field: "受评单位", body: body, "截至 \(fact.day) 没有自查自评可供认定失实",
                    "by \(fact.day) there is no self-assessment that could be untrue")
            }
        case .evaluationUrged:
            guard let since = reportLate(progress, on: fact.day, rules.process), progress.firstReport == nil else {
                throw rule.refusal(
                    "not-late", field: "日期", body: body, "截至 \(fact.day) 自查自评并未逾期，无须催促",
                    "by \(fact.day) its self-assessment is not late; there is nothing to urge")
            }
            if let until = fact.step.content.dueOn, until < fact.day {
                throw rule.refusal(
                    "due-before-step", field: "期限", body: body, "催促的期限 \(until) 早于催促日（逾期自 \(since) 起）",
                    "the day \(until) lies before the urging itself")
            }
        case .reportAdjudged: try checkAdjudgement(fact, rule, rules, progress)
        default: return
        }
    }

    private func checkAdjudgement(
        _ fact: RoundFact, _ rule: StepRule, _ rules: RoundRules, _ progress: BodyProgress
    ) throws(Refusal) {
        guard let ground = fact.step.content.ground else { return }
        if let earlier = progress.adjudged[ground] {
            throw rule.twice(body: progress.body, since: earlier.mark, "（事由：\(ground.rawValue)）", " on this ground")
        }
        switch ground {
        case .late:
            guard reportLate(progress, on: fact.day, rules.process) != nil else {
                throw rule.refusal(
                    "not-late", field: "事由", body: progress.body, "截至 \(fact.day) 自查自评并未逾期",
                    "by \(fact.day) its self-assessment is not late")
            }
        default:
            guard progress.has(.reportFaulted) else {
                throw rule.refusal(
                    "not-faulted", field: "事由", body: progress.body, "尚未登记“自查自评失实”，不能据此认定",
                    "nothing it supplied has been found untrue (report.faulted)")
            }
        }
    }

    func checkMethods(_ fact: RoundFact, _ rule: StepRule) throws(Refusal) {
        let missing = rule.methods.filter { !fact.step.content.methods.contains($0) }
        guard missing.isEmpty else {
            let list = missing.map(\.rawValue).joined(separator: "、")
            throw rule.refusal(
                "methods-missing", field: "方式", body: fact.step.content.body, "还须有：\(list)；请补办后一并登记",
                "it also needs \(list); do that and record all of them")
        }
    }
}
