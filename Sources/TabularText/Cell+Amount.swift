/// Why a cell is not an amount.
public enum AmountProblem: Error, Sendable, Equatable {
    /// The text is no decimal number.
    case unreadable
    /// Thousands separators stand elsewhere than between groups of three: `1,23`.
    case misplacedSeparator
    /// More than 15 digits before the point.
    case tooLarge
    /// More than 6 digits after the point, zeros at the end not counted.
    case tooManyDecimals
    /// A unit that is not the column's, `元` or `亿元`, which would make the number another one.
    case otherUnit
    /// A whole number was asked for.
    case notWhole
}

extension Cell {
    /// The amount that the cell says, as a canonical decimal: no separators, no `+`, no zeros at either end, `-` only
    /// before a number that is not zero, no exponent.
    ///
    /// Thousands separators (`,` or `，`) are accepted between proper groups of three, full-width digits, spaces around,
    /// and the unit `万元` behind, because the column's name has it; any other unit is refused. At most 15 digits before
    /// the point and 6 after it.
    public static func amount(_ text: String) throws(AmountProblem) -> String { try amount(text, unit: "万元") }

    static func amount(_ text: String, unit: String?) throws(AmountProblem) -> String {
        var rest = Substring(trimmed(foldWidth(text)))
        if let unit, rest.hasSuffix(unit) { rest = Substring(trimmed(String(rest.dropLast(unit.count)))) }
        if rest.hasSuffix("元") || rest.hasSuffix("万") || rest.hasSuffix("亿") { throw .otherUnit }
        var isNegative = false
        if let sign = rest.first, sign == "+" || sign == "-" || sign == "−" {
            isNegative = sign != "+"
            rest.removeFirst()
        }
        let parts = rest.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first else { throw .unreadable }
        let whole = try wholeDigits(first, mayBeEmpty: parts.count == 2)
        var decimals = parts.count == 2 ? parts[1] : ""
        guard parts.count == 1 || !decimals.isEmpty, decimals.utf8.allSatisfy(isDigit) else { throw .unreadable }
        while decimals.utf8.last == UInt8(ascii: "0") { decimals.removeLast() }
        guard whole.utf8.count <= 15 else { throw .tooLarge }
        guard decimals.utf8.count <= 6 else { throw .tooManyDecimals }
        let number = (whole.isEmpty ? "0" : whole) + (decimals.isEmpty ? "" : "." + decimals)
        return isNegative && number != "0" ? "-" + number : number
    }

    /// The digits before the point without separators and leading zeros.
    private static func wholeDigits(_ text: Substring, mayBeEmpty: Bool) throws(AmountProblem) -> String {
        if text.isEmpty, mayBeEmpty { return "" }
        let groups = text.split(separator: ",", omittingEmptySubsequences: false)
        guard let first = groups.first else { throw .unreadable }
        guard text.utf8.allSatisfy({ isDigit($0) || $0 == UInt8(ascii: ",") }), text.utf8.contains(where: isDigit)
        else { throw .unreadable }
        if groups.count > 1 {
            guard 1...3 ~= first.utf8.count, groups.dropFirst().allSatisfy({ $0.utf8.count == 3 }) else {
                throw .misplacedSeparator
            }
        }
        return String(groups.joined().drop { $0 == "0" })
    }

    private static func isDigit(_ byte: UInt8) -> Bool { 0x30...0x39 ~= byte }
}
