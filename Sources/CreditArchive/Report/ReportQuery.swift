/// Asks for evaluation reports: of which scheme and year, and whether sealed texts are opened for the office that reads it.
public struct ReportQuery: Sendable {
    public var evaluation: EvaluationQuery
    /// Sealed texts (失信事实, 佐证材料, 整改要求) stand in the report in the clear; else their places say that they are sealed.
    public var opensTexts: Bool

    public init(_ evaluation: EvaluationQuery, opensTexts: Bool = false) {
        self.evaluation = evaluation
        self.opensTexts = opensTexts
    }
}
