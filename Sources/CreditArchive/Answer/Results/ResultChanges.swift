internal import Assessment
public import CreditModel
internal import EventLog

/// A result that would be another one by what is recorded now: a proposed re-issue. It holds until an event re-issues it.
public struct ResultChange: Sendable, Hashable {
    /// One indicator whose score or flags would be others.
    public struct Indicator: Sendable, Hashable {
        public var id: String
        public var before: EvaluationResults.IndicatorResult
        /// Nil where the body would not be assessed any more.
        public var after: EvaluationResults.IndicatorResult?
        /// Entries recorded since the snapshot whose effect it is: the body's own (observations, a case determined,
        /// corrected, revoked or repaired, a change of the body), and, where it is placed among others, theirs.
        public var causes: [ResultCause]
        /// The body's own inputs are as they were: the score changes because another body's did.
        public var isThroughOthers: Bool
    }

    public var profile: BodyHistory.Profile?
    public var standing: RoundResults.Standing
    /// Nil where the body would not be assessed any more.
    public var after: EvaluationResults.BodyResult?
    /// Only those that would differ.
    public var indicators: [Indicator]
    /// Whose entries the other total, grade or rank comes from; of other bodies where only the place among them changed.
    public var causes: [ResultCause]
    /// The result is what its snapshot gives; else it was not computed here, and that is a cause, too.
    public var isReproduced: Bool

    public var body: BodyID { standing.result.body }
}

/// What a round's issued results would be now.
public struct RoundReview: Sendable {
    public var results: RoundResults
    /// Bodies whose result would change, by id.
    public var changes: [ResultChange]
    /// Bodies whose result is not what the scheme gives from the issue's own snapshot: it was not computed here.
    public var unreproduced: [BodyID]
    /// The last position that the comparison used.
    public var position: UInt64
}

extension RoundReview {
    /// The changes together with those that grades set by hand make.
    func changed(by grades: [BodyID: String]) -> [ResultChange] {
        var changes = changes.map { change in
            var change = change
            if let grade = grades[change.body] { change.after?.grade = grade }
            return change
        }
        let known = Set(changes.map(\.body))
        for (body, grade) in grades.sorted(by: { $0.key < $1.key }) where !known.contains(body) {
            guard let standing = results.standing[body], standing.result.grade != grade else { continue }
            var after = standing.result
            after.grade = grade
            changes.append(
                ResultChange(
                    profile: nil, standing: standing, after: after, indicators: [], causes: [],
                    isReproduced: !unreproduced.contains(body)))
        }
        return changes
    }
}

extension Archive {
    /// The cohorts of a round, scored by the documents that two digests name from the prefix that ends at a position.
    func evaluation(
        of round: RoundID, scheme digest: String, overlay: String?, at position: UInt64
    ) throws -> EvaluationAnswer {
        let scheme = try scheme(round.scheme, digest: digest, overlay: overlay)
        return try Auditor(self).evaluate(
            EvaluationQuery(scheme, year: round.year, region: round.region.prefix, atPosition: position))
    }
}

extension Auditor {
    /// What rounds have issued; of every scheme, year and region, or of those asked for.
    public func results(
        scheme: String? = nil, year: Int? = nil, region: String? = nil, atPosition position: UInt64? = nil
    ) throws -> [RoundResults] {
        try archive.results(scheme: scheme, year: year, region: region, atPosition: position)
    }

    /// Holds the results of rounds against what their schemes give now: each by the documents that it was computed by.
    ///
    /// Throws ``ArchiveError``: `scheme-unknown`, `scheme-other-year`, `no-results` where nothing was issued, a document
    /// that is missing; ``EventLogError`` where the log is damaged.
    public func review(
        scheme: String, year: Int, region: String? = nil, atPosition position: UInt64? = nil
    ) throws -> [RoundReview] {
        try requireScheme(scheme, for: year)
        let size = try archive.log.head().size
        let last = position ?? size - 1
        let found = try results(scheme: scheme, year: year, region: region, atPosition: position)
        guard !found.isEmpty else { throw try noResults(scheme, year, region: region) }
        return try found.map { try review($0, at: last) }
    }

    private struct Documents: Hashable {
        var scheme: String
        var overlay: String?
        var position: UInt64
    }

    /// A round's cohorts as scored from one position.
    private struct Scored {
        var bodies: [BodyID: EvaluatedBody] = [:]
        var scheme: Scheme?
        /// The scheme gives no points: the grade of a result is set by hand and stays what it was set to (Q24).
        var isGradedByHand: Bool { scheme.map { $0.points == nil } ?? false }

        func result(_ body: BodyID, like standing: EvaluationResults.BodyResult) -> EvaluationResults.BodyResult? {
            guard let score = bodies[body]?.score else { return nil }
            var result = EvaluationResults.BodyResult(score)
            if isGradedByHand { result.grade = standing.grade }
            return result
        }
    }

    private func review(_ results: RoundResults, at last: UInt64) throws -> RoundReview {
        var answers: [Documents: Scored] = [:]
        func answer(_ issue: ResultIssue, at position: UInt64) throws -> Scored {
            let key = Documents(scheme: issue.results.scheme, overlay: issue.results.overlay, position: position)
            if let known = answers[key] { return known }
            var found = Scored()
            do {
                let answer = try archive.evaluation(
                    of: results.round, scheme: key.scheme, overlay: key.overlay, at: position)
                for item in answer.bodies { found.bodies[item.profile.id] = item }
                found.scheme = answer.scheme
            } catch let error as ArchiveError where error.code == "cohort-empty" {
                // Nobody is assessed any more: every result would go.
            }
            answers[key] = found
            return found
        }
        var causes: [Documents: ResultCauses] = [:]
        var review = RoundReview(results: results, changes: [], unreproduced: [], position: last)
        for (body, standing) in results.standing.sorted(by: { $0.key < $1.key }) {
            let issue = standing.issue
            let then = try answer(issue, at: issue.results.snapshot)
            let isReproduced = then.result(body, like: standing.result) == standing.result
            if !isReproduced { review.unreproduced.append(body) }
            let now = try answer(issue, at: last)
            let after = now.result(body, like: standing.result)
            guard after != standing.result else { continue }
            let key = Documents(
                scheme: issue.results.scheme, overlay: issue.results.overlay, position: issue.results.snapshot)
            if causes[key] == nil, let scheme = then.scheme ?? now.scheme {
                causes[key] = ResultCauses(
                    archive, scheme, then: then.bodies, now: now.bodies, snapshot: key.position, last: last)
            }
            review.changes.append(
                try Auditor.change(
                    standing, now.bodies[body] ?? then.bodies[body], after, isReproduced, &causes[key]))
        }
        return review
    }

    private static func change(
        _ standing: RoundResults.Standing, _ evaluated: EvaluatedBody?, _ after: EvaluationResults.BodyResult?,
        _ isReproduced: Bool, _ finder: inout ResultCauses?
    ) throws -> ResultChange {
        let body = standing.result.body
        var indicators: [ResultChange.Indicator] = []
        for before in standing.result.indicators {
            let other = after?.indicators.first { $0.id == before.id }
            guard other != before else { continue }
            let causes = try finder?.causes(of: body, before.id) ?? []
            indicators.append(
                ResultChange.Indicator(
                    id: before.id, before: before, after: other, causes: causes,
                    isThroughOthers: after != nil && !causes.isEmpty && !causes.contains { $0.body == body }))
        }
        var causes = try finder?.causes(of: body) ?? []
        if after?.rank != standing.result.rank, let places = try finder?.rankCauses(of: body) {
            causes = ResultCauses.merged(causes + places)
        }
        return ResultChange(
            profile: evaluated?.profile, standing: standing, after: after, indicators: indicators, causes: causes,
            isReproduced: isReproduced)
    }
}

extension EvaluationResults.BodyResult {
    /// A computed score as results carry it.
    init(_ score: BodyScore) {
        self.init(
            body: score.body, total: score.total.map(Points.init), uncapped: score.uncapped.map(Points.init),
            grade: score.grade, rank: score.rank,
            indicators: score.indicators.map { item in
                EvaluationResults.IndicatorResult(
                    id: item.id, score: item.score.map(Points.init), flags: item.flags.map(\.rawValue))
            })
    }
}

extension Points {
    fileprivate init(_ score: Score) { self.init(hundredths: score.hundredths) }
}

extension Auditor {
    /// What the cohorts of a round would score now, by the documents of its latest issue: trials beside its results.
    public func trials(of results: RoundResults) throws -> [BodyID: EvaluatedBody] {
        guard let issue = results.issues.last else { return [:] }
        let size = try archive.log.head().size
        do {
            let answer = try archive.evaluation(
                of: results.round, scheme: issue.results.scheme, overlay: issue.results.overlay, at: size - 1)
            return Dictionary(uniqueKeysWithValues: answer.bodies.map { ($0.profile.id, $0) })
        } catch let error as ArchiveError where error.code == "cohort-empty" {
            return [:]
        }
    }
}
