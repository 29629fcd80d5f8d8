/// Why the domain does not accept a fact: a code for programs, a sentence in each language for people.
public struct Refusal: Error, Sendable, Hashable {
    /// Kebab-case, stable.
    public var code: String
    /// The field at fault, in the words of the templates; nil for the fact as a whole.
    public var field: String?
    public var chinese: String
    public var english: String

    public init(_ code: String, field: String? = nil, chinese: String, english: String) {
        self.code = code
        self.field = field
        self.chinese = chinese
        self.english = english
    }
}
