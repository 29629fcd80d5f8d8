internal import Assessment
internal import CreditModel
internal import EventLog
internal import Projections

/// What the archive has for a scheme's evaluation: who is in which cohort on the period's last day, what was observed,
/// and which records count. Read in one pass over bodies and cases and one over observations, or as much of it as one
/// body's indicator needs.
struct EvaluationEvidence {
    private let archive: Archive
    private let query: EvaluationQuery
    private let wanted: Set<CreditModel.Category>
    private let open: Set<CalendarDay>
    /// The inputs that are counted from records.
    private let counts: [(indicator: Indicator, input: String, records: RecordSelection)]
    /// The last position that is used; nil for an empty log.
    let position: UInt64?
    private(set) var roll: CohortRoll
    private(set) var uncovered: [BodyID: [CaseID]] = [:]
    private var cases: [BodyID: [CountedCase]] = [:]
    private var inputs: [BodyID: [String: [String: InputValue]]] = [:]

    /// Evidence that holds nothing yet.
    init(_ archive: Archive, _ query: EvaluationQuery) throws {
        self.archive = archive
        self.query = query
        position = try query.lastPosition(of: archive)
        counts = query.scheme.indicators.flatMap { indicator in
            indicator.inputs.compactMap { input in input.records.map { (indicator, input.name, $0) } }
        }
        wanted = Set(counts.flatMap(\.records.categories))
        open = Set(query.scheme.period.uncoveredDays(of: query.year))
        roll = CohortRoll(query)
    }

    /// Everything that the cohorts rest on.
    mutating func readEverything() throws {
        try archive.projections.forEachBodyFile(.all) { try take($0) }
        roll.sort()
        try observe(body: nil, indicator: nil)
    }

    /// Who is in the cohorts, without their records.
    mutating func readRoll() throws {
        try archive.projections.forEachBodyFile(.all, cases: false) { file in
            if let history = used(file.history) { roll.take(history) }
        }
        roll.sort()
    }

    /// Takes the roll from an earlier question of the same kind.
    mutating func take(_ roll: CohortRoll) { self.roll = roll }

    /// One body's history and records.
    mutating func readFile(of body: BodyID) throws {
        try archive.projections.forEachBodyFile(.body(body)) { try take($0) }
    }

    private func used(_ history: BodyHistory) -> BodyHistory? {
        guard let position else { return nil }
        return history.keeping { $0 <= position && !query.without.contains($0) }
    }

    private mutating func take(_ file: BodyFile) throws {
        guard let history = used(file.history) else { return }
        let isKnown = roll.profiles[history.id] != nil
        guard isKnown || roll.take(history) else { return }
        for (id, facts) in file.cases { try take(id, facts, of: history.id) }
        uncovered[history.id]?.sort()
    }

    private mutating func take(_ id: CaseID, _ facts: [CaseFact], of body: BodyID) throws {
        let known = facts.filter { $0.position <= position ?? 0 && !query.without.contains($0.position) }
        // Whoever determines a case says its day and category; without that there is no case. Most cases are of no
        // interest, and their timelines need not be made.
        let determination = known.first { if case .determined = $0.step { true } else { false } }
        guard let determination else { return try requireNone(known, id) }
        let isOpen = open.contains(determination.day)
        guard isOpen || known.contains(where: { $0.names(wanted) }) else { return }
        let timeline: CaseTimeline
        do { timeline = try CaseTimeline(known, under: archive.policy) } catch {
            guard !query.without.isEmpty else { throw error }
            throw EvaluationEvidence.impossible(id, error)
        }
        guard let state = timeline.state else { return }
        if isOpen { uncovered[body, default: []].append(id) }
        guard wanted.contains(state.record.category), state.revokedOn == nil else { return }
        cases[body, default: []].append(try CountedCase(timeline, state, in: roll.days, under: archive.policy))
    }

    /// A what-if that takes a case's determination away takes the rest of it away, too.
    private func requireNone(_ facts: [CaseFact], _ id: CaseID) throws {
        guard facts.isEmpty || !query.without.isEmpty else {
            throw EventLogError.damaged("事项 \(id) 没有认定", "the case \(id) has no determination")
        }
    }

    private static func impossible(_ id: CaseID, _ refusal: Refusal) -> ArchiveError {
        ArchiveError(
            .badInput, "without-impossible", field: "--without",
            chinese: "去掉所指的条目后，事项 \(id) 的过程不再成立：\(refusal.chinese)；请把依赖它的后续条目也一并用 --without 去掉",
            english:
                "without these entries the case \(id) is no longer possible: \(refusal.english); leave out the later "
                + "entries that depend on them, too")
    }

    /// Reads observations: of several for one input the one recorded last counts, and all are kept.
    mutating func observe(body: BodyID?, indicator: String?) throws {
        guard let position else { return }
        let question = ObservationQuery(
            scheme: query.scheme.id, year: query.year, body: body, indicator: indicator, atPosition: position,
            without: query.without)
        inputs = try archive.projections.observations(question, into: inputs) { inputs, body, input, values in
            inputs[body, default: [:]][input.indicator, default: [:]][input.name] = InputValue(values)
        }
    }

    /// Bodies that were reported on and that the scheme does not assess.
    var outsiders: [BodyID] { inputs.keys.filter { !roll.assesses($0) }.sorted() }

    /// A body with its inputs.
    ///
    /// - Parameter only: the indicator whose inputs alone are needed, of those that are counted from records.
    func member(_ body: BodyID, only: String? = nil) -> CohortMember {
        var member = CohortMember(body, inputs: inputs[body] ?? [:])
        for (indicator, input, records) in counts where only == nil || only == indicator.id {
            member.inputs[indicator.id, default: [:]][input] = counted(indicator, records, of: body)
        }
        return member
    }

    private func counted(_ indicator: Indicator, _ records: RecordSelection, of body: BodyID) -> InputValue {
        let found = (indicator.rollsUp ? roll.descendants(of: body) : [body]).flatMap { cases[$0] ?? [] }
            .filter { records.categories.contains($0.category) && $0.counts(indicator.recordTiming) }
        return InputValue(String(found.count), positions: found.flatMap(\.positions).sorted())
    }
}

extension InputValue {
    /// Several reports of one input, in order of recording: the last one counts.
    fileprivate init(_ values: [Observation.Value]) {
        let last = values[values.count - 1]
        self.init(
            last.text, hasEvidence: last.hasEvidence, positions: values.reversed().map(\.position),
            superseded: values.dropLast().reversed().map {
                Superseded($0.text, hasEvidence: $0.hasEvidence, position: $0.position)
            })
    }
}
