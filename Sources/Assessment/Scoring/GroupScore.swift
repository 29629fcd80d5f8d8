public import CanonicalJSON

/// What the indicators of one 一级指标 give together: the sum of their rounded scores.
public struct GroupScore: Sendable, Hashable {
    public var name: String
    /// Nil where an indicator of it is missing, or none of it gives points.
    public var score: Score?
    /// Full marks of the group; nil where the source does not say.
    public var maximum: Rational?

    /// The groups of a scheme in the order of the source.
    static func all(_ scores: [IndicatorScore], of scheme: Scheme) -> [GroupScore] {
        scheme.groups.map { group in
            var sum: Int64?
            var isWhole = true
            for (indicator, score) in zip(scheme.indicators, scores)
            where indicator.group == group.name && indicator.role == .base {
                if let value = score.score { sum = (sum ?? 0) + value.hundredths }
                if score.isMissing { isWhole = false }
            }
            return GroupScore(
                name: group.name, score: isWhole ? sum.map(Score.init(hundredths:)) : nil, maximum: group.points)
        }
    }
}

extension GroupScore: JSONEncodable {
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("name", name)
        writer.key("score")
        if let score { score.write(to: &writer) } else { writer.null() }
        writer.member("max", maximum?.description)
        writer.endObject()
    }
}
