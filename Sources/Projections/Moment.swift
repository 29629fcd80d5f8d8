public import CreditModel

/// Which facts an answer uses: those dated on or before a day, and recorded at or before a position (contract §2).
public struct Moment: Sendable, Hashable {
    /// Nil: facts of any day.
    public var asOf: CalendarDay?
    /// Nil: everything that is recorded.
    public var atPosition: UInt64?

    public init(asOf: CalendarDay? = nil, atPosition: UInt64? = nil) {
        self.asOf = asOf
        self.atPosition = atPosition
    }

    /// All facts.
    public static let now = Moment()

    /// Whether a fact of `day` that was recorded at `position` is used.
    public func uses(_ day: CalendarDay, recordedAt position: UInt64) -> Bool {
        asOf.map { day <= $0 } ?? true && atPosition.map { position <= $0 } ?? true
    }

    func uses(_ fact: CaseFact) -> Bool { uses(fact.day, recordedAt: fact.position) }
}
