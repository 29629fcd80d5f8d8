/// Scores a cohort by a scheme. Pure: the same members give the same results, in the same order.
public struct Evaluator: Sendable {
    public let scheme: Scheme
    public let year: Int
    private let requiresEvidence: Bool
    private let rows: [Row]
    private let known: Set<String>

    /// An indicator with what every body asks of it, shared and never copied.
    private final class Row: Sendable {
        let indicator: Indicator
        let maximum: Rational?
        let ruleType: String
        let mayNotApply: Bool
        let inputs: Set<String>

        init(_ indicator: Indicator) {
            self.indicator = indicator
            maximum = indicator.maximum
            ruleType = indicator.ruleType ?? ""
            mayNotApply =
                indicator.options.states(NotApplicable.self) && indicator.options[NotApplicable.self] == .allowed
            inputs = Set(indicator.inputs.map(\.name))
        }
    }

    /// Throws ``SchemeFault`` where the scheme cannot compute, or is not for this year.
    public init(_ scheme: Scheme, year: Int) throws(SchemeFault) {
        try scheme.requireComputable()
        try scheme.requireYear(year)
        self.scheme = scheme
        self.year = year
        requiresEvidence = scheme.options[EvidenceRule.self] == .required
        rows = scheme.indicators.map(Row.init)
        known = Set(scheme.indicators.map(\.id))
    }

    /// The results of one cohort, in the order of its members. Members of several counties or classes are the caller's
    /// to keep apart (``CohortDefinition``): whoever is in the list is compared.
    public func evaluate(_ members: [CohortMember]) -> [BodyScore] {
        let cohorts = rows.map { rates(of: $0, members) }
        let groups = GroupScore.Rows.all(of: scheme)
        var results = members.map { member in
            var scores: [(role: Indicator.Role, points: Rational?, score: IndicatorScore)] = []
            scores.reserveCapacity(rows.count)
            for (row, cohort) in zip(rows, cohorts) {
                var reading = reading(row, member, cohort)
                scores.append((row.indicator.role, row.indicator.points, score(row, &reading)))
            }
            let totals = Totals(scores, of: scheme)
            let indicators = scores.map(\.score)
            return BodyScore(
                body: member.body, total: totals.total, uncapped: totals.uncapped, grade: grade(of: totals.total),
                gradeHint: Evaluator.worst(indicators.compactMap(\.grade)), rank: nil,
                groups: groups.map { GroupScore($0, indicators) }, indicators: indicators, notices: strangers(member))
        }
        Ranking.rank(&results)
        return results
    }

    /// The rates by which an indicator places the members of one cohort; nil for one that places nobody.
    public func rates(of id: String, among members: [CohortMember]) -> CohortRates? {
        row(id).flatMap { rates(of: $0, members) }
    }

    /// One indicator of one member, with its working; nil where the scheme has no such indicator.
    public func explain(_ id: String, of member: CohortMember, among members: [CohortMember]) -> Explanation? {
        explain(id, of: member, placedBy: rates(of: id, among: members))
    }

    /// Likewise, with the rates of the member's cohort, which an indicator that ``Indicator/ranks`` needs.
    public func explain(_ id: String, of member: CohortMember, placedBy rates: CohortRates?) -> Explanation? {
        guard let row = row(id) else { return nil }
        var reading = reading(row, member, rates, explains: true)
        let score = score(row, &reading)
        return Explanation(scheme: scheme, indicator: row.indicator, score: score, working: reading.working ?? [])
    }

    private func row(_ id: String) -> Row? { rows.first { $0.indicator.id == id } }

    private func reading(
        _ row: Row, _ member: CohortMember, _ cohort: CohortRates?, explains: Bool = false
    ) -> Reading {
        Reading(
            points: row.indicator.points, options: row.indicator.options, definitions: row.indicator.inputs,
            values: member.inputs[row.indicator.id] ?? [:], year: year, cohort: cohort,
            requiresEvidence: requiresEvidence, explains: explains)
    }

    /// The rates of all members that have one, for a rule that ranks; a member whose inputs are missing places nobody.
    private func rates(of row: Row, _ members: [CohortMember]) -> CohortRates? {
        guard let rule = row.indicator.rule as? RankInterpolation else { return nil }
        return CohortRates(
            members.compactMap { member in
                var reading = reading(row, member, nil)
                return try? rule.rate(&reading).rate
            })
    }

    private func score(_ row: Row, _ reading: inout Reading) -> IndicatorScore {
        var result = IndicatorScore(
            id: row.indicator.id, score: nil, maximum: row.maximum, rule: row.ruleType, inputs: [], flags: [],
            notices: [], grade: nil, isExcluded: false, source: row.indicator.quote)
        do {
            let outcome = try outcome(row, &reading)
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
        for name in reading.values.keys.filter({ !row.inputs.contains($0) }).sorted() {
            reading.note(.unknownInput, name)
        }
        result.notices = reading.notices
        result.inputs = reading.used.compactMap { name in
            reading.values[name].map { IndicatorScore.Input(name: name, value: $0) }
        }
        return result
    }

    private func outcome(_ row: Row, _ reading: inout Reading) throws(Shortfall) -> Outcome {
        if row.mayNotApply, reading.has(Indicator.notApplicable), try reading.isYes(Indicator.notApplicable) {
            reading.work { _ in "不适用，本项不计入总分，总分按满分折算" }
            return .excluded([.exempt])
        }
        guard let rule = row.indicator.rule else {
            preconditionFailure("a scheme that computes has a rule for every row")
        }
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
        member.inputs.keys.filter { !known.contains($0) }.sorted().map { Notice(.unknownIndicator, $0) }
    }
}
