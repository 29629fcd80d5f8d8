/// `ratio_sum`: the sum of several rates, each times its own points.
struct RatioSum: Rule {
    struct Term: Sendable {
        var source: RateSource
        var points: Rational
    }

    static let type = "ratio_sum"
    static let title = Bilingual("各比率分别乘以分值后相加", "the sum of rates, each times its points")
    var terms: [Term]

    init(reading fields: inout DocumentFields, points: Rational?) throws(SchemeFault) {
        terms = []
        let node = try fields.required("terms")
        for element in try node.elements() {
            var members = try element.fields()
            terms.append(
                Term(
                    source: try RateSource(reading: &members),
                    points: try members.required("points").positiveDecimal()))
            try members.finish()
        }
        try RuleSums.check(terms.map(\.points), are: points, at: node)
    }

    var inputs: [RuleInput] { terms.flatMap(\.source.inputs) }
    var options: [any OptionChoice.Type] { terms.contains { $0.source.hasBase } ? [ZeroBase.self] : [] }

    func outcome(_ reading: inout Reading) throws(Shortfall) -> Outcome {
        var total = Rational.zero
        var flags: Set<ScoreFlag> = []
        for term in terms {
            var rate = try term.source.earned(&reading)
            if rate == nil {
                let choice = reading.options[ZeroBase.self]
                guard let substitute = choice.rate else { return try choice.outcome(&reading) }
                rate = substitute
                flags.insert(.noBase)
                reading.work { reading in "分母为零（\(term.source.formula(reading))），比率按 \(substitute) 计" }
            }
            let earned = rate ?? .zero
            let sum = total
            total = try reading.exactly { try sum + term.points * earned }
        }
        let value = total
        reading.work { reading in
            terms.map { "\($0.points) × \($0.source.formula(reading))" }.joined(separator: " + ") + " = \(value)"
        }
        return .points(value, flags)
    }
}
