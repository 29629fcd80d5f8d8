public import CreditModel

extension RoundProcess {
    /// Reads a scheme's `process`: the steps in the order of the source, each under its name (步骤).
    ///
    /// Throws ``SchemeFault`` for a step, an office, a kind of body or a key that is not known, and for a step that waits
    /// for one that the process does not have.
    init(scheme: String, document: String, _ node: DocumentNode) throws(SchemeFault) {
        var steps: [StepRule] = []
        for member in try node.members() {
            steps.append(try StepRule(EventType(stepName: member.key, at: member.value), document, member.value))
        }
        for rule in steps {
            for needed in rule.after + (rule.limit.map { [$0.after] } ?? [])
            where !steps.contains(where: { $0.type == needed }) {
                throw node.fault(
                    .unknownReference, chinese: "“\(rule.type.chinese)”之前的“\(needed.chinese)”不在本流程中",
                    english: "'\(rule.type.rawValue)' waits for '\(needed.rawValue)', which the process does not have")
            }
        }
        self.init(scheme: scheme, steps: steps)
    }
}

extension EventType {
    /// A step by its name, as rounds' tables and schemes write it.
    init(stepName name: String, at node: DocumentNode) throws(SchemeFault) {
        guard let type = EvaluationStep.types.first(where: { $0.chinese == name }) else {
            let known = EvaluationStep.types.map(\.chinese).sorted().joined(separator: " ")
            throw node.fault(
                .unknownReference, chinese: "没有步骤“\(name)”；可用：\(known)",
                english: "there is no step '\(name)'; known: \(known)")
        }
        self = type
    }
}

extension StepRule {
    fileprivate init(_ type: EventType, _ document: String, _ node: DocumentNode) throws(SchemeFault) {
        var fields = try node.fields()
        self.init(
            type, name: try fields.optionalText("name") ?? type.chinese, roles: try fields.required("by").choices(),
            document: document, article: try fields.text("place"))
        guard !roles.isEmpty else { throw node.badValue("至少一个办理单位角色", "at least one office") }
        for name in try fields.optional("after")?.elements() ?? [] {
            after.append(try EventType(stepName: name.text(), at: name))
        }
        kinds = Set(try fields.optional("kinds")?.choices() ?? [])
        for due in try fields.optional("due")?.elements() ?? [] { self.due.append(try Due(due)) }
        limit = try fields.optional("within").map { (node) throws(SchemeFault) in try Limit(node) }
        methods = try fields.optional("methods")?.choices() ?? []
        recipients = try fields.optional("to")?.choices() ?? []
        for member in try fields.optional("measures")?.members() ?? [] {
            guard let measure = Measure(rawValue: member.key) else {
                let known = Measure.allCases.map(\.rawValue).joined(separator: " | ")
                throw member.value.badValue(known, known)
            }
            measures[measure] = try member.value.text()
        }
        needsDocument = try fields.optional("document")?.boolean() ?? false
        needsRecommendation = try fields.optional("recommended")?.boolean() ?? false
        departmentsFirst = try fields.optional("departmentsFirst")?.boolean() ?? false
        isRequired = try !(fields.optional("optional")?.boolean() ?? false)
        try fields.finish()
    }
}

extension StepRule.Due {
    fileprivate init(_ node: DocumentNode) throws(SchemeFault) {
        var fields = try node.fields()
        let day = try MonthDay(fields.required("by"))
        self.init(month: day.month, day: day.dayOfMonth, kinds: Set(try fields.optional("kinds")?.choices() ?? []))
        try fields.finish()
    }
}

extension StepRule.Limit {
    fileprivate init(_ node: DocumentNode) throws(SchemeFault) {
        var fields = try node.fields()
        let after = try fields.required("after")
        self.init(
            workingDays: try fields.required("workingDays").whole(in: 1...250),
            after: try EventType(stepName: after.text(), at: after))
        try fields.finish()
    }
}

extension Scheme {
    /// The kinds of lower governments (《政务诚信评价办法》第十条第三项).
    private static let governments: Set<BodyKind> = [.government, .township]

    /// How this scheme's rounds go, with what its options change: `selfReport` (Q17), `appeal` (Q12).
    ///
    /// - Parameter lender: the scheme whose 复评 is borrowed where `appeal` says so.
    public func process(borrowingFrom lender: Scheme?) -> RoundProcess? {
        guard var process = publishedProcess else { return nil }
        if options.choices["selfReport"] == "governmentsToo" {
            for index in process.steps.indices where EventType.selfReport.contains(process.steps[index].type) {
                process.steps[index].kinds.formUnion(Scheme.governments)
                for due in process.steps[index].due.indices {
                    process.steps[index].due[due].kinds.formUnion(Scheme.governments)
                }
            }
        }
        if options.choices["appeal"] == "borrowed", let other = lender?.publishedProcess {
            process.borrow(
                [.evaluationPreliminary, .evaluationDelivered, .reviewRequested, .reviewSupplemented, .reviewDecided],
                from: other)
        }
        return process
    }
}

extension EventType {
    /// The steps of 《政务诚信评价办法》第十六条.
    fileprivate static let selfReport: Set<EventType> = [
        .reportFiled, .reportFaulted, .reportAdjudged, .evaluationUrged,
    ]
}
