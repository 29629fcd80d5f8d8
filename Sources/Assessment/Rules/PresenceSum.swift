internal import CreditModel

/// `presence_sum`: points for each part that is there; a part may presuppose another, and may have a deadline.
struct PresenceSum: Rule {
    struct Part: Sendable {
        var input: String
        var points: Rational
        /// The part counts only if this input is 是.
        var presupposes: String?
        /// Month and day of the scheme's year by which the day reported must lie.
        var deadline: MonthDay?
    }

    static let type = "presence_sum"
    static let title = Bilingual("各部分分别得分", "points for each part that is there")
    var parts: [Part]

    init(reading fields: inout DocumentFields, points: Rational?) throws(SchemeFault) {
        parts = []
        let node = try fields.required("parts")
        for element in try node.elements() {
            var members = try element.fields()
            parts.append(
                Part(
                    input: try members.text("input"), points: try members.required("points").positiveDecimal(),
                    presupposes: try members.optionalText("presupposes"),
                    deadline: try members.optional("deadline").map { (node) throws(SchemeFault) in try MonthDay(node) })
            )
            try members.finish()
        }
        try RuleSums.check(parts.map(\.points), are: points, at: node)
    }

    var inputs: [RuleInput] {
        parts.map { RuleInput(name: $0.input, forms: $0.deadline == nil ? [.yesNo] : [.day]) }
    }

    var options: [any OptionChoice.Type] { parts.contains { $0.deadline != nil } ? [DeadlineDay.self] : [] }

    func outcome(_ reading: inout Reading) throws(Shortfall) -> Outcome {
        var total = Rational.zero
        for part in parts {
            let value = try earned(part, &reading)
            reading.work { reading in "\(part.input)＝\(reading.shown(part.input))，得 \(value)" }
            let sum = total
            total = try reading.exactly { try sum + value }
        }
        return .points(total)
    }

    private func earned(_ part: Part, _ reading: inout Reading) throws(Shortfall) -> Rational {
        if let condition = part.presupposes, try !reading.isYes(condition) { return .zero }
        guard let deadline = part.deadline else { return try reading.isYes(part.input) ? part.points : .zero }
        let day = try reading.day(part.input)
        let last = deadline.day(in: reading.year)
        reading.work { _ in "期限 \(last)" }
        let isInTime = reading.options[DeadlineDay.self] == .inclusive ? day <= last : day < last
        return isInTime ? part.points : .zero
    }
}

/// Sums that the parts of a rule must give.
enum RuleSums {
    static func check(_ parts: [Rational], are points: Rational?, at node: DocumentNode) throws(SchemeFault) {
        guard let points else { return }
        var sum = Rational.zero
        do { for part in parts { sum = try sum + part } } catch { sum = .zero }
        guard sum == points else {
            throw node.fault(
                .wrongSum, chinese: "各部分之和为 \(sum)，与分值 \(points) 不符",
                english: "the parts add up to \(sum), not to the indicator's \(points) points")
        }
    }
}
