public import CanonicalJSON

extension EvaluationStep {
    /// The documents that a round works by.
    public struct SchemeChoice: Sendable, Hashable {
        /// Digest of the scheme's document.
        public var scheme: String?
        /// Digest of the overlay's document.
        public var overlay: String?

        public init(scheme: String? = nil, overlay: String? = nil) {
            self.scheme = scheme
            self.overlay = overlay
        }
    }

    /// What only some types say; nil or empty where the type has no such member.
    public struct Content: Sendable, Hashable {
        /// `evaluation.relisted`: bodies that come into the round.
        public var added: [AssessedBody] = []
        /// `evaluation.opened`: the bodies under evaluation (《政务公开工作考核实施细则》第二条: 列出被考核单位名称).
        public var bodies: [AssessedBody] = []
        public var body: BodyID?
        /// `report.adjudged`: the case in which the 不良记录 stands.
        public var caseID: CaseID?
        /// `evaluation.collected`: channels of 《政务诚信评价办法》第八条.
        public var channels: [SourceChannel] = []
        /// 催办期限, or the end of a consequence.
        public var dueOn: CalendarDay?
        public var evaluator: NamedOffice?
        /// `evaluators.recommended`.
        public var evaluators: [NamedOffice] = []
        public var ground: StepGround?
        /// 证明材料 of a 复评申请, as described.
        public var materials: SealableText?
        public var measure: Measure?
        /// Member units of a 考核小组.
        public var members: [String] = []
        public var methods: [CollectionMethod] = []
        public var outcome: StepOutcome?
        /// Why results are re-issued.
        public var reason: String?
        /// The office that a complaint goes to.
        public var receiver: StepActor?
        public var recipients: [Recipient] = []
        public var removed: [BodyID] = []
        /// Position of the results that a re-issue replaces.
        public var replaces: UInt64?
        public var results: EvaluationResults?
        public var choice: SchemeChoice?
        public var statements: [ReportStatement] = []

        public init() {}

        /// A content with some members set.
        public init(_ fill: (inout Content) -> Void) { fill(&self) }
    }
}

extension EvaluationStep.Content {
    private typealias Member = EvaluationStep.Member

    init(_ shape: EvaluationStep.Shape, reading fields: inout JSONFields, form: EventForm) throws(JSONFault) {
        func node(_ member: Member, _ key: StaticString, _ fields: inout JSONFields) throws(JSONFault) -> JSONNode? {
            if shape.required.contains(member) { return try fields.required(key) }
            return shape.optional.contains(member) ? fields.optional(key) : nil
        }
        added = try JSONNode.list(node(.added, "added", &fields), upTo: EvaluationResults.maximumBodies)
        bodies = try JSONNode.list(node(.bodies, "bodies", &fields), upTo: EvaluationResults.maximumBodies)
        body = try node(.body, "body", &fields).map(BodyID.init(json:))
        channels = try JSONNode.codes(node(.channels, "channels", &fields))
        dueOn = try node(.dueOn, "dueOn", &fields).map(CalendarDay.init(json:))
        evaluator = try node(.evaluator, "evaluator", &fields).map(NamedOffice.init(json:))
        evaluators = try JSONNode.list(node(.evaluators, "evaluators", &fields), upTo: 1_000)
        if let ground = try node(.ground, "ground", &fields) {
            self.ground = try ground.code(of: shape.grounds)
        }
        materials = try node(.materials, "materials", &fields).map { (node) throws(JSONFault) in
            try SealableText(json: node, form: form, limit: freeTextLimit)
        }
        measure = try node(.measure, "measure", &fields).map(Measure.init(json:))
        if let members = try node(.members, "members", &fields) {
            for element in try members.elements() { self.members.append(try element.name()) }
            guard (1...100).contains(self.members.count) else { throw members.fault(.badValue, "1–100 names") }
        }
        methods = try JSONNode.codes(node(.methods, "methods", &fields))
        if let outcome = try node(.outcome, "outcome", &fields) {
            self.outcome = try outcome.code(of: shape.outcomes)
        }
        if shape.optional.contains(.case), outcome == .entered {
            let id = try fields.required("case")
            guard let id = CaseID(try id.string()) else { throw id.fault(.badValue, "事项编号, 1–128 characters") }
            caseID = id
        }
        reason = try node(.reason, "reason", &fields).map { (node) throws(JSONFault) in try node.name() }
        receiver = try node(.receiver, "receiver", &fields).map(StepActor.init(json:))
        recipients = try JSONNode.codes(node(.recipients, "recipients", &fields))
        if let removed = try node(.removed, "removed", &fields) {
            self.removed = try JSONNode.list(removed, upTo: EvaluationResults.maximumBodies)
        }
        if shape.optional.contains(.removed), added.isEmpty, removed.isEmpty {
            throw JSONFault(.missingMember, at: fields.object.pointer + "/added")
        }
        replaces = try node(.replaces, "replaces", &fields).map { (node) throws(JSONFault) in try node.position() }
        if shape.required.contains(.results) { results = try EvaluationResults(reading: &fields) }
        if shape.optional.contains(.scheme) { choice = try EvaluationStep.SchemeChoice(reading: &fields) }
        statements = try JSONNode.codes(node(.statements, "statements", &fields))
    }

    /// Writes all members behind `actor`, those of the details in their places.
    func write(to writer: inout JSONWriter, _ details: EvaluationStep.Details) {
        writer.list("added", added)
        writer.list("bodies", bodies)
        writer.member("body", body)
        writer.member("case", caseID?.text)
        writer.list("channels", channels)
        writer.member("claimedRecordedOn", details.claimedRecordedOn)
        writer.member("document", details.document)
        writer.member("dueOn", dueOn)
        writer.member("evaluator", evaluator)
        writer.list("evaluators", evaluators)
        writer.list("evidence", details.evidence)
        writer.member("ground", ground)
        writer.member("materials", materials)
        writer.member("measure", measure)
        writer.list("members", members)
        writer.list("methods", methods)
        writer.member("note", details.note)
        writer.member("occurredOn", details.occurredOn)
        writer.member("outcome", outcome)
        writer.member("overlay", results.map(\.overlay) ?? choice?.overlay)
        writer.member("reason", reason)
        writer.member("receiver", receiver)
        writer.list("recipients", recipients)
        writer.list("removed", removed)
        writer.member("replaces", replaces)
        if let results { writer.member("results", results.results) }
        writer.member("scheme", results?.scheme ?? choice?.scheme)
        writer.member("snapshot", results?.snapshot)
        writer.list("statements", statements)
    }
}

extension EvaluationStep.SchemeChoice {
    /// Nil where neither document is named.
    fileprivate init?(reading fields: inout JSONFields) throws(JSONFault) {
        overlay = try fields.optional("overlay").map { (node) throws(JSONFault) in try node.digest() }
        scheme = try fields.optional("scheme").map { (node) throws(JSONFault) in try node.digest() }
        if overlay == nil, scheme == nil { return nil }
    }
}

extension EvaluationResults {
    fileprivate init(reading fields: inout JSONFields) throws(JSONFault) {
        overlay = try fields.optional("overlay").map { (node) throws(JSONFault) in try node.digest() }
        results = try JSONNode.list(fields.required("results"), upTo: EvaluationResults.maximumBodies)
        scheme = try fields.required("scheme").digest()
        snapshot = try fields.required("snapshot").position()
    }
}

extension JSONNode {
    /// A position of the log.
    fileprivate func position() throws(JSONFault) -> UInt64 {
        UInt64(try integer(in: 0...9_007_199_254_740_991))
    }

    /// One of some codes of a list.
    fileprivate func code<Code: CodeList>(of codes: [Code]) throws(JSONFault) -> Code {
        let code = try Code(json: self)
        guard codes.contains(code) else { throw fault(.badValue, codes.map(\.rawValue).joined(separator: " | ")) }
        return code
    }

    /// 1…`limit` elements; an absent member is none.
    fileprivate static func list<Element: JSONDecodable>(
        _ node: JSONNode?, upTo limit: Int
    ) throws(JSONFault) -> [Element] {
        guard let node else { return [] }
        let list = try [Element](json: node)
        guard (1...limit).contains(list.count) else { throw node.fault(.badValue, "1–\(limit) elements") }
        return list
    }

    /// Different codes of a list, at least one; an absent member is none.
    fileprivate static func codes<Code: CodeList>(_ node: JSONNode?) throws(JSONFault) -> [Code] {
        guard let node else { return [] }
        let codes: [Code] = try list(node, upTo: Code.allCases.count)
        guard Set(codes).count == codes.count else { throw node.fault(.badValue, "each code once") }
        return codes
    }
}

extension JSONWriter {
    /// Writes the member unless the list is empty: an absent list is absent.
    fileprivate mutating func list(_ key: StaticString, _ values: [some JSONEncodable]) {
        if !values.isEmpty { member(key, values) }
    }
}
