/// `tiered`: the first tier that applies gives the points; tiers stand worst first, so that the worst wins (Q07).
struct Tiered: Rule {
    struct Tier: Sendable {
        /// Applies where this count is above zero, or above ``exceeds``.
        var input: String
        var exceeds: String?
        var points: Rational
    }

    static let type = "tiered"
    static let title = Bilingual("按档次计分，从最差一档起", "points by tier, the worst that applies")
    var tiers: [Tier]
    /// If no tier applies.
    var otherwise: Rational
    /// A count of what is not decided yet: it changes no score and is flagged.
    var pending: String?

    init(reading fields: inout DocumentFields, points: Rational?) throws(SchemeFault) {
        tiers = []
        let node = try fields.required("tiers")
        for element in try node.elements() {
            var members = try element.fields()
            tiers.append(
                Tier(
                    input: try members.text("input"), exceeds: try members.optionalText("exceeds"),
                    points: try members.required("points").decimal()))
            try members.finish()
        }
        otherwise = try fields.required("otherwise").decimal()
        pending = try fields.optionalText("pending")
        let ladder = tiers.map(\.points) + [otherwise]
        guard !ladder.contains(where: \.isNegative), zip(ladder, ladder.dropFirst()).allSatisfy({ $0 < $1 }) else {
            throw node.badValue("由差到好排列的档次", "tiers from the worst to the best")
        }
        guard points == nil || otherwise == points else {
            throw node.fault(
                .wrongSum, chinese: "最好一档为 \(otherwise)，与分值不符",
                english: "the best tier gives \(otherwise), not the points")
        }
    }

    var inputs: [RuleInput] {
        var names: [String] = []
        for tier in tiers {
            for name in [tier.input, tier.exceeds].compactMap(\.self) where !names.contains(name) { names.append(name) }
        }
        return names.map { RuleInput(name: $0, forms: [.count]) }
            + (pending.map { [RuleInput(name: $0, forms: [.count], isOptional: true)] } ?? [])
    }

    func outcome(_ reading: inout Reading) throws(Shortfall) -> Outcome {
        // Every count is read, so that a missing one is never hidden by a worse tier.
        var counts: [String: Rational] = [:]
        for input in inputs where !input.isOptional { counts[input.name] = try reading.number(input.name) }
        var flags: Set<ScoreFlag> = []
        if let pending, reading.has(pending), try !reading.number(pending).isZero { flags.insert(.pending) }
        for tier in tiers {
            let limit = tier.exceeds.flatMap { counts[$0] } ?? .zero
            guard let count = counts[tier.input], count > limit else { continue }
            reading.work { reading in
                "\(tier.input)＝\(reading.shown(tier.input))\(tier.exceeds.map { "，多于 \($0)＝\(limit)" } ?? "")，得 \(tier.points)"
            }
            return .points(tier.points, flags)
        }
        reading.work { _ in "各档均未出现，得 \(otherwise)" }
        return .points(otherwise, flags)
    }
}
