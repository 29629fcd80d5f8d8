/// How many columns of a terminal a text takes.
///
/// East Asian Wide and Fullwidth take two (Unicode Standard Annex #11), combining and invisible characters none, the
/// ambiguous ones one. A cluster of characters that shows as one sign is as wide as its widest part.
public enum DisplayWidth {
    /// The columns of `text`; line ends and other controls count as none.
    public static func columns(of text: some StringProtocol) -> Int {
        var isPlain = true
        for byte in text.utf8 where !(0x20...0x7E ~= byte) {
            isPlain = false
            break
        }
        if isPlain { return text.utf8.count }
        return text.reduce(0) { $0 + columns(of: $1) }
    }

    /// The columns of one sign as it shows: 0, 1 or 2.
    public static func columns(of character: Character) -> Int {
        var widest = 0
        for scalar in character.unicodeScalars {
            // A variation selector 16 asks for the picture, which is wide (Unicode Technical Standard #51).
            if scalar.value == 0xFE0F, widest > 0 { return 2 }
            if 0x1F1E6...0x1F1FF ~= scalar.value { return 2 }
            widest = max(widest, columns(of: scalar))
        }
        return widest
    }

    /// The text with spaces behind it, or before it, so that it takes `columns`; a wider one stays as it is.
    public static func padded(_ text: String, to columns: Int, alignment: Alignment = .leading) -> String {
        let missing = columns - self.columns(of: text)
        guard missing > 0 else { return text }
        switch alignment {
        case .leading: return text + String(repeating: " ", count: missing)
        case .trailing: return String(repeating: " ", count: missing) + text
        case .center:
            let before = missing / 2
            return String(repeating: " ", count: before) + text + String(repeating: " ", count: missing - before)
        }
    }

    /// The text cut so that it takes at most `columns`, with `…` where something was cut off.
    public static func truncated(_ text: String, to columns: Int) -> String {
        guard columns > 0 else { return "" }
        guard self.columns(of: text) > columns else { return text }
        var kept = ""
        var width = 0
        for character in text {
            let next = self.columns(of: character)
            if width + next > columns - 1 { break }
            kept.append(character)
            width += next
        }
        return kept + "…"
    }

    /// The text on one line and without control characters, so that data cannot steer the terminal that shows it.
    public static func printable(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        var shown = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n", "\t", "\u{2028}", "\u{2029}": shown.append(" ")
            case "\r": continue
            default: shown.append(isControl(scalar) ? "\u{FFFD}" : scalar)
            }
        }
        return String(shown)
    }

    /// Where a text stands in the room it has.
    public enum Alignment: Sendable {
        /// At the left.
        case leading
        /// At the right, for numbers.
        case trailing
        /// In the middle.
        case center
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0...0x1F, 0x7F...0x9F, 0x2028, 0x2029, 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    private static func columns(of scalar: Unicode.Scalar) -> Int {
        if scalar.value < 0x300 { return scalar.value < 0x20 || 0x7F...0x9F ~= scalar.value ? 0 : 1 }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format, .control, .lineSeparator, .paragraphSeparator: return 0
        default: break
        }
        // Vowels and finals of Hangul join the initial before them.
        if 0x1160...0x11FF ~= scalar.value { return 0 }
        return WideCharacters.contains(scalar.value) ? 2 : 1
    }
}
