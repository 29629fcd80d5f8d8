internal import Assessment
public import CreditModel
internal import EventLog
public import Projections

/// A round as it stands: its steps, its bodies, what follows from them, and what is open next.
public struct RoundAnswer: Sendable {
    public struct Step: Sendable {
        public var position: UInt64
        public var type: EventType
        /// What the scheme's source calls the step.
        public var name: String
        public var day: CalendarDay
        public var actor: StepActor
        public var document: String?
        public var body: BodyID?
        /// Its outcome, ground, measure or limit, where it has one.
        public var detail: String?
        /// In words, with the texts for which there is a key.
        public var summary: (chinese: String, english: String)
    }

    public var id: RoundID
    public var state: RoundState
    /// In timeline order.
    public var steps: [Step]
    public var derived: [DerivedFact]
    public var open: [Duty]
    /// The position that the answer reflects.
    public var position: UInt64?
    /// Names of bodies as registered on the day of the answer.
    public var names: [BodyID: String]
    public var day: CalendarDay
    /// Where each body stands with its 复评.
    public var reviews: [BodyID: ReviewStanding]
}

/// Something with a limit that an office, or a body, has still to do.
public struct Duty: Sendable, Hashable {
    /// The round it belongs to; nil for a case.
    public var round: RoundID?
    public var caseID: CaseID?
    public var step: OpenStep
    public var bodyName: String?
    /// The day on which the question stands.
    public var on: CalendarDay

    public var isOverdue: Bool { step.isOverdue(on: on) }
    public var daysLeft: Int? { step.daysLeft(on: on) }

    /// Overdue first, then by the day that comes next; what has no day comes last.
    static func comesFirst(_ left: Duty, _ right: Duty) -> Bool {
        if left.isOverdue != right.isOverdue { return left.isOverdue }
        switch (left.step.dueOn, right.step.dueOn) {
        case (let one?, let other?) where one != other: return one < other
        case (.some, nil): return true
        case (nil, .some): return false
        default: return left.order < right.order
        }
    }

    private var order: (String, String, String) {
        (round?.stream ?? "~" + (caseID?.text ?? ""), step.body?.text ?? "", step.type.rawValue)
    }
}

extension Auditor {
    /// A round on a day, by what was recorded by a position. Throws ``ArchiveError`` `round-unknown`.
    public func round(_ id: RoundID, _ moment: Moment = Moment()) throws -> RoundAnswer {
        try catchUpIndex()
        let day = moment.asOf ?? archive.today
        let timeline = try RoundTimeline(id, in: archive.log, atPosition: moment.atPosition ?? .max)
        guard !timeline.facts.isEmpty else {
            let known = try archive.log.index.streams(withPrefix: "round/").prefix(20).map(\.text)
            throw ArchiveError(
                .notFound, "round-unknown", field: id.stream,
                chinese: "没有轮次 \(id)；已登记：\(known.isEmpty ? "无" : known.joined(separator: " "))",
                english: "there is no round \(id); recorded: \(known.isEmpty ? "none" : known.joined(separator: " "))")
        }
        let state = timeline.state(asOf: day)
        let rules = try rules(of: state, moment)
        let steps = try timeline.facts.filter { $0.day <= day }.map { try told($0, rules.process) }
        let names = try names(of: state.bodyIDs, on: day)
        var reviews: [BodyID: ReviewStanding] = [:]
        for (body, progress) in state.bodies {
            reviews[body] = progress.reviewStanding(on: day, in: rules.process, by: rules.calendar)
        }
        let open = state.openSteps(on: day, under: rules).map { step in
            Duty(round: id, caseID: nil, step: step, bodyName: step.body.flatMap { names[$0] }, on: day)
        }
        let size = try archive.log.head().size
        return RoundAnswer(
            id: id, state: state, steps: steps,
            derived: try state.derivedFacts(on: day, under: rules) + evaluatorFacts(state, rules),
            open: open.sorted(by: Duty.comesFirst), position: moment.atPosition ?? (size == 0 ? nil : size - 1),
            names: names, day: day, reviews: reviews)
    }

    /// An evaluator that could not be held against the province's list, because none is recorded.
    private func evaluatorFacts(_ state: RoundState, _ rules: RoundRules) throws -> [DerivedFact] {
        guard let rule = rules.process[.evaluationCommissioned], rule.needsRecommendation, state.evaluator != nil,
            let province = EvaluatorsStream.province(of: state.id.region),
            let stream = StreamID(EvaluatorsStream.name(province: province)), try archive.log.stream(stream).count == 0
        else { return [] }
        return [
            DerivedFact(
                kind: .listUnknown, chinese: "尚未登记省公布的评价机构推荐名单，无从核对评价机构",
                english: "the province's list of recommended evaluators is not recorded; the evaluator was not checked",
                source: rule.citation)
        ]
    }

    private func told(_ fact: RoundFact, _ process: RoundProcess) throws -> RoundAnswer.Step {
        let entry = try archive.log.entry(at: fact.position)
        let teller = EventTeller(
            vault: archive.vault, entry: entry, event: .evaluation(fact.step), before: nil,
            isWithheld: try archive.log.isWithheld(entry.subject))
        return RoundAnswer.Step(
            position: fact.position, type: fact.type, name: process[fact.type]?.name ?? fact.type.chinese,
            day: fact.day,
            actor: fact.step.details.actor, document: fact.step.details.document?.normalised,
            body: fact.step.content.body, detail: fact.step.detail, summary: try teller.summary())
    }

    /// What a round is judged by: its scheme's process as its documents say, the notices adopted by the moment.
    private func rules(of state: RoundState, _ moment: Moment) throws -> RoundRules {
        var processes = RoundProcesses(archive.evidence)
        return RoundRules(
            process: try processes.process(state.id.scheme, state.choice),
            calendar: try archive.calendars.calendar(atPosition: moment.atPosition))
    }

    /// What bodies are called on a day.
    private func names(of bodies: [BodyID], on day: CalendarDay) throws -> [BodyID: String] {
        var register = BodyRegister(log: archive.log, laterCodes: [:])
        var names: [BodyID: String] = [:]
        for body in bodies { names[body] = try register.history(body)?.profile(asOf: day).name }
        return names
    }

    /// The rounds that are recorded, sorted: found by the names of their streams, without reading the log.
    public func rounds() throws -> [RoundID] {
        try catchUpIndex()
        return try archive.log.index.streams(withPrefix: "round/").compactMap { RoundID(stream: $0.text) }.sorted()
    }

    /// Everything that is open on a day (contract §3): steps of all rounds, and the limits of rectifications in cases;
    /// overdue first. It reads the entries of the rounds and the facts of cases, never the whole log.
    ///
    /// - Parameter region: only rounds and bodies of a region (digits that its code begins with).
    public func duties(_ moment: Moment = Moment(), region: String? = nil) throws -> [Duty] {
        let day = moment.asOf ?? archive.today
        var duties: [Duty] = []
        var processes = RoundProcesses(archive.evidence)
        let calendar = try archive.calendars.calendar(atPosition: moment.atPosition)
        for id in try rounds() where region.map({ id.region.text.hasPrefix($0) }) ?? true {
            let timeline = try RoundTimeline(id, in: archive.log, atPosition: moment.atPosition ?? .max)
            let state = timeline.state(asOf: day)
            guard timeline.facts.contains(where: { $0.day <= day }) else { continue }
            let rules = RoundRules(process: try processes.process(id.scheme, state.choice), calendar: calendar)
            duties += state.openSteps(on: day, under: rules).map { step in
                Duty(round: id, caseID: nil, step: step, bodyName: nil, on: day)
            }
        }
        let names = try self.names(of: Set(duties.compactMap(\.step.body)).sorted(), on: day)
        for index in duties.indices { duties[index].bodyName = duties[index].step.body.flatMap { names[$0] } }
        duties += try caseDuties(on: day, moment, region: region)
        return duties.sorted(by: Duty.comesFirst)
    }

    /// The entries of rounds that are about a body, those of whole lists and of results that name it among them.
    func roundPositions(of body: BodyID) throws -> [UInt64] {
        let name = Array(body.text.utf8)
        var positions: [UInt64] = []
        for id in try rounds() {
            guard let stream = StreamID(id.stream) else { continue }
            for position in try archive.log.stream(stream).positions {
                let entry = try archive.log.entry(at: position)
                // Most steps are of other bodies, and need not be decoded to see that.
                guard entry.bytes.firstRange(of: name) != nil, case .evaluation(let step) = try entry.event(),
                    step.concerns(body)
                else { continue }
                positions.append(position)
            }
        }
        return positions
    }
}
