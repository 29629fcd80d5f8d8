/// How the rounds of a scheme go: which steps there are, who takes them, after what, until when, by which article.
///
/// It is data of the scheme (`process:` in its document); the order of the steps is the source's.
public struct RoundProcess: Sendable, Hashable {
    /// The scheme's id.
    public var scheme: String
    public var steps: [StepRule]

    public init(scheme: String, steps: [StepRule]) {
        self.scheme = scheme
        self.steps = steps
    }

    /// The rule of a step; nil where the scheme has no such step (Q12).
    public subscript(type: EventType) -> StepRule? { steps.first { $0.type == type } }

    /// Takes over steps of another scheme's process that this one lacks: they keep their own document and article, so
    /// that whatever cites them says where they are borrowed from (Q12).
    ///
    /// A borrowed step stands before `final`, which from here on waits for the one before it.
    public mutating func borrow(_ types: [EventType], from other: RoundProcess) {
        let taken = other.steps.filter { types.contains($0.type) && self[$0.type] == nil }
        guard !taken.isEmpty, let place = steps.firstIndex(where: { $0.type == .evaluationFinal }) else { return }
        let own = Set(steps.map(\.type)).union(taken.map(\.type))
        let before = steps[place].after
        steps.insert(
            contentsOf: taken.map { rule in
                var rule = rule
                rule.after = rule.after.filter(own.contains)
                if rule.after.isEmpty { rule.after = before }
                rule.isBorrowed = true
                return rule
            }, at: place)
        let end = place + taken.count
        steps[end].after = (before + (other[.evaluationFinal]?.after ?? [])).filter(own.contains)
    }
}

/// One step of a process.
public struct StepRule: Sendable, Hashable {
    public var type: EventType
    /// What the source calls the step.
    public var name: String
    /// Who takes it; any of them.
    public var roles: [ActorRole]
    /// What must have been done before it.
    public var after: [EventType]
    /// The kinds of body that it is for; empty for all.
    public var kinds: Set<BodyKind>
    /// Until which day of the year behind the evaluated one.
    public var due: [Due]
    /// Within how many working days after which step.
    public var limit: Limit?
    /// Ways that all belong to the step.
    public var methods: [CollectionMethod]
    /// Who must have received before the step is done.
    public var recipients: [Recipient]
    /// What may be imposed, with the article of each; empty: anything, under the step's own article.
    public var measures: [Measure: String]
    /// The document of the step must be named.
    public var needsDocument: Bool
    /// The evaluator must stand on the province's list, where one is known.
    public var needsRecommendation: Bool
    /// Of a government only after its departments (《政务诚信评价办法》第十条第三项).
    public var departmentsFirst: Bool
    /// A round is not complete without it.
    public var isRequired: Bool
    /// The step is another scheme's, taken over by an overlay.
    public var isBorrowed = false
    /// The title of the document that has the rule.
    public var document: String
    /// Where in the document.
    public var article: String

    public struct Due: Sendable, Hashable {
        public var month: Int
        public var day: Int
        /// Whose limit it is; empty for everybody's.
        public var kinds: Set<BodyKind>

        public init(month: Int, day: Int, kinds: Set<BodyKind> = []) {
            self.month = month
            self.day = day
            self.kinds = kinds
        }
    }

    public struct Limit: Sendable, Hashable {
        public var workingDays: Int
        /// The step after whose day the days are counted.
        public var after: EventType

        public init(workingDays: Int, after: EventType) {
            self.workingDays = workingDays
            self.after = after
        }
    }

    public init(
        _ type: EventType, name: String, roles: [ActorRole], after: [EventType] = [], kinds: Set<BodyKind> = [],
        due: [Due] = [], limit: Limit? = nil, methods: [CollectionMethod] = [], recipients: [Recipient] = [],
        measures: [Measure: String] = [:], needsDocument: Bool = false, needsRecommendation: Bool = false,
        departmentsFirst: Bool = false, isRequired: Bool = true, document: String, article: String
    ) {
        self.type = type
        self.name = name
        self.roles = roles
        self.after = after
        self.kinds = kinds
        self.due = due
        self.limit = limit
        self.methods = methods
        self.recipients = recipients
        self.measures = measures
        self.needsDocument = needsDocument
        self.needsRecommendation = needsRecommendation
        self.departmentsFirst = departmentsFirst
        self.isRequired = isRequired
        self.document = document
        self.article = article
    }

    /// Whether the step is taken for each body, not for the round as a whole.
    public var isOfBodies: Bool {
        switch type {
        case .evaluationCollected, .evaluationPreliminary, .evaluationApproved, .evaluationFinal, .evaluationAudited:
            true
        default: EvaluationStep.shape(of: type)?.required.contains(.body) ?? false
        }
    }

    public func applies(to kind: BodyKind) -> Bool { kinds.isEmpty || kinds.contains(kind) }

    /// The day until which a body of a kind has the step done, in a round of `year`; nil where the source has no limit.
    public func due(for kind: BodyKind?, in round: RoundID) -> CalendarDay? {
        let own = due.first { rule in rule.kinds.isEmpty || kind.map(rule.kinds.contains) ?? false }
        return own.flatMap { CalendarDay(year: round.year + 1, month: $0.month, day: $0.day) }
    }

    /// 《document》article.
    public var citation: String { "《\(document)》\(article)" }
}
