public import CanonicalJSON
public import CreditModel

// Answers as they are read back from their JSON: what a service of the archive told.

extension Recorded: JSONDecodable {
    public init(json: JSONNode) throws(JSONFault) {
        var fields = try json.fields()
        self.init(
            id: try fields.required("id"), position: UInt64(clamping: try fields.required("position", as: Int64.self)),
            isDuplicate: try fields.required("duplicate").boolean())
    }
}

extension ImportReport: JSONDecodable {
    public init(json: JSONNode) throws(JSONFault) {
        var fields = try json.fields()
        self.init(
            file: try fields.required("file"), template: try fields.required("template"),
            encoding: try fields.required("encoding"),
            isDryRun: try fields.optional("dryRun").map { node throws(JSONFault) in try node.boolean() } ?? false)
        rows = try fields.required("rows")
        accepted = try fields.required("accepted")
        duplicates = try fields.required("duplicates")
        rejectedRows = try fields.required("rejectedRows")
        problems = try fields.required("rejected")
        notices = try fields.required("notices")
        importID = try fields.optional("importId")
    }
}

extension RowProblem: JSONDecodable {
    public init(json: JSONNode) throws(JSONFault) {
        var fields = try json.fields()
        self.init(
            Int(try fields.required("row", as: Int64.self)), try fields.required("column"),
            try fields.required("code"), try fields.required("reasonZh"), try fields.required("reasonEn"))
    }
}

extension IssuedScore: JSONDecodable {
    public init(json: JSONNode) throws(JSONFault) {
        var fields = try json.fields()
        func present(_ node: JSONNode?) -> JSONNode? { node.flatMap { $0.kind == .null ? nil : $0 } }
        scheme = try fields.required("scheme")
        version = try fields.optional("version")
        score = try present(fields.optional("score")).map { node throws(JSONFault) in try Points(json: node) }
        grade = try present(fields.optional("grade")).map { node throws(JSONFault) in try node.string() }
        rank = try present(fields.optional("rank")).map { node throws(JSONFault) in Int(try node.integer()) }
        position = UInt64(clamping: try fields.required("position", as: Int64.self))
    }
}

extension Duty {
    /// Reads a duty of an answer.
    ///
    /// - Parameter day: on which the question stands, which the answer says once for all.
    public init(json: JSONNode, on day: CalendarDay) throws(JSONFault) {
        var fields = try json.fields()
        func present(_ key: StaticString) -> JSONNode? { fields.optional(key).flatMap { $0.kind == .null ? nil : $0 } }
        func text(_ key: StaticString) throws(JSONFault) -> String? {
            try present(key).map { node throws(JSONFault) in try node.string() }
        }
        let type = try fields.required("type")
        let nature = try fields.required("nature")
        guard let known = EventType(rawValue: try type.string()) else { throw type.fault(.badValue, "a type of event") }
        guard let named = OpenStep.Nature(rawValue: try nature.string()) else {
            throw nature.fault(.badValue, "the nature of a day")
        }
        let missing = try present("missingYear").map { node throws(JSONFault) in
            CalendarMissing(year: Int(try node.integer()))
        }
        self.init(
            round: try text("round").flatMap { RoundID(stream: $0) }, caseID: try text("case").flatMap { CaseID($0) },
            step: OpenStep(
                known, name: try fields.required("step"),
                body: try present("body").map { node throws(JSONFault) in try BodyID(json: node) },
                dueOn: try present("dueOn").map { node throws(JSONFault) in try CalendarDay(json: node) },
                missing: missing, nature: named, source: try fields.required("source")),
            bodyName: try text("bodyName"), on: day)
    }
}
