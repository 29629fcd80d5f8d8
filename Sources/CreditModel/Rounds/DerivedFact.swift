/// A consequence of a round's facts that nobody records: it is derived, with its day and its article, and shown as such.
public struct DerivedFact: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// The self-assessment was not there in time.
        case reportLate
        /// A 不良记录 is to be decided on: it never comes by itself.
        case recordProposed
        /// A body is evaluated without a self-assessment; the report says so.
        case withoutReport
        /// The preliminary result is the final one.
        case preliminaryFinal
        /// A limit in working days cannot be computed.
        case uncomputable
        /// Feedback after the latest day by which the limits behind it can be kept.
        case feedbackLate
        /// Channels of 第八条 from which nothing was collected.
        case channelsUnused
        /// The evaluator could not be held against the province's list: none is known.
        case listUnknown
        /// Steps that the scheme has taken over from another one.
        case borrowed
        /// Another evaluator was commissioned in the place of one.
        case evaluatorReplaced
    }

    public var kind: Kind
    public var body: BodyID?
    /// Since when; nil for what has no day.
    public var day: CalendarDay?
    public var chinese: String
    public var english: String
    public var source: String

    public init(
        kind: Kind, body: BodyID? = nil, day: CalendarDay? = nil, chinese: String, english: String, source: String
    ) {
        self.kind = kind
        self.body = body
        self.day = day
        self.chinese = chinese
        self.english = english
        self.source = source
    }
}

extension RoundState {
    /// What follows from the facts of this state, which must be the state of `day`.
    public func derivedFacts(on day: CalendarDay, under rules: RoundRules) -> [DerivedFact] {
        var facts: [DerivedFact] = []
        let borrowed = rules.process.steps.filter(\.isBorrowed)
        if let first = borrowed.first {
            let names = borrowed.map(\.name).joined(separator: "、")
            facts.append(
                DerivedFact(
                    kind: .borrowed, chinese: "本轮次借用《\(first.document)》的步骤：\(names)",
                    english: "borrowed from 《\(first.document)》: \(names)", source: "Q12"))
        }
        for former in formerEvaluators {
            guard let rule = rules.process[.evaluationCommissioned] else { continue }
            facts.append(
                DerivedFact(
                    kind: .evaluatorReplaced, day: former.replaced.day,
                    chinese: "评价机构由“\(former.office.name)”更换为“\(former.successor.name)”，此前办理的步骤仍为前者所办",
                    english:
                        "'\(former.successor.name)' evaluates in the place of '\(former.office.name)'; the steps before "
                        + "that day stay the former's", source: rule.citation))
        }
        for body in bodyIDs {
            guard let progress = bodies[body] else { continue }
            facts += reportFacts(progress, on: day, rules) + reviewFacts(progress, on: day, rules)
            if let rule = rules.process[.evaluationCollected], !progress.channels.isEmpty {
                let unused = SourceChannel.allCases.filter { !progress.channels.contains($0) }.map(\.rawValue)
                if !unused.isEmpty {
                    facts.append(
                        DerivedFact(
                            kind: .channelsUnused, body: body, chinese: "尚未采集的渠道：\(unused.joined(separator: "、"))",
                            english: "channels not used: \(unused.joined(separator: " "))", source: rule.citation))
                }
            }
        }
        return facts
    }

    private func reportFacts(_ progress: BodyProgress, on day: CalendarDay, _ rules: RoundRules) -> [DerivedFact] {
        guard let rule = rules.process[.reportAdjudged] ?? rules.process[.reportFiled] else { return [] }
        var facts: [DerivedFact] = []
        func add(_ kind: DerivedFact.Kind, _ since: CalendarDay?, _ chinese: String, _ english: String) {
            facts.append(
                DerivedFact(
                    kind: kind, body: progress.body, day: since, chinese: chinese, english: english,
                    source: rule.citation))
        }
        let late = reportLate(progress, on: day, rules.process)
        if let late {
            let filed = progress.firstReport.map { ("于 \($0.day) 报送", "filed on \($0.day)") } ?? ("尚未报送", "not filed")
            add(.reportLate, late, "自查自评逾期，\(filed.0)", "the self-assessment is late: \(filed.1)")
        }
        if rules.process[.reportAdjudged] != nil {
            if let late, progress.adjudged[.late] == nil {
                add(
                    .recordProposed, late, "自查自评不及时，应决定是否作为不良记录（R10）记入诚信档案",
                    "late self-assessment: to be decided whether a record of category R10 is entered")
            }
            if let faulted = progress.done[.reportFaulted], progress.adjudged[.untrue] == nil {
                add(
                    .recordProposed, faulted.day, "自查自评失实，应决定是否作为不良记录（R10）记入诚信档案",
                    "untrue self-assessment: to be decided whether a record of category R10 is entered")
            }
        }
        if progress.wasEvaluatedWithoutReport, progress.has(.evaluationUrged) {
            add(
                .withoutReport, (progress.done[.evaluationPreliminary] ?? progress.done[.evaluationFinal])?.day,
                "经催促仍未提供自查自评，据已有信息评价，评价报告须载明",
                "evaluated without a self-assessment after urging; the report must say so")
        }
        return facts
    }

    private func reviewFacts(_ progress: BodyProgress, on day: CalendarDay, _ rules: RoundRules) -> [DerivedFact] {
        guard let rule = rules.process[.reviewRequested] else { return [] }
        var facts: [DerivedFact] = []
        let source = rule.citation + (rule.isBorrowed ? "（借用）" : "")
        switch progress.reviewStanding(on: day, in: rules.process, by: rules.calendar) {
        case .final(let since, let cause):
            facts.append(
                DerivedFact(
                    kind: .preliminaryFinal, body: progress.body, day: since,
                    chinese: "\(cause.chinese)，初评结果即作为最终评价结果",
                    english: "\(cause.english): the preliminary result is the final one", source: source))
        case .uncomputable(let missing):
            facts.append(
                DerivedFact(
                    kind: .uncomputable, body: progress.body, chinese: missing.chinese, english: missing.english,
                    source: source))
        case .none, .open, .pending, .reviewed: break
        }
        if let latest = latestFeedback(progress, rules), let delivered = progress.done[.evaluationDelivered],
            delivered.day > latest
        {
            facts.append(
                DerivedFact(
                    kind: .feedbackLate, body: progress.body, day: delivered.day,
                    chinese: "反馈晚于最迟反馈日 \(latest)：复评申请期限届满时已过上传期限",
                    english: "delivered after \(latest), the latest day: the limit of a re-evaluation ends after the "
                        + "report is due", source: source))
        }
        return facts
    }
}
