/// A value of a YAML document with the place where it stands, so that every error can name document, line and field.
struct DocumentNode: Sendable {
    enum Content: Sendable {
        /// A plain `null`, `~` or nothing at all.
        case null
        /// A text, quoted or not: numbers and days are read from it exactly, never through a binary number.
        case scalar(String)
        case sequence([DocumentNode])
        case mapping([Member])
    }

    struct Member: Sendable {
        var key: String
        var value: DocumentNode
    }

    var content: Content
    var document: String
    var line: Int
    var field: String

    func fault(_ code: SchemeFault.Code, chinese: String, english: String) -> SchemeFault {
        SchemeFault(code, document: document, line: line, field: field, chinese: chinese, english: english)
    }

    private func wrongType(_ chinese: String, _ english: String) -> SchemeFault {
        fault(.wrongType, chinese: "类型不对，应为\(chinese)", english: "wrong type: expected \(english)")
    }

    /// A value that is not one of those allowed.
    func badValue(_ chinese: String, _ english: String) -> SchemeFault {
        fault(.badValue, chinese: "值不合规定，应为\(chinese)", english: "the value is not allowed; it must be \(english)")
    }

    func fields() throws(SchemeFault) -> DocumentFields {
        guard case .mapping(let members) = content else { throw wrongType("键值对", "a mapping") }
        return DocumentFields(self, members)
    }

    func members() throws(SchemeFault) -> [Member] {
        guard case .mapping(let members) = content else { throw wrongType("键值对", "a mapping") }
        return members
    }

    func elements() throws(SchemeFault) -> [DocumentNode] {
        guard case .sequence(let elements) = content else { throw wrongType("列表", "a list") }
        return elements
    }

    func text() throws(SchemeFault) -> String {
        guard case .scalar(let text) = content else { throw wrongType("文字", "a text") }
        return text
    }

    /// A decimal of at most 15 digits before and 6 behind the point.
    func decimal() throws(SchemeFault) -> Rational {
        guard let value = Rational(decimal: try text()) else { throw badValue("十进制数，如 0.4", "a decimal such as 0.4") }
        return value
    }

    /// A decimal above zero.
    func positiveDecimal() throws(SchemeFault) -> Rational {
        let value = try decimal()
        guard value > .zero else { throw badValue("大于 0 的十进制数", "a decimal above 0") }
        return value
    }

    func whole(in range: ClosedRange<Int>) throws(SchemeFault) -> Int {
        guard let value = Int(try text()), range.contains(value) else {
            throw badValue("\(range.lowerBound) 至 \(range.upperBound) 的整数", "a whole number \(range)")
        }
        return value
    }

    func boolean() throws(SchemeFault) -> Bool {
        switch try text() {
        case "true": return true
        case "false": return false
        default: throw badValue("true 或 false", "true or false")
        }
    }

    func texts() throws(SchemeFault) -> [String] {
        var texts: [String] = []
        for element in try elements() { texts.append(try element.text()) }
        return texts
    }

    /// A value of a closed list, by its raw value.
    func choice<Value: RawRepresentable & CaseIterable>(
        _ type: Value.Type = Value.self
    ) throws(SchemeFault) -> Value where Value.RawValue == String {
        guard let value = Value(rawValue: try text()) else {
            let known = Value.allCases.map(\.rawValue).joined(separator: " | ")
            throw badValue(known, known)
        }
        return value
    }

    func choices<Value: RawRepresentable & CaseIterable>(
        of type: Value.Type = Value.self
    ) throws(SchemeFault) -> [Value] where Value.RawValue == String {
        var values: [Value] = []
        for element in try elements() { values.append(try element.choice(type)) }
        return values
    }

    var isNull: Bool { if case .null = content { true } else { false } }
}
