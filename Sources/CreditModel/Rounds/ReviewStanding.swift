/// Where a body stands with its one 复评 (《政务诚信评价办法》第十一条第四、五项).
///
/// Derived from the round's facts and the calendar, never recorded: the day on which a preliminary result became final
/// is a consequence of what was, and was not, handed in.
public enum ReviewStanding: Sendable, Hashable {
    /// There is no 复评 in this process, or nothing has been delivered yet.
    case none
    /// A request, or more evidence for one, may be handed in until this day, inclusive.
    case open(until: CalendarDay)
    /// A request was made in time, with reasons and evidence, and is not decided.
    case pending(since: CalendarDay)
    /// The evaluator has re-evaluated.
    case reviewed(on: CalendarDay, StepOutcome)
    /// The preliminary result is the final one since this day.
    case final(since: CalendarDay, Cause)
    /// The limit cannot be computed.
    case uncomputable(CalendarMissing)

    /// Why the preliminary result is final.
    public enum Cause: String, Sendable, Hashable, CaseIterable {
        /// 未在规定时限内提出.
        case notRequested
        /// 逾期提出.
        case late
        /// 未提供理由或证明材料.
        case unreasoned
        /// 理由或证明材料不充分, as the evaluator found.
        case insufficient

        public var chinese: String {
            switch self {
            case .notRequested: "未在规定时限内提出复评申请"
            case .late: "复评申请逾期"
            case .unreasoned: "复评申请未提供理由和证明材料"
            case .insufficient: "复评申请的理由或证明材料不充分"
            }
        }

        public var english: String {
            switch self {
            case .notRequested: "no re-evaluation was requested in time"
            case .late: "the request for re-evaluation came late"
            case .unreasoned: "the request came without reasons and evidence"
            case .insufficient: "the request's reasons or evidence were insufficient"
            }
        }
    }
}

extension BodyProgress {
    /// Where the body stands with its 复评 on `day`, by facts dated on or before it.
    ///
    /// The days are counted from the day after delivery (Q14); any request uses up the one chance, and reasons and
    /// evidence may follow until the limit has passed.
    public func reviewStanding(
        on day: CalendarDay, in process: RoundProcess, by calendar: WorkingCalendar
    ) -> ReviewStanding {
        guard let limit = process[.reviewRequested]?.limit, let delivered = done[limit.after] else { return .none }
        if let review, let mark = done[.reviewDecided] {
            return review == .insufficient ? .final(since: mark.day, .insufficient) : .reviewed(on: mark.day, review)
        }
        let end: CalendarDay
        do { end = try calendar.day(limit.workingDays, workingDaysAfter: delivered.day) } catch {
            return .uncomputable(error)
        }
        let hasPassed = day > end
        guard let request = done[.reviewRequested] else {
            return hasPassed ? .final(since: end.adding(days: 1), .notRequested) : .open(until: end)
        }
        if request.day > end { return .final(since: end.adding(days: 1), .late) }
        if isReasoned { return .pending(since: request.day) }
        return hasPassed ? .final(since: end.adding(days: 1), .unreasoned) : .open(until: end)
    }
}
