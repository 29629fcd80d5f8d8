public import CanonicalJSON

/// An amount of money in 万元, exact: at most 15 digits before and 6 behind the point, never negative.
public struct Amount: Sendable, Hashable, Comparable {
    /// Millionths of 万元 (fractions of a fen included).
    public let millionths: Int128

    public static let zero = Amount(millionths: 0)

    public init(millionths: Int128) { self.millionths = millionths }

    public static func < (left: Amount, right: Amount) -> Bool { left.millionths < right.millionths }

    public static func + (left: Amount, right: Amount) -> Amount {
        Amount(millionths: left.millionths + right.millionths)
    }

    /// Reads the canonical decimal form only: no sign, no leading zeros, no exponent, no superfluous zeros.
    public init?(_ text: some StringProtocol) {
        guard let decimal = DecimalText(text), !decimal.isNegative, !decimal.hasLeadingZero,
            decimal.fractionDigits == 0 || decimal.fraction % 10 != 0
        else { return nil }
        var fraction = decimal.fraction
        for _ in decimal.fractionDigits..<6 { fraction *= 10 }
        millionths = Int128(decimal.whole) * 1_000_000 + Int128(fraction)
    }

    /// Rounded half up to two decimals, always with two (`"23520.13"`): the form of sums in tables.
    public var twoDecimals: String {
        let cents = (millionths + 5_000) / 10_000
        let fraction = String(cents % 100)
        return "\(cents / 100)." + (fraction.count == 1 ? "0" : "") + fraction
    }
}

extension Amount: CustomStringConvertible, JSONDecodable, JSONEncodable {
    /// The canonical decimal form.
    public var description: String {
        let fraction = millionths % 1_000_000
        guard fraction != 0 else { return String(millionths / 1_000_000) }
        var digits = String(fraction)
        digits = String(repeating: "0", count: 6 - digits.count) + digits
        while digits.hasSuffix("0") { digits.removeLast() }
        return "\(millionths / 1_000_000).\(digits)"
    }

    public init(json: JSONNode) throws(JSONFault) {
        guard let amount = Amount(try json.string()) else {
            throw json.fault(.badValue, "万元, a canonical decimal string such as \"1607.18\", not negative")
        }
        self = amount
    }

    public func write(to writer: inout JSONWriter) { writer.string(description) }
}
