public import CanonicalJSON

/// What a body earned of a theme's maximum in one result: comparable across schemes as a share, never as points (Q26).
public struct ThemeScore: Sendable, Hashable {
    /// Name of the theme.
    public var theme: Bilingual
    /// Sum of the indicators' scores; nil where one is missing or all are left out.
    public var points: Score?
    /// Sum of what could be earned, without indicators that were left out.
    public var maximum: Rational
    /// Per cent of the maximum, rounded half up to two decimals; nil with ``points``.
    public var percent: Score?
    /// The scheme's indicators that make the theme, in its order.
    public var indicators: [String]
    /// Those of them that have no score.
    public var missing: [String]
}

extension ThemeMap {
    /// The themes of a result, in the map's order; a theme for which the scheme has nothing is left out.
    ///
    /// - Parameter scheme: the one that gave the result, with its overlay.
    public func scores(of result: BodyScore, by scheme: Scheme) -> [ThemeScore] {
        themes.compactMap { theme in
            guard let selection = theme.selections.first(where: { $0.scheme == scheme.id }) else { return nil }
            let taken = scheme.indicators.filter(selection.takes)
            guard !taken.isEmpty else { return nil }
            return ThemeScore(theme.name, taken, result)
        }
    }
}

extension ThemeScore {
    init(_ theme: Bilingual, _ taken: [Indicator], _ result: BodyScore) {
        self.theme = theme
        indicators = taken.map(\.id)
        missing = []
        var sum = Rational.zero
        var maximum = Rational.zero
        for indicator in taken {
            let score = result[indicator: indicator.id]
            if score?.isExcluded == true { continue }
            // Points of a scheme add up to its full marks: they stay inside exact arithmetic.
            maximum = (try? maximum + (indicator.points ?? .zero)) ?? maximum
            if let value = score?.score?.value { sum = (try? sum + value) ?? sum } else { missing.append(indicator.id) }
        }
        self.maximum = maximum
        guard missing.isEmpty, maximum > .zero else { return }
        points = try? Score(rounding: sum)
        percent = Score.percent(of: sum, in: maximum)
    }
}

extension Score {
    /// `part` as per cent of `whole`, rounded half up to two decimals; nil for a whole of zero.
    public static func percent(of part: Rational, in whole: Rational) -> Score? {
        guard whole > .zero else { return nil }
        return try? Score(rounding: (part * Rational(100)).divided(by: whole))
    }
}

extension ThemeScore: JSONObjectEncodable {
    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("theme", theme.chinese)
        writer.nullable("points", points)
        writer.member("max", maximum.description)
        writer.nullable("percent", percent)
        writer.member("indicators", indicators)
        if !missing.isEmpty { writer.member("missing", missing) }
    }
}
