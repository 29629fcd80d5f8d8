/// `manual_expert`: a score set by hand, 0 to the indicator's points, with 佐证材料.
struct ManualExpert: Rule {
    static let type = "manual_expert"
    static let title = Bilingual("由评价人员评分", "set by hand")

    init(reading fields: inout DocumentFields, points: Rational?) throws(SchemeFault) {}

    var inputs: [RuleInput] { [RuleInput(name: Indicator.manualScore, forms: [.decimal])] }

    func outcome(_ reading: inout Reading) throws(Shortfall) -> Outcome {
        .points(try reading.manualScore(), [.manual])
    }
}
