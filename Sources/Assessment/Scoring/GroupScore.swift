public import CanonicalJSON

/// What the indicators of one 一级指标 give together: the sum of their rounded scores.
public struct GroupScore: Sendable, Hashable {
    public var name: String
    /// Nil where an indicator of it is missing, or none of it gives points.
    public var score: Score?
    /// Full marks of the group; nil where the source does not say.
    public var maximum: Rational?

    /// A group of a scheme, with the places of its indicators that give points.
    struct Rows {
        var name: String
        var maximum: Rational?
        var places: [Int]

        /// The groups of a scheme in the order of the source.
        static func all(of scheme: Scheme) -> [Rows] {
            scheme.groups.map { group in
                Rows(
                    name: group.name, maximum: group.points,
                    places: scheme.indicators.indices.filter { place in
                        scheme.indicators[place].group == group.name && scheme.indicators[place].role == .base
                    })
            }
        }
    }

    /// What a group's indicators give, by the scores of all indicators in the order of the scheme.
    init(_ rows: Rows, _ scores: [IndicatorScore]) {
        name = rows.name
        maximum = rows.maximum
        let isWhole = !rows.places.contains { scores[$0].isMissing }
        let given = rows.places.compactMap { scores[$0].score?.hundredths }
        score = isWhole && !given.isEmpty ? Score(hundredths: given.reduce(0, +)) : nil
    }
}

extension GroupScore: JSONObjectEncodable {
    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("name", name)
        writer.nullable("score", score)
        writer.member("max", maximum?.description)
    }
}
