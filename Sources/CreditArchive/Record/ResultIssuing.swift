internal import Assessment
internal import CanonicalJSON
public import CreditModel
internal import EventLog

/// Issues the results of a round: computed by the scheme that is in force, from all that is recorded, and fixed to that
/// prefix of the log. Nothing else makes or changes a result.
public struct ResultIssuing: Sendable {
    let archive: Archive
    private let recordedBy: String

    /// Most bytes of the results of one entry: with its envelope it stays below an entry's limit. More bodies go into
    /// further entries of the same append.
    private static let maximumBytes = 48 << 10

    /// The source of the results that an archive computes.
    static let source = "urn:credit-archive:results"

    /// - Parameter archive: open for writing, unless results are only proposed.
    public init(_ archive: Archive, recordedBy: String) {
        self.archive = archive
        self.recordedBy = recordedBy
    }

    /// Computes and records the results of a stage; all entries or none.
    ///
    /// - Parameters:
    ///   - bodies: only these, placed within their whole cohorts; nil: those of the round's list (受评名单) that have no
    ///     result of this stage yet.
    ///   - position: the last position that the computation uses; nil: all that is recorded. What no 复评 has changed is
    ///     final as it was (《政务诚信评价办法》第十一条第四项), as is what 审定 has agreed to: without a position, such a result is computed from the snapshot, and
    ///     by the documents, of the preliminary one.
    ///   - grades: 等次 set by hand, for a scheme without points (《政务公开工作社会评议实施细则》第十条; Q24).
    /// - Throws: ``ArchiveError``: `scheme-not-adopted`, `grade-not-by-hand`, `grade-unknown`, `grade-needed` for a final
    ///   result of a scheme that has nothing but grades, `results-incomplete` for final
    ///   results with an input missing, `body-outside-cohort`, `reissue-needed` for a body that has a final result,
    ///   `round-not-opened` where there is no list, `results-all-issued` where nobody of it waits for one; what the round
    ///   refuses.
    public func issue(
        _ stage: ResultIssue.Stage, of round: RoundID, bodies: [BodyID]? = nil, atPosition position: UInt64? = nil,
        grades: [BodyID: String] = [:], _ details: EvaluationStep.Details
    ) async throws -> [ResultIssue] {
        precondition(stage != .reissued, "a re-issue has its reason")
        let size = try archive.log.head().size
        let snapshot = position ?? size - 1
        guard snapshot < size else { throw EventLogError.notFound(snapshot, size: size) }
        try Auditor(archive).requireScheme(round.scheme, for: round.year)
        let adopted = try archive.adoptions(of: round.scheme, atPosition: snapshot).last { adoption in
            adoption.data.year == nil || adoption.data.year == round.year
        }
        guard let data = adopted?.data else { throw ResultIssuing.notAdopted(round) }
        let state = try RoundTimeline(round, in: archive.log).state
        let chosen = try bodies ?? waiting(for: stage, in: state)
        let current = Basis(scheme: data.scheme.digest, overlay: data.overlay?.digest, snapshot: snapshot)
        let bases = position == nil && stage == .final ? try unreviewed(state) : [:]
        var parts: [EvaluationResults] = []
        var evaluated: [EvaluatedBody] = []
        let groups = Dictionary(grouping: chosen) { bases[$0] ?? current }
        for (basis, members) in groups.sorted(by: { $0.key.snapshot < $1.key.snapshot }) {
            let answer = try archive.evaluation(
                of: round, scheme: basis.scheme, overlay: basis.overlay, at: basis.snapshot)
            try ResultIssuing.requireByHand(grades, answer.scheme.points == nil, chosen)
            let wanted = Set(members)
            let items = answer.bodies.filter { wanted.contains($0.profile.id) }
            if let stranger = wanted.subtracting(items.map(\.profile.id)).min() {
                throw ResultIssuing.outside(stranger, round)
            }
            if stage == .final, answer.scheme.points == nil { try ResultIssuing.requireGrades(grades, items) }
            evaluated += items
            let whole = EvaluationResults(
                snapshot: basis.snapshot, scheme: basis.scheme, overlay: basis.overlay,
                results: items.map { item in
                    var result = EvaluationResults.BodyResult(item.score)
                    if let grade = grades[item.profile.id] { result.grade = grade }
                    return result
                })
            parts += ResultIssuing.parts(whole)
        }
        if stage == .final { try requireComplete(evaluated) }
        try requireFirst(evaluated, of: round)
        return try await record(submissions(stage, round, parts.map { ($0, nil) }, nil, details), round)
    }

    /// What results are computed by, and from.
    private struct Basis: Hashable {
        var scheme: String
        var overlay: String?
        var snapshot: UInt64
    }

    /// Those of a round's list that have no result of a stage yet.
    private func waiting(
        for stage: ResultIssue.Stage, in state: RoundState
    ) throws(ArchiveError) -> [BodyID] {
        guard !state.bodies.isEmpty else { throw ResultIssuing.notOpened(state.id) }
        let waiting = state.bodyIDs.filter { body in
            guard let progress = state.bodies[body], progress.final == nil else { return false }
            // 审定 may have sent the proposed grades back (《政务公开工作考核实施细则》第八条第六项).
            return stage == .final || progress.preliminary == nil || progress.approval == .returned
        }
        guard waiting.isEmpty else { return waiting }
        throw ArchiveError(
            .refused, "results-all-issued", field: state.id.stream,
            chinese: "\(state.id) 受评名单中的 \(state.bodies.count) 个单位都已有\(stage.chinese)结果；最终结果的变动用 results reissue 更正",
            english:
                "all \(state.bodies.count) bodies of \(state.id) have their \(stage.rawValue) results; a final result "
                + "that has changed needs results reissue")
    }

    /// The bases of the preliminary results that are final as they were, because they were delivered, or because the
    /// leaders agreed to them (《政务公开工作考核实施细则》第八条第六项); none where a 复评 has changed a score, since then the places
    /// of the others may have changed with it.
    private func unreviewed(_ state: RoundState) throws -> [BodyID: Basis] {
        guard !state.hasChangedScore else { return [:] }
        let issued = try archive.results(scheme: state.id.scheme, year: state.id.year, region: state.id.region.text)
        var bases: [BodyID: Basis] = [:]
        for (body, standing) in issued.first(where: { $0.round == state.id })?.standing ?? [:]
        where standing.issue.stage == .preliminary {
            guard let progress = state.bodies[body], progress.has(.evaluationDelivered) || progress.approval == .agreed
            else { continue }
            let results = standing.issue.results
            bases[body] = Basis(scheme: results.scheme, overlay: results.overlay, snapshot: results.snapshot)
        }
        return bases
    }

    /// What a re-issue did: what it recorded, and whom it left as they are.
    public struct Reissue: Sendable {
        public var issued: [ResultIssue]
        /// Bodies whose result would be another one and that cannot be re-issued, with why.
        public var left: [Left]

        public struct Left: Sendable, Hashable {
            public var body: BodyID
            public var name: String?
            public var chinese: String
            public var english: String
        }
    }

    /// Records the results that would be others now; nothing where none would.
    ///
    /// - Parameters:
    ///   - bodies: only these, and each of them must be possible; nil: all that have changed and can be re-issued, the others
    ///     are told.
    ///   - grades: 等次 set by hand that take the place of those that were issued; of a scheme without points only.
    /// - Throws: ``ArchiveError``: `scheme-unknown`, `no-results` where nothing was issued, `body-without-result` for a body
    ///   that the round has no result of, `not-final` for one that has a preliminary result only, `body-left` where a body
    ///   would not be assessed any more, which is no score; what the round refuses.
    public func reissue(
        _ round: RoundID, bodies: [BodyID]? = nil, reason: String, grades: [BodyID: String] = [:],
        _ details: EvaluationStep.Details
    ) async throws -> Reissue {
        let (submissions, left) = try submissions(
            reissuing: round, bodies: bodies, reason: reason, grades: grades, details)
        return Reissue(issued: try await record(submissions, round), left: left)
    }

    /// The results that would be others now, as a re-issue would record them, and whom it would leave. Throws as
    /// ``reissue(_:bodies:reason:grades:_:)``.
    func submissions(
        reissuing round: RoundID, bodies: [BodyID]?, reason: String, grades: [BodyID: String] = [:],
        _ details: EvaluationStep.Details
    ) throws -> (submissions: [Submission], left: [Reissue.Left]) {
        guard PlainText.isName(reason, limit: 200) else {
            throw ArchiveError(
                .usage, "reason-malformed", field: "--reason", chinese: "更正理由应为 1–200 字，不含控制字符",
                english: "a reason has 1–200 characters and no control characters")
        }
        let reviews = try Auditor(archive).review(scheme: round.scheme, year: round.year, region: round.region.text)
        guard let review = reviews.first(where: { $0.results.round == round }) else {
            throw try Auditor(archive).noResults(round.scheme, round.year, region: round.region.text)
        }
        let named = (bodies ?? []) + grades.keys.sorted()
        if let stranger = named.first(where: { review.results.standing[$0] == nil }) {
            throw ResultIssuing.withoutResult(stranger, round)
        }
        if !grades.isEmpty { try requireByHand(grades, round, bodies) }
        let changes = review.changed(by: grades).filter { bodies?.contains($0.body) ?? true }
        var left: [Reissue.Left] = []
        var possible: [ResultChange] = []
        for change in changes {
            guard let reason = ResultIssuing.whyNot(change, round) else {
                possible.append(change)
                continue
            }
            if named.contains(change.body) { throw reason }
            left.append(
                Reissue.Left(
                    body: change.body, name: change.profile?.name, chinese: reason.chinese, english: reason.english))
        }
        var parts: [(results: EvaluationResults, replaces: UInt64?)] = []
        for (position, changed) in Dictionary(grouping: possible, by: \.standing.issue.position).sorted(by: {
            $0.key < $1.key
        }) {
            var results = changed[0].standing.issue.results
            results.snapshot = review.position
            results.results = changed.compactMap(\.after)
            parts += ResultIssuing.parts(results).map { ($0, position) }
        }
        return (submissions(.reissued, round, parts, reason, details), left)
    }

    private func submissions(
        _ stage: ResultIssue.Stage, _ round: RoundID, _ parts: [(results: EvaluationResults, replaces: UInt64?)],
        _ reason: String?, _ details: EvaluationStep.Details
    ) -> [Submission] {
        guard let stream = StreamID(round.stream) else { return [] }
        return parts.enumerated().map { number, part in
            let step = EvaluationStep(
                stage.eventType, details,
                EvaluationStep.Content { content in
                    content.results = part.results
                    content.replaces = part.replaces
                    content.reason = reason
                })
            let id =
                "\(stage.rawValue)/\(round.scheme)/\(round.year)/\(round.region)/\(part.results.snapshot)/\(number)"
            var submission = Submission(
                identity: EventIdentity(source: ResultIssuing.source, id: id), subject: stream,
                event: .evaluation(step))
            submission.isComputedHere = true
            return submission
        }
    }

    private func record(_ submissions: [Submission], _ round: RoundID) async throws -> [ResultIssue] {
        precondition(archive.writer != nil, "the archive was opened for reading")
        guard !submissions.isEmpty else { return [] }
        let recorded = try await Recorder(archive, recordedBy: recordedBy).append(submissions)
        return try recorded.compactMap { try ResultIssue(archive.log.entry(at: $0.position), round) }
    }

    /// Cuts results into as many entries as they need.
    private static func parts(_ whole: EvaluationResults) -> [EvaluationResults] {
        var parts: [EvaluationResults] = []
        var part = whole
        part.results = []
        var bytes = 0
        for result in whole.results {
            var writer = JSONWriter()
            result.write(to: &writer)
            if bytes + writer.bytes.count > maximumBytes, !part.results.isEmpty {
                parts.append(part)
                part.results = []
                bytes = 0
            }
            part.results.append(result)
            bytes += writer.bytes.count + 1
        }
        return part.results.isEmpty ? parts : parts + [part]
    }
}
