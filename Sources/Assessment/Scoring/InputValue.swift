/// The value of one input of one body, and where it is recorded.
public struct InputValue: Sendable, Hashable {
    /// What was reported before of the same input, and no longer counts.
    public struct Superseded: Sendable, Hashable {
        public var text: String
        public var hasEvidence: Bool
        public var position: UInt64

        public init(_ text: String, hasEvidence: Bool, position: UInt64) {
            self.text = text
            self.hasEvidence = hasEvidence
            self.position = position
        }
    }

    /// In the canonical form of the input.
    public var text: String
    /// Whether 佐证材料 came with it.
    public var hasEvidence: Bool
    /// Positions of the entries it rests on: the observation that counts first, then those that it supersedes; for what
    /// is counted from the archive, the entries of the cases counted.
    public var positions: [UInt64]
    /// Earlier observations of the same input, the latest first: the one recorded last counts, all are shown.
    public var superseded: [Superseded]

    public init(
        _ text: String, hasEvidence: Bool = true, positions: [UInt64] = [], superseded: [Superseded] = []
    ) {
        self.text = text
        self.hasEvidence = hasEvidence
        self.positions = positions
        self.superseded = superseded
    }
}
