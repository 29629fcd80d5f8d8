/// Everything that is wrong with a header, at once, so that it is mended in one go.
public struct TabularProblems: Error, Sendable, Equatable {
    /// The problems in the order of the columns; never empty.
    public let all: [TabularError]

    /// Gathers problems; passing none is a programmer's error.
    public init(_ all: [TabularError]) {
        precondition(!all.isEmpty, "an error needs at least one problem")
        self.all = all
    }

    /// The messages in Chinese, one a line.
    public var chinese: String { all.map(\.chinese).joined(separator: "\n") }

    /// The messages in English, one a line.
    public var english: String { all.map(\.english).joined(separator: "\n") }
}

extension TabularProblems: CustomStringConvertible {
    /// The messages in English, one a line.
    public var description: String { english }
}
