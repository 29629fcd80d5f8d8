// What follows the results: whom they are sent to, complaints, consequences, and what lies outside the round.
extension RoundState {
    func checkAftermath(_ fact: RoundFact, _ rule: StepRule) throws(Refusal) {
        let content = fact.step.content
        let progress = content.body.flatMap { bodies[$0] }
        switch fact.type {
        case .evaluationSent:
            guard let stranger = content.recipients.first(where: { !rule.recipients.contains($0) }) else { return }
            let list = rule.recipients.map(\.rawValue).joined(separator: "、")
            throw rule.refusal(
                "recipient-not-named", field: "通报对象", "“\(stranger.rawValue)”不是通报对象；应为：\(list)",
                "'\(stranger.rawValue)' is no recipient; those are \(list)")
        case .evaluationComplained:
            if progress?.complainedTo != nil, let mark = progress?.done[.evaluationComplained] {
                throw rule.twice(body: content.body, since: mark, "：前一投诉尚未答复", ": the one before is not answered")
            }
            let receivers: [ActorRole] = [.creditAuthority, .provincialCreditAuthority]
            guard let receiver = content.receiver, !receivers.contains(receiver.role) else { return }
            throw rule.refusal(
                "complaint-receiver", field: "受理单位", body: content.body, "应向本级或者上级信用主管部门反映，不是\(receiver.role.rawValue)",
                "it goes to the credit authority of the same or a higher level, not to \(receiver.role.rawValue)")
        case .evaluationAnswered: try checkAnswer(fact, rule, progress)
        case .consequenceImposed: try checkImposed(fact, rule, progress)
        case .consequenceEnded:
            guard let measure = content.measure, progress?.consequences[measure] == nil else { return }
            throw rule.refusal(
                "consequence-not-imposed", field: "措施", body: content.body, "没有正在执行的“\(measure.rawValue)”",
                "'\(measure.rawValue)' is not in force")
        default: return
        }
    }

    private func checkAnswer(_ fact: RoundFact, _ rule: StepRule, _ progress: BodyProgress?) throws(Refusal) {
        let body = fact.step.content.body
        guard let receiver = progress?.complainedTo else {
            throw rule.refusal("no-complaint", field: "步骤", body: body, "没有待答复的投诉", "there is no complaint to answer")
        }
        let actor = fact.step.details.actor
        guard receiver.office.isSame(as: actor.office) else {
            throw rule.otherOffice(actor, than: receiver.office, "受理投诉的单位", "the office that took the complaint")
        }
    }

    private func checkImposed(_ fact: RoundFact, _ rule: StepRule, _ progress: BodyProgress?) throws(Refusal) {
        let content = fact.step.content
        guard let measure = content.measure else { return }
        if !rule.measures.isEmpty, rule.measures[measure] == nil {
            let list = rule.measures.keys.map(\.rawValue).sorted().joined(separator: "、")
            throw rule.refusal(
                "measure-not-provided", field: "措施", body: content.body, "没有规定“\(measure.rawValue)”；可用：\(list)",
                "'\(measure.rawValue)' is not provided for; known: \(list)")
        }
        let article = rule.measures[measure]
        if let open = progress?.consequences[measure] {
            throw rule.twice(
                body: content.body, since: open.mark, "：“\(measure.rawValue)”尚在执行", ": it is still in force")
        }
        if measure == .rectification, content.dueOn == nil {
            throw rule.refusal(
                "due-required", field: "期限", body: content.body, "责令限期整改须写明期限", "an order to rectify names its limit",
                article: article)
        }
        if let due = content.dueOn, due < fact.day {
            throw rule.refusal(
                "due-before-step", field: "期限", body: content.body, "期限 \(due) 早于决定日",
                "the limit \(due) lies before the decision",
                article: article)
        }
    }

    /// What the step touches outside the round: judged once, when it is recorded.
    func checkSurroundings(
        _ fact: RoundFact, _ around: StepSurroundings, under rules: RoundRules
    ) throws(Refusal) {
        guard let rule = rules.process[fact.type] else { return }
        let content = fact.step.content
        let actor = fact.step.details.actor
        if actor.role == .assessed, let body = content.body, !around.actorIsBody {
            throw rule.refusal(
                "step-other-office", field: "办理单位", body: body, "应由受评单位本身办理，“\(actor.office.name)”不是该单位；请核对名称或代码",
                "it is the body's own step, and '\(actor.office.name)' is not that body; check name and code")
        }
        if rule.needsRecommendation, let evaluator = content.evaluator, let list = around.recommended,
            !list.contains(where: evaluator.isSame(as:))
        {
            throw rule.refusal(
                "evaluator-not-recommended", field: "评价机构", "“\(evaluator.name)”不在省公布的评价机构推荐名单中；请核对名称和代码，或先登记新的名单",
                "'\(evaluator.name)' is not on the province's list of recommended evaluators; check it, or record the new list first",
                article: "第六条")
        }
        if let stranger = around.strangers.first {
            throw rule.refusal(
                "body-outside-scheme", field: "受评单位", body: stranger.body, stranger.chinese, stranger.english)
        }
        if let period = around.period, fact.day < period.lowerBound {
            throw rule.refusal(
                "year-not-begun", field: "年度",
                "评价周期 \(period.lowerBound) 至 \(period.upperBound) 在 \(fact.day) 尚未开始；请核对年度和日期",
                "the period from \(period.lowerBound) to \(period.upperBound) has not begun on \(fact.day); check the year"
            )
        }
        if rule.departmentsFirst, let body = content.body, bodies[body]?.kind == .government {
            try checkDepartments(of: body, rule, around)
        }
        if fact.type == .reportAdjudged, content.outcome == .entered { try checkRecord(fact, rule, around) }
    }

    private func checkDepartments(
        of body: BodyID, _ rule: StepRule, _ around: StepSurroundings
    ) throws(Refusal) {
        guard let open = around.openDepartments else {
            throw rule.refusal(
                "departments-first", field: "受评单位", body: body, "该政府各工作部门、直属机构的评价尚未登记，应以其结果为基础",
                "no round of that government's departments is recorded; its evaluation rests on theirs")
        }
        guard open.isEmpty else {
            let list = open.prefix(5).map(\.text).joined(separator: "、")
            throw rule.refusal(
                "departments-first", field: "受评单位", body: body, "其部门的评价报告尚未全部上传（\(open.count) 个：\(list)）",
                "\(open.count) of its departments' reports are not uploaded: \(list)")
        }
    }

    /// A 不良记录 is never entered by itself: the case is there, determined, of category R10 and of this body.
    private func checkRecord(_ fact: RoundFact, _ rule: StepRule, _ around: StepSurroundings) throws(Refusal) {
        let content = fact.step.content
        guard let id = content.caseID, let body = content.body else { return }
        guard let record = around.record else {
            throw rule.refusal(
                "case-unknown", field: "事项编号", body: body, "档案中没有事项 \(id)；请先登记类别为 R10 的失信事项",
                "there is no case \(id) in the archive; record the incident of category R10 first")
        }
        guard record.body == body, record.category == .r10, record.determinedOn <= fact.day else {
            throw rule.refusal(
                "case-differs", field: "事项编号", body: body,
                "事项 \(id) 应为该单位的 R10 事项，且认定日期（\(record.determinedOn)）不晚于 \(fact.day)",
                "the case \(id) must be this body's, of category R10, determined (\(record.determinedOn)) by \(fact.day)"
            )
        }
    }
}
