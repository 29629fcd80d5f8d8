public import Assessment
internal import CanonicalJSON
public import CreditModel
internal import EventLog
internal import Projections
internal import TransparencyLog

/// Gathers what the reports of a scheme and year say: the archive is gone through once, then body by body.
struct ReportMaker {
    /// A cohort with its results.
    struct Cohort {
        var key: CohortKey
        var members: [CohortMember]
        var scores: [BodyScore]
        /// By indicator, for those that place the members.
        var rates: [String: CohortRates]
    }

    let archive: Archive
    let query: ReportQuery
    let evidence: CohortEvidence
    private let evaluator: Evaluator
    private var history: ScoreHistory
    private var snapshots: SnapshotCohorts
    private var reviews: [String: [ResultChange]] = [:]

    var scheme: Scheme { query.evaluation.scheme }
    var year: Int { query.evaluation.year }

    /// Throws ``ArchiveError`` for a scheme that cannot compute or is not for the year.
    init(_ archive: Archive, _ query: ReportQuery) throws {
        self.archive = archive
        self.query = query
        do { evaluator = try Evaluator(query.evaluation.scheme, year: query.evaluation.year) } catch {
            throw ArchiveError(error)
        }
        evidence = try CohortEvidence(archive, query.evaluation)
        snapshots = SnapshotCohorts(archive, query.evaluation, evaluator)
        history = ScoreHistory(archive)
        history.use(query.evaluation.scheme, year: query.evaluation.year)
    }

    func cohort(_ key: CohortKey) throws -> Cohort { try Cohort(key, evidence, evaluator) }

    private func round(of key: CohortKey) throws -> RoundReader? {
        try RoundReader(
            archive, scheme: scheme.id, year: year, area: key.area, about: evidence.bodies(of: key),
            upTo: evidence.position ?? 0)
    }

    /// The members of a cohort that its round assesses, and the others; everybody where there is no round with a list.
    func assessed(_ cohort: Cohort) throws -> (listed: [BodyScore], others: [BodyScore]) {
        guard let listed = try round(of: cohort.key)?.listed, !listed.isEmpty else { return (cohort.scores, []) }
        return (
            cohort.scores.filter { listed.contains($0.body) }, cohort.scores.filter { !listed.contains($0.body) }
        )
    }

    /// The result that is in force for a body, if it was issued by the documents that this report is by.
    private func issued(
        for body: BodyID, in round: RoundReader?
    ) -> (issued: IssuedResult, own: EvaluationResults.BodyResult, all: EvaluationResults)? {
        round?.issued(for: body).flatMap {
            $0.issued.scheme == scheme.digest && $0.issued.overlay == scheme.overlay?.digest ? $0 : nil
        }
    }

    /// The scores of a cohort as reports print them: issued where they were, else computed.
    func printed(_ cohort: Cohort, only scores: [BodyScore]? = nil) throws -> [BodyScore] {
        let round = try round(of: cohort.key)
        return (scores ?? cohort.scores).map { score in
            issued(for: score.body, in: round).map { score.issued($0.own) } ?? score
        }
    }

    /// The question by the documents that results of an area were issued by.
    func settled(for body: BodyID?, in key: CohortKey) throws -> ReportQuery? {
        guard query.usesIssuedDocuments,
            let documents = try RoundReader(
                archive, scheme: scheme.id, year: year, area: key.area,
                about: body.map { [$0] } ?? evidence.bodies(of: key),
                upTo: evidence.position ?? 0)?.documents(for: body),
            documents.scheme != scheme.digest || documents.overlay != scheme.overlay?.digest
        else { return nil }
        var settled = query
        settled.evaluation.scheme = try archive.scheme(
            scheme.id, digest: documents.scheme, overlay: documents.overlay)
        return settled
    }

    /// The report of one member of a cohort. Of an issued result everything is told by the records that it was computed
    /// from, its snapshot; what later records would make of it stands beside it, as a proposed re-issue.
    mutating func report(on body: BodyID, in cohort: Cohort) throws -> BodyReport {
        let round = try round(of: cohort.key)
        let issued = issued(for: body, in: round)
        var (used, evidence) = (cohort, self.evidence)
        if let snapshot = issued?.issued.snapshot, let then = try snapshots.cohort(of: body, at: snapshot) {
            (used, evidence) = then
        }
        guard let profile = evidence.profiles[body], let member = used.members.first(where: { $0.body == body }),
            let score = used.scores.first(where: { $0.body == body })
        else { preconditionFailure("the body is a member of the cohort") }
        let printed = issued.map { score.issued($0.own) } ?? score
        let explanations = scheme.indicators.compactMap { indicator in
            var told = evaluator.explain(indicator.id, of: member, placedBy: used.rates[indicator.id])
            // What was issued is what is printed, also where its snapshot does not give it; that is told in part five.
            if let own = printed[indicator: indicator.id] {
                told?.score.score = own.score
                told?.score.flags = own.flags
            }
            return told
        }
        var texts = ReportTexts(archive, opens: query.opensTexts)
        let reader = ReportBasisReader(archive, scheme, year: year, upTo: evidence.position ?? 0)
        let observations = try reader.observations(of: body, &texts)
        let cases = try reader.cases(
            of: profile, counted: explanations, uncovered: evidence.uncovered(body), names: evidence.profiles, &texts)
        var remarks = try remarks(of: body, evidence)
        remarks.round = round?.round(for: body)
        if let issued {
            remarks.receipt = try receipt(issued.issued.position)
            remarks.differences = score.differences(from: issued.own)
            remarks.proposal = try remarks.round.flatMap { try proposals(in: $0.stream).first { $0.body == body } }
            remarks.later = try reader.laterEntries(of: body, upTo: self.evidence.position ?? 0)
        }
        let peers = issued == nil ? used.scores : try self.printed(used)
        let years = try history.scores(of: body)
        return BodyReport(
            body: profile, scheme: scheme, year: year, cohort: used.key,
            result: issued.map { .issued($0.issued) } ?? .trial,
            overview: ReportOverview(printed, of: scheme, among: peers, history: years), indicators: explanations,
            problems: ReportProblems(explanations, of: scheme, body: body, cases: cases),
            basis: ReportBasis(observations: observations, cases: cases), remarks: remarks,
            openedTextCount: texts.openedCount)
    }

    /// The results of a round that would be others by what is recorded now.
    private mutating func proposals(in stream: String) throws -> [ResultChange] {
        if let known = reviews[stream] { return known }
        let found = try RoundID(stream: stream).map { round in
            try Auditor(archive).review(
                scheme: round.scheme, year: round.year, region: round.region.text, atPosition: evidence.position
            ).filter { $0.results.round == round }.flatMap(\.changes)
        }
        reviews[stream] = found ?? []
        return found ?? []
    }

    /// The proof of an entry under the latest checkpoint; nil where that does not reach it.
    private func receipt(_ position: UInt64) throws -> String? {
        guard let (size, note) = try archive.log.store.latestCheckpoint(), position < size else { return nil }
        let proof = try Auditor(archive).receipt(for: position, checkpoint: note, includingEntry: false)
        return String(decoding: proof.bytes, as: UTF8.self)
    }

    private func remarks(of body: BodyID, _ evidence: CohortEvidence) throws -> ReportRemarks {
        ReportRemarks(
            snapshot: evidence.position,
            snapshotTime: try evidence.position.map { try archive.log.entry(at: $0).recordedTime },
            madeAt: RecordedTime.text(milliseconds: archive.clock()),
            head: try ReportRemarks.SignedHead(latestOf: archive),
            receipt: nil, uncoveredDays: scheme.period.uncoveredDays(of: year),
            uncoveredCases: evidence.uncovered(body), treatments: ReportRemarks.Treatment.list(of: scheme),
            publication: Publication(scheme), round: nil, differences: [], proposal: nil, later: [])
    }
}

extension Auditor {
    /// The report of one body (contract §3, `report`).
    ///
    /// Throws ``ArchiveError``: a scheme that cannot compute or is not for the year, `body-outside-cohort`.
    public func report(on body: BodyID, _ query: ReportQuery) throws -> BodyReport {
        try catchUpIndex()
        var maker = try ReportMaker(archive, query)
        if let settled = try maker.settled(for: body, in: maker.evidence.cohort(of: body)) {
            maker = try ReportMaker(archive, settled)
        }
        let cohort = try maker.cohort(maker.evidence.cohort(of: body))
        return try maker.report(on: body, in: cohort)
    }

    /// The schemes by which a body reported something in a year and that can compute: what a report may be of.
    public func schemes(reportedBy body: BodyID, in year: Int) throws -> [Scheme] {
        try catchUpIndex()
        var history = ScoreHistory(archive, years: year...year)
        return try history.scores(of: body).map(\.scheme)
    }
}
