internal import Assessment
internal import CreditModel
internal import EventLog
internal import Projections

/// What the archive has for a scheme's evaluation: who is in which cohort on the period's last day, what was observed,
/// and which records count. One pass over the facts; observations are read body by body.
struct EvaluationEvidence {
    private let archive: Archive
    private let scheme: Scheme
    private let year: Int
    private let days: ClosedRange<CalendarDay>
    /// The last position that is used; nil for an empty log.
    let position: UInt64?
    /// Of every body that existed on the period's last day.
    private(set) var profiles: [BodyID: BodyHistory.Profile] = [:]
    private(set) var cohorts: [CohortKey: [BodyID]] = [:]
    private(set) var uncovered: [BodyID: [CaseID]] = [:]
    private var children: [BodyID: [BodyID]] = [:]
    private var cases: [BodyID: [CountedCase]] = [:]

    init(_ archive: Archive, _ query: EvaluationQuery) throws {
        self.archive = archive
        scheme = query.scheme
        year = query.year
        days = query.scheme.period.days(of: query.year)
        let size = try archive.log.head().size
        position = size == 0 ? nil : size - 1
        let wanted = Set(scheme.indicators.flatMap(\.inputs).compactMap(\.records).flatMap(\.categories))
        let open = Set(scheme.period.uncoveredDays(of: year))
        try archive.projections.forEachBodyFile(.all) { try take($0, wanted, open) }
        for key in cohorts.keys { cohorts[key]?.sort() }
    }

    private mutating func take(_ file: BodyFile, _ wanted: Set<Category>, _ open: Set<CalendarDay>) throws {
        guard let position, file.history.position <= position else { return }
        let profile = file.history.profile(asOf: days.upperBound, atPosition: position)
        // A body without 成立日期 counts as always there (contract §5).
        guard profile.establishedOn.map({ $0 <= days.upperBound }) ?? true, profile.abolishedOn == nil else { return }
        profiles[profile.id] = profile
        if let parent = profile.parent { children[parent, default: []].append(profile.id) }
        if let key = scheme.cohort.key(kind: profile.kind, level: profile.level, region: profile.region) {
            cohorts[key, default: []].append(profile.id)
        }
        for (id, facts) in file.cases {
            let known = facts.filter { $0.position <= position }
            guard !known.isEmpty else { continue }
            let timeline = try CaseTimeline(known, under: archive.policy)
            guard let state = timeline.state else { continue }
            if open.contains(state.determinedOn) { uncovered[profile.id, default: []].append(id) }
            guard wanted.contains(state.record.category), state.revokedOn == nil else { continue }
            cases[profile.id, default: []].append(try CountedCase(timeline, state, in: days, under: archive.policy))
        }
        uncovered[profile.id]?.sort()
    }

    /// The cohorts of the areas that a region covers; all of them where there is one area only.
    func cohorts(in region: String?) throws(ArchiveError) -> [CohortKey: [BodyID]] {
        let areas = Set(cohorts.keys.map(\.area)).sorted()
        guard let region else {
            guard areas.count <= 1 else {
                let list = areas.joined(separator: " ")
                throw ArchiveError(
                    .usage, "region-needed", field: "--region", chinese: "档案库有多个地区，请用 --region 指明：\(list)",
                    english: "the archive has several areas; choose with --region: \(list)")
            }
            return try nonEmpty(cohorts)
        }
        return try nonEmpty(cohorts.filter { $0.key.area.hasPrefix(region) || region.hasPrefix($0.key.area) })
    }

    private func nonEmpty(_ chosen: [CohortKey: [BodyID]]) throws(ArchiveError) -> [CohortKey: [BodyID]] {
        guard chosen.isEmpty else { return chosen }
        throw ArchiveError(
            .notFound, "cohort-empty", chinese: "\(days.upperBound) 该地区没有方案 \(scheme.id) 的受评单位",
            english: "on \(days.upperBound) nobody in this area is assessed by \(scheme.id)")
    }

    /// The cohort of one body. Throws `body-outside-cohort`.
    func cohort(of body: BodyID) throws(ArchiveError) -> CohortKey {
        if let key = cohorts.first(where: { $0.value.contains(body) })?.key { return key }
        throw ArchiveError(
            .badInput, "body-outside-cohort", field: body.text,
            chinese: "\(body) 在 \(days.upperBound) 不是方案 \(scheme.id) 的受评单位",
            english: "on \(days.upperBound) \(body) is not assessed by \(scheme.id)")
    }

    /// A body with its inputs.
    func member(_ body: BodyID) throws -> CohortMember {
        var member = CohortMember(body, inputs: try observed(body))
        for indicator in scheme.indicators {
            for input in indicator.inputs {
                guard let records = input.records else { continue }
                member.inputs[indicator.id, default: [:]][input.name] = counted(indicator, records, of: body)
            }
        }
        return member
    }

    /// The observations of a body for the scheme and year: of several for one input the one recorded last counts, and the
    /// positions of all are kept.
    private func observed(_ body: BodyID) throws -> [String: [String: InputValue]] {
        var inputs: [String: [String: InputValue]] = [:]
        for entry in try archive.log.entries(of: .observations(body: body.text, year: year)) {
            guard entry.position <= position ?? 0, case .observationRecorded(let data) = try entry.event(),
                data.scheme == scheme.id
            else { continue }
            let before = inputs[data.indicator]?[data.input]
            inputs[data.indicator, default: [:]][data.input] = InputValue(
                data.value, hasEvidence: data.note != nil || !data.evidence.isEmpty,
                positions: [entry.position] + (before?.positions ?? []),
                supersedes: before.map { $0.supersedes + 1 } ?? 0)
        }
        return inputs
    }

    private func counted(_ indicator: Indicator, _ records: RecordSelection, of body: BodyID) -> InputValue {
        let found = (indicator.rollsUp ? descendants(of: body) : [body]).flatMap { cases[$0] ?? [] }
            .filter { records.categories.contains($0.category) && $0.counts(indicator.recordTiming) }
        return InputValue(String(found.count), positions: found.flatMap(\.positions).sorted())
    }

    /// The body and all below it, by the parents of the period's last day.
    private func descendants(of body: BodyID) -> Set<BodyID> {
        var members: Set<BodyID> = []
        var waiting = [body]
        while let next = waiting.popLast() {
            if members.insert(next).inserted { waiting += children[next] ?? [] }
        }
        return members
    }
}

/// A case that is not revoked, as far as a period is concerned.
private struct CountedCase {
    /// With every correction.
    let category: CreditModel.Category
    let positions: [UInt64]
    private let isDetermined: Bool
    private let isOnAnyDay: Bool
    private let isOnLastDay: Bool

    init(
        _ timeline: CaseTimeline, _ state: CaseState, in days: ClosedRange<CalendarDay>, under policy: CreditPolicy
    ) throws(Refusal) {
        category = state.record.category
        positions = timeline.facts.map(\.position)
        isDetermined = days.contains(state.determinedOn)
        func isInEffect(on day: CalendarDay) throws(Refusal) -> Bool {
            try timeline.state(asOf: day, under: policy)?.isInEffect ?? false
        }
        isOnLastDay = try isInEffect(on: days.upperBound)
        // The state changes on the days of its facts only; on its repair day a record is no longer in effect.
        var isOnAnyDay = isOnLastDay
        for day in [days.lowerBound] + timeline.facts.map(\.day) where !isOnAnyDay && days.contains(day) {
            isOnAnyDay = try isInEffect(on: day)
        }
        self.isOnAnyDay = isOnAnyDay
    }

    func counts(_ timing: RecordTiming) -> Bool {
        switch timing {
        case .anyDay: isOnAnyDay
        case .lastDay: isOnLastDay
        case .determined: isDetermined
        }
    }
}
