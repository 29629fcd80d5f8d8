import CanonicalJSON
import CreditModel
import Testing

/// One case told as given / when / then: `try given(determined(…), on("2023-02-01", .rectificationOrdered))`, then
/// `refusal(of: on(…))` or `accept(on(…))`.
struct Story {
    private(set) var timeline = CaseTimeline()
    var today = day("2026-01-01")
    private var position: UInt64 = 100

    /// A day and what happened on it.
    struct Fact: CustomStringConvertible {
        var day: CalendarDay
        var step: CaseStep

        var description: String { "\(day) \(step.chinese)" }
    }

    var state: CaseState? { timeline.state }

    func state(asOf date: String, atPosition position: UInt64 = .max) throws(Refusal) -> CaseState? {
        try timeline.state(asOf: day(date), atPosition: position, under: .standard)
    }

    /// Accepts a fact and records it at the next position, 101 first.
    mutating func accept(_ fact: Fact) throws(Refusal) {
        try timeline.accept(
            CaseFact(day: fact.day, position: CaseFact.unrecorded, step: fact.step), under: .standard, today: today)
        position += 1
        timeline.record(at: position)
    }

    /// Why the fact is refused, nil where it would be accepted; the story goes on without it.
    func refusal(of fact: Fact) -> Refusal? {
        var copy = self
        do throws(Refusal) {
            try copy.accept(fact)
            return nil
        } catch {
            if copy.timeline.facts != timeline.facts || copy.timeline.state != timeline.state {
                Issue.record("a refused fact has left its mark")
            }
            return error
        }
    }
}

func given(_ facts: Story.Fact...) throws(Refusal) -> Story { try given(facts) }

func given(_ facts: [Story.Fact]) throws(Refusal) -> Story {
    var story = Story()
    for fact in facts { try story.accept(fact) }
    return story
}

func on(_ date: String, _ step: CaseStep) -> Story.Fact { Story.Fact(day: day(date), step: step) }

func determined(
    on date: String, _ category: CreditModel.Category = .r05, severity: Severity = .ordinary, area: KeyArea? = nil,
    amount: String? = nil, visibility: Visibility = .open
) -> Story.Fact {
    on(
        date,
        .determined(
            CaseRecord(
                body: BodyID("body")!, category: category, area: area, severity: severity,
                amount: amount.map { Amount($0)! }, visibility: visibility, attributedYear: day(date).year,
                basisTitle: "行政处理决定书", basisNumber: "云发改〔2023〕7号", fact: commitment(0))))
}

/// A commitment that differs from others by its number.
func commitment(_ number: UInt8) -> Commitment { Commitment([UInt8](repeating: number, count: 32))! }

extension [Story.Fact] {
    /// A rectification ordered, reported and accepted, and a repair applied for and granted, a day each from `date` on.
    static func repaired(from date: String) -> [Story.Fact] {
        rectified(from: date) + repair(from: day(date).adding(days: 3))
    }

    static func rectified(from date: String) -> [Story.Fact] {
        let steps: [CaseStep] = [.rectificationOrdered, .rectificationReported, .rectificationAccepted]
        return steps.enumerated().map { Story.Fact(day: day(date).adding(days: $0), step: $1) }
    }

    private static func repair(from start: CalendarDay) -> [Story.Fact] {
        let steps: [CaseStep] = [.repairApplied, .repairAccepted, .repairGranted]
        return steps.enumerated().map { Story.Fact(day: start.adding(days: $0), step: $1) }
    }
}
