/// `manual_sum`: scores given part by part elsewhere, each up to its own maximum, and added (年度专项 70 + 日常 30).
struct ManualSum: Rule {
    struct Part: Sendable {
        var input: String
        var maximum: Rational
    }

    static let type = "manual_sum"
    static let title = Bilingual("各部分评分相加", "the sum of scores given part by part")
    var parts: [Part]

    init(reading fields: inout DocumentFields, points: Rational?) throws(SchemeFault) {
        let node = try fields.required("parts")
        parts = []
        for member in try node.members() {
            parts.append(Part(input: member.key, maximum: try member.value.positiveDecimal()))
        }
        try RuleSums.check(parts.map(\.maximum), are: points, at: node)
    }

    var inputs: [RuleInput] { parts.map { RuleInput(name: $0.input, forms: [.decimal]) } }

    func outcome(_ reading: inout Reading) throws(Shortfall) -> Outcome {
        var total = Rational.zero
        for part in parts {
            let (sum, value) = (total, try reading.manualScore(part.input, upTo: part.maximum))
            total = try reading.exactly { try sum + value }
        }
        return .points(total)
    }
}
