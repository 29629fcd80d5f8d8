public import CreditModel
internal import EventLog
internal import GRDB
internal import SQLiteSupport

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
    public var moment: Moment

    public init(_ scope: Scope, from: Int? = nil, to: Int? = nil, at moment: Moment = .now) {
        self.scope = scope
        self.from = from
        self.to = to
        self.moment = moment
    }

    /// The years in order, those without cases included; none for an archive without cases.
    ///
    /// Memory: the state changes of the cases in scope at year ends. Throws ``EventLogError`` on damage.
    public func run(on projections: ProjectionSet) throws -> TrendAnswer {
        let head = try projections.log.head()
        let last = head.size == 0 ? nil : head.size - 1
        let position = moment.atPosition.map { min($0, last ?? 0) } ?? last
        // Whatever is appended while this is folded belongs to the next answer.
        let pinned = Moment(asOf: moment.asOf, atPosition: position ?? 0)
        let range = try knownYears(projections, head)
        let members = try subordinates(projections, pinned)
        var tally = TrendTally()
        try projections.forEachBodyFile(filesNeeded(range)) { file in
            let profile = file.history.profile(asOf: pinned.asOf, atPosition: pinned.atPosition ?? .max)
            let isIncluded = includes(profile, members)
            for facts in file.cases.values {
                let known = facts.filter(pinned.uses)
                guard let timeline = try known.isEmpty ? nil : projections.timeline(known), let state = timeline.state
                else { continue }
                tally.note(year: state.record.attributedYear)
                if isIncluded { try tally.add(timeline, state, under: projections.policy) }
            }
        }
        return tally.answer(from: from ?? range?.lowerBound, to: to ?? range?.upperBound, isOpen: from == nil, position)
    }

    private func includes(_ profile: BodyHistory.Profile, _ members: Set<BodyID>) -> Bool {
        switch scope {
        case .body: members.contains(profile.id)
        case .all: true
        case .region(let prefix): profile.region.text.hasPrefix(prefix)
        }
    }

    /// One body's own history is enough where the years are known; every case of the archive bears on them otherwise.
    private func filesNeeded(_ range: ClosedRange<Int>?) -> StandingQuery.Scope {
        guard case .body(let id, withSubordinates: false) = scope, range != nil || from != nil && to != nil else {
            return .all
        }
        return .body(id)
    }

    /// The archive's first and last attributed year from the read models, where these reach the log's end; nil where
    /// facts are to be asked.
    private func knownYears(_ projections: ProjectionSet, _ head: LogHead) throws -> ClosedRange<Int>? {
        guard moment.atPosition == nil else { return nil }
        do {
            return try projections.files.withViews { try knownYears($0, head) } ?? nil
        } catch {
            guard ProjectionSet.isDamage(error) else { throw error }
            return nil
        }
    }

    private func knownYears(_ store: ReadStore, _ head: LogHead) throws -> ClosedRange<Int>? {
        try store.file.read { db -> ClosedRange<Int>? in
            guard try store.canAnswer(from: ["standing"], db) else { return nil }
            // The day of a determination and its year are never corrected.
            let row = try Row.fetchOne(
                db,
                sql: """
                    SELECT (SELECT size FROM cursor), min(attributed_year), max(attributed_year) FROM standing
                    WHERE determined_on <= ?
                    """, arguments: [moment.asOf?.ordinal ?? Int32.max])
            guard let row, UInt64(exactly: row[0] as Int64) == head.size, let first = row[1] as Int?,
                let last = row[2] as Int?, first <= last
            else { return nil }
            return first...last
        }
    }

    /// The body, and those below it where they are asked for.
    private func subordinates(_ projections: ProjectionSet, _ pinned: Moment) throws -> Set<BodyID> {
        guard case .body(let id, let withSubordinates) = scope else { return [] }
        guard withSubordinates else { return [id] }
        var children: [BodyID: [BodyID]] = [:]
        try projections.forEachBodyFile(.all) { file in
            let known = pinned.atPosition ?? .max
            guard file.history.position <= known else { return }
            let profile = file.history.profile(asOf: pinned.asOf, atPosition: known)
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
