internal import Assessment
internal import CanonicalJSON
public import CreditModel
internal import EventLog

/// Issues the results of a round: computed by the scheme that is in force, from all that is recorded, and fixed to that
/// prefix of the log. Nothing else makes or changes a result.
public struct ResultIssuing: Sendable {
    private let archive: Archive
    private let recordedBy: String

    /// Most bytes of the results of one entry: with its envelope it stays below an entry's limit. More bodies go into
    /// further entries of the same append.
    private static let maximumBytes = 48 << 10

    public init(_ archive: Archive, recordedBy: String) {
        precondition(archive.writer != nil, "the archive was opened for reading")
        self.archive = archive
        self.recordedBy = recordedBy
    }

    /// Computes and records the results of a stage; all entries or none.
    ///
    /// - Parameters:
    ///   - bodies: only these, placed within their whole cohorts; nil: everybody whom the round assesses.
    ///   - position: the last position that the computation uses; nil: all that is recorded. What no 复评 has changed is
    ///     final as it was (《政务诚信评价办法》第十一条第四项): computed from the snapshot of the preliminary result.
    ///   - grades: 等次 set by hand, for a scheme without points (《政务公开工作社会评议实施细则》第十条; Q24).
    /// - Throws: ``ArchiveError``: `scheme-not-adopted`, `grade-not-by-hand`, `grade-unknown`, `results-incomplete` for final results with an input missing,
    ///   `body-outside-cohort`, `reissue-needed` for a body that has a final result; what the round refuses.
    public func issue(
        _ stage: ResultIssue.Stage, of round: RoundID, bodies: [BodyID]? = nil, atPosition position: UInt64? = nil,
        grades: [BodyID: String] = [:], _ details: EvaluationStep.Details
    ) async throws -> [ResultIssue] {
        precondition(stage != .reissued, "a re-issue has its reason")
        let size = try archive.log.head().size
        let snapshot = position ?? size - 1
        guard snapshot < size else { throw EventLogError.notFound(snapshot, size: size) }
        let adopted = try archive.adoptions(of: round.scheme, atPosition: snapshot).last { adoption in
            adoption.data.year == nil || adoption.data.year == round.year
        }
        guard let data = adopted?.data else { throw ResultIssuing.notAdopted(round) }
        let answer = try archive.evaluation(
            of: round, scheme: data.scheme.digest, overlay: data.overlay?.digest, at: snapshot)
        var chosen = answer.bodies
        if let bodies {
            let known = Set(answer.bodies.map(\.profile.id))
            if let stranger = bodies.first(where: { !known.contains($0) }) {
                throw ResultIssuing.outside(stranger, round)
            }
            chosen = chosen.filter { bodies.contains($0.profile.id) }
        }
        try ResultIssuing.requireByHand(grades, answer.scheme, chosen.map(\.profile.id))
        if stage == .final { try requireComplete(chosen) }
        try requireFirst(chosen, of: round)
        let results = EvaluationResults(
            snapshot: snapshot, scheme: data.scheme.digest, overlay: data.overlay?.digest,
            results: chosen.map { item in
                var result = EvaluationResults.BodyResult(item.score)
                if let grade = grades[item.profile.id] { result.grade = grade }
                return result
            })
        return try await record(stage, round, ResultIssuing.parts(results).map { ($0, nil) }, nil, details)
    }

    /// Records the results that would be others now; nothing where none would.
    ///
    /// - Parameter bodies: only these.
    /// - Throws: ``ArchiveError``: `no-results` where nothing was issued, `body-left` where a body would not be assessed
    ///   any more, which is no score; what the round refuses.
    public func reissue(
        _ round: RoundID, bodies: [BodyID]? = nil, reason: String, _ details: EvaluationStep.Details
    ) async throws -> [ResultIssue] {
        guard PlainText.isName(reason, limit: 200) else {
            throw ArchiveError(
                .usage, "reason-malformed", field: "--reason", chinese: "更正理由应为 1–200 字，不含控制字符",
                english: "a reason has 1–200 characters and no control characters")
        }
        let reviews = try Auditor(archive).review(scheme: round.scheme, year: round.year, region: round.region.text)
        guard let review = reviews.first(where: { $0.results.round == round }) else { throw ResultIssuing.none(round) }
        let changes = review.changes.filter { bodies?.contains($0.body) ?? true }
        if let gone = changes.first(where: { $0.after == nil }) { throw ResultIssuing.left(gone.body, round) }
        var parts: [(results: EvaluationResults, replaces: UInt64?)] = []
        for (position, changed) in Dictionary(grouping: changes, by: \.standing.issue.position).sorted(by: {
            $0.key < $1.key
        }) {
            var results = changed[0].standing.issue.results
            results.snapshot = review.position
            results.results = changed.compactMap(\.after)
            parts += ResultIssuing.parts(results).map { ($0, position) }
        }
        return try await record(.reissued, round, parts, reason, details)
    }

    private func record(
        _ stage: ResultIssue.Stage, _ round: RoundID, _ parts: [(results: EvaluationResults, replaces: UInt64?)],
        _ reason: String?, _ details: EvaluationStep.Details
    ) async throws -> [ResultIssue] {
        guard !parts.isEmpty, let stream = StreamID(round.stream) else { return [] }
        let submissions = parts.enumerated().map { number, part in
            let step = EvaluationStep(
                stage.eventType, details,
                EvaluationStep.Content { content in
                    content.results = part.results
                    content.replaces = part.replaces
                    content.reason = reason
                })
            let id =
                "\(stage.rawValue)/\(round.scheme)/\(round.year)/\(round.region)/\(part.results.snapshot)/\(number)"
            return Submission(
                identity: EventIdentity(source: "urn:credit-archive:results", id: id), subject: stream,
                event: .evaluation(step))
        }
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

    private static func requireByHand(
        _ grades: [BodyID: String], _ scheme: Scheme, _ bodies: [BodyID]
    ) throws(ArchiveError) {
        for (body, grade) in grades.sorted(by: { $0.key < $1.key }) {
            guard scheme.points == nil else {
                throw ArchiveError(
                    .usage, "grade-not-by-hand", field: "--grade", chinese: "方案 \(scheme.id) 的等次由分数得出，不能人工指定",
                    english: "grades of the scheme \(scheme.id) follow from the score and are not set by hand")
            }
            let words = InputForm.satisfaction.words ?? []
            guard words.contains(grade), bodies.contains(body) else {
                let known = words.joined(separator: "、")
                throw ArchiveError(
                    .usage, "grade-unknown", field: "--grade", chinese: "\(body)＝\(grade)：等次应为 \(known)，单位应在印发之列",
                    english: "\(body)=\(grade): a grade is one of \(known), of a body whose result is issued")
            }
        }
    }

    private func requireComplete(_ bodies: [EvaluatedBody]) throws(ArchiveError) {
        let gaps = bodies.compactMap { item -> String? in
            let missing = item.score.indicators.filter(\.isMissing).map(\.id)
            return missing.isEmpty ? nil : "\(item.profile.name) \(missing.joined(separator: " "))"
        }
        guard !gaps.isEmpty else { return }
        let list = gaps.prefix(20).joined(separator: "；") + (gaps.count > 20 ? "；……共 \(gaps.count) 个单位" : "")
        throw ArchiveError(
            .refused, "results-incomplete", chinese: "以下单位有缺项，不能印发最终结果：\(list)；请补报数据，或用 --body 只印发其他单位",
            english:
                "inputs are missing, so there is no final result: \(list); have them reported, or issue the others with "
                + "--body")
    }

    /// A body that has a final result gets another one by a re-issue only.
    private func requireFirst(_ bodies: [EvaluatedBody], of round: RoundID) throws {
        let issued = try archive.results(scheme: round.scheme, year: round.year, region: round.region.text)
        let standing = issued.first { $0.round == round }?.standing ?? [:]
        let known = bodies.first { item in
            standing[item.profile.id].map { $0.issue.stage != .preliminary } ?? false
        }
        guard let known, let position = standing[known.profile.id]?.issue.position else { return }
        throw ArchiveError(
            .refused, "reissue-needed", field: known.profile.id.text,
            chinese: "\(known.profile.name) 已有最终结果（位置 \(position)）；变动须用 results reissue 附理由更正",
            english:
                "\(known.profile.name) has a final result (position \(position)); a change needs results reissue with "
                + "its reason")
    }

    private static func notAdopted(_ round: RoundID) -> ArchiveError {
        ArchiveError(
            .refused, "scheme-not-adopted", field: round.scheme,
            chinese: "本档案库尚未采用方案 \(round.scheme)（\(round.year) 年度）；请先运行 schemes adopt \(round.scheme)",
            english: "this archive has not adopted the scheme \(round.scheme) for \(round.year); run schemes adopt "
                + "\(round.scheme) first")
    }

    private static func outside(_ body: BodyID, _ round: RoundID) -> ArchiveError {
        ArchiveError(
            .badInput, "body-outside-cohort", field: body.text, chinese: "\(body) 不是 \(round) 的受评单位",
            english: "\(body) is not assessed by \(round)")
    }

    private static func none(_ round: RoundID) -> ArchiveError {
        ArchiveError(
            .notFound, "no-results", field: round.stream, chinese: "\(round) 还没有印发过结果，无可更正",
            english: "\(round) has issued no results; there is nothing to re-issue")
    }

    private static func left(_ body: BodyID, _ round: RoundID) -> ArchiveError {
        ArchiveError(
            .refused, "body-left", field: body.text,
            chinese: "按现有记录，\(body) 已不是 \(round) 的受评单位，没有可更正的分数；请用 --body 只更正其他单位，并对该单位另行处理",
            english:
                "by what is recorded now \(body) is not assessed by \(round) and has no score to re-issue; re-issue the "
                + "others with --body, and deal with this body by itself")
    }
}
