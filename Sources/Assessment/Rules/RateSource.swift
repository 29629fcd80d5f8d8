/// A rate: given as such, or as a numerator over a base; `complement` takes one minus it (败诉率 → 胜诉的部分).
struct RateSource: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        case given(String)
        case quotient(numerator: String, base: String)
    }

    var kind: Kind
    var isComplement: Bool

    init(reading fields: inout DocumentFields) throws(SchemeFault) {
        isComplement = try fields.optional("complement")?.boolean() ?? false
        if let rate = try fields.optionalText("rate") {
            kind = .given(rate)
        } else {
            kind = .quotient(numerator: try fields.text("numerator"), base: try fields.text("base"))
        }
    }

    var inputs: [RuleInput] {
        switch kind {
        case .given(let rate): [RuleInput(name: rate, forms: [.decimal])]
        case .quotient(let numerator, let base):
            [numerator, base].map { RuleInput(name: $0, forms: [.count, .decimal]) }
        }
    }

    /// The rate, clamped to 0…1 and turned into what earns points; nil where the base is zero.
    func earned(_ reading: inout Reading) throws(Shortfall) -> Rational? {
        let rate: Rational
        switch kind {
        case .given(let name): rate = try reading.number(name)
        case .quotient(let numerator, let base):
            let (top, bottom) = (try reading.number(numerator), try reading.number(base))
            guard !bottom.isZero else {
                if !top.isZero { reading.note(.baseZeroWithCount, numerator) }
                return nil
            }
            if top > bottom { reading.note(.rateAboveOne, numerator) }
            rate = try reading.exactly { min(try top.divided(by: bottom), .one) }
        }
        return isComplement ? try reading.exactly { try .one - rate } : min(rate, .one)
    }

    /// The rate with its numbers filled in, e.g. `(1 − 1/4)`.
    func formula(_ reading: Reading) -> String {
        let rate =
            switch kind {
            case .given(let name): reading.shown(name)
            case .quotient(let numerator, let base): "\(reading.shown(numerator))/\(reading.shown(base))"
            }
        return isComplement ? "(1 − \(rate))" : rate
    }
}

extension ZeroBase {
    /// What a rate without a base is taken for; nil where the choice sets no number.
    var rate: Rational? {
        switch self {
        case .full: .one
        case .zero: .zero
        case .exclude, .manual: nil
        }
    }

    /// The outcome where the choice sets no number.
    func outcome(_ reading: inout Reading) throws(Shortfall) -> Outcome {
        guard self == .manual else {
            reading.work { _ in "分母为零，本项不计入总分，总分按满分折算" }
            return .excluded([.noBase])
        }
        return .points(try reading.manualScore(), [.noBase, .manual])
    }
}

extension RateSource {
    /// Whether the rate is computed here, so that its base can be zero.
    var hasBase: Bool {
        switch kind {
        case .given: false
        case .quotient: true
        }
    }
}
