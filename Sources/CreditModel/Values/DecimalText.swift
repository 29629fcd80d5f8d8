/// A decimal as texts carry it, taken apart in one pass: at most 15 digits before and 6 behind the point, no exponent.
public struct DecimalText: Sendable, Hashable {
    public let isNegative: Bool
    public let whole: UInt64
    /// The digits behind the point, as a number.
    public let fraction: UInt64
    /// How many digits stand behind the point; 0 where there is none.
    public let fractionDigits: Int
    /// Whether a zero stands before another digit of the whole.
    public let hasLeadingZero: Bool

    /// Nil for any other text.
    public init?(_ text: some StringProtocol) {
        var (whole, fraction): (UInt64, UInt64) = (0, 0)
        var (wholeDigits, fractionDigits) = (0, 0)
        var isNegative = false
        var hasPoint = false
        var startsWithZero = false
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39 where hasPoint:
                fraction = fraction * 10 + UInt64(byte - 0x30)
                fractionDigits += 1
            case 0x30...0x39:
                if wholeDigits == 0 { startsWithZero = byte == 0x30 }
                whole = whole * 10 + UInt64(byte - 0x30)
                wholeDigits += 1
            case UInt8(ascii: "-") where !isNegative && wholeDigits == 0 && !hasPoint: isNegative = true
            case UInt8(ascii: ".") where !hasPoint: hasPoint = true
            default: return nil
            }
            // Checked here, too, so that no text is long enough to leave 64 bits.
            guard wholeDigits <= 15, fractionDigits <= 6 else { return nil }
        }
        guard wholeDigits > 0, !hasPoint || fractionDigits > 0 else { return nil }
        self.isNegative = isNegative
        self.whole = whole
        self.fraction = fraction
        self.fractionDigits = fractionDigits
        hasLeadingZero = startsWithZero && wholeDigits > 1
    }
}
