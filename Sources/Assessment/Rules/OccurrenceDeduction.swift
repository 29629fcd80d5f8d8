/// `per_occurrence_deduction`: full marks less a fixed amount for each occurrence (出现一次扣…分).
struct OccurrenceDeduction: Rule {
    static let type = "per_occurrence_deduction"
    static let title = Bilingual("满分，每出现一次扣分", "full marks less a fixed amount for each occurrence")
    var counts: [String]
    /// The input that counts cases instead, where one case may hit several kinds.
    var cases: String?
    var each: Rational

    init(reading fields: inout DocumentFields, points: Rational?) throws(SchemeFault) {
        counts = try fields.required("counts").texts()
        cases = try fields.optionalText("cases")
        each = try fields.required("each").positiveDecimal()
    }

    var inputs: [RuleInput] {
        counts.map { RuleInput(name: $0, forms: [.count]) }
            + (cases.map { [RuleInput(name: $0, forms: [.count], isOptional: true)] } ?? [])
    }

    var options: [any OptionChoice.Type] {
        cases == nil ? [DeductionFloor.self] : [DeductionFloor.self, OccurrenceCounting.self]
    }

    func outcome(_ reading: inout Reading) throws(Shortfall) -> Outcome {
        let points = reading.points ?? .zero
        var counted = counts
        if let cases, reading.options[OccurrenceCounting.self] == .cases { counted = [cases] }
        var occurrences = Rational.zero
        for name in counted {
            let (sum, count) = (occurrences, try reading.number(name))
            occurrences = try reading.exactly { try sum + count }
        }
        let total = occurrences
        let left = try reading.exactly { try points - each * total }
        let value = reading.options[DeductionFloor.self] == .zero ? max(left, .zero) : left
        let sum = counted.map { reading.shown($0) }.joined(separator: " + ")
        reading.work { _ in "\(points) − \(each) × \(counted.count > 1 ? "(\(sum))" : sum) = \(left)，得 \(value)" }
        return .points(value)
    }
}
