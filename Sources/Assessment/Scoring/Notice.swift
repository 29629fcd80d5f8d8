public import CanonicalJSON

/// Something about a result that a reader must know and that changes no rule: listed, never silent.
public struct Notice: Sendable, Hashable {
    public enum Kind: String, Sendable, CaseIterable {
        /// Above what the scheme allows: a count or rate counts as its maximum, a score set by hand is refused.
        case aboveMaximum
        /// The numerator is larger than the base: the rate counts as 1.
        case rateAboveOne
        /// Something was counted although the base is zero.
        case baseZeroWithCount
        /// No 佐证材料.
        case withoutEvidence
        /// Reported more than once: the one recorded last counts.
        case reportedAgain
        /// Not in the form of the input.
        case malformed
        /// Explained as not generated (未产生), which this scheme's options do not accept.
        case explanationRefused
        /// The indicator takes no such input.
        case unknownInput
        /// The scheme has no such indicator.
        case unknownIndicator
        /// Outside the range of exact arithmetic.
        case overflow
    }

    public var kind: Kind
    /// The input or indicator that it is about.
    public var subject: String?

    public init(_ kind: Kind, _ subject: String?) {
        self.kind = kind
        self.subject = subject
    }

    public var chinese: String {
        let subject = subject ?? ""
        return switch kind {
        case .aboveMaximum: "\(subject) 超过上限"
        case .rateAboveOne: "\(subject) 大于其分母，按 1 计"
        case .baseZeroWithCount: "\(subject) 不为零而分母为零，请核对"
        case .withoutEvidence: "\(subject) 没有佐证材料"
        case .reportedAgain: "\(subject) 多次填报，以最后登记的为准"
        case .malformed: "\(subject) 的数值格式不对"
        case .explanationRefused: "\(subject) 填报“未产生”，本方案未采用提供说明即得分的处理"
        case .unknownInput: "本指标没有数据项 \(subject)"
        case .unknownIndicator: "本方案没有指标 \(subject)"
        case .overflow: "数值超出可精确计算的范围"
        }
    }

    public var english: String {
        let subject = subject ?? ""
        return switch kind {
        case .aboveMaximum: "\(subject) is above its maximum"
        case .rateAboveOne: "\(subject) is larger than its base: the rate counts as 1"
        case .baseZeroWithCount: "\(subject) is not zero although its base is; check both"
        case .withoutEvidence: "\(subject) has no evidence"
        case .reportedAgain: "\(subject) was reported more than once; the one recorded last counts"
        case .malformed: "\(subject) has a malformed value"
        case .explanationRefused: "\(subject) is explained as not generated, which the scheme's options do not accept"
        case .unknownInput: "this indicator takes no input \(subject)"
        case .unknownIndicator: "the scheme has no indicator \(subject)"
        case .overflow: "the numbers are outside the range of exact arithmetic"
        }
    }
}

extension Notice: JSONEncodable {
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("kind", kind.rawValue)
        writer.member("subject", subject)
        writer.endObject()
    }
}
