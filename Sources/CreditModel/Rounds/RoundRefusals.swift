// Why a round does not take a step: what, whose, why, and by which article.
extension StepRule {
    /// A refusal under this rule's article.
    func refusal(
        _ code: String, field: String, body: BodyID? = nil, _ chinese: String, _ english: String, article: String? = nil
    ) -> Refusal {
        let citation = article.map { "《\(document)》\($0)" } ?? citation
        let whose = body.map { ("（受评单位 \($0)）", " of \($0)") } ?? ("", "")
        return Refusal(
            code, field: field, chinese: "\(name)\(whose.0)：\(chinese)（\(citation)）",
            english: "\(type.rawValue)\(whose.1): \(english) (\(citation))")
    }

    func wrongRole(_ actor: StepActor) -> Refusal {
        let roles = roles.map(\.rawValue).joined(separator: "、")
        return refusal(
            "step-wrong-actor", field: "办理单位角色",
            "应由\(roles)办理，“\(actor.office.name)”是\(actor.role.rawValue)；请由有权单位办理并改填办理单位角色",
            "it is for \(roles); '\(actor.office.name)' acts as \(actor.role.rawValue); let the office in charge take it"
        )
    }

    func otherOffice(_ actor: StepActor, than office: NamedOffice, _ chinese: String, _ english: String) -> Refusal {
        refusal(
            "step-other-office", field: "办理单位",
            "\(chinese)是“\(office.name)”，不是“\(actor.office.name)”；请核对办理单位及其代码",
            "\(english) is '\(office.name)', not '\(actor.office.name)'; check the office and its code")
    }

    func notYet(_ needed: StepRule, body: BodyID?, on day: CalendarDay) -> Refusal {
        refusal(
            "step-out-of-turn", field: "日期", body: body,
            "截至 \(day) 尚未办理“\(needed.name)”；请先登记该步骤，或核对日期",
            "by \(day) '\(needed.type.rawValue)' has not been taken; record that first, or check the day")
    }

    func twice(body: BodyID?, since mark: StepMark, _ chinese: String = "", _ english: String = "") -> Refusal {
        refusal(
            "step-twice", field: "步骤", body: body, "已于 \(mark.day) 办理，不能再次办理\(chinese)",
            "it was taken on \(mark.day) and cannot be taken again\(english)")
    }
}

extension Refusal {
    static func stepUnknown(_ type: EventType, in scheme: String) -> Refusal {
        let borrowing =
            switch type {
            case .reviewRequested, .reviewSupplemented, .reviewDecided:
                ("；需要复评的，应在调整文件中借用并注明", "; an overlay may borrow it and say so")
            default: ("", "")
            }
        return Refusal(
            "step-not-in-scheme", field: "步骤",
            chinese: "方案 \(scheme) 没有“\(type.chinese)”这一步骤\(borrowing.0)",
            english: "the scheme \(scheme) has no step '\(type.rawValue)'\(borrowing.1)")
    }

    static func notAssessed(_ body: BodyID, in round: RoundID) -> Refusal {
        Refusal(
            "body-not-in-round", field: "受评单位", chinese: "\(body) 不在 \(round) 的受评名单中；请核对代码，或先登记“调整受评名单”",
            english: "\(body) is not among the bodies of \(round); check the code, or record evaluation.relisted first")
    }

    static func calendarMissing(_ missing: CalendarMissing) -> Refusal {
        Refusal("calendar-missing", field: "日期", chinese: missing.chinese, english: missing.english)
    }

    /// A step that was accepted before would be impossible with a new one in front of it.
    static func breaksLater(_ later: RoundFact, _ reason: Refusal) -> Refusal {
        Refusal(
            reason.code, field: reason.field,
            chinese: "登记在此日期会使已登记的“\(later.type.chinese)”（\(later.day)）不能成立：\(reason.chinese)",
            english: "recorded on this day it would make '\(later.type.rawValue)' of \(later.day) impossible: "
                + reason.english)
    }
}
