public import CanonicalJSON

/// What a score is marked with (contract §5).
public enum ScoreFlag: String, Sendable, CaseIterable, Comparable, JSONEncodable {
    /// An input is missing: no score, no total, no rank.
    case missing = "MISSING"
    /// The base of a rate is zero.
    case noBase = "NO_BASE"
    /// Set by hand.
    case manual = "MANUAL"
    /// Explained or exempt: not generated, no authority, not applicable.
    case exempt = "EXEMPT"
    /// Something is not decided yet by the end of the period (Q07).
    case pending = "PENDING"

    public static func < (left: ScoreFlag, right: ScoreFlag) -> Bool { left.rawValue < right.rawValue }

    public func write(to writer: inout JSONWriter) { writer.string(rawValue) }
}
