internal import CreditModel

/// The form of an input's value (contract §5).
public enum InputForm: String, Sendable, CaseIterable {
    /// A whole number ≥ 0 of at most 15 digits.
    case count
    /// A decimal ≥ 0: an amount, a rate, a score.
    case decimal
    /// 是 / 否.
    case yesNo = "yes-no"
    /// `YYYY-MM-DD`.
    case day
    /// 合规 / 未产生 / 缺失.
    case compliance
    /// 满意 / 基本满意 / 不满意, best first.
    case satisfaction

    /// The words of a closed list, nil for numbers and days.
    public var words: [String]? {
        switch self {
        case .yesNo: ["是", "否"]
        case .compliance: ["合规", "未产生", "缺失"]
        case .satisfaction: ["满意", "基本满意", "不满意"]
        case .count, .decimal, .day: nil
        }
    }

    /// Whether a value is in canonical form.
    public func accepts(_ value: String) -> Bool {
        switch self {
        case .count: Amount(value) != nil && !value.utf8.contains(UInt8(ascii: "."))
        case .decimal: Amount(value) != nil
        case .day: CalendarDay(value) != nil
        case .yesNo, .compliance, .satisfaction: words?.contains { $0.utf8.elementsEqual(value.utf8) } == true
        }
    }

    /// What a value of this form looks like, for messages.
    public var expectation: Bilingual {
        switch self {
        case .count: Bilingual("不小于 0 的整数", "a whole number not below 0")
        case .decimal: Bilingual("不小于 0 的十进制数", "a decimal not below 0")
        case .day: Bilingual("日期，如 2023-03-31", "a day such as 2023-03-31")
        case .yesNo: Bilingual("是 或 否", "是 or 否")
        case .compliance: Bilingual("合规、未产生 或 缺失", "合规, 未产生 or 缺失")
        case .satisfaction: Bilingual("满意、基本满意 或 不满意", "满意, 基本满意 or 不满意")
        }
    }
}
