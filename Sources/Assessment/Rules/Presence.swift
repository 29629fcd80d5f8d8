/// `presence`: full marks if a thing is there (有则得分，没有不得分).
struct Presence: Rule {
    static let type = "presence"
    static let title = Bilingual("有则得满分，无则不得分", "full marks if it is there, else none")
    var input: String

    init(reading fields: inout DocumentFields, points: Rational?) throws(SchemeFault) {
        input = try fields.text("input")
    }

    var inputs: [RuleInput] { [RuleInput(name: input, forms: [.yesNo])] }

    func outcome(_ reading: inout Reading) throws(Shortfall) -> Outcome {
        let points = reading.points ?? .zero
        let value = try reading.isYes(input) ? points : .zero
        reading.work { reading in "\(input)＝\(reading.shown(input))，得 \(value)" }
        return .points(value)
    }
}
