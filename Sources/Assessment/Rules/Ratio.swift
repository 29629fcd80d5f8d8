/// `ratio`: points × rate, or points × (1 − rate).
struct Ratio: Rule {
    static let type = "ratio"
    static let title = Bilingual("分值乘以比率", "points times a rate")
    var source: RateSource

    init(reading fields: inout DocumentFields, points: Rational?) throws(SchemeFault) {
        source = try RateSource(reading: &fields)
    }

    var inputs: [RuleInput] { source.inputs }
    var options: [any OptionChoice.Type] { source.hasBase ? [ZeroBase.self] : [] }

    func outcome(_ reading: inout Reading) throws(Shortfall) -> Outcome {
        let points = reading.points ?? .zero
        guard let rate = try source.earned(&reading) else {
            let choice = reading.options[ZeroBase.self]
            guard let rate = choice.rate else { return try choice.outcome(&reading) }
            let value = try reading.exactly { try points * rate }
            reading.work { reading in "分母为零（\(source.formula(reading))），得 \(value)" }
            return .points(value, [.noBase])
        }
        let value = try reading.exactly { try points * rate }
        reading.work { reading in "\(points) × \(source.formula(reading)) = \(value)" }
        return .points(value)
    }
}
