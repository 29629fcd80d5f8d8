/// A text in both languages of the house.
public struct Bilingual: Sendable, Hashable {
    public var chinese: String
    public var english: String

    public init(_ chinese: String, _ english: String) {
        self.chinese = chinese
        self.english = english
    }

    /// Reads `{zh: …, en: …}`.
    init(_ node: DocumentNode) throws(SchemeFault) {
        var fields = try node.fields()
        chinese = try fields.text("zh")
        english = try fields.text("en")
        try fields.finish()
    }
}
