/// A step of a round on its way through the round's timeline.
public struct RoundFact: Sendable, Hashable {
    /// Position in the log; ``CaseFact/unrecorded`` for a step under judgement.
    public var position: UInt64
    public var step: EvaluationStep

    public init(_ step: EvaluationStep, position: UInt64) {
        self.step = step
        self.position = position
    }

    public var day: CalendarDay { step.details.occurredOn }
    public var type: EventType { step.type }

    /// Timeline order: by day, then by the order of recording (contract §1, the timeline rule).
    public func precedes(_ other: RoundFact) -> Bool {
        day == other.day ? position < other.position : day < other.day
    }
}

/// When and where a step was taken.
public struct StepMark: Sendable, Hashable {
    public var day: CalendarDay
    public var position: UInt64

    public init(_ fact: RoundFact) {
        day = fact.day
        position = fact.position
    }
}
