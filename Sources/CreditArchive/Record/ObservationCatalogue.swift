internal import CanonicalJSON
internal import CreditModel
internal import Schema

/// Which inputs the indicators of the schemes take, and in what form (contract §5).
struct ObservationCatalogue: Sendable {
    /// The form of an input's value.
    enum Form: String, Sendable {
        /// A whole number ≥ 0.
        case count
        /// A decimal ≥ 0: an amount, a rate, a score. Upper limits are the scheme's.
        case decimal
        case yesNo = "yes-no"
        case day
        /// 合规 / 未产生 / 缺失.
        case compliance
        /// 满意 / 基本满意 / 不满意.
        case satisfaction
    }

    private var forms: [String: [String: [String: Form]]] = [:]

    static let standard: ObservationCatalogue = {
        do { return try ObservationCatalogue(parsing: Schema.observationInputs) } catch {
            preconditionFailure("the embedded catalogue is well-formed: \(error)")
        }
    }()

    init(parsing bytes: [UInt8]) throws(JSONFault) {
        for (scheme, indicators) in try JSONDocument(parsing: bytes).root.members() {
            for (indicator, inputs) in try indicators.members() {
                for (input, form) in try inputs.members() {
                    guard let known = Form(rawValue: try form.string()) else { throw form.fault(.badValue, "a form") }
                    forms[scheme, default: [:]][indicator, default: [:]][input] = known
                }
            }
        }
    }

    /// The form of an input. Throws a ``Refusal`` that names the unknown part and what is known.
    func form(scheme: String, indicator: String, input: String) throws(Refusal) -> Form {
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

extension ObservationCatalogue.Form {
    /// Whether a value is in canonical form.
    func accepts(_ value: String) -> Bool {
        switch self {
        case .count: Amount(value) != nil && !value.contains(".")
        case .decimal: Amount(value) != nil
        case .yesNo: ["是", "否"].contains(value)
        case .day: CalendarDay(value) != nil
        case .compliance: ["合规", "未产生", "缺失"].contains(value)
        case .satisfaction: ["满意", "基本满意", "不满意"].contains(value)
        }
    }

    func refusal(_ value: String) -> Refusal {
        let (chinese, english) =
            switch self {
            case .count: ("不小于 0 的整数", "a whole number not below 0")
            case .decimal: ("不小于 0 的十进制数", "a decimal not below 0")
            case .yesNo: ("是 或 否", "是 or 否")
            case .day: ("日期，如 2023-03-31", "a day such as 2023-03-31")
            case .compliance: ("合规、未产生 或 缺失", "合规, 未产生 or 缺失")
            case .satisfaction: ("满意、基本满意 或 不满意", "满意, 基本满意 or 不满意")
            }
        return Refusal(
            "value-malformed", field: "数值", chinese: "数值“\(value)”应为\(chinese)",
            english: "the value '\(value)' should be \(english)")
    }
}
