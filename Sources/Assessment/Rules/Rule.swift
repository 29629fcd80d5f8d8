/// How an indicator's score follows from its inputs (requirements §3.3). Pure: the same inputs, options and cohort give
/// the same outcome.
protocol Rule: Sendable {
    /// The name in schemes, e.g. `ratio`.
    static var type: String { get }
    /// What a reader is told that the rule does.
    static var title: Bilingual { get }

    /// Reads the rule's members; the caller has read `type` and finishes the fields.
    init(reading fields: inout DocumentFields, points: Rational?) throws(SchemeFault)

    /// The inputs that the rule reads, and the forms in which it understands each.
    var inputs: [RuleInput] { get }
    /// The options that change what the rule does: each must be stated by the indicator.
    var options: [any OptionChoice.Type] { get }
    /// The most that can be earned; nil where there is no limit (deductions), or no points at all.
    func maximum(points: Rational?) -> Rational?

    func outcome(_ reading: inout Reading) throws(Shortfall) -> Outcome
}

extension Rule {
    var options: [any OptionChoice.Type] { [] }
    func maximum(points: Rational?) -> Rational? { points }
}

/// An input as a rule reads it.
struct RuleInput {
    var name: String
    var forms: [InputForm]
    /// An option reads it, or it may be absent.
    var isOptional = false
}

/// What a rule makes of the inputs.
struct Outcome {
    /// Exact; nil where the indicator is left out of the total, or gives a grade instead of points.
    var value: Rational?
    var flags: Set<ScoreFlag> = []
    /// 评议等次, for rules that grade.
    var grade: String?
    /// Left out of the total, which is then rescaled to full marks.
    var isExcluded = false

    static func points(_ value: Rational, _ flags: Set<ScoreFlag> = []) -> Outcome {
        Outcome(value: value, flags: flags)
    }

    static func excluded(_ flags: Set<ScoreFlag>) -> Outcome { Outcome(flags: flags, isExcluded: true) }
}

/// Why a rule gives no score.
enum Shortfall: Error, Hashable {
    /// An input is not there.
    case missing(String)
    /// An input is there and cannot be used.
    case unusable(Notice)
    case overflow
}

/// The rule types by name.
enum RuleTypes {
    static let all: [any Rule.Type] = [
        Presence.self, Binary.self, PresenceSum.self, Ratio.self, RatioSum.self, OccurrenceDeduction.self,
        CappedCount.self, BandsSum.self, Tiered.self, TieredSum.self, RankInterpolation.self, ManualExpert.self,
        ManualSum.self, ManualGrade.self, CombinedScores.self,
    ]

    static func read(_ node: DocumentNode, points: Rational?) throws(SchemeFault) -> any Rule {
        var fields = try node.fields()
        let name = try fields.text("type")
        guard let type = all.first(where: { $0.type == name }) else {
            let known = all.map { $0.type }.joined(separator: " | ")
            throw node.badValue("计分规则：\(known)", "a rule type: \(known)")
        }
        let rule = try type.init(reading: &fields, points: points)
        try fields.finish()
        return rule
    }
}
