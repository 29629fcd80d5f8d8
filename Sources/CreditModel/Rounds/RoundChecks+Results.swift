// Preliminary and final results, their review, and the report's way into the file.
extension RoundState {
    func checkResults(_ fact: RoundFact, _ rule: StepRule, _ rules: RoundRules) throws(Refusal) {
        guard let results = fact.step.content.results else { return }
        if fact.type == .evaluationReissued { return try checkReissue(fact, rule) }
        for result in results.results {
            guard let progress = bodies[result.body] else { continue }
            try checkReportBeforeResults(fact, progress, rules)
            guard fact.type == .evaluationFinal else { continue }
            try checkReviewIsOver(fact, rule, rules, progress)
            try checkScore(result, rule, progress)
        }
    }

    /// A body without a self-assessment is evaluated only once it was urged and the time it was given has passed
    /// (《政务诚信评价办法》第十六条).
    private func checkReportBeforeResults(
        _ fact: RoundFact, _ progress: BodyProgress, _ rules: RoundRules
    ) throws(Refusal) {
        guard let rule = rules.process[.evaluationUrged], rule.applies(to: progress.kind), progress.firstReport == nil,
            progress.preliminary == nil
        else { return }
        guard progress.has(.evaluationUrged) else {
            throw rule.refusal(
                "report-not-urged", field: "受评单位", body: progress.body, "没有自查自评；须先催促，仍不及时提供的方可据已有信息评价",
                "it has filed no self-assessment; it must be urged before it is evaluated without one")
        }
        if let until = progress.urgedUntil, fact.day <= until {
            throw rule.refusal(
                "urged-until", field: "日期", body: progress.body, "催促的期限至 \(until)，期满前不能径行评价",
                "it was given until \(until); it is not evaluated without its report before that")
        }
    }

    /// Until the one chance of a 复评 is used or gone, nothing is final (第十一条第四、五项).
    private func checkReviewIsOver(
        _ fact: RoundFact, _ rule: StepRule, _ rules: RoundRules, _ progress: BodyProgress
    ) throws(Refusal) {
        let body = progress.body
        switch progress.reviewStanding(on: fact.day, in: rules.process, by: rules.calendar) {
        case .none, .reviewed, .final: return
        case .open(let until):
            throw rule.refusal(
                "review-open", field: "日期", body: body, "复评申请期限至 \(until)，期满前初评结果不是最终结果",
                "a re-evaluation may be requested until \(until); the result is not final before that")
        case .pending(let since):
            throw rule.refusal(
                "review-pending", field: "步骤", body: body, "\(since) 提出的复评申请尚未复评，须先登记复评",
                "the request of \(since) is not decided; record review.decided first")
        case .uncomputable(let missing): throw .calendarMissing(missing)
        }
    }

    /// What was not changed by a 复评 is final as it was: 初评结果即作为最终评价结果 (第十一条第四项). Where a review has
    /// changed some score, scores that depend on ranks may have moved with it, and totals are not compared.
    private func checkScore(
        _ result: EvaluationResults.BodyResult, _ rule: StepRule, _ progress: BodyProgress
    ) throws(Refusal) {
        guard progress.has(.evaluationDelivered), let preliminary = progress.preliminary, !hasChangedScore,
            preliminary.total != result.total
        else { return }
        let (old, new) = (preliminary.total?.description ?? "—", result.total?.description ?? "—")
        throw rule.refusal(
            "score-differs", field: "评价结果", body: progress.body,
            "没有调整评分的复评，最终得分 \(new) 应与初评得分 \(old) 相同",
            "no re-evaluation has changed it, so the final total \(new) must be the preliminary \(old)")
    }

    private func checkReissue(_ fact: RoundFact, _ rule: StepRule) throws(Refusal) {
        for result in fact.step.content.results?.results ?? [] {
            guard let position = bodies[result.body]?.finalPosition else {
                throw rule.refusal(
                    "nothing-to-reissue", field: "受评单位", body: result.body, "没有最终评价结果可更正",
                    "it has no final result that could be re-issued")
            }
            guard position == fact.step.content.replaces else {
                throw rule.refusal(
                    "replaces-other", field: "替换位置", body: result.body, "现行结果在位置 \(position)，应以该位置为替换对象",
                    "its result in force is at position \(position); that is what a re-issue replaces")
            }
        }
    }

    func checkReview(_ fact: RoundFact, _ rule: StepRule, _ rules: RoundRules) throws(Refusal) {
        guard let body = fact.step.content.body, let progress = bodies[body] else { return }
        let standing = progress.reviewStanding(on: fact.day, in: rules.process, by: rules.calendar)
        switch (fact.type, standing) {
        case (.reviewRequested, _): return
        case (_, .uncomputable(let missing)): throw .calendarMissing(missing)
        case (.reviewSupplemented, .open), (.reviewSupplemented, .pending): return
        case (.reviewSupplemented, _):
            throw rule.refusal(
                "review-closed", field: "日期", body: body, "复评申请期限已过，不能再补充", "the limit has passed; nothing can be added"
            )
        case (_, .pending): return
        case (_, .final(let since, let cause)):
            guard cause == .unreasoned, fact.step.content.outcome == .insufficient else {
                throw rule.refusal(
                    "review-not-possible", field: "日期", body: body, "\(cause.chinese)，初评结果自 \(since) 起即为最终评价结果，不再复评",
                    "\(cause.english): the preliminary result is final since \(since) and is not reviewed")
            }
        case (_, .open(let until)):
            throw rule.refusal(
                "review-unreasoned", field: "证明材料", body: body, "申请尚无充分的理由和证明材料，\(until) 前可以补充；请先登记补充材料，或待期满",
                "the request lacks reasons or evidence, which may be added until \(until); record those first, or wait")
        default: return
        }
    }

    func checkUpload(_ fact: RoundFact, _ rule: StepRule) throws(Refusal) {
        guard let body = fact.step.content.body, let progress = bodies[body] else { return }
        let states = fact.step.content.statements.contains(.withoutSelfReport)
        let wasUrged = progress.has(.evaluationUrged)
        if progress.wasEvaluatedWithoutReport, wasUrged, !states {
            throw rule.refusal(
                "statement-missing", field: "载明", body: body, "经催促仍未提供自查自评，评价报告须载明“未提供自查自评”",
                "it was evaluated without a self-assessment after urging: the report must say 未提供自查自评", article: "第十六条")
        }
        if states, !progress.wasEvaluatedWithoutReport || !wasUrged {
            throw rule.refusal(
                "statement-untrue", field: "载明", body: body, "该单位并非经催促仍未提供自查自评，不应载明",
                "the report must not say what is not so",
                article: "第十六条")
        }
    }
}
