public import CanonicalJSON

/// A step of a round of evaluation, on the stream `round/<scheme>/<year>/<region>`; or the list of recommended
/// evaluators, on the stream `evaluators/<province>` (《政务诚信评价办法》第六条).
///
/// One shape for all of them: who, when, by which document; which of the other members a type has is told by
/// ``shape(of:)``. Whether a step is possible, and for whom, is the round's to judge.
public struct EvaluationStep: Sendable, Hashable, JSONEncodable {
    public let type: EventType
    public var details: Details
    public var content: Content

    /// What every step says.
    public struct Details: Sendable, Hashable {
        public var actor: StepActor
        /// 日期.
        public var occurredOn: CalendarDay
        public var document: DocumentNumber?
        /// 说明; of a 复评申请 its reasons.
        public var note: SealableText?
        public var evidence: [Evidence]
        public var claimedRecordedOn: CalendarDay?

        public init(
            _ actor: StepActor, on day: CalendarDay, document: DocumentNumber? = nil, note: SealableText? = nil,
            evidence: [Evidence] = [], claimedRecordedOn: CalendarDay? = nil
        ) {
            self.actor = actor
            occurredOn = day
            self.document = document
            self.note = note
            self.evidence = evidence
            self.claimedRecordedOn = claimedRecordedOn
        }
    }

    public init(_ type: EventType, _ details: Details, _ content: Content = Content()) {
        precondition(EvaluationStep.shape(of: type) != nil, "\(type.rawValue) has another shape")
        self.type = type
        self.details = details
        self.content = content
    }

    init(type: EventType, reading fields: inout JSONFields, form: EventForm) throws(JSONFault) {
        guard let shape = EvaluationStep.shape(of: type) else {
            preconditionFailure("\(type.rawValue) has another shape")
        }
        self.type = type
        details = Details(try fields.required("actor"), on: try fields.required("occurredOn"))
        details.claimedRecordedOn = try fields.optional("claimedRecordedOn")
        details.document = try fields.optional("document")
        details.evidence = try Evidence.list(fields.optional("evidence"))
        details.note = try fields.optionalText("note", form: form, limit: freeTextLimit)
        content = try Content(shape, reading: &fields, form: form)
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("actor", details.actor)
        content.write(to: &writer, details)
        writer.endObject()
    }
}

extension EvaluationStep {
    /// A member that only some types have.
    public enum Member: Sendable {
        case added, bodies, body, `case`, channels, dueOn, evaluator, evaluators, ground, materials, measure, members
        case methods, outcome, reason, receiver, recipients, removed, replaces, results, scheme, statements
    }

    /// Which members a type has beside ``Details``, and what they may say.
    public struct Shape: Sendable {
        public var required: Set<Member> = []
        public var optional: Set<Member> = []
        public var outcomes: [StepOutcome] = []
        public var grounds: [StepGround] = []
    }

    /// The shape of a type; nil for types that are no steps of an evaluation.
    public static func shape(of type: EventType) -> Shape? { shapes[type] }

    /// The types of this shape.
    public static let types = Set(shapes.keys)

    private static let shapes: [EventType: Shape] = [
        .evaluatorsRecommended: Shape(required: [.evaluators]),
        .evaluationCommissioned: Shape(required: [.evaluator], optional: [.members]),
        .evaluationPlanned: Shape(optional: [.scheme]),
        .evaluationOpened: Shape(required: [.bodies], optional: [.scheme]),
        .evaluationRelisted: Shape(optional: [.added, .removed]),
        .reportFiled: Shape(required: [.body]),
        .reportFaulted: Shape(required: [.body]),
        .reportAdjudged: Shape(
            required: [.body, .ground, .outcome], optional: [.case], outcomes: [.entered, .notEntered],
            grounds: [.late, .untrue]),
        .evaluationUrged: Shape(required: [.body], optional: [.dueOn]),
        .evaluationCollected: Shape(optional: [.body, .channels, .methods]),
        .evaluationVerified: Shape(required: [.body], optional: [.methods]),
        .evaluationPreliminary: Shape(required: [.results]),
        .evaluationDelivered: Shape(required: [.body]),
        .reviewRequested: Shape(required: [.body], optional: [.materials]),
        .reviewSupplemented: Shape(required: [.body], optional: [.materials]),
        .reviewDecided: Shape(
            required: [.body, .outcome], outcomes: [.scoreChanged, .scoreUpheld, .insufficient]),
        .evaluationApproved: Shape(required: [.outcome], optional: [.body], outcomes: [.agreed, .returned]),
        .evaluationFinal: Shape(required: [.results]),
        .evaluationAudited: Shape(required: [.outcome], optional: [.body], outcomes: [.passed, .returned]),
        .evaluationUploaded: Shape(required: [.body], optional: [.statements]),
        .evaluationCompiled: Shape(),
        .evaluationSent: Shape(required: [.recipients]),
        .evaluationComplained: Shape(
            required: [.body, .ground, .receiver], grounds: [.unfair, .arbitrary, .irregular, .other]),
        .evaluationAnswered: Shape(
            required: [.body, .outcome], outcomes: [.justified, .partlyJustified, .unjustified]),
        .evaluationReissued: Shape(required: [.reason, .replaces, .results]),
        .consequenceImposed: Shape(required: [.body, .measure], optional: [.dueOn]),
        .consequenceEnded: Shape(required: [.body, .measure]),
    ]
}
