extension TabularError {
    /// A kind of error, extensible by other modules: its name in kebab case, and how to say it.
    ///
    /// Two codes are equal when their names are; the wording takes no part in it.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The stable name in kebab case, for machines.
        public let rawValue: String
        /// How to say it in Chinese.
        public let chinese: Wording
        /// How to say it in English.
        public let english: Wording

        /// Makes a code with its wording in both languages.
        public init(_ rawValue: String, chinese: Wording, english: Wording) {
            self.rawValue = rawValue
            self.chinese = chinese
            self.english = english
        }

        /// Equal when the names are.
        public static func == (left: Code, right: Code) -> Bool { left.rawValue == right.rawValue }

        /// Hashes the name alone.
        public func hash(into hasher: inout Hasher) { hasher.combine(rawValue) }

        /// The name.
        public var description: String { rawValue }
    }

    /// What happened, and what the reader of the message should do.
    public struct Wording: Sendable {
        /// What happened: a clause without its full stop.
        public let what: String
        /// What to do: a sentence with its full stop; may be empty.
        public let remedy: String

        /// Makes a wording.
        public init(_ what: String, _ remedy: String = "") {
            self.what = what
            self.remedy = remedy
        }
    }
}
