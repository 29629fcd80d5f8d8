/// A round's facts, ordered by their day and then by the order in which they were recorded.
///
/// A step is accepted if and only if it is possible on its day and no step that was accepted before becomes impossible
/// by it (the timeline rule of contract §1): what is registered late is judged on its own day.
public struct RoundTimeline: Sendable {
    public private(set) var facts: [RoundFact] = []
    /// The state after all facts.
    public private(set) var state: RoundState

    public init(_ id: RoundID) { state = RoundState(id) }

    /// The timeline of facts that were accepted before.
    public init(_ id: RoundID, _ facts: [RoundFact]) {
        self.facts = facts.sorted { $0.precedes($1) }
        state = RoundState(id)
        for fact in self.facts { state.evolve(fact) }
    }

    /// The state on `day`, using only facts dated on or before it and, if given, recorded at or before `position`.
    public func state(asOf day: CalendarDay, atPosition position: UInt64 = .max) -> RoundState {
        var state = RoundState(state.id)
        for fact in facts where fact.day <= day && fact.position <= position { state.evolve(fact) }
        return state
    }

    /// `decide`: judges a new step and puts it in place. Throws a ``Refusal`` that says what, who, why and by which
    /// article; the timeline is unchanged then.
    public mutating func accept(
        _ fact: RoundFact, under rules: RoundRules, in surroundings: StepSurroundings
    ) throws(Refusal) {
        guard fact.day <= surroundings.today else {
            throw .inTheFuture(fact.day, today: surroundings.today, field: "日期")
        }
        let place = facts.lastIndex { $0.precedes(fact) }.map { $0 + 1 } ?? 0
        var changed = state
        if place < facts.count {
            changed = RoundState(state.id)
            for earlier in facts[..<place] { changed.evolve(earlier) }
        }
        try changed.check(fact, under: rules)
        try changed.checkSurroundings(fact, surroundings, under: rules)
        var unchanged = changed
        changed.evolve(fact)
        for later in facts[place...] {
            do { try changed.check(later, under: rules) } catch {
                // What was no longer possible without the new step either is not the new step's doing.
                guard (try? unchanged.check(later, under: rules)) == nil else { throw .breaksLater(later, error) }
            }
            changed.evolve(later)
            unchanged.evolve(later)
        }
        facts.insert(fact, at: place)
        state = changed
    }
}

/// What a round is judged by.
public struct RoundRules: Sendable, Hashable {
    public var process: RoundProcess
    public var calendar: WorkingCalendar

    public init(process: RoundProcess, calendar: WorkingCalendar) {
        self.process = process
        self.calendar = calendar
    }
}

/// What a step touches outside its round, as it is known on the step's day.
public struct StepSurroundings: Sendable {
    public var today: CalendarDay
    /// The province's list of recommended evaluators; nil where none is known.
    public var recommended: [NamedOffice]?
    /// The actor is the body that the step is about.
    public var actorIsBody = true
    /// Of a government: its departments whose reports are not uploaded; nil where there is no round of theirs.
    public var openDepartments: [BodyID]? = []
    /// The case that an adjudgement names.
    public var record: NamedRecord?
    /// Bodies that the step puts on the list and that do not belong there.
    public var strangers: [Stranger] = []
    /// Days of the evaluated year, by the scheme's period; nil where they do not matter.
    public var period: ClosedRange<CalendarDay>?

    /// A body that a round cannot assess, with why.
    public struct Stranger: Sendable {
        public var body: BodyID
        public var chinese: String
        public var english: String

        public init(body: BodyID, chinese: String, english: String) {
            self.body = body
            self.chinese = chinese
            self.english = english
        }
    }

    /// The case that a 不良记录认定 names: nil members where there is none.
    public struct NamedRecord: Sendable {
        public var body: BodyID
        public var category: Category
        public var determinedOn: CalendarDay

        public init(body: BodyID, category: Category, determinedOn: CalendarDay) {
            self.body = body
            self.category = category
            self.determinedOn = determinedOn
        }
    }

    public init(today: CalendarDay) { self.today = today }
}
