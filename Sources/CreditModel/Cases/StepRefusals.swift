/// What a step asks of the state before it (contract §1, column "possible when").
enum StepCondition {
    case inEffect, repaired
    case noRectification, rectificationOrdered, rectificationReported, rectificationAccepted
    case openObjection, noOpenObjection
    case noApplication, application, acceptedApplication
    case measure, noMeasure
    case publicised

    var code: String {
        switch self {
        case .inEffect: "not-in-effect"
        case .repaired: "not-repaired"
        case .noRectification: "rectification-already-ordered"
        case .rectificationOrdered: "rectification-not-ordered"
        case .rectificationReported: "rectification-not-reported"
        case .rectificationAccepted: "rectification-not-accepted"
        case .openObjection: "no-open-objection"
        case .noOpenObjection: "objection-already-open"
        case .noApplication: "application-already-pending"
        case .application: "no-application"
        case .acceptedApplication: "application-not-accepted"
        case .measure: "no-measure-imposed"
        case .noMeasure: "measure-already-imposed"
        case .publicised: "not-publicised"
        }
    }

    var chinese: String {
        switch self {
        case .inEffect: "事项须在册（未撤销、未修复）"
        case .repaired: "事项须已修复"
        case .noRectification: "此前不得已责令整改"
        case .rectificationOrdered: "须先有整改责令"
        case .rectificationReported: "须先有整改报告"
        case .rectificationAccepted: "须先通过整改验收"
        case .openObjection: "须有尚未处理的异议"
        case .noOpenObjection: "不得有尚未处理的异议"
        case .noApplication: "不得有尚未办结的修复申请"
        case .application: "须先有修复申请"
        case .acceptedApplication: "修复申请须已受理"
        case .measure: "须有正在实施的措施"
        case .noMeasure: "不得有正在实施的措施"
        case .publicised: "须为公开记录且尚未登记公示期满"
        }
    }

    var english: String {
        switch self {
        case .inEffect: "the case must be in effect (not revoked, not repaired)"
        case .repaired: "the case must be repaired"
        case .noRectification: "no rectification may have been ordered before"
        case .rectificationOrdered: "a rectification must have been ordered"
        case .rectificationReported: "the rectification must have been reported"
        case .rectificationAccepted: "the rectification must have been accepted"
        case .openObjection: "an objection must be open"
        case .noOpenObjection: "no objection may be open"
        case .noApplication: "no application for repair may be pending"
        case .application: "a repair must have been applied for"
        case .acceptedApplication: "the application must have been accepted"
        case .measure: "a measure must be imposed"
        case .noMeasure: "no measure may be imposed"
        case .publicised: "the record must be public, its expiry not yet recorded"
        }
    }
}

extension Refusal {
    private static func step(_ fact: CaseFact) -> (chinese: String, english: String) {
        let step = fact.step.chinese
        if fact.position == CaseFact.unrecorded {
            return ("\(fact.day) 的“\(step)”不能成立", "'\(step)' of \(fact.day) is not possible")
        }
        // A fact that was accepted a moment ago has no position yet.
        let place =
            fact.position < CaseFact.firstUnrecorded
            ? ("（位置 \(fact.position)）", " at position \(fact.position)") : ("", "")
        return (
            "加入后，已收录的 \(fact.day)“\(step)”\(place.0)将不能成立",
            "with it, '\(step)' of \(fact.day)\(place.1), accepted before, would become impossible"
        )
    }

    private static func about(
        _ fact: CaseFact, _ code: String, field: String, _ chinese: String, _ english: String
    ) -> Refusal {
        let step = step(fact)
        return Refusal(
            code, field: field, chinese: "\(step.chinese)：\(chinese)", english: "\(step.english): \(english)")
    }

    static func impossible(_ fact: CaseFact, _ condition: StepCondition, in state: CaseState) -> Refusal {
        about(
            fact, condition.code, field: "处置类型", "\(condition.chinese)；当时状态为“\(state.status.name)”",
            "\(condition.english); the case was \(state.status.rawValue) then")
    }

    static func beforeDetermination(_ fact: CaseFact) -> Refusal {
        about(
            fact, "before-determination", field: "日期", "除主体陈述外，任何处置不得早于认定日期",
            "nothing but a statement may lie before the determination")
    }

    static func afterRevocation(_ fact: CaseFact) -> Refusal {
        about(
            fact, "after-revocation", field: "日期", "事项已撤销，其后只可附主体陈述",
            "the case is revoked; only a statement may follow")
    }

    static func determinedTwice(_ fact: CaseFact) -> Refusal {
        about(fact, "determined-twice", field: "事项编号", "事项已认定过", "the case is determined already")
    }

    static func tooEarly(_ fact: CaseFact, until day: CalendarDay) -> Refusal {
        about(fact, "too-early", field: "日期", "最早可于 \(day) 办理", "it is possible from \(day) on")
    }

    static func changesNothing(_ fact: CaseFact, _ field: Correction.Field) -> Refusal {
        about(
            fact, "correction-changes-nothing", field: "新值", "\(field.rawValue)的原值与新值相同",
            "the old and the new value of \(field.rawValue) are the same")
    }

    static func oldValueDiffers(_ fact: CaseFact, _ field: Correction.Field) -> Refusal {
        about(
            fact, "old-value-differs", field: "原值", "原值与当日档案中的\(field.rawValue)不符，请查明后以现值为原值重报",
            "the old value is not what the archive has for \(field.rawValue) on that day; look it up and send that")
    }

    /// A fact of any kind dated after today (contract §1).
    public static func inTheFuture(_ day: CalendarDay, today: CalendarDay, field: String) -> Refusal {
        Refusal(
            "day-in-the-future", field: field, chinese: "\(field) \(day) 晚于今天（\(today)），不得预先登记",
            english: "\(field) \(day) lies after today (\(today)); nothing is recorded in advance")
    }
}
