/// Asks for evaluation reports: of which scheme and year, and whether sealed texts are opened for the office that reads it.
public struct ReportQuery: Sendable {
    public var evaluation: EvaluationQuery
    /// Sealed texts (失信事实, 佐证材料, 整改要求) stand in the report in the clear; else their places say that they are sealed.
    public var opensTexts: Bool
    /// A result is reported by the scheme and overlay that it was issued by, whatever was adopted since; else by those of
    /// the question, and what was issued by others is not reported.
    public var usesIssuedDocuments: Bool

    public init(_ evaluation: EvaluationQuery, opensTexts: Bool = false, usesIssuedDocuments: Bool = true) {
        self.evaluation = evaluation
        self.opensTexts = opensTexts
        self.usesIssuedDocuments = usesIssuedDocuments
    }
}
