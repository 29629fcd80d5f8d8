/// The values of dirty cells, read by pure functions that never guess: what is not certainly a value is refused.
public enum Cell {
    /// The text without spaces and invisible characters at its ends.
    ///
    /// These are all of Unicode's white space (U+3000 and U+00A0 too), zero-width spaces and joiners, the byte order
    /// mark and the marks of direction that copying from other programs brings along.
    public static func trimmed(_ text: String) -> String {
        let view = text.unicodeScalars
        guard let first = view.first, let last = view.last else { return text }
        // Most cells have nothing to trim, and are returned without a copy.
        if !isInvisible(first), !isInvisible(last) { return text }
        var scalars = Substring(text).unicodeScalars
        while let first = scalars.first, isInvisible(first) { scalars.removeFirst() }
        while let last = scalars.last, isInvisible(last) { scalars.removeLast() }
        return String(scalars)
    }

    /// The text with full-width signs, digits and letters (U+FF01–U+FF5E) in ASCII, and U+3000 as a space.
    public static func foldWidth(_ text: String) -> String {
        // U+FF01–U+FF5E begin with the byte EF in UTF-8, U+3000 with E3.
        guard text.utf8.contains(where: { $0 == 0xEF || $0 == 0xE3 }) else { return text }
        var folded = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0xFF01...0xFF5E:
                folded.append(Unicode.Scalar(UInt8(truncatingIfNeeded: scalar.value - 0xFEE0)))
            case 0x3000: folded.append(" ")
            default: folded.append(scalar)
            }
        }
        return String(folded)
    }

    /// Whether the cell says that there is nothing: empty, only dashes of any kind (`—`, `——`, `— —`, `-`, `--`), `/`
    /// or `无`, whatever its width and spaces (contract of the import templates, null marks).
    public static func isNullMark(_ text: String) -> Bool {
        var slashes = 0
        var dashes = 0
        var words = 0
        for scalar in text.unicodeScalars where !isInvisible(scalar) {
            switch scalar {
            case "/", "／": slashes += 1
            case "无": words += 1
            case "—", "-", "－", "–", "―", "─", "‐", "‑", "‒", "−", "﹣", "﹘": dashes += 1
            default: return false
            }
        }
        if dashes > 0 { return slashes == 0 && words == 0 }
        return slashes + words <= 1
    }

    /// A whole number of at most 15 digits, with a sign and with thousands separators in proper places.
    ///
    /// Throws what ``amount(_:)`` throws, and `notWhole` for `3.5`; `3.0` is 3.
    public static func integer(_ text: String) throws(AmountProblem) -> Int {
        let canonical = try amount(text, unit: nil)
        guard !canonical.contains(".") else { throw .notWhole }
        guard let number = Int(canonical) else { throw .unreadable }
        return number
    }

    /// White space, and what takes no room though it is none.
    static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x21...0x7E, 0x3001...0xD7FF, 0xFF01...0xFFFD: false
        case 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x2064, 0x2066...0x2069, 0xFEFF: true
        default: scalar.properties.isWhitespace
        }
    }
}
