/// What to do with a text that a spreadsheet would run as a formula (CWE-1236): one that begins with `=`, `+`, `-`,
/// `@`, a tab or a line end, or their full-width forms, and is neither a number nor a mark for nothing.
public enum FormulaGuard: Sendable {
    /// Leave every text as it is, for files that are imported again.
    case exact
    /// Put an apostrophe before it, for files that people open; ``remove(from:)`` undoes it exactly.
    case apostrophe

    /// The text to write for `text`.
    public func apply(to text: String) -> String {
        self == .apostrophe && Self.isDangerous(Self.withoutApostrophes(text)) ? "'" + text : text
    }

    /// The text that `apply(to:)` was given, whether it put an apostrophe or not.
    public static func remove(from text: String) -> String {
        text.unicodeScalars.first == "'" && isDangerous(withoutApostrophes(text)) ? String(text.dropApostrophe()) : text
    }

    /// Apostrophes before a formula are part of the text; each guard adds one more.
    private static func withoutApostrophes(_ text: String) -> Substring {
        var rest = Substring(text).unicodeScalars
        while rest.first == "'" { rest.removeFirst() }
        return Substring(rest)
    }

    private static func isDangerous(_ text: Substring) -> Bool {
        guard let first = text.unicodeScalars.first else { return false }
        switch first {
        case "=", "@", "\t", "\r", "\n", "＝", "＠": return true
        case "+", "-", "＋", "－":
            let whole = String(text)
            return !Cell.isNullMark(whole) && (try? Cell.amount(whole)) == nil
        default: return false
        }
    }
}

extension String {
    fileprivate func dropApostrophe() -> Substring.UnicodeScalarView { Substring(self).unicodeScalars.dropFirst() }
}
