public import Assessment

/// （一）综合评分和总体评价: the total, what it is made of, its place in the cohort, and the years before.
public struct ReportOverview: Sendable {
    /// What one 一级指标 gave; for a scheme without them, one indicator.
    public struct Aspect: Sendable, Hashable {
        public var name: String
        /// Nil where one of its indicators has no score.
        public var score: Score?
        /// Nil where there is no limit, as for deductions.
        public var maximum: Rational?
        public var role: Indicator.Role

        /// Per cent of the maximum.
        public var percent: Score? {
            score.flatMap { score in maximum.flatMap { Score.percent(of: score.value, in: $0) } }
        }
    }

    public var total: Score?
    /// Base + bonus − deductions, before cap and floor.
    public var uncapped: Score?
    public var grade: String?
    public var gradeHint: String?
    public var rank: Int?
    public var aspects: [Aspect]
    public var cohort: CohortStatistics
    /// Results of this and other years, of every scheme, by year.
    public var history: [YearScore]
}

/// The totals of a cohort, without names.
public struct CohortStatistics: Sendable, Hashable {
    /// Bodies of the cohort, those without a total among them.
    public var size: Int
    /// Highest first.
    public var totals: [Score]
    public var highest: Score? { totals.first }
    public var lowest: Score? { totals.last }
    /// Rounded half up to two decimals.
    public var mean: Score?
    /// Of an even number the mean of the middle two, rounded likewise.
    public var median: Score?

    public init(_ scores: [BodyScore]) {
        size = scores.count
        totals = scores.compactMap(\.total).sorted(by: >)
        mean = CohortStatistics.mean(totals[...])
        let middle = totals.count / 2
        median = totals.isEmpty ? nil : CohortStatistics.mean(totals[(totals.count - 1) / 2...middle])
    }

    private static func mean(_ scores: ArraySlice<Score>) -> Score? {
        let sum = scores.reduce(Int128(0)) { $0 + Int128($1.hundredths) }
        return scores.isEmpty ? nil : try? Score(rounding: Rational(sum, over: Int128(scores.count) * 100))
    }
}

extension ReportOverview {
    init(_ score: BodyScore, of scheme: Scheme, among scores: [BodyScore], history: [YearScore]) {
        total = score.total
        uncapped = score.uncapped
        grade = score.grade
        gradeHint = score.gradeHint
        rank = score.rank
        cohort = CohortStatistics(scores)
        self.history = history
        aspects = Aspect.list(score, of: scheme)
    }
}

extension ReportOverview.Aspect {
    static func list(_ score: BodyScore, of scheme: Scheme) -> [ReportOverview.Aspect] {
        guard scheme.points != nil else { return [] }
        let grouped = scheme.groups.map { group in
            let rows = scheme.indicators.filter { $0.group == group.name && $0.role == .base }
            return Self(name: group.name, role: .base, rows.map { ($0, score[indicator: $0.id]) })
        }
        return grouped
            + scheme.indicators.filter { $0.group == nil }.map { row in
                Self(name: row.name, role: row.role, [(row, score[indicator: row.id])])
            }
    }

    private init(name: String, role: Indicator.Role, _ rows: [(indicator: Indicator, score: IndicatorScore?)]) {
        self.name = name
        self.role = role
        let counted = rows.filter { $0.score?.isExcluded != true }
        let scores = counted.map { $0.score?.score }
        score = scores.contains(nil) ? nil : Score(hundredths: scores.reduce(0) { $0 + ($1?.hundredths ?? 0) })
        var sum: Rational? = .zero
        for (indicator, _) in counted {
            guard let before = sum, let maximum = indicator.maximum else {
                sum = nil
                break
            }
            sum = try? before + maximum
        }
        maximum = sum
    }
}
