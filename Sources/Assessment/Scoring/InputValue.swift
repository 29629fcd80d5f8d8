/// The value of one input of one body, and where it is recorded.
public struct InputValue: Sendable, Hashable {
    /// In the canonical form of the input.
    public var text: String
    /// Whether 佐证材料 came with it.
    public var hasEvidence: Bool
    /// Positions of the entries it rests on: the observation that counts first, then those that it supersedes; for what
    /// is counted from the archive, the entries of the cases counted.
    public var positions: [UInt64]
    /// How many earlier observations of the same input it supersedes.
    public var supersedes: Int

    public init(_ text: String, hasEvidence: Bool = true, positions: [UInt64] = [], supersedes: Int = 0) {
        self.text = text
        self.hasEvidence = hasEvidence
        self.positions = positions
        self.supersedes = supersedes
    }
}
