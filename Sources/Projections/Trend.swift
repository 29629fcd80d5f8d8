public import CreditModel
internal import EventLog

/// One year of a trend (contract §2, Trend): cases counted by 归属年度.
public struct TrendYear: Sendable, Hashable {
    public let year: Int
    /// All cases of the year.
    public internal(set) var determined = 0
    /// Those of them that are revoked, or repaired, by all facts used.
    public internal(set) var revoked = 0
    public internal(set) var repaired = 0
    /// Cases of any year in effect on 31 December, as of that day.
    public internal(set) var inEffectAtYearEnd = 0
    // The revoked left out, values as corrected.
    public internal(set) var byCategory: [Category: Int] = [:]
    public internal(set) var byArea: [KeyArea: Int] = [:]
    public internal(set) var bySeverity: [Severity: Int] = [:]
    /// 万元.
    public internal(set) var amount = Amount.zero

    init(year: Int) { self.year = year }
}

/// Asks for a trend by year, folded from facts.
public struct TrendQuery: Sendable {
    public enum Scope: Sendable, Hashable {
        case body(BodyID, withSubordinates: Bool)
        case all
        /// Bodies whose 行政区划代码 begins with the digits.
        case region(prefix: String)
    }

    public var scope: Scope
    /// First and last year; nil: the archive's first and last attributed year.
    public var from: Int?
    public var to: Int?
    /// Facts dated on or before this day; nil: all.
    public var asOf: CalendarDay?
    /// Facts recorded at or before this position; nil: all.
    public var atPosition: UInt64?

    public init(
        _ scope: Scope, from: Int? = nil, to: Int? = nil, asOf: CalendarDay? = nil, atPosition: UInt64? = nil
    ) {
        self.scope = scope
        self.from = from
        self.to = to
        self.asOf = asOf
        self.atPosition = atPosition
    }

    /// The years in order, those without cases included; none for an archive without cases.
    ///
    /// Memory: the state changes of the cases in scope at year ends. Throws ``EventLogError`` on damage.
    public func run(on projections: ProjectionSet) throws -> [TrendYear] {
        let members = try subordinates(projections)
        var tally = TrendTally()
        try projections.forEachBodyFile(.all) { file in
            let profile = file.history.profile(asOf: asOf, atPosition: atPosition ?? .max)
            for (_, facts) in file.cases {
                let known = facts.filter { fact in
                    fact.position <= atPosition ?? .max && asOf.map { fact.day <= $0 } ?? true
                }
                guard let timeline = try known.isEmpty ? nil : projections.timeline(known), let state = timeline.state
                else { continue }
                tally.note(year: state.record.attributedYear)
                if includes(profile, members) { try tally.add(timeline, state, under: projections.policy) }
            }
        }
        return tally.years(from: from, to: to)
    }

    private func includes(_ profile: BodyHistory.Profile, _ members: Set<BodyID>) -> Bool {
        switch scope {
        case .body: members.contains(profile.id)
        case .all: true
        case .region(let prefix): profile.region.text.hasPrefix(prefix)
        }
    }

    /// The body, and those below it where they are asked for.
    private func subordinates(_ projections: ProjectionSet) throws -> Set<BodyID> {
        guard case .body(let id, let withSubordinates) = scope else { return [] }
        guard withSubordinates else { return [id] }
        var children: [BodyID: [BodyID]] = [:]
        try projections.forEachBodyFile(.all) { file in
            let profile = file.history.profile(asOf: asOf, atPosition: atPosition ?? .max)
            if let parent = profile.parent { children[parent, default: []].append(profile.id) }
        }
        var members: Set<BodyID> = []
        var waiting = [id]
        while let next = waiting.popLast() {
            if members.insert(next).inserted { waiting += children[next] ?? [] }
        }
        return members
    }
}

/// Counts as a trend grows.
private struct TrendTally {
    private var counts: [Int: TrendYear] = [:]
    private var attributed: ClosedRange<Int>?
    /// How the number of cases in effect changes from one year end to the next.
    private var steps: [Int: Int] = [:]

    /// Every case of the archive widens the range of years, in scope or not.
    mutating func note(year: Int) {
        attributed = min(attributed?.lowerBound ?? year, year)...max(attributed?.upperBound ?? year, year)
    }

    mutating func add(_ timeline: CaseTimeline, _ state: CaseState, under policy: CreditPolicy) throws {
        count(state)
        var wasInEffect = false
        let years = timeline.facts.map(\.day.year)
        // Between two facts nothing changes: only the ends of years with facts need a look.
        for year in Set(years).sorted() {
            guard let end = CalendarDay(year: year, month: 12, day: 31) else { continue }
            let isInEffect: Bool
            do { isInEffect = try timeline.state(asOf: end, under: policy)?.isInEffect ?? false } catch {
                throw EventLogError.undecodable(timeline.facts.last?.position ?? 0, error.english)
            }
            if isInEffect != wasInEffect { steps[year, default: 0] += isInEffect ? 1 : -1 }
            wasInEffect = isInEffect
        }
    }

    private mutating func count(_ state: CaseState) {
        let record = state.record
        var year = counts[record.attributedYear] ?? TrendYear(year: record.attributedYear)
        year.determined += 1
        switch state.status {
        case .revoked: year.revoked += 1
        case .repaired: year.repaired += 1
        case .inEffect: break
        }
        if state.status != .revoked {
            year.byCategory[record.category, default: 0] += 1
            if let area = record.area { year.byArea[area, default: 0] += 1 }
            year.bySeverity[record.severity, default: 0] += 1
            year.amount = year.amount + (record.amount ?? .zero)
        }
        counts[record.attributedYear] = year
    }

    func years(from: Int?, to: Int?) -> [TrendYear] {
        guard let first = from ?? attributed?.lowerBound, let last = to ?? attributed?.upperBound, first <= last else {
            return []
        }
        var inEffect = steps.filter { $0.key < first }.values.reduce(0, +)
        return (first...last).map { number in
            inEffect += steps[number] ?? 0
            var year = counts[number] ?? TrendYear(year: number)
            year.inEffectAtYearEnd = inEffect
            return year
        }
    }
}
