public import CreditModel

/// The result of one body: its total, its place and its indicators.
public struct BodyScore: Sendable, Hashable {
    public var body: BodyID
    /// Nil where an indicator is missing, and for schemes without points.
    public var total: Score?
    /// Base + bonus − deductions, before cap and floor; nil for schemes without bonus or deductions.
    public var uncapped: Score?
    /// 等次 of the total.
    public var grade: String?
    /// For grades set by hand: the worst of the indicators', as a hint (Q24).
    public var gradeHint: String?
    /// From 1; equal results share a rank and the next ranks are skipped.
    public var rank: Int?
    /// 一级指标 with what their indicators give together; empty for a scheme without them.
    public var groups: [GroupScore]
    /// In the order of the scheme.
    public var indicators: [IndicatorScore]
    /// What was reported for indicators or inputs that the scheme does not have.
    public var notices: [Notice]

    public subscript(indicator id: String) -> IndicatorScore? { indicators.first { $0.id == id } }
}
