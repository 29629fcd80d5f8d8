internal import Assessment
internal import CreditModel

/// Which inputs the indicators of the schemes take, and in what form: what the schemes themselves say (contract §5).
struct ObservationCatalogue: Sendable {
    private var forms: [String: [String: [String: InputForm]]]

    static let standard = ObservationCatalogue(SchemeLibrary.published)

    init(_ library: SchemeLibrary) {
        forms = Dictionary(uniqueKeysWithValues: library.schemes.map { ($0.id, $0.observedInputs) })
    }

    /// Adds what a scheme takes, beside what is there of it: an overlay adds rows and never takes one away.
    mutating func add(_ scheme: Scheme) {
        for (indicator, inputs) in scheme.observedInputs {
            forms[scheme.id, default: [:]][indicator, default: [:]].merge(inputs) { $1 }
        }
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
