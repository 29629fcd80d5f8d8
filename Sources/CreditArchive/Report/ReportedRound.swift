public import CreditModel

/// What a round's stream has on record for one body.
public struct ReportedRound: Sendable, Hashable {
    /// A step, told in a line.
    public struct Step: Sendable, Hashable {
        public var position: UInt64
        public var day: CalendarDay
        public var title: String
        /// Role and name of who took it.
        public var actor: String
        /// 文号.
        public var document: String?
        /// What else the step says: its outcome, its ground, its due day.
        public var detail: String?
    }

    /// `round/<scheme>/<year>/<region>`.
    public var stream: String
    /// Steps of the whole round and those about this body, in order of recording.
    public var steps: [Step]
    public var selfReport: SelfReport

    /// 自查自评 (《政务诚信评价办法》第十条第一项, 第十六条).
    public enum SelfReport: Sendable, Hashable {
        case filed(on: CalendarDay, position: UInt64)
        /// Not there, though urged: the evaluator may evaluate on what it has, and the report says so (第十六条).
        case stillLate(urgedOn: CalendarDay, position: UInt64)
        case notFiled
    }
}

/// A result that a round has issued.
public struct IssuedResult: Sendable, Hashable {
    public enum Kind: Sendable, Hashable {
        case preliminary, final, reissued

        public var name: String {
            switch self {
            case .preliminary: "初步评价结果"
            case .final: "最终评价结果"
            case .reissued: "重新签发的评价结果"
            }
        }
    }

    public var kind: Kind
    /// Of its entry.
    public var position: UInt64
    public var day: CalendarDay
    /// Role and name of who issued it.
    public var actor: String
    public var document: String?
    /// The last position that the computation used.
    public var snapshot: UInt64
    /// Digests of the scheme's and the overlay's documents.
    public var scheme: String
    public var overlay: String?
    /// Of a re-issue: the position of the results that it replaces, and why.
    public var replaces: UInt64?
    public var reason: String?
}
