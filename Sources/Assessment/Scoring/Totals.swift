/// How indicators add up (contract §5): the total is the sum of the rounded scores; with bonus and deductions it is
/// capped at full marks, and never below zero.
struct Totals {
    var total: Score?
    var uncapped: Score?

    init(_ scores: [(role: Indicator.Role, points: Rational?, score: IndicatorScore)], of scheme: Scheme) {
        guard let points = scheme.points, !scores.contains(where: { $0.score.isMissing }) else { return }
        // Sums of rounded scores cannot leave the range; a total that did would be no total.
        guard let sums = try? Totals.sums(scores, points) else { return }
        let (base, bonus, deductions) = sums
        guard let base else { return }
        let capped =
            scheme.options.states(CapOrder.self) && scheme.options[CapOrder.self] == .deductFirst
            ? Totals.minimum(points, (try? base + bonus - deductions) ?? base)
            : (try? Totals.minimum(points, try base + bonus) - deductions) ?? base
        total = try? Score(rounding: max(capped, .zero))
        let hasExtras = scheme.indicators.contains { $0.role != .base }
        uncapped = hasExtras ? try? Score(rounding: base + bonus - deductions) : nil
    }

    private static func minimum(_ left: Rational, _ right: Rational) -> Rational { min(left, right) }

    /// Sums by role; the base is rescaled to full marks where indicators were left out, nil where all were.
    private static func sums(
        _ scores: [(role: Indicator.Role, points: Rational?, score: IndicatorScore)], _ points: Rational
    ) throws(ArithmeticOverflow) -> (base: Rational?, bonus: Rational, deductions: Rational) {
        var sums: [Indicator.Role: Rational] = [:]
        var leftOut = Rational.zero
        for (role, points, score) in scores {
            if score.isExcluded, role == .base { leftOut = try leftOut + (points ?? .zero) }
            guard let value = score.score?.value else { continue }
            sums[role] = try (sums[role] ?? .zero) + value
        }
        var base: Rational? = sums[.base] ?? .zero
        if !leftOut.isZero, let sum = base {
            let counted = try points - leftOut
            base = counted > .zero ? try (sum * points).divided(by: counted) : nil
        }
        return (base, sums[.bonus] ?? .zero, sums[.deduction] ?? .zero)
    }
}
