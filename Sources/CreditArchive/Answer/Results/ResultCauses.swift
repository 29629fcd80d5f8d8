internal import Assessment
public import CreditModel
internal import EventLog
internal import Projections

/// Whose entries make a result another one: the body's own, or those of another body that is placed beside it.
public struct ResultCause: Sendable, Hashable {
    public var body: BodyID
    /// Nil where the body is not assessed at all, before or after.
    public var name: String?
    /// Rising.
    public var positions: [UInt64]
}

/// Finds why a cohort's scores of two positions differ: observations that count now, cases that came to count or no
/// longer do (determined, corrected, revoked, repaired), bodies that were registered, moved or abolished.
struct ResultCauses {
    private struct Placed: Hashable {
        var cohort: CohortKey
        var indicator: String
    }

    private let archive: Archive
    private let scheme: Scheme
    private let then: [BodyID: EvaluatedBody]
    private let now: [BodyID: EvaluatedBody]
    /// Entries since the snapshot, up to the position of the comparison.
    private let since: ClosedRange<UInt64>
    private let cohorts: [CohortKey: [BodyID]]
    private var known: [BodyID: [ResultCause]] = [:]
    private var moved: [Placed: [ResultCause]] = [:]

    /// Nil where nothing was recorded since.
    init?(
        _ archive: Archive, _ scheme: Scheme, then: [BodyID: EvaluatedBody], now: [BodyID: EvaluatedBody],
        snapshot: UInt64, last: UInt64
    ) {
        guard snapshot < last else { return nil }
        (self.archive, self.scheme, self.then, self.now, since) = (archive, scheme, then, now, snapshot + 1...last)
        var cohorts: [CohortKey: Set<BodyID>] = [:]
        for item in then.values { cohorts[item.cohort, default: []].insert(item.profile.id) }
        for item in now.values { cohorts[item.cohort, default: []].insert(item.profile.id) }
        self.cohorts = cohorts.mapValues { $0.sorted() }
    }

    /// Why one indicator of a body changed: its own entries, and those of the bodies that it is placed among.
    mutating func causes(of body: BodyID, _ indicator: String) throws -> [ResultCause] {
        var found = cause(body, try own(body, indicator))
        guard scheme[indicator: indicator]?.ranks == true else { return found }
        for cohort in Set([then[body]?.cohort, now[body]?.cohort].compactMap(\.self)).sorted() {
            found += try others(Placed(cohort: cohort, indicator: indicator)).filter { $0.body != body }
        }
        return ResultCauses.merged(found)
    }

    /// Why a body's total, or its being assessed at all, changed.
    mutating func causes(of body: BodyID) throws -> [ResultCause] {
        if let known = known[body] { return known }
        var found: [ResultCause] = []
        if hasLeftOrCome(body) { found += cause(body, try registrations(of: body)) }
        for row in scheme.indicators where isChanged(body, row.id) { found += try causes(of: body, row.id) }
        let merged = ResultCauses.merged(found)
        known[body] = merged
        return merged
    }

    /// Why a body has another rank: the bodies that came before it, or fell behind it, and why those did.
    mutating func rankCauses(of body: BodyID) throws -> [ResultCause] {
        guard let before = then[body], let after = now[body] else { return [] }
        var found: [ResultCause] = []
        for other in cohorts[after.cohort] ?? [] where other != body {
            let (old, new) = (then[other], now[other])
            let isAsItWas =
                (old == nil) == (new == nil)
                && ResultCauses.order(old, before) == ResultCauses.order(new, after)
            if !isAsItWas { found += try causes(of: other) }
        }
        return ResultCauses.merged(found)
    }

    private static func order(_ one: EvaluatedBody?, _ other: EvaluatedBody) -> Int {
        let (left, right) = (one?.score.rank ?? .max, other.score.rank ?? .max)
        return left == right ? 0 : left < right ? -1 : 1
    }

    // MARK: What there is

    private func hasLeftOrCome(_ body: BodyID) -> Bool { then[body]?.cohort != now[body]?.cohort }

    private func isChanged(_ body: BodyID, _ indicator: String) -> Bool {
        let (old, new) = (then[body]?.score[indicator: indicator], now[body]?.score[indicator: indicator])
        return old?.score != new?.score || old?.flags != new?.flags
    }

    /// The bodies of a cohort whose own entries move an indicator that places them.
    private mutating func others(_ placed: Placed) throws -> [ResultCause] {
        if let known = moved[placed] { return known }
        var found: [ResultCause] = []
        for body in cohorts[placed.cohort] ?? [] {
            found += cause(
                body, hasLeftOrCome(body) ? try registrations(of: body) : try own(body, placed.indicator))
        }
        moved[placed] = found
        return found
    }

    private func cause(_ body: BodyID, _ positions: [UInt64]) -> [ResultCause] {
        guard !positions.isEmpty else { return [] }
        let name = (now[body] ?? then[body])?.profile.name
        return [ResultCause(body: body, name: name, positions: Set(positions).sorted())]
    }

    static func merged(_ causes: [ResultCause]) -> [ResultCause] {
        var merged: [BodyID: ResultCause] = [:]
        for cause in causes {
            var one = merged[cause.body] ?? cause
            one.positions = Set(one.positions + cause.positions).sorted()
            merged[cause.body] = one
        }
        return merged.values.sorted { $0.body < $1.body }
    }

    /// The entries since the snapshot that give an indicator other inputs.
    private func own(_ body: BodyID, _ indicator: String) throws -> [UInt64] {
        let before = then[body]?.score[indicator: indicator]?.inputs ?? []
        let after = now[body]?.score[indicator: indicator]?.inputs ?? []
        guard before != after else { return [] }
        let definitions = scheme[indicator: indicator]?.inputs ?? []
        var found: [UInt64] = []
        for name in Set((before + after).map(\.name)) {
            let old = before.first { $0.name == name }?.value
            let new = after.first { $0.name == name }?.value
            if definitions.contains(where: { $0.name == name && $0.records != nil }) {
                found += try countedOtherwise(old?.positions ?? [], new?.positions ?? [])
            } else if let new, new.text != old?.text || new.hasEvidence != old?.hasEvidence {
                found += new.positions.prefix(1)
            }
        }
        return found.filter(since.contains)
    }

    /// Entries by which cases came to count, or no longer do.
    private func countedOtherwise(_ before: [UInt64], _ after: [UInt64]) throws -> [UInt64] {
        func cases(_ positions: [UInt64]) throws -> Set<StreamID> {
            Set(try positions.map { try archive.log.entry(at: $0).subject })
        }
        var found: [UInt64] = []
        for stream in try cases(before).symmetricDifference(cases(after)) {
            var body: BodyID?
            var own: [UInt64] = []
            for entry in try archive.log.entries(of: stream) {
                guard let fact = CaseFact(try entry.event(), position: entry.position) else { continue }
                if case .determined(let record) = fact.step { body = record.body }
                if fact.decidesCounting, since.contains(entry.position) { own.append(entry.position) }
            }
            // Neither determined nor undone since: it counts otherwise because its body stands elsewhere.
            if own.isEmpty, let body { own = try registrationsAbove(body) }
            found += own
        }
        return found
    }

    /// Entries since the snapshot on what a body is called, where it is and below whom it stands.
    private func registrations(of body: BodyID) throws -> [UInt64] {
        try archive.log.stream(.body(body.text)).positions.filter(since.contains)
    }

    /// Those of a body and of all that stood above it, before or after.
    private func registrationsAbove(_ body: BodyID) throws -> [UInt64] {
        var register = BodyRegister(log: archive.log, laterCodes: [:])
        var chain: Set<BodyID> = []
        var waiting = [body]
        while let next = waiting.popLast() {
            guard chain.insert(next).inserted, let history = try register.history(next) else { continue }
            waiting += [since.lowerBound - 1, since.upperBound].compactMap {
                history.profile(atPosition: $0).parent
            }
        }
        return try chain.flatMap { try registrations(of: $0) }
    }
}

extension CaseFact {
    /// Whether the fact may make its case count, or no longer count, for an indicator.
    fileprivate var decidesCounting: Bool {
        switch step {
        case .determined, .revoked, .objectionUpheldRevoked, .repairGranted, .repairRescinded,
            .corrected(.category), .objectionUpheldCorrected(.category):
            true
        default: false
        }
    }
}
