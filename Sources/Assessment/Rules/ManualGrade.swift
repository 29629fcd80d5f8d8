/// `manual_grade`: a grade set by hand (满意 / 基本满意 / 不满意); the source has no thresholds (Q24).
struct ManualGrade: Rule {
    static let type = "manual_grade"
    static let title = Bilingual("由组织评议的机关定等次", "a grade set by hand")
    var input: String

    init(reading fields: inout DocumentFields, points: Rational?) throws(SchemeFault) {
        let node = try fields.required("input")
        input = try node.text()
        guard points == nil else { throw node.badValue("不设分值", "no points, for a rule that grades") }
    }

    var inputs: [RuleInput] { [RuleInput(name: input, forms: [.satisfaction])] }

    func outcome(_ reading: inout Reading) throws(Shortfall) -> Outcome {
        let grade = try reading.text(input)
        reading.work { _ in "评议等次：\(grade)" }
        return Outcome(flags: [.manual], grade: grade)
    }
}
