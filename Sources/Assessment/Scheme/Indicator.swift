/// One row of a scheme: what is scored, for how many points, by which rule, and in which words of the source.
public struct Indicator: Sendable {
    /// What its score does to the total.
    public enum Role: String, Sendable, CaseIterable {
        case base, bonus, deduction
    }

    /// The input by which any score set by hand is reported.
    public static let manualScore = "manual_score"
    /// The input that says that the wording does not apply to the body (Q10).
    public static let notApplicable = "not_applicable"

    /// Two capitals and two digits.
    public var id: String
    /// 一级指标; nil where the scheme has none, or its source does not say.
    public var group: String?
    /// 二级指标.
    public var name: String
    /// 考核内容; nil where it is lost (Q16).
    public var content: String?
    /// 分值; nil for grades, for deductions, and where the source does not say.
    public var points: Rational?
    public var role: Role
    /// 评分说明, word for word; nil where it is lost.
    public var quote: String?
    /// Where in the document: article or row of the table.
    public var place: String
    /// Readings of the source that belong to this row.
    public var remark: String?
    public var inputs: [InputDefinition]
    public var options: ChosenOptions
    /// Nil in a catalogue that cannot compute.
    let rule: (any Rule)?

    /// Which records of the archive its inputs count: those in effect in the period, or those determined in it.
    public var recordTiming: RecordTiming { options[RecordTiming.self] }
    /// Whether records of the bodies below count too (Q27).
    public var rollsUp: Bool { options[RollUp.self] == .subordinates }
    /// Whether its score depends on the other bodies of the cohort.
    public var ranks: Bool { rule is RankInterpolation }
    /// The rule's name, e.g. `ratio`.
    public var ruleType: String? { rule.map { type(of: $0).type } }
    /// What the rule does, for readers.
    public var ruleTitle: Bilingual? { rule.map { type(of: $0).title } }
    /// The most that can be earned; nil where there is no limit.
    public var maximum: Rational? { rule?.maximum(points: points) ?? points }
}

extension Indicator {
    init(id: String, _ node: DocumentNode, _ catalogue: OptionCatalogue) throws(SchemeFault) {
        let bytes = Array(id.utf8)
        let isID =
            bytes.count == 4 && bytes.prefix(2).allSatisfy { (0x41...0x5A).contains($0) }
            && bytes.dropFirst(2).allSatisfy { (0x30...0x39).contains($0) }
        guard isID else { throw node.badValue("两个大写字母加两位数字的编号", "an id of two capitals and two digits") }
        self.id = id
        var fields = try node.fields()
        group = try fields.optionalText("group")
        name = try fields.text("name")
        content = try fields.optionalText("content")
        role = try fields.optional("role")?.choice() ?? .base
        points = try fields.optional("points")?.positiveDecimal()
        quote = try fields.optionalText("quote")
        place = try fields.text("place")
        remark = try fields.optionalText("remark")
        options = try ChosenOptions(fields.optional("options"), catalogue)
        let rule = fields.optional("rule")
        self.rule = if let rule { try RuleTypes.read(rule, points: points) } else { nil }
        inputs = []
        for member in try fields.optional("inputs")?.members() ?? [] {
            guard ![Indicator.manualScore, Indicator.notApplicable].contains(member.key) else {
                throw member.value.fault(
                    .notChangeable, chinese: "这一数据项由系统自带", english: "this input comes with the program")
            }
            inputs.append(try InputDefinition(name: member.key, member.value))
        }
        try fields.finish()
        try checkInputs(node)
        try checkOptions(node)
        inputs += implicitInputs
    }

    /// Inputs that every indicator of their kind has: a score by hand, and that the wording does not apply.
    private var implicitInputs: [InputDefinition] {
        var implicit: [InputDefinition] = []
        let ruleReads = rule?.inputs.contains { $0.name == Indicator.manualScore } ?? false
        if ruleReads || options.states(ZeroBase.self) {
            implicit.append(
                InputDefinition(
                    name: Indicator.manualScore, label: "人工评分", form: .decimal, maximum: nil, isOptional: !ruleReads))
        }
        if options.states(NotApplicable.self) {
            implicit.append(
                InputDefinition(
                    name: Indicator.notApplicable, label: "不适用（附理由）", form: .yesNo, maximum: nil, isOptional: true))
        }
        return implicit
    }

    private func checkInputs(_ node: DocumentNode) throws(SchemeFault) {
        guard let rule else { return }
        for input in rule.inputs where input.name != Indicator.manualScore {
            guard let definition = inputs.first(where: { $0.name == input.name }) else {
                throw node.fault(
                    .unknownReference, chinese: "规则使用的数据项 \(input.name) 没有在 inputs 中定义",
                    english: "the rule reads the input \(input.name), which inputs does not define")
            }
            guard input.forms.contains(definition.form) else {
                let forms = input.forms.map(\.rawValue).joined(separator: " | ")
                throw node.fault(
                    .wrongType, chinese: "数据项 \(input.name) 的形式应为 \(forms)",
                    english: "the input \(input.name) must have the form \(forms)")
            }
        }
        let read = rule.inputs.map(\.name)
        if let idle = inputs.first(where: { !$0.isOptional && !read.contains($0.name) }) {
            throw node.fault(
                .unknownReference, chinese: "规则没有使用数据项 \(idle.name)",
                english: "the rule does not read the input \(idle.name)")
        }
    }

    private func checkOptions(_ node: DocumentNode) throws(SchemeFault) {
        guard let rule else { return }
        var acted = rule.options
        if inputs.contains(where: { $0.records != nil }) { acted += [RecordTiming.self, RollUp.self] }
        if let silent = acted.first(where: { !options.states($0) }) {
            throw node.fault(
                .missingKey, chinese: "options 中缺少 \(silent.option)：每一处歧义的处理都须写明",
                english: "options lacks \(silent.option): the treatment of every ambiguity is stated")
        }
        let names = acted.map { $0.option } + [NotApplicable.option]
        let idle = EngineOptions.all.map { $0.option }.first { options.choices[$0] != nil && !names.contains($0) }
        if let idle {
            throw node.fault(
                .badValue, chinese: "选项 \(idle) 对本指标的规则不起作用", english: "the option \(idle) has no effect on this rule")
        }
    }
}
