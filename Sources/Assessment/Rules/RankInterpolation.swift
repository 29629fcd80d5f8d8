/// `rank_interpolation`: full marks at rate zero or without a case, none at the cohort's highest rate, those between by
/// their place (依排序计分; Q03). Zero is always anchored as the full-mark end.
struct RankInterpolation: Rule {
    static let type = "rank_interpolation"
    static let title = Bilingual("按同类单位排序计分", "by the place among the cohort's rates")
    var source: RateSource

    init(reading fields: inout DocumentFields, points: Rational?) throws(SchemeFault) {
        source = try RateSource(reading: &fields)
    }

    var inputs: [RuleInput] { source.inputs }
    var options: [any OptionChoice.Type] { [RankScoring.self] }

    /// The rate by which a body is placed; zero where it has no case.
    func rate(_ reading: inout Reading) throws(Shortfall) -> (rate: Rational, hasBase: Bool) {
        guard let rate = try source.earned(&reading) else { return (.zero, false) }
        return (rate, true)
    }

    func outcome(_ reading: inout Reading) throws(Shortfall) -> Outcome {
        let points = reading.points ?? .zero
        let (rate, hasBase) = try self.rate(&reading)
        guard let cohort = reading.cohort else { preconditionFailure("a rule that ranks is given its cohort") }
        let option = reading.options[RankScoring.self]
        let lost = try reading.exactly { try cohort.share(of: rate, option) }
        let value = try reading.exactly { try points * (.one - lost) }
        reading.work { reading in
            "\(source.formula(reading))，比率 \(rate)；\(cohort.place(of: rate, option))；\(points) × (1 − \(lost)) = \(value)"
        }
        return .points(value, hasBase ? [] : [.noBase])
    }
}
