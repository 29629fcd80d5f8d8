internal import Assessment
internal import CreditModel

/// What reports take from an evaluation's evidence: who is assessed, with whom, and with which inputs.
struct CohortEvidence {
    private let evidence: EvaluationEvidence
    private let scheme: Scheme

    init(_ archive: Archive, _ query: EvaluationQuery) throws {
        evidence = try EvaluationEvidence(archive, query)
        scheme = query.scheme
    }

    /// The last position that is used; nil for an empty log.
    var position: UInt64? { evidence.position }
    /// Of every body that existed on the period's last day.
    var profiles: [BodyID: BodyHistory.Profile] { evidence.profiles }

    /// Cases of a body that were determined on days of no period (Q01).
    func uncovered(_ body: BodyID) -> [CaseID] { evidence.uncovered[body] ?? [] }

    /// The cohorts of the areas that a region covers; of the only area where none is named. Throws ``ArchiveError``.
    func cohorts(in region: String?) throws(ArchiveError) -> [CohortKey] {
        try evidence.cohorts(in: region).keys.sorted()
    }

    /// The cohort of a body. Throws ``ArchiveError`` `body-outside-cohort`.
    func cohort(of body: BodyID) throws(ArchiveError) -> CohortKey { try evidence.cohort(of: body) }

    /// The cohort of a body; nil where the scheme does not assess it.
    func key(of body: BodyID) -> CohortKey? {
        profiles[body].flatMap { scheme.cohort.key(kind: $0.kind, level: $0.level, region: $0.region) }
    }

    /// A cohort's members with their inputs, by id.
    func members(of key: CohortKey) throws -> [CohortMember] {
        try (evidence.cohorts[key] ?? []).map { try evidence.member($0) }
    }
}
