internal import CreditModel
internal import EventLog

/// Something worth a look in what was accepted: nothing is wrong with the record, but it may not do what is expected.
struct RecordNotice: Sendable, Hashable {
    var code: String
    /// The column.
    var field: String
    var chinese: String
    var english: String
}

// What is to be said of an event that was just accepted.
extension Judge {
    func notices(of submission: Submission) throws -> [RecordNotice] {
        switch submission.event {
        case .observationRecorded(let data): [catalogue.forms.notice(data)].compactMap(\.self)
        case .evaluation(let step): try notices(of: step, submission)
        default: []
        }
    }

    private func notices(of step: EvaluationStep, _ submission: Submission) throws -> [RecordNotice] {
        guard let id = RoundID(stream: submission.subject.text), let file = rounds[id] else { return [] }
        let day = step.details.occurredOn
        if step.type == .evaluationCommissioned || step.type == .evaluationOpened, day.year > id.year + 1 {
            return [
                RecordNotice(
                    code: "year-long-past", field: "年度", chinese: "\(day) 开展 \(id.year) 年度的评价；请核对年度",
                    english: "a round of \(id.year) begun on \(day); check the year")
            ]
        }
        guard let body = step.content.body, [.reportFiled, .reviewRequested, .reviewSupplemented].contains(step.type)
        else { return [] }
        let state = file.timeline.state(asOf: day)
        guard let progress = state.bodies[body] else { return [] }
        let rules = RoundRules(
            process: try processes.process(id.scheme, state.choice), calendar: try archive.calendars.calendar())
        guard let rule = rules.process[step.type] else { return [] }
        if step.type == .reportFiled {
            guard let since = state.reportLate(progress, on: day, rules.process) else { return [] }
            return [
                RecordNotice(
                    code: "report-late", field: "日期", chinese: "自查自评自 \(since) 起逾期，已照录（\(rule.citation)）",
                    english:
                        "the self-assessment is late since \(since); it is recorded all the same (\(rule.citation))")
            ]
        }
        return [Judge.notice(progress.reviewStanding(on: day, in: rules.process, by: rules.calendar), rule)]
            .compactMap(\.self)
    }

    /// What a 复评申请 does not do.
    private static func notice(_ standing: ReviewStanding, _ rule: StepRule) -> RecordNotice? {
        switch standing {
        case .final(let since, let cause):
            RecordNotice(
                code: "review-\(cause.rawValue)", field: "日期",
                chinese: "\(cause.chinese)，初评结果自 \(since) 起即为最终评价结果，不再复评；申请已照录（\(rule.citation)）",
                english:
                    "\(cause.english): the preliminary result is final since \(since); the request is recorded all the "
                    + "same (\(rule.citation))")
        case .open(let until):
            RecordNotice(
                code: "review-unreasoned", field: "证明材料",
                chinese: "申请须有理由（说明）和证明材料，\(until) 前可用“复评补充材料”补充，逾期未补的初评结果即为最终评价结果（\(rule.citation)）",
                english: "a request needs reasons (its note) and evidence: they may be added until \(until) with "
                    + "review.supplemented, after that the preliminary result is final (\(rule.citation))")
        case .uncomputable(let missing):
            RecordNotice(
                code: "calendar-missing", field: "日期", chinese: missing.chinese, english: missing.english)
        case .none, .pending, .reviewed: nil
        }
    }
}
