public import CreditModel

/// Makes up facts about a few bodies and their cases: most fit what was accepted before, some come late, some are nonsense.
///
/// It is told what was accepted, so that long lives come about: corrections from the value in force, repairs after their
/// rectification, bodies that are renamed, recoded, moved, put under others and abolished.
public struct RandomFacts: Sendable {
    public var random: SeededGenerator
    var made = 0
    var bodies: [String] = []
    var cases: [CaseSketch] = []
    /// All facts of one stream have days of their own.
    let distinctDays: Bool
    private var taken: [String: Set<CalendarDay>] = [:]

    public static let firstDay = CalendarDay(ordinal: 18_000)
    public static let lastDay = CalendarDay(ordinal: 20_400)

    /// What is known of a case that was accepted: by order of recording, so now and then it is wrong by day.
    struct CaseSketch {
        var id: String
        var lastDay: CalendarDay
        var step = 0
        var isAccepted = false
        var values: [String: String]
    }

    public init(_ random: SeededGenerator, distinctDays: Bool = false) {
        self.random = random
        self.distinctDays = distinctDays
    }

    public mutating func next() -> HandedFact {
        made += 1
        if bodies.count < 3 || random.chance(4) && bodies.count < 12 { return register() }
        if random.chance(9) { return change() }
        if cases.count < 2 || random.chance(12) { return determine() }
        return act()
    }

    /// Tells what became of a fact.
    public mutating func settle(_ fact: HandedFact, accepted: Bool) {
        guard accepted, let index = cases.firstIndex(where: { "case/" + $0.id == fact.subject }) else { return }
        cases[index].isAccepted = true
        if let day = fact.day { cases[index].lastDay = max(cases[index].lastDay, day) }
        if RandomFacts.way[cases[index].step % RandomFacts.way.count] == fact.type { cases[index].step += 1 }
        let path = fact.type == .objectionDecided ? ["correction"] : []
        guard let field = path.isEmpty ? fact.text("field") : fact.text("correction", "field") else { return }
        cases[index].values[field] = path.isEmpty ? fact.text("new") : fact.text("correction", "new")
    }

    // MARK: Days

    /// Few days, so that many facts meet on one, unless days must differ.
    mutating func day(of stream: String, after earliest: CalendarDay? = nil) -> CalendarDay {
        let next = earliest?.adding(days: random.below(60))
        var day = next ?? RandomFacts.firstDay.adding(days: random.below(200) * 12)
        guard distinctDays else { return day }
        while taken[stream]?.contains(day) ?? false { day = day.adding(days: 1) }
        taken[stream, default: []].insert(day)
        return day
    }

    // MARK: Bodies

    private func code(_ number: Int) -> String {
        guard let code = USCC(completing: "11419801MB" + String(1_000_000 + number)) else {
            preconditionFailure("seventeen characters of the alphabet")
        }
        return code.text
    }

    private mutating func register() -> HandedFact {
        let number = bodies.count
        let code = code(number)
        // Some bodies have an id of their own, and some of them no code.
        let id = random.chance(25) ? "body-\(number)" : code
        let parent = number == 0 || random.chance(35) ? nil : random.pick(bodies)
        bodies.append(id)
        return HandedFact(
            "e\(made)", .bodyRegistered, "body/" + id, on: nil,
            [
                ("code", id == code || random.chance(60) ? .string(code) : nil), ("name", .string("第\(number)局")),
                ("kind", .string(random.pick(BodyKind.allCases).rawValue)),
                ("level", random.chance(80) ? .string(random.pick(BodyLevel.allCases).rawValue) : nil),
                ("region", .string(region())), ("parent", parent.map { .string($0) }),
                ("establishedOn", random.chance(30) ? .string(RandomFacts.firstDay.description) : nil),
            ])
    }

    private mutating func region() -> String { random.pick(["419801", "419802", "419900", "419801101"]) }

    private mutating func change() -> HandedFact {
        let id = random.pick(bodies)
        let (type, key, value): (EventType, String, String?) =
            switch random.below(14) {
            case 0...3: (.bodyRenamed, "name", "第\(random.chance(20) ? 0 : made)局")
            case 4...6: (.bodyRecoded, "code", code(random.chance(20) ? random.below(12) : 100 + made))
            case 7...8: (.bodyMoved, "region", region())
            case 9...12: (.bodyReparented, "parent", random.chance(20) ? nil : random.pick(bodies))
            default: (.bodyAbolished, "successor", random.chance(50) ? random.pick(bodies) : nil)
            }
        let day = day(of: "body/" + id)
        return HandedFact(
            "e\(made)", type, "body/" + id, on: day,
            [
                ("effectiveOn", .string(day.description)), (key, value.map { .string($0) }),
                ("note", random.chance(20) ? .string("机构改革") : nil),
            ])
    }
}
