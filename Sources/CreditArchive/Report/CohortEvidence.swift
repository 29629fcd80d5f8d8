internal import Assessment
internal import CreditModel

/// What reports take from an evaluation's evidence: who is assessed, with whom, and with which inputs.
struct CohortEvidence {
    private let evidence: EvaluationEvidence

    init(_ archive: Archive, _ query: EvaluationQuery) throws {
        var evidence = try EvaluationEvidence(archive, query)
        try evidence.readEverything()
        self.evidence = evidence
    }

    /// The last position that is used; nil for an empty log.
    var position: UInt64? { evidence.position }
    /// Of every body that existed on the period's last day.
    var profiles: [BodyID: BodyHistory.Profile] { evidence.roll.profiles }

    /// Cases of a body that were determined on days of no period (Q01).
    func uncovered(_ body: BodyID) -> [CaseID] { evidence.uncovered[body] ?? [] }

    /// The cohorts of the areas that a region covers; of the only area where none is named. Throws ``ArchiveError``.
    func cohorts(in region: String?) throws(ArchiveError) -> [CohortKey] {
        try evidence.roll.cohorts(in: region).keys.sorted()
    }

    /// The cohort of a body. Throws ``ArchiveError`` `body-outside-cohort`.
    func cohort(of body: BodyID) throws(ArchiveError) -> CohortKey { try evidence.roll.cohort(of: body) }

    /// The cohort of a body; nil where the scheme does not assess it.
    func key(of body: BodyID) -> CohortKey? { try? evidence.roll.cohort(of: body) }

    /// A cohort's members, by id.
    func bodies(of key: CohortKey) -> [BodyID] { evidence.roll.cohorts[key] ?? [] }

    /// A cohort's members with their inputs, by id.
    func members(of key: CohortKey) throws -> [CohortMember] {
        (evidence.roll.cohorts[key] ?? []).map { evidence.member($0) }
    }
}
