public import Assessment
public import CreditModel
internal import Dispatch
internal import EventLog
internal import Projections
internal import Synchronization

/// One body's result with what a reader must know beside it.
public struct EvaluatedBody: Sendable {
    /// As on the period's last day.
    public var profile: BodyHistory.Profile
    public var cohort: CohortKey
    public var score: BodyScore
    /// Cases determined on days of the year that belong to no period of the scheme: listed, never dropped (Q01).
    public var uncovered: [CaseID]
    /// What the departments below a government have reached: a hint for whoever scores it by hand, never its score, since
    /// 第十条第三项 does not say how theirs make its own (Q18). Nil for others, and where no department has a total.
    public var departments: DepartmentMean?
}

/// The mean of the totals of a government's own departments.
public struct DepartmentMean: Sendable, Hashable {
    /// Rounded half up to two decimals.
    public var mean: Score
    /// How many have a total.
    public var bodies: Int

    /// Nil for no totals.
    init?(_ totals: [Score]) {
        let sum = totals.reduce(Int128(0)) { $0 + Int128($1.hundredths) }
        guard !totals.isEmpty, let exact = try? Rational(sum, over: Int128(totals.count) * 100),
            let mean = try? Score(rounding: exact)
        else { return nil }
        self.mean = mean
        bodies = totals.count
    }
}

public struct EvaluationAnswer: Sendable {
    public var scheme: Scheme
    public var year: Int
    /// Cohort by cohort, in order of the bodies' ids.
    public var bodies: [EvaluatedBody]
    /// The last position that the answer reflects.
    public var position: UInt64?
    /// The entries that were left out, rising: the answer is a what-if then.
    public var without: [UInt64]
    /// Bodies that something was reported of for this scheme and year, although it does not assess them: listed, by id.
    public var outsiders: [BodyID]
}

extension Auditor {
    /// Scores every cohort that is asked for, each by itself: bodies of two counties are never compared.
    ///
    /// Throws ``ArchiveError``: a scheme that cannot compute or is not for the year, several areas and none chosen, nobody
    /// to score, a what-if that cannot be.
    public func evaluate(_ query: EvaluationQuery) throws -> EvaluationAnswer {
        let evaluator = try Auditor.evaluator(query)
        var evidence = try EvaluationEvidence(archive, query)
        try evidence.readEverything()
        let chosen = try evidence.roll.cohorts(in: query.region)
        var bodies: [EvaluatedBody] = []
        let keys = chosen.keys.sorted()
        let scores = Auditor.scores(of: keys) { [evidence] key in
            evaluator.evaluate((chosen[key] ?? []).map { evidence.member($0) })
        }
        for (key, scores) in zip(keys, scores) {
            for score in scores {
                guard let profile = evidence.roll.profiles[score.body] else { continue }
                bodies.append(
                    EvaluatedBody(
                        profile: profile, cohort: key, score: score, uncovered: evidence.uncovered[score.body] ?? []))
            }
        }
        if query.scheme.options.choices["aggregation"] == "manual" { Auditor.hint(&bodies) }
        return EvaluationAnswer(
            scheme: query.scheme, year: query.year, bodies: bodies, position: evidence.position,
            without: query.without.sorted(), outsiders: evidence.outsiders)
    }

    /// Cohorts have nothing to do with each other: each is scored by whatever core is free.
    private static func scores(
        of keys: [CohortKey], _ score: @Sendable (CohortKey) -> [BodyScore]
    ) -> [[BodyScore]] {
        let scored = Mutex<[Int: [BodyScore]]>([:])
        DispatchQueue.concurrentPerform(iterations: keys.count) { index in
            let scores = score(keys[index])
            scored.withLock { $0[index] = scores }
        }
        return scored.withLock { scored in keys.indices.map { scored[$0] ?? [] } }
    }

    /// Gives every government the mean of its own departments, by the parents of the period's last day.
    private static func hint(_ bodies: inout [EvaluatedBody]) {
        var totals: [BodyID: [Score]] = [:]
        for item in bodies {
            if let parent = item.profile.parent, let total = item.score.total {
                totals[parent, default: []].append(total)
            }
        }
        let governments: Set<BodyKind> = [.government, .township]
        for index in bodies.indices where governments.contains(bodies[index].profile.kind) {
            bodies[index].departments = DepartmentMean(totals[bodies[index].profile.id] ?? [])
        }
    }

    /// Why a body has its score for one indicator, within its own cohort. Reads what this indicator needs and no more:
    /// the rest of the cohort only where the indicator places its bodies, the bodies below only where their records count.
    ///
    /// Throws ``ArchiveError``, also where the body is outside the scheme's cohorts or the indicator unknown.
    public func explain(_ indicator: String, of body: BodyID, _ query: EvaluationQuery) throws -> BodyExplanation {
        let evaluator = try Auditor.evaluator(query)
        guard let row = query.scheme[indicator: indicator] else { throw Auditor.unknown(indicator, query.scheme) }
        var evidence = try EvaluationEvidence(archive, query)
        let countsRecords = row.inputs.contains { $0.records != nil }
        let memoKey = EvaluationMemo.Key(query)
        let position = evidence.position ?? 0
        try archive.evaluations.advance(memoKey, to: position) { try EvaluationMemo.News(archive, $0, query) }
        if row.ranks || countsRecords && row.rollsUp {
            evidence.take(
                try archive.evaluations.roll(memoKey, at: position) {
                    var everybody = evidence
                    try everybody.readRoll()
                    return everybody.roll
                })
        }
        let counted = countsRecords && row.rollsUp ? evidence.roll.descendants(of: body).sorted() : [body]
        for member in counted { try evidence.readFile(of: member) }
        let cohort = try evidence.roll.cohort(of: body)
        try evidence.observe(body: body, indicator: indicator)
        var rates: CohortRates?
        if row.ranks {
            rates = try archive.evaluations.rates(memoKey, at: position, indicator, cohort) {
                var everybody = evidence
                try everybody.observe(body: nil, indicator: indicator)
                let members = (evidence.roll.cohorts[cohort] ?? []).map { everybody.member($0, only: indicator) }
                return evaluator.rates(of: indicator, among: members)
            }
        }
        let told = evaluator.explain(indicator, of: evidence.member(body, only: indicator), placedBy: rates)
        guard let told, let profile = evidence.roll.profiles[body] else {
            throw Auditor.unknown(indicator, query.scheme)
        }
        return BodyExplanation(
            explanation: told, profile: profile, cohort: cohort, year: query.year, position: evidence.position,
            without: query.without.sorted(), inputs: try told.score.inputs.map { try entries(behind: $0, row) })
    }

    /// The area of a body's cohort. Throws ``ArchiveError`` where the body is outside the scheme's cohorts.
    public func area(of body: BodyID, _ query: EvaluationQuery) throws -> String {
        var evidence = try EvaluationEvidence(archive, query)
        try evidence.readFile(of: body)
        return try evidence.roll.cohort(of: body).area
    }

    private static func evaluator(_ query: EvaluationQuery) throws(ArchiveError) -> Evaluator {
        do { return try Evaluator(query.scheme, year: query.year) } catch { throw ArchiveError(error) }
    }

    private static func unknown(_ indicator: String, _ scheme: Scheme) -> ArchiveError {
        let known = scheme.indicators.map(\.id).joined(separator: " ")
        return ArchiveError(
            .notFound, "indicator-unknown", field: indicator, chinese: "方案没有指标“\(indicator)”；可用：\(known)",
            english: "the scheme has no indicator '\(indicator)'; known: \(known)")
    }

    /// What the log says of an input: each observation with its day and attachments.
    private func entries(behind input: IndicatorScore.Input, _ row: Indicator) throws -> BodyExplanation.Input {
        let definition = row.inputs.first { $0.name == input.name }
        var told = BodyExplanation.Input(
            name: input.name, label: definition?.label ?? input.name, value: input.value.text,
            isCounted: definition?.records != nil, entries: [])
        for position in input.value.positions {
            let entry = try archive.log.entry(at: position)
            let event = try entry.event()
            var item = BodyExplanation.Entry(
                position: position, recordedTime: entry.recordedTime, type: entry.type, subject: entry.subject.text,
                value: nil, day: event.day, hasEvidence: true, evidence: event.evidence, counts: true)
            if case .observationRecorded(let data) = event {
                item.value = data.value
                item.hasEvidence = data.note != nil || !data.evidence.isEmpty
                item.counts = position == input.value.positions.first
            }
            told.entries.append(item)
        }
        return told
    }
}
