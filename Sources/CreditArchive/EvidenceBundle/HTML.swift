/// Markup of a page: what is interpolated is text and gets escaped, unless it is markup itself.
struct HTML: Sendable, ExpressibleByStringInterpolation {
    private(set) var markup: String

    init(stringLiteral markup: String) { self.markup = markup }

    init(stringInterpolation: Interpolation) { markup = stringInterpolation.markup }

    /// Markup that was made elsewhere in this program; never a text from a record.
    init(trusted markup: String) { self.markup = markup }

    static func + (left: HTML, right: HTML) -> HTML { HTML(trusted: left.markup + right.markup) }

    static func += (left: inout HTML, right: HTML) { left.markup += right.markup }

    struct Interpolation: StringInterpolationProtocol {
        fileprivate var markup = ""

        init(literalCapacity: Int, interpolationCount: Int) { markup.reserveCapacity(literalCapacity) }

        mutating func appendLiteral(_ literal: String) { markup += literal }
        mutating func appendInterpolation(_ text: String) { markup += HTML.escaped(text) }
        mutating func appendInterpolation(_ number: some BinaryInteger) { markup += String(number) }
        mutating func appendInterpolation(_ html: HTML) { markup += html.markup }
        mutating func appendInterpolation(_ list: [HTML]) { for html in list { markup += html.markup } }
        /// A text where no markup may stand: in an attribute, a title, a drawing.
        mutating func appendInterpolation(plain text: String) { markup += HTML.escaped(text, inMarkup: false) }
    }
}

extension HTML {
    /// A text as markup that shows exactly it: nothing in it is markup, and characters that cannot be seen or that turn
    /// the direction of their neighbours stand there by their numbers, so that no text reads as another one.
    ///
    /// - Parameter inMarkup: false where the text stands in an attribute or a drawing, where those numbers stand bare.
    static func escaped(_ text: String, inMarkup: Bool = true) -> String {
        var markup = ""
        markup.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": markup += "&amp;"
            case "<": markup += "&lt;"
            case ">": markup += "&gt;"
            case "\"": markup += "&quot;"
            case "'": markup += "&#39;"
            case "\n": markup += "\n"
            case _ where isInvisible(scalar):
                let digits = String(scalar.value, radix: 16, uppercase: true)
                let padding = String(repeating: "0", count: max(0, 4 - digits.utf8.count))
                markup += inMarkup ? "<span class=\"u\">U+\(padding)\(digits)</span>" : "U+\(padding)\(digits)"
            default: markup.unicodeScalars.append(scalar)
            }
        }
        return markup
    }

    /// Controls, marks of direction (Unicode Technical Standard 39 warns of both), joiners, line separators, tags,
    /// variation selectors and private use. What no version of Unicode assigns yet is shown as it is: a newer program has to
    /// make the same page.
    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate: return true
        default: return scalar.properties.isVariationSelector || scalar.properties.isDefaultIgnorableCodePoint
        }
    }
}

/// A phrase in the page's two languages.
struct Phrase: Sendable, Hashable {
    var chinese: String
    var english: String

    init(_ chinese: String, _ english: String) { (self.chinese, self.english) = (chinese, english) }

    /// Chinese first, English small beside it.
    var html: HTML { "\(chinese) <i lang=\"en\">\(english)</i>" }
}
