/// `bands_sum`: each rate falls into a band that gives points (划分区间计分). Without bands the scheme cannot compute: the
/// score is set by hand until an overlay gives them (Q04).
struct BandsSum: Rule {
    struct Band: Sendable {
        /// Inclusive.
        var from: Rational
        var points: Rational
    }

    static let type = "bands_sum"
    static let title = Bilingual("按比率所在区间计分后相加", "points by the band that each rate falls into")
    var sources: [RateSource]
    /// Falling; empty until an overlay gives them.
    var bands: [Band]

    init(reading fields: inout DocumentFields, points: Rational?) throws(SchemeFault) {
        sources = []
        let node = try fields.required("of")
        for element in try node.elements() {
            var members = try element.fields()
            sources.append(try RateSource(reading: &members))
            try members.finish()
        }
        bands = []
        for element in try fields.optional("bands")?.elements() ?? [] {
            var members = try element.fields()
            let band = Band(
                from: try members.required("from").decimal(), points: try members.required("points").decimal())
            try members.finish()
            guard !band.from.isNegative, !band.points.isNegative else {
                throw element.badValue("不小于 0 的 from 与 points", "from and points not below 0")
            }
            guard bands.last.map({ $0.from > band.from && $0.points > band.points }) ?? true else {
                throw element.badValue("由高到低排列的区间", "bands from the highest to the lowest")
            }
            bands.append(band)
        }
        if let best = bands.first {
            try RuleSums.check(sources.map { _ in best.points }, are: points, at: node)
        }
    }

    var inputs: [RuleInput] {
        let rates = sources.flatMap(\.inputs).map {
            RuleInput(name: $0.name, forms: $0.forms, isOptional: bands.isEmpty)
        }
        guard bands.isEmpty else { return rates }
        return rates + [RuleInput(name: Indicator.manualScore, forms: [.decimal])]
    }

    var options: [any OptionChoice.Type] { sources.contains(where: \.hasBase) && !bands.isEmpty ? [ZeroBase.self] : [] }

    func outcome(_ reading: inout Reading) throws(Shortfall) -> Outcome {
        guard !bands.isEmpty else { return .points(try reading.manualScore(), [.manual]) }
        var total = Rational.zero
        var flags: Set<ScoreFlag> = []
        for source in sources {
            var rate = try source.earned(&reading)
            if rate == nil {
                let choice = reading.options[ZeroBase.self]
                guard let substitute = choice.rate else { return try choice.outcome(&reading) }
                rate = substitute
                flags.insert(.noBase)
            }
            let earned = rate ?? .zero
            let value = bands.first { earned >= $0.from }?.points ?? .zero
            reading.work { reading in "\(source.formula(reading)) = \(earned)，得 \(value)" }
            let sum = total
            total = try reading.exactly { try sum + value }
        }
        return .points(total, flags)
    }
}
