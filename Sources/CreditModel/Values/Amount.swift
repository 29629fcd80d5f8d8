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
        var value: Int128 = 0
        var (whole, fraction, hasPoint, last) = (0, 0, false, UInt8(0))
        for byte in text.utf8 {
            last = byte
            if byte == UInt8(ascii: "."), !hasPoint {
                hasPoint = true
                continue
            }
            guard (0x30...0x39).contains(byte) else { return nil }
            if hasPoint { fraction += 1 } else { whole += 1 }
            // No leading zeros: the second digit follows one that is not 0.
            guard whole <= 15, fraction <= 6, hasPoint || whole != 2 || value != 0 else { return nil }
            value = value * 10 + Int128(byte - 0x30)
        }
        guard whole > 0, !hasPoint || fraction > 0 && last != 0x30 else { return nil }
        for _ in fraction..<6 { value *= 10 }
        millionths = value
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
        let whole = String(millionths / 1_000_000)
        var fraction = Int(millionths % 1_000_000)
        guard fraction != 0 else { return whole }
        var digits = 6
        while fraction % 10 == 0 { (fraction, digits) = (fraction / 10, digits - 1) }
        return whole
            + String(unsafeUninitializedCapacity: digits + 1) { bytes in
                bytes[0] = UInt8(ascii: ".")
                for place in stride(from: digits, to: 0, by: -1) {
                    bytes[place] = UInt8(0x30 + fraction % 10)
                    fraction /= 10
                }
                return digits + 1
            }
    }

    public init(json: JSONNode) throws(JSONFault) {
        guard let amount = Amount(try json.string()) else {
            throw json.fault(.badValue, "万元, a canonical decimal string such as \"1607.18\", not negative")
        }
        self = amount
    }

    public func write(to writer: inout JSONWriter) { writer.string(description) }
}
