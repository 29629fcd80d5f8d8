public import CanonicalJSON

/// The score of one indicator, with what it rests on.
public struct IndicatorScore: Sendable, Hashable {
    public struct Input: Sendable, Hashable {
        public var name: String
        public var value: InputValue
    }

    public var id: String
    /// Nil where an input is missing, where the indicator is left out, and for grades.
    public var score: Score?
    /// The most that can be earned.
    public var maximum: Rational?
    /// The rule type, e.g. `ratio`.
    public var rule: String
    /// The inputs that the rule read, in its order.
    public var inputs: [Input]
    /// Sorted.
    public var flags: [ScoreFlag]
    public var notices: [Notice]
    /// 等次, for indicators that are graded.
    public var grade: String?
    /// Left out of the total, which is rescaled to full marks.
    public var isExcluded: Bool
    /// The source's words.
    public var source: String?

    /// The positions of all entries it rests on, rising.
    public var positions: [UInt64] { Set(inputs.flatMap(\.value.positions)).sorted() }
    public var isMissing: Bool { flags.contains(.missing) }
}

extension IndicatorScore: JSONObjectEncodable {
    /// `{id, score, max, rule, inputs, flags, positions, source}` (contract §3); members of a plain answer, not sorted.
    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("id", id)
        writer.nullable("score", score)
        writer.member("max", maximum?.description)
        writer.member("grade", grade)
        writer.member("rule", rule)
        writer.key("inputs")
        writer.beginObject()
        for input in inputs {
            writer.key(input.name)
            writer.string(input.value.text)
        }
        writer.endObject()
        writer.member("flags", flags)
        if !notices.isEmpty { writer.member("notices", notices) }
        if isExcluded { writer.member("excluded", true) }
        writer.member("positions", positions)
        writer.member("source", source)
    }
}
