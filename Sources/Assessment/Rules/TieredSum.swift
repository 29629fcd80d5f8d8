/// `tiered_sum`: steps that build on each other (得…分；…的，再得…分), with an exemption that gives full marks or leaves the
/// indicator out (Q06).
struct TieredSum: Rule {
    struct Step: Sendable {
        var input: String
        var points: Rational
    }

    static let type = "tiered_sum"
    static let title = Bilingual("逐级累加得分", "steps that build on each other")
    var steps: [Step]
    /// 是: exempt, whatever the steps say.
    var exemption: String?

    init(reading fields: inout DocumentFields, points: Rational?) throws(SchemeFault) {
        steps = []
        let node = try fields.required("steps")
        for element in try node.elements() {
            var members = try element.fields()
            steps.append(
                Step(input: try members.text("input"), points: try members.required("points").positiveDecimal()))
            try members.finish()
        }
        exemption = try fields.optionalText("exemption")
        try RuleSums.check(steps.map(\.points), are: points, at: node)
    }

    var inputs: [RuleInput] {
        (steps.map(\.input) + [exemption].compactMap(\.self)).map { RuleInput(name: $0, forms: [.yesNo]) }
    }

    var options: [any OptionChoice.Type] { exemption == nil ? [] : [ExemptScore.self] }

    func outcome(_ reading: inout Reading) throws(Shortfall) -> Outcome {
        if let exemption, try reading.isYes(exemption) {
            guard reading.options[ExemptScore.self] == .full else {
                reading.work { _ in "\(exemption)＝是，本项不计入总分，总分按满分折算" }
                return .excluded([.exempt])
            }
            let points = reading.points ?? .zero
            reading.work { _ in "\(exemption)＝是，不扣分，得 \(points)" }
            return .points(points, [.exempt])
        }
        var total = Rational.zero
        var counts = true
        for step in steps {
            // Read even where an earlier step failed: a missing input is told in any case.
            counts = try reading.isYes(step.input) && counts
            let value = counts ? step.points : .zero
            reading.work { reading in "\(step.input)＝\(reading.shown(step.input))，得 \(value)" }
            let sum = total
            total = try reading.exactly { try sum + value }
        }
        return .points(total)
    }
}
