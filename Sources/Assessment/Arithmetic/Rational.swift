internal import CreditModel

/// An exact fraction in lowest terms: what every score is computed in, so that no figure depends on binary rounding.
///
/// Numerator and denominator are 128-bit. Amounts of 15 digits before and 6 behind the point, counts of 15 digits and
/// points of two decimals stay far inside that; an operation that would leave it throws ``ArithmeticOverflow``, never
/// wraps and never traps.
public struct Rational: Sendable, Hashable {
    public let numerator: Int128
    /// Positive.
    public let denominator: Int128

    public static let zero = Rational(0)
    public static let one = Rational(1)

    public init(_ whole: Int128) {
        numerator = whole
        denominator = 1
    }

    private init(lowest numerator: Int128, _ denominator: Int128) {
        self.numerator = numerator
        self.denominator = denominator
    }

    /// The fraction `numerator` / `denominator`; the denominator must not be zero (a programmer's error).
    public init(_ numerator: Int128, over denominator: Int128) throws(ArithmeticOverflow) {
        precondition(denominator != 0, "a fraction has a denominator")
        guard numerator != .min, denominator != .min else { throw ArithmeticOverflow() }
        let divisor = Int128(commonDivisor(numerator.magnitude, denominator.magnitude))
        let sign: Int128 = denominator < 0 ? -1 : 1
        self.numerator = sign * (numerator / divisor)
        self.denominator = sign * (denominator / divisor)
    }

    /// Reads a decimal such as `0.4`, `25` or `-2`: at most 15 digits before and 6 behind the point, no exponent.
    public init?(decimal text: some StringProtocol) {
        guard let decimal = DecimalText(text) else { return nil }
        let sign: Int128 = decimal.isNegative ? -1 : 1
        guard decimal.fraction > 0 else {
            self.init(sign * Int128(decimal.whole))
            return
        }
        let scale = (0..<decimal.fractionDigits).reduce(UInt64(1)) { scale, _ in scale * 10 }
        let value = Int128(decimal.whole) * Int128(scale) + Int128(decimal.fraction)
        let divisor = Int128(commonDivisor(value.magnitude, UInt128(scale)))
        self.init(lowest: sign * (value / divisor), Int128(scale) / divisor)
    }

    public var isZero: Bool { numerator == 0 }
    public var isNegative: Bool { numerator < 0 }
    public var isWhole: Bool { denominator == 1 }
}

extension Rational: Comparable {
    /// Exact for every pair of values: products are compared at their full width.
    public static func < (left: Rational, right: Rational) -> Bool {
        let first = left.numerator.multipliedFullWidth(by: right.denominator)
        let second = right.numerator.multipliedFullWidth(by: left.denominator)
        return first.high == second.high ? first.low < second.low : first.high < second.high
    }
}

extension Rational {
    public static func + (left: Rational, right: Rational) throws(ArithmeticOverflow) -> Rational {
        if left.denominator == right.denominator {
            return try Rational(
                checked(left.numerator.addingReportingOverflow(right.numerator)), over: left.denominator)
        }
        let divisor = Int128(commonDivisor(left.denominator.magnitude, right.denominator.magnitude))
        let scale = right.denominator / divisor
        let first = try checked(left.numerator.multipliedReportingOverflow(by: scale))
        let second = try checked(right.numerator.multipliedReportingOverflow(by: left.denominator / divisor))
        return try Rational(
            checked(first.addingReportingOverflow(second)),
            over: checked(left.denominator.multipliedReportingOverflow(by: scale)))
    }

    public static func - (left: Rational, right: Rational) throws(ArithmeticOverflow) -> Rational {
        try left + right.negated()
    }

    public static func * (left: Rational, right: Rational) throws(ArithmeticOverflow) -> Rational {
        // Dividing crosswise first keeps the factors small and the product in lowest terms.
        let first = Int128(commonDivisor(left.numerator.magnitude, right.denominator.magnitude))
        let second = Int128(commonDivisor(right.numerator.magnitude, left.denominator.magnitude))
        return Rational(
            lowest: try checked((left.numerator / first).multipliedReportingOverflow(by: right.numerator / second)),
            try checked((left.denominator / second).multipliedReportingOverflow(by: right.denominator / first)))
    }

    /// The quotient; the divisor must not be zero (a programmer's error).
    public func divided(by divisor: Rational) throws(ArithmeticOverflow) -> Rational {
        try self * Rational(divisor.denominator, over: divisor.numerator)
    }

    public func negated() throws(ArithmeticOverflow) -> Rational {
        guard numerator != .min else { throw ArithmeticOverflow() }
        return Rational(lowest: -numerator, denominator)
    }

    private static func checked(
        _ result: (partialValue: Int128, overflow: Bool)
    ) throws(ArithmeticOverflow) -> Int128 {
        guard !result.overflow else { throw ArithmeticOverflow() }
        return result.partialValue
    }
}

extension Rational: CustomStringConvertible {
    /// A decimal where the fraction has one of at most six places, else `numerator/denominator`.
    public var description: String {
        guard !isWhole else { return String(numerator) }
        var scale: Int128 = 1
        for places in 1...6 {
            scale *= 10
            guard scale % denominator == 0 else { continue }
            let (value, overflow) = numerator.multipliedReportingOverflow(by: scale / denominator)
            if overflow { break }
            let digits = String(value.magnitude)
            let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
            return (value < 0 ? "-" : "") + padded.dropLast(places) + "." + padded.suffix(places)
        }
        return "\(numerator)/\(denominator)"
    }
}

/// A computation that leaves the range of 128-bit fractions: the inputs are far outside anything that a scheme means.
public struct ArithmeticOverflow: Error, Hashable {
    public init() {}
}

/// The greatest common divisor, 1 where both are zero. Euclid, in 64 bits as soon as both values fit.
private func commonDivisor(_ left: UInt128, _ right: UInt128) -> UInt128 {
    var (a, b) = (left, right)
    while b > UInt128(UInt64.max) || a > UInt128(UInt64.max), b != 0 { (a, b) = (b, a % b) }
    guard b != 0 else { return max(a, 1) }
    var (x, y) = (UInt64(a), UInt64(b))
    while y != 0 { (x, y) = (y, x % y) }
    return UInt128(max(x, 1))
}
