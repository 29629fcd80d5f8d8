/// Something that a round, or a case, still waits for.
public struct OpenStep: Sendable, Hashable {
    public var type: EventType
    /// What the source calls the step.
    public var name: String
    public var body: BodyID?
    /// The last day in time; nil where the source has no limit, or where it cannot be computed.
    public var dueOn: CalendarDay?
    /// The limit cannot be computed until a notice is loaded.
    public var missing: CalendarMissing?
    /// What the day is.
    public var nature: Nature
    /// Where the limit, or the step, comes from.
    public var source: String

    public enum Nature: String, Sendable, Hashable, CaseIterable {
        /// A limit of the source, or of a decision.
        case limit
        /// A body may do so until then; afterwards the chance is gone, which is nobody's default.
        case right
        /// Computed from the limits behind it, not said by the source (Q13).
        case latest
        /// The source sets no day.
        case none

        public var chinese: String {
            switch self {
            case .limit: "期限"
            case .right: "可行使至"
            case .latest: "推算的最迟日期"
            case .none: "原文未规定期限"
            }
        }

        public var english: String {
            switch self {
            case .limit: "limit"
            case .right: "may be done until"
            case .latest: "latest day, computed"
            case .none: "no limit in the source"
            }
        }
    }

    public init(
        _ type: EventType, name: String, body: BodyID? = nil, dueOn: CalendarDay? = nil,
        missing: CalendarMissing? = nil,
        nature: Nature? = nil, source: String
    ) {
        self.type = type
        self.name = name
        self.body = body
        self.dueOn = dueOn
        self.missing = missing
        self.nature = nature ?? (dueOn == nil && missing == nil ? .none : .limit)
        self.source = source
    }

    init(_ rule: StepRule, _ body: BodyID?, dueOn: CalendarDay? = nil, nature: Nature? = nil, article: String? = nil) {
        self.init(
            rule.type, name: rule.name, body: body, dueOn: dueOn, nature: nature,
            source: (article.map { "《\(rule.document)》\($0)" } ?? rule.citation) + (rule.isBorrowed ? "（借用）" : ""))
    }

    public func isOverdue(on day: CalendarDay) -> Bool { nature != .right && dueOn.map { $0 < day } ?? false }

    /// Calendar days from `day` to the last day in time; below zero where that has passed.
    public func daysLeft(on day: CalendarDay) -> Int? { dueOn.map { Int($0.ordinal - day.ordinal) } }
}

extension RoundState {
    /// What the round waits for on `day`, which must be the day of this state: steps that could be taken next, and those
    /// with a limit that are not taken yet.
    public func openSteps(on day: CalendarDay, under rules: RoundRules) -> [OpenStep] {
        var open: [OpenStep] = []
        for rule in rules.process.steps where rule.isRequired {
            if rule.isOfBodies {
                for body in bodyIDs {
                    guard let progress = bodies[body], rule.applies(to: progress.kind) else { continue }
                    if let step = openStep(rule, progress, on: day, rules) { open.append(step) }
                }
            } else if !isMet(rule, nil), isReady(rule, nil, rules.process) {
                open.append(OpenStep(rule, nil, dueOn: rule.due(for: nil, in: id)))
            }
        }
        for body in bodyIDs {
            guard let progress = bodies[body] else { continue }
            open += ownSteps(progress, on: day, rules)
        }
        return open
    }

    /// Whether all that a step waits for has been done, for a body or for the round.
    private func isReady(_ rule: StepRule, _ progress: BodyProgress?, _ process: RoundProcess) -> Bool {
        rule.after.allSatisfy { type in
            guard let needed = process[type] else { return true }
            if let progress { return !needed.applies(to: progress.kind) || isMet(needed, progress) }
            guard needed.isOfBodies else { return isMet(needed, nil) }
            return !bodies.isEmpty
                && bodies.values.allSatisfy { !needed.applies(to: $0.kind) || isMet(needed, $0) }
        }
    }

    private func openStep(
        _ rule: StepRule, _ progress: BodyProgress, on day: CalendarDay, _ rules: RoundRules
    ) -> OpenStep? {
        guard !isMet(rule, progress) else { return nil }
        let due = rule.due(for: progress.kind, in: id)
        let isReady = isReady(rule, progress, rules.process)
        switch rule.type {
        case .reportFiled:
            return progress.wasEvaluatedWithoutReport ? nil : OpenStep(rule, progress.body, dueOn: due)
        case .evaluationDelivered:
            // A computed day is told as soon as there is one: it is what the office has to plan by.
            if let latest = latestFeedback(progress, rules) {
                return OpenStep(rule, progress.body, dueOn: latest, nature: .latest)
            }
            return isReady ? OpenStep(rule, progress.body) : nil
        case .evaluationFinal:
            guard isReady else { return nil }
            switch progress.reviewStanding(on: day, in: rules.process, by: rules.calendar) {
            case .none, .reviewed, .final: return OpenStep(rule, progress.body)
            case .open, .pending, .uncomputable: return nil
            }
        default: return due != nil || isReady ? OpenStep(rule, progress.body, dueOn: due) : nil
        }
    }

    /// The latest day on which a result can be delivered so that the limit of a 复评 has run out when the report is due
    /// (Q13); nil where there is no such pair of limits, or no calendar for them.
    public func latestFeedback(_ progress: BodyProgress, _ rules: RoundRules) -> CalendarDay? {
        guard let limit = rules.process[.reviewRequested]?.limit, limit.after == .evaluationDelivered,
            let upload = rules.process[.evaluationUploaded]?.due(for: progress.kind, in: id)
        else { return nil }
        return try? rules.calendar.latestStart(ofWorkingDays: limit.workingDays, endingBy: upload)
    }

    /// What only some bodies have: a report to urge or to judge, a 复评, a complaint, a consequence.
    private func ownSteps(_ progress: BodyProgress, on day: CalendarDay, _ rules: RoundRules) -> [OpenStep] {
        var open: [OpenStep] = []
        let body = progress.body
        func add(
            _ type: EventType, _ dueOn: CalendarDay? = nil, _ nature: OpenStep.Nature? = nil, article: String? = nil,
            missing: CalendarMissing? = nil
        ) {
            guard let rule = rules.process[type], rule.applies(to: progress.kind) else { return }
            var step = OpenStep(rule, body, dueOn: dueOn, nature: nature, article: article)
            step.missing = missing
            open.append(step)
        }
        if reportLate(progress, on: day, rules.process) != nil {
            if progress.firstReport == nil, !progress.has(.evaluationUrged), !progress.wasEvaluatedWithoutReport {
                add(.evaluationUrged)
            }
            if progress.adjudged[.late] == nil { add(.reportAdjudged) }
        }
        if progress.has(.reportFaulted), progress.adjudged[.untrue] == nil { add(.reportAdjudged) }
        if progress.final == nil {
            switch progress.reviewStanding(on: day, in: rules.process, by: rules.calendar) {
            case .open(let until):
                add(progress.has(.reviewRequested) ? .reviewSupplemented : .reviewRequested, until, .right)
            case .pending: add(.reviewDecided)
            case .uncomputable(let missing):
                // Whether a request came in time cannot be told, nor until when one may come.
                if progress.has(.reviewRequested) {
                    add(.reviewDecided, nil, .limit, missing: missing)
                } else {
                    add(.reviewRequested, nil, .right, missing: missing)
                }
            case .none, .reviewed, .final: break
            }
        }
        if progress.complainedTo != nil { add(.evaluationAnswered) }
        for (measure, consequence) in progress.consequences.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            let article = rules.process[.consequenceImposed]?.measures[measure]
            add(.consequenceEnded, consequence.dueOn, article: article)
            if let last = open.indices.last { open[last].name = measure.rawValue }
        }
        return open
    }
}
