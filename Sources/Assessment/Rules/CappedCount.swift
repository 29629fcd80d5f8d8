/// `capped_count`: points for each thing counted, up to the indicator's points (每个…分，最高得…分).
///
/// A count gives its points each time; a category gives them once, if 是 or 合规, and a category explained as 未产生 counts
/// where the option says so (Q06). Without points on the indicator there is no cap: deductions.
struct CappedCount: Rule {
    struct Counted: Sendable {
        var input: String
        var each: Rational
    }

    static let type = "capped_count"
    static let title = Bilingual("按数量计分，以分值为限", "points for each thing counted, up to the maximum")
    var counted: [Counted]
    /// Whether its inputs are categories that may be explained as not generated.
    var mayBeExplained: Bool
    /// Whether each thing may be told to count once only (Q20).
    var mayCountOnce: Bool

    init(reading fields: inout DocumentFields, points: Rational?) throws(SchemeFault) {
        counted = []
        for member in try fields.required("counts").members() {
            counted.append(Counted(input: member.key, each: try member.value.positiveDecimal()))
        }
        mayBeExplained = try fields.optional("explained")?.boolean() ?? false
        mayCountOnce = try fields.optional("repeatable")?.boolean() ?? false
    }

    var inputs: [RuleInput] {
        counted.map { RuleInput(name: $0.input, forms: mayBeExplained ? [.compliance, .yesNo] : [.count]) }
    }

    var options: [any OptionChoice.Type] {
        (mayBeExplained ? [ExplainedCategory.self] : []) + (mayCountOnce ? [BonusRepeat.self] : [])
    }

    func outcome(_ reading: inout Reading) throws(Shortfall) -> Outcome {
        var total = Rational.zero
        var flags: Set<ScoreFlag> = []
        for item in counted {
            let number = try mayBeExplained ? category(item.input, &reading, &flags) : count(item.input, &reading)
            let sum = total
            total = try reading.exactly { try sum + item.each * number }
        }
        let value = reading.points.map { min($0, total) } ?? total
        let sum = total
        reading.work { reading in
            counted.map { "\($0.each) × \(reading.shown($0.input))" }.joined(separator: " + ") + " = \(sum)，得 \(value)"
        }
        return .points(value, flags)
    }

    private func count(_ input: String, _ reading: inout Reading) throws(Shortfall) -> Rational {
        let number = try reading.number(input)
        return mayCountOnce && reading.options[BonusRepeat.self] == .once ? min(number, .one) : number
    }

    private func category(
        _ input: String, _ reading: inout Reading, _ flags: inout Set<ScoreFlag>
    ) throws(Shortfall) -> Rational {
        switch try reading.text(input) {
        case "是", "合规": return .one
        case "未产生":
            guard reading.options[ExplainedCategory.self] == .accepted else {
                reading.note(.explanationRefused, input)
                return .zero
            }
            flags.insert(.exempt)
            return .one
        default: return .zero
        }
    }
}
