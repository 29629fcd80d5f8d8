// Whether a step is possible in a round as it stands on the step's day.
extension RoundState {
    /// Throws ``Refusal`` where the step is not possible.
    func check(_ fact: RoundFact, under rules: RoundRules) throws(Refusal) {
        guard let rule = rules.process[fact.type] else { throw .stepUnknown(fact.type, in: rules.process.scheme) }
        let actor = fact.step.details.actor
        guard rule.roles.contains(actor.role) else { throw rule.wrongRole(actor) }
        try checkOffice(actor, fact, rule)
        if rule.needsDocument, fact.step.details.document == nil, fact.step.details.evidence.isEmpty {
            throw rule.refusal(
                "document-required", field: "文号", "须注明依据文书的文号或附上文书", "the document is to be named or attached")
        }
        let bodies = try checkBodies(fact, rule)
        for needed in rule.after {
            guard let neededRule = rules.process[needed] else { continue }
            for body in bodies { try require(neededRule, for: body, before: fact, rule) }
        }
        if !isRepeatable(fact) {
            for body in bodies {
                let mark = body.flatMap { self.bodies[$0]?.done[fact.type] } ?? (body == nil ? done[fact.type] : nil)
                if let mark { throw try twice(rule, body, mark, fact) }
            }
        }
        switch fact.type {
        case .evaluationCommissioned: try checkCommission(fact, rule, rules.process)
        case .evaluationOpened, .evaluationRelisted: try checkList(fact, rule, rules.process)
        case .reportFiled, .reportFaulted, .reportAdjudged, .evaluationUrged: try checkReport(fact, rule, rules)
        case .evaluationVerified: try checkMethods(fact, rule)
        case .evaluationPreliminary, .evaluationFinal, .evaluationReissued: try checkResults(fact, rule, rules)
        case .reviewRequested, .reviewSupplemented, .reviewDecided: try checkReview(fact, rule, rules)
        case .evaluationUploaded: try checkUpload(fact, rule)
        case .evaluationSent, .evaluationComplained, .evaluationAnswered, .consequenceImposed, .consequenceEnded:
            try checkAftermath(fact, rule)
        default: break
        }
    }

    /// The evaluator is the one that was commissioned, the authority the one that commissioned.
    private func checkOffice(_ actor: StepActor, _ fact: RoundFact, _ rule: StepRule) throws(Refusal) {
        switch actor.role {
        case .evaluator, .assessmentGroup:
            guard let evaluator, !evaluator.isSame(as: actor.office) else { return }
            throw rule.otherOffice(actor, than: evaluator, "受委托的\(actor.role.rawValue)", "the one commissioned")
        case .creditAuthority, .opennessAuthority:
            // A complaint may have gone to the authority above (《政务诚信评价办法》第十五条).
            guard fact.type != .evaluationAnswered, let commissioner, commissioner.role == actor.role,
                !commissioner.office.isSame(as: actor.office)
            else { return }
            throw rule.otherOffice(
                actor, than: commissioner.office, "本轮次的\(actor.role.rawValue)", "the authority of this round")
        default: return
        }
    }

    /// The bodies that a step is about, held against the list; a single nil for the round as a whole.
    private func checkBodies(_ fact: RoundFact, _ rule: StepRule) throws(Refusal) -> [BodyID?] {
        let content = fact.step.content
        if let body = content.body {
            guard let progress = bodies[body] else { throw .notAssessed(body, in: id) }
            guard rule.applies(to: progress.kind) else {
                let kinds = rule.kinds.map(\.rawValue).sorted().joined(separator: "、")
                throw rule.refusal(
                    "step-not-for-kind", field: "受评单位", body: body,
                    "只适用于\(kinds)，该单位是\(progress.kind.rawValue)",
                    "it is for \(kinds), not for \(progress.kind.rawValue)")
            }
            return [body]
        }
        guard let results = content.results else {
            // What is taken for all at once waits for what all of them need.
            let isOfAll = fact.type == .evaluationApproved || fact.type == .evaluationAudited
            return isOfAll ? bodyIDs : [nil]
        }
        var seen: Set<BodyID> = []
        for result in results.results {
            guard bodies[result.body] != nil else { throw .notAssessed(result.body, in: id) }
            guard seen.insert(result.body).inserted else {
                throw rule.refusal("body-twice", field: "受评单位", body: result.body, "同一单位出现两次", "it stands twice")
            }
        }
        return results.results.map(\.body)
    }

    /// Refuses a step whose prerequisite has not been met on its day: for the body, or for every body it is for.
    private func require(
        _ needed: StepRule, for body: BodyID?, before fact: RoundFact, _ rule: StepRule
    ) throws(Refusal) {
        if let body {
            guard let progress = bodies[body], needed.applies(to: progress.kind) else { return }
            guard isMet(needed, progress) else { throw rule.notYet(needed, body: body, on: fact.day) }
        } else if needed.isOfBodies {
            for progress in bodies.values.sorted(by: { $0.body < $1.body }) where needed.applies(to: progress.kind) {
                guard isMet(needed, progress) else { throw rule.notYet(needed, body: progress.body, on: fact.day) }
            }
        } else {
            guard has(needed.type, for: nil) else { throw rule.notYet(needed, body: nil, on: fact.day) }
        }
    }

    /// Whether a step is done, for a body or, where it is the round's, for all.
    public func isMet(_ rule: StepRule, _ progress: BodyProgress?) -> Bool {
        switch rule.type {
        case .evaluationAudited: progress?.audit == .passed
        case .evaluationApproved: progress?.approval == .agreed
        case .evaluationCollected: has(rule.type, for: progress?.body) && methodsAreMet(rule, progress)
        case .evaluationSent: done[rule.type] != nil && Set(rule.recipients).isSubset(of: recipients)
        default: has(rule.type, for: progress?.body)
        }
    }

    private func methodsAreMet(_ rule: StepRule, _ progress: BodyProgress?) -> Bool {
        Set(rule.methods).isSubset(of: progress?.methods ?? [])
    }

    /// Steps that may be taken again, as far as the state allows it.
    private func isRepeatable(_ fact: RoundFact) -> Bool {
        let progress = fact.step.content.body.flatMap { bodies[$0] }
        switch fact.type {
        case .evaluationCommissioned, .evaluationRelisted, .evaluationUrged, .evaluationCollected, .evaluationVerified,
            .reviewSupplemented,
            .evaluationSent, .evaluationComplained, .evaluationAnswered, .evaluationReissued, .consequenceImposed,
            .consequenceEnded, .reportAdjudged, .reportFaulted:
            return true
        case .reportFiled: return progress?.isFaulted ?? false
        case .evaluationPreliminary:
            // 审定 may send the proposed grades back (《政务公开工作考核实施细则》第八条第六项).
            let results = fact.step.content.results?.results ?? []
            return results.allSatisfy { bodies[$0.body]?.approval == .returned || bodies[$0.body]?.preliminary == nil }
        case .evaluationAudited: return isOpen(fact) { $0.audit != .passed }
        case .evaluationApproved: return isOpen(fact) { $0.approval != .agreed }
        default: return false
        }
    }

    private func isOpen(_ fact: RoundFact, _ isOpen: (BodyProgress) -> Bool) -> Bool {
        if let body = fact.step.content.body { return bodies[body].map(isOpen) ?? true }
        return bodies.values.contains(where: isOpen)
    }

    private func twice(
        _ rule: StepRule, _ body: BodyID?, _ mark: StepMark, _ fact: RoundFact
    ) throws(Refusal) -> Refusal {
        switch fact.type {
        case .reviewRequested: rule.twice(body: body, since: mark, "：复评申请仅可提出一次", ": it may be requested once only")
        case .evaluationFinal:
            rule.twice(body: body, since: mark, "；更改结果须登记“评价结果更正”", "; a changed result is an evaluation.reissued")
        case .reportFiled:
            rule.twice(body: body, since: mark, "；被认定失实后方可重新报送", "; it can be filed anew once it was found untrue")
        default: rule.twice(body: body, since: mark)
        }
    }
}
