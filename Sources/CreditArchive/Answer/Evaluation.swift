public import Assessment
public import CreditModel
internal import EventLog
internal import Projections

/// Asks for the scores of a scheme's cohorts in a year (contract §3, §5).
public struct EvaluationQuery: Sendable {
    public var scheme: Scheme
    public var year: Int
    /// The digits that the codes of the regions asked for begin with; nil where the archive has one area only.
    public var region: String?

    public init(_ scheme: Scheme, year: Int, region: String? = nil) {
        self.scheme = scheme
        self.year = year
        self.region = region
    }
}

/// One body's result with what a reader must know beside it.
public struct EvaluatedBody: Sendable {
    /// As on the period's last day.
    public var profile: BodyHistory.Profile
    public var cohort: CohortKey
    public var score: BodyScore
    /// Cases determined on days of the year that belong to no period of the scheme: listed, never dropped (Q01).
    public var uncovered: [CaseID]
}

public struct EvaluationAnswer: Sendable {
    public var scheme: Scheme
    public var year: Int
    /// Cohort by cohort, in order of the bodies' ids.
    public var bodies: [EvaluatedBody]
    /// The last position that the answer reflects.
    public var position: UInt64?
}

extension Auditor {
    /// Scores every cohort that is asked for, each by itself: bodies of two counties are never compared.
    ///
    /// Throws ``ArchiveError``: a scheme that cannot compute or is not for the year, several areas and none chosen, nobody
    /// to score.
    public func evaluate(_ query: EvaluationQuery) throws -> EvaluationAnswer {
        let evaluator = try Auditor.evaluator(query)
        let evidence = try EvaluationEvidence(archive, query)
        let chosen = try evidence.cohorts(in: query.region)
        var bodies: [EvaluatedBody] = []
        for key in chosen.keys.sorted() {
            let members = try (chosen[key] ?? []).map { try evidence.member($0) }
            for score in evaluator.evaluate(members) {
                guard let profile = evidence.profiles[score.body] else { continue }
                bodies.append(
                    EvaluatedBody(
                        profile: profile, cohort: key, score: score, uncovered: evidence.uncovered[score.body] ?? []))
            }
        }
        return EvaluationAnswer(scheme: query.scheme, year: query.year, bodies: bodies, position: evidence.position)
    }

    /// Why a body has its score for one indicator, within its own cohort. Throws ``ArchiveError``, also where the body is
    /// outside the scheme's cohorts or the indicator unknown.
    public func explain(_ indicator: String, of body: BodyID, _ query: EvaluationQuery) throws -> Explanation {
        let evaluator = try Auditor.evaluator(query)
        let evidence = try EvaluationEvidence(archive, query)
        let key = try evidence.cohort(of: body)
        let others = try (evidence.cohorts[key] ?? []).map { try evidence.member($0) }
        guard let member = others.first(where: { $0.body == body }),
            let explanation = evaluator.explain(indicator, of: member, among: others)
        else {
            let known = query.scheme.indicators.map(\.id).joined(separator: " ")
            throw ArchiveError(
                .notFound, "indicator-unknown", field: indicator, chinese: "方案没有指标“\(indicator)”；可用：\(known)",
                english: "the scheme has no indicator '\(indicator)'; known: \(known)")
        }
        return explanation
    }

    /// The area of a body's cohort. Throws ``ArchiveError`` where the body is outside the scheme's cohorts.
    public func area(of body: BodyID, _ query: EvaluationQuery) throws -> String {
        try EvaluationEvidence(archive, query).cohort(of: body).area
    }

    private static func evaluator(_ query: EvaluationQuery) throws(ArchiveError) -> Evaluator {
        do { return try Evaluator(query.scheme, year: query.year) } catch { throw ArchiveError(error) }
    }
}
