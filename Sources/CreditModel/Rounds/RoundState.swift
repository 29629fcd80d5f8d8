/// What a round is after some of its facts.
public struct RoundState: Sendable, Hashable {
    public let id: RoundID
    /// Steps of the round as a whole, the latest of each.
    public private(set) var done: [EventType: StepMark] = [:]
    /// Who commissioned, and whom.
    public private(set) var commissioner: StepActor?
    public private(set) var evaluator: NamedOffice?
    /// Evaluators whose commission was given to another one, in order.
    public private(set) var formerEvaluators: [FormerEvaluator] = []
    /// The documents that the round works by, as its plan or its opening names them.
    public private(set) var choice: EvaluationStep.SchemeChoice?
    public private(set) var bodies: [BodyID: BodyProgress] = [:]
    public private(set) var recipients: Set<Recipient> = []
    /// A review has changed a score: scores that depend on ranks may have changed with it.
    public private(set) var hasChangedScore = false

    /// An evaluator until another one was commissioned in its place.
    public struct FormerEvaluator: Sendable, Hashable {
        public var office: NamedOffice
        public var successor: NamedOffice
        /// The commission of the successor.
        public var replaced: StepMark
    }

    public init(_ id: RoundID) { self.id = id }

    /// The bodies under evaluation, in the order of their ids.
    public var bodyIDs: [BodyID] { bodies.keys.sorted() }

    /// The state after `fact`, whatever it says: the log is the truth, and what was accepted is not judged again.
    public mutating func evolve(_ fact: RoundFact) {
        let content = fact.step.content
        switch fact.type {
        case .evaluationCommissioned:
            commissioner = fact.step.details.actor
            if let evaluator, let successor = content.evaluator {
                formerEvaluators.append(
                    FormerEvaluator(office: evaluator, successor: successor, replaced: StepMark(fact)))
            }
            evaluator = content.evaluator
        case .evaluationPlanned: choice = content.choice ?? choice
        case .evaluationOpened:
            choice = content.choice ?? choice
            for assessed in content.bodies { bodies[assessed.body] = BodyProgress(assessed) }
        case .evaluationRelisted:
            for body in content.removed { bodies[body] = nil }
            for assessed in content.added { bodies[assessed.body] = BodyProgress(assessed) }
        case .evaluationSent: recipients.formUnion(content.recipients)
        case .reviewDecided: if content.outcome == .scoreChanged { hasChangedScore = true }
        default: break
        }
        if let results = content.results {
            for result in results.results { bodies[result.body]?.apply(fact, result: result) }
        } else if let body = content.body {
            bodies[body]?.apply(fact)
        } else {
            done[fact.type] = StepMark(fact)
            guard [.evaluationCollected, .evaluationApproved, .evaluationAudited].contains(fact.type) else { return }
            for body in bodies.keys { bodies[body]?.apply(fact) }
        }
    }

    /// Whether a step has been taken: for a body, or for the round as a whole.
    public func has(_ type: EventType, for body: BodyID?) -> Bool {
        if done[type] != nil { return true }
        return body.flatMap { bodies[$0] }?.has(type) ?? false
    }
}
