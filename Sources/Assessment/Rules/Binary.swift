/// `binary`: full marks unless a thing is there (无得满分，有不得分); the thing is a yes, or a count above zero.
struct Binary: Rule {
    static let type = "binary"
    static let title = Bilingual("无则得满分，有则不得分", "full marks unless it is there")
    var input: String

    init(reading fields: inout DocumentFields, points: Rational?) throws(SchemeFault) {
        input = try fields.text("input")
    }

    var inputs: [RuleInput] { [RuleInput(name: input, forms: [.yesNo, .count])] }

    func outcome(_ reading: inout Reading) throws(Shortfall) -> Outcome {
        let points = reading.points ?? .zero
        let isThere =
            switch try reading.text(input) {
            case "是": true
            case "否", "0": false
            default: true
            }
        let value: Rational = isThere ? .zero : points
        reading.work { reading in "\(input)＝\(reading.shown(input))，得 \(value)" }
        return .points(value)
    }
}
