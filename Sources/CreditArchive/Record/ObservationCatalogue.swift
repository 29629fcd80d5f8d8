internal import Assessment
internal import CreditModel

/// Which inputs the indicators of the schemes take, and in what form: what the schemes themselves say (contract §5).
struct ObservationCatalogue: Sendable {
    private var forms: [String: [String: [String: InputForm]]]
    /// The largest value of an input that means something, by scheme, indicator and input.
    private var limits: [String: [String: [String: Rational]]]

    static let standard = ObservationCatalogue(SchemeLibrary.published)

    init(_ library: SchemeLibrary) {
        forms = Dictionary(uniqueKeysWithValues: library.schemes.map { ($0.id, $0.observedInputs) })
        limits = Dictionary(uniqueKeysWithValues: library.schemes.map { ($0.id, ObservationCatalogue.limits(of: $0)) })
    }

    /// Adds what a scheme takes, beside what is there of it: an overlay adds rows and never takes one away.
    mutating func add(_ scheme: Scheme) {
        for (indicator, inputs) in scheme.observedInputs {
            forms[scheme.id, default: [:]][indicator, default: [:]].merge(inputs) { $1 }
        }
        limits[scheme.id, default: [:]].merge(ObservationCatalogue.limits(of: scheme)) { $1 }
    }

    private static func limits(of scheme: Scheme) -> [String: [String: Rational]] {
        var limits: [String: [String: Rational]] = [:]
        for indicator in scheme.indicators {
            for input in indicator.inputs where input.records == nil {
                let points = input.name == Indicator.manualScore ? indicator.points : nil
                limits[indicator.id, default: [:]][input.name] = input.maximum ?? points
            }
        }
        return limits
    }

    /// What is to be said of an accepted observation: a score by hand above its maximum is no score and leaves the
    /// indicator without one, any other value counts as the maximum (contract §5: 0…max).
    func notice(_ data: ObservationRecorded) -> RecordNotice? {
        guard let limit = limits[data.scheme]?[data.indicator]?[data.input],
            let value = Rational(decimal: data.value), value > limit
        else { return nil }
        let isByHand = data.input == Indicator.manualScore
        return RecordNotice(
            code: "above-maximum", field: "数值",
            chinese: "\(data.indicator) \(data.input) 的数值 \(data.value) 超过上限 \(limit)，"
                + (isByHand ? "不能作为评分，该项将按缺项处理；请更正后重新填报" : "按上限计算；请核对"),
            english: "\(data.value) of \(data.indicator) \(data.input) is above its maximum \(limit): "
                + (isByHand
                    ? "it is no score, and the indicator stays missing; report it again"
                    : "it counts as the maximum; check it"))
    }

    /// The form of an input. Throws a ``Refusal`` that names the unknown part and what is known.
    func form(scheme: String, indicator: String, input: String) throws(Refusal) -> InputForm {
        guard let indicators = forms[scheme] else {
            throw ObservationCatalogue.unknown("scheme", "方案", scheme, among: Array(forms.keys))
        }
        guard let inputs = indicators[indicator] else {
            throw ObservationCatalogue.unknown("indicator", "指标编号", indicator, among: Array(indicators.keys))
        }
        guard let form = inputs[input] else {
            throw ObservationCatalogue.unknown("input", "数据项", input, among: Array(inputs.keys))
        }
        return form
    }

    private static func unknown(_ what: String, _ field: String, _ value: String, among known: [String]) -> Refusal {
        let list = known.sorted().joined(separator: " ")
        return Refusal(
            "\(what)-unknown", field: field, chinese: "没有\(field)“\(value)”；可用：\(list)",
            english: "there is no \(what) '\(value)'; known: \(list)")
    }

    /// Holds a submitted observation to the catalogue. Throws ``Refusal``.
    func check(_ data: ObservationRecorded) throws(Refusal) {
        let form = try form(scheme: data.scheme, indicator: data.indicator, input: data.input)
        guard form.accepts(data.value) else { throw form.refusal(data.value) }
    }
}

extension InputForm {
    /// Why a value is not taken.
    func refusal(_ value: String) -> Refusal {
        Refusal(
            "value-malformed", field: "数值", chinese: "数值“\(value)”应为\(expectation.chinese)",
            english: "the value '\(value)' should be \(expectation.english)")
    }
}
