/// Why a scheme or an overlay cannot be used: what, in which document, on which line, in which field.
///
/// A caller shows the sentence in the reader's language; the document is to be mended, nothing else helps.
public struct SchemeFault: Error, Sendable, Hashable {
    /// The kind of defect; stable, machine-readable, extensible.
    public struct Code: RawRepresentable, Sendable, Hashable {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }

        public static let malformed = Code(rawValue: "yaml-malformed")
        public static let anchored = Code(rawValue: "yaml-anchor")
        public static let tooLarge = Code(rawValue: "yaml-too-large")
        public static let duplicateKey = Code(rawValue: "scheme-duplicate-key")
        public static let unknownKey = Code(rawValue: "scheme-unknown-key")
        public static let missingKey = Code(rawValue: "scheme-missing-key")
        public static let wrongType = Code(rawValue: "scheme-wrong-type")
        public static let badValue = Code(rawValue: "scheme-bad-value")
        public static let wrongSum = Code(rawValue: "scheme-wrong-sum")
        public static let unknownReference = Code(rawValue: "scheme-unknown-reference")
        public static let notComputable = Code(rawValue: "scheme-not-computable")
        public static let notChangeable = Code(rawValue: "overlay-not-changeable")
        public static let otherScheme = Code(rawValue: "overlay-other-scheme")
        public static let otherYear = Code(rawValue: "scheme-other-year")
    }

    public var code: Code
    /// The document's name, as the caller gave it.
    public var document: String
    /// From 1; 0 for the document as a whole.
    public var line: Int
    /// Keys and indices from the top, joined by `.`, e.g. `indicators.XZ04.rule.numerator`.
    public var field: String
    private var what: Bilingual

    init(_ code: Code, document: String, line: Int, field: String, chinese: String, english: String) {
        self.code = code
        self.document = document
        self.line = line
        self.field = field
        what = Bilingual(chinese, english)
    }

    public var chinese: String {
        let place = line > 0 ? "\(document) 第\(line)行" : document
        return field.isEmpty ? "\(place)：\(what.chinese)" : "\(place)，\(field)：\(what.chinese)"
    }

    public var english: String {
        let place = line > 0 ? "\(document), line \(line)" : document
        return field.isEmpty ? "\(place): \(what.english)" : "\(place), \(field): \(what.english)"
    }
}

extension SchemeFault: CustomStringConvertible {
    public var description: String { english }
}
