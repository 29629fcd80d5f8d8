public import CanonicalJSON

/// A score in hundredths of a point, as it stands in a result: always two decimals (`"8.00"`).
public struct Score: Sendable, Hashable, Comparable {
    public let hundredths: Int64

    public static let zero = Score(hundredths: 0)

    public init(hundredths: Int64) { self.hundredths = hundredths }

    /// Rounds half up to two decimals (contract §5); a half below zero also goes up, as 四舍五入 of the total would not
    /// tell a deduction from a bonus. Throws ``ArithmeticOverflow`` for what no scheme can give.
    public init(rounding value: Rational) throws(ArithmeticOverflow) {
        let (doubled, first) = value.numerator.multipliedReportingOverflow(by: 200)
        let (shifted, second) = doubled.addingReportingOverflow(value.denominator)
        let (divisor, third) = value.denominator.multipliedReportingOverflow(by: 2)
        guard !first, !second, !third else { throw ArithmeticOverflow() }
        let (quotient, remainder) = shifted.quotientAndRemainder(dividingBy: divisor)
        guard let hundredths = Int64(exactly: remainder < 0 ? quotient - 1 : quotient) else {
            throw ArithmeticOverflow()
        }
        self.hundredths = hundredths
    }

    /// The exact value of the rounded score: totals are sums of these.
    public var value: Rational {
        // Lowest terms of a 64-bit numerator over 100 cannot overflow.
        (try? Rational(Int128(hundredths), over: 100)) ?? .zero
    }

    public static func < (left: Score, right: Score) -> Bool { left.hundredths < right.hundredths }
}

extension Score: CustomStringConvertible, JSONEncodable {
    public var description: String {
        let digits = String(hundredths.magnitude)
        let padded = String(repeating: "0", count: max(0, 3 - digits.count)) + digits
        return (hundredths < 0 ? "-" : "") + padded.dropLast(2) + "." + padded.suffix(2)
    }

    /// A decimal string with two decimals.
    public func write(to writer: inout JSONWriter) { writer.string(description) }
}
