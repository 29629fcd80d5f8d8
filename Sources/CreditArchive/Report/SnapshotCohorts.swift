internal import Assessment
internal import CreditModel

/// A scheme's cohorts as scored from prefixes of the log that issued results rest on: the working of what is printed.
/// Each prefix is gone through once, however many bodies are asked for.
struct SnapshotCohorts {
    private let archive: Archive
    private let query: EvaluationQuery
    private let evaluator: Evaluator
    private var evidence: [UInt64: CohortEvidence] = [:]
    private var cohorts: [UInt64: [CohortKey: ReportMaker.Cohort]] = [:]

    init(_ archive: Archive, _ query: EvaluationQuery, _ evaluator: Evaluator) {
        self.archive = archive
        self.query = query
        self.evaluator = evaluator
    }

    /// The cohort of a body with everything that was recorded at or before a position; nil where the scheme did not
    /// assess it by what was known then.
    mutating func cohort(
        of body: BodyID, at position: UInt64
    ) throws -> (cohort: ReportMaker.Cohort, evidence: CohortEvidence)? {
        var earlier = query
        earlier.atPosition = position
        let evidence = try evidence[position] ?? CohortEvidence(archive, earlier)
        self.evidence[position] = evidence
        guard let key = evidence.key(of: body) else { return nil }
        let cohort = try cohorts[position]?[key] ?? ReportMaker.Cohort(key, evidence, evaluator)
        cohorts[position, default: [:]][key] = cohort
        return (cohort, evidence)
    }
}

extension ReportMaker.Cohort {
    /// Scores the members of a cohort.
    init(_ key: CohortKey, _ evidence: CohortEvidence, _ evaluator: Evaluator) throws {
        let members = try evidence.members(of: key)
        self.init(
            key: key, members: members, scores: evaluator.evaluate(members),
            rates: evaluator.scheme.indicators.filter(\.ranks).reduce(into: [:]) { rates, row in
                rates[row.id] = evaluator.rates(of: row.id, among: members)
            })
    }
}
