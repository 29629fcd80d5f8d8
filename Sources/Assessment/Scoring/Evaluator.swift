/// Scores a cohort by a scheme. Pure: the same members give the same results, in the same order.
public struct Evaluator: Sendable {
    public let scheme: Scheme
    public let year: Int
    private let requiresEvidence: Bool

    /// Throws ``SchemeFault`` where the scheme cannot compute, or is not for this year.
    public init(_ scheme: Scheme, year: Int) throws(SchemeFault) {
        try scheme.requireComputable()
        try scheme.requireYear(year)
        self.scheme = scheme
        self.year = year
        requiresEvidence = scheme.options[EvidenceRule.self] == .required
    }

    /// The results of one cohort, in the order of its members. Members of several counties or classes are the caller's
    /// to keep apart (``CohortDefinition``): whoever is in the list is compared.
    public func evaluate(_ members: [CohortMember]) -> [BodyScore] {
        let cohorts = scheme.indicators.map { rates(of: $0, members) }
        var results = members.map { member in
            var scores: [(role: Indicator.Role, points: Rational?, score: IndicatorScore)] = []
            scores.reserveCapacity(scheme.indicators.count)
            for (indicator, cohort) in zip(scheme.indicators, cohorts) {
                var reading = reading(indicator, member, cohort)
                scores.append((indicator.role, indicator.points, score(indicator, &reading)))
            }
            let totals = Totals(scores, of: scheme)
            let indicators = scores.map(\.score)
            return BodyScore(
                body: member.body, total: totals.total, uncapped: totals.uncapped, grade: grade(of: totals.total),
                gradeHint: Evaluator.worst(indicators.compactMap(\.grade)), rank: nil,
                groups: GroupScore.all(indicators, of: scheme), indicators: indicators, notices: strangers(member))
        }
        Ranking.rank(&results)
        return results
    }

    /// The rates by which an indicator places the members of one cohort; nil for one that places nobody.
    public func rates(of id: String, among members: [CohortMember]) -> CohortRates? {
        scheme[indicator: id].flatMap { rates(of: $0, members) }
    }

    /// One indicator of one member, with its working; nil where the scheme has no such indicator.
    public func explain(_ id: String, of member: CohortMember, among members: [CohortMember]) -> Explanation? {
        explain(id, of: member, placedBy: rates(of: id, among: members))
    }

    /// Likewise, with the rates of the member's cohort, which an indicator that ``Indicator/ranks`` needs.
    public func explain(_ id: String, of member: CohortMember, placedBy rates: CohortRates?) -> Explanation? {
        guard let indicator = scheme[indicator: id] else { return nil }
        var reading = reading(indicator, member, rates, explains: true)
        let score = score(indicator, &reading)
        return Explanation(scheme: scheme, indicator: indicator, score: score, working: reading.working ?? [])
    }

    private func reading(
        _ indicator: Indicator, _ member: CohortMember, _ cohort: CohortRates?, explains: Bool = false
    ) -> Reading {
        Reading(
            points: indicator.points, options: indicator.options, definitions: indicator.inputs,
            values: member.inputs[indicator.id] ?? [:], year: year, cohort: cohort, requiresEvidence: requiresEvidence,
            explains: explains)
    }

    /// The rates of all members that have one, for a rule that ranks; a member whose inputs are missing places nobody.
    private func rates(of indicator: Indicator, _ members: [CohortMember]) -> CohortRates? {
        guard let rule = indicator.rule as? RankInterpolation else { return nil }
        return CohortRates(
            members.compactMap { member in
                var reading = reading(indicator, member, nil)
                return try? rule.rate(&reading).rate
            })
    }

    private func score(_ indicator: Indicator, _ reading: inout Reading) -> IndicatorScore {
        var result = IndicatorScore(
            id: indicator.id, score: nil, maximum: indicator.maximum, rule: indicator.ruleType ?? "", inputs: [],
            flags: [], notices: [], grade: nil, isExcluded: false, source: indicator.quote)
        do {
            let outcome = try outcome(indicator, &reading)
            if let value = outcome.value {
                result.score = try Score(rounding: value)
                reading.work { _ in "四舍五入到两位小数：\(result.score ?? .zero)" }
            }
            result.flags = outcome.flags.sorted()
            result.grade = outcome.grade
            result.isExcluded = outcome.isExcluded
        } catch let shortfall as Shortfall {
            result.flags = [.missing]
            switch shortfall {
            case .missing(let input): reading.work { _ in "缺少数据项 \(input)，不计分" }
            case .unusable(let notice): reading.note(notice.kind, notice.subject)
            case .overflow: reading.note(.overflow, nil)
            }
        } catch {
            result.flags = [.missing]
            reading.note(.overflow, nil)
        }
        for name in reading.values.keys.sorted() where !indicator.inputs.contains(where: { $0.name == name }) {
            reading.note(.unknownInput, name)
        }
        result.notices = reading.notices
        result.inputs = reading.used.compactMap { name in
            reading.values[name].map { IndicatorScore.Input(name: name, value: $0) }
        }
        return result
    }

    private func outcome(_ indicator: Indicator, _ reading: inout Reading) throws(Shortfall) -> Outcome {
        if indicator.options.states(NotApplicable.self), indicator.options[NotApplicable.self] == .allowed,
            reading.has(Indicator.notApplicable), try reading.isYes(Indicator.notApplicable)
        {
            reading.work { _ in "不适用，本项不计入总分，总分按满分折算" }
            return .excluded([.exempt])
        }
        guard let rule = indicator.rule else { preconditionFailure("a scheme that computes has a rule for every row") }
        return try rule.outcome(&reading)
    }

    private func grade(of total: Score?) -> String? {
        guard let total else { return nil }
        return scheme.grades.first { total.value >= $0.from }?.name
    }

    /// The worst of several grades by hand.
    private static func worst(_ grades: [String]) -> String? {
        let order = InputForm.satisfaction.words ?? []
        return grades.max { (order.firstIndex(of: $0) ?? 0) < (order.firstIndex(of: $1) ?? 0) }
    }

    private func strangers(_ member: CohortMember) -> [Notice] {
        guard member.inputs.keys.contains(where: { scheme[indicator: $0] == nil }) else { return [] }
        return member.inputs.keys.filter { scheme[indicator: $0] == nil }.sorted().map { Notice(.unknownIndicator, $0) }
    }
}
