/// How far a round has come with one body.
public struct BodyProgress: Sendable, Hashable {
    public let body: BodyID
    public let kind: BodyKind
    /// The latest of each step.
    public private(set) var done: [EventType: StepMark] = [:]
    /// The first 自查自评.
    public private(set) var firstReport: StepMark?
    /// What was supplied was found untrue and has not been supplied anew.
    public private(set) var isFaulted = false
    /// By when a body that was urged was to supply its self-assessment.
    public private(set) var urgedUntil: CalendarDay?
    /// Decisions on a 不良记录, by ground; the case where one was entered.
    public private(set) var adjudged: [StepGround: Adjudgement] = [:]
    public private(set) var channels: Set<SourceChannel> = []
    public private(set) var methods: Set<CollectionMethod> = []
    public private(set) var preliminary: EvaluationResults.BodyResult?
    public private(set) var final: EvaluationResults.BodyResult?
    /// Position of the results in force.
    public private(set) var finalPosition: UInt64?
    /// The 复评申请 gives reasons.
    public private(set) var hasReasons = false
    /// The 复评申请 gives evidence.
    public private(set) var hasMaterials = false
    public private(set) var review: StepOutcome?
    public private(set) var approval: StepOutcome?
    public private(set) var audit: StepOutcome?
    /// The office that an unanswered complaint went to.
    public private(set) var complainedTo: StepActor?
    public private(set) var consequences: [Measure: Consequence] = [:]
    public private(set) var statements: [ReportStatement] = []

    public struct Adjudgement: Sendable, Hashable {
        public var outcome: StepOutcome
        public var caseID: CaseID?
        public var mark: StepMark
    }

    public struct Consequence: Sendable, Hashable {
        public var mark: StepMark
        public var dueOn: CalendarDay?
    }

    init(_ assessed: AssessedBody) {
        body = assessed.body
        kind = assessed.kind
    }

    public func has(_ type: EventType) -> Bool { done[type] != nil }

    /// Whether the body has been evaluated without a self-assessment of its own.
    public var wasEvaluatedWithoutReport: Bool {
        guard let evaluated = done[.evaluationPreliminary] ?? done[.evaluationFinal] else { return false }
        return firstReport.map { $0.day > evaluated.day || $0.day == evaluated.day && $0.position > evaluated.position }
            ?? true
    }

    /// Reasons and evidence are both there, as 《政务诚信评价办法》第十一条第四项 asks.
    public var isReasoned: Bool { hasReasons && hasMaterials }

    mutating func apply(_ fact: RoundFact, result: EvaluationResults.BodyResult? = nil) {
        let content = fact.step.content
        done[fact.type] = StepMark(fact)
        switch fact.type {
        case .reportFiled:
            if firstReport == nil { firstReport = StepMark(fact) }
            isFaulted = false
        case .reportFaulted: isFaulted = true
        case .reportAdjudged:
            guard let ground = content.ground, let outcome = content.outcome else { return }
            adjudged[ground] = Adjudgement(outcome: outcome, caseID: content.caseID, mark: StepMark(fact))
        case .evaluationUrged: urgedUntil = content.dueOn
        case .evaluationCollected, .evaluationVerified:
            channels.formUnion(content.channels)
            methods.formUnion(content.methods)
        case .evaluationPreliminary:
            preliminary = result
            approval = nil
        case .evaluationFinal, .evaluationReissued:
            final = result
            finalPosition = fact.position
        case .reviewRequested, .reviewSupplemented:
            hasReasons = hasReasons || fact.step.details.note != nil
            hasMaterials = hasMaterials || content.materials != nil || !fact.step.details.evidence.isEmpty
        case .reviewDecided: review = content.outcome
        case .evaluationApproved: approval = content.outcome
        case .evaluationAudited: audit = content.outcome
        case .evaluationUploaded: statements = content.statements
        case .evaluationComplained: complainedTo = content.receiver
        case .evaluationAnswered: complainedTo = nil
        case .consequenceImposed:
            guard let measure = content.measure else { return }
            consequences[measure] = Consequence(mark: StepMark(fact), dueOn: content.dueOn)
        case .consequenceEnded: if let measure = content.measure { consequences[measure] = nil }
        default: break
        }
    }
}
