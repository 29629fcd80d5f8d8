/// `combined_scores`: scores of several assessors, each reported by itself and on one scale, combined by weights
/// (江苏省 2020: 各地自评、第三方测评、专家评审, with existing results). Whose score an input is, its name says, and the entry
/// behind it who reported it. The weights add up to 1; a source that gives none has them from an overlay (Q25).
struct CombinedScores: Rule {
    struct Part: Sendable {
        var input: String
        var weight: Rational
    }

    static let type = "combined_scores"
    static let title = Bilingual("各方评分按权重合成", "scores of several assessors, combined by weights")
    var parts: [Part]
    /// What each assessor's score is out of.
    var scale: Rational

    init(reading fields: inout DocumentFields, points: Rational?) throws(SchemeFault) {
        let node = try fields.required("weights")
        parts = []
        for member in try node.members() {
            parts.append(Part(input: member.key, weight: try member.value.positiveDecimal()))
        }
        scale = try fields.required("scale").positiveDecimal()
        try RuleSums.check(parts.map(\.weight), are: .one, at: node)
    }

    var inputs: [RuleInput] { parts.map { RuleInput(name: $0.input, forms: [.decimal]) } }

    func outcome(_ reading: inout Reading) throws(Shortfall) -> Outcome {
        let points = reading.points ?? .zero
        // Every score is read, so that a missing one is told in any case.
        var sum = Rational.zero
        for part in parts {
            let (before, score) = (sum, try reading.manualScore(part.input, upTo: scale))
            sum = try reading.exactly { try before + part.weight * score }
        }
        let combined = sum
        let value = try reading.exactly { try (points * combined).divided(by: scale) }
        reading.work { reading in
            let terms = parts.map { "\($0.weight) × \(reading.shown($0.input))" }.joined(separator: " + ")
            return "\(points) × (\(terms)) ÷ \(scale) = \(value)"
        }
        return .points(value, [.manual])
    }
}
