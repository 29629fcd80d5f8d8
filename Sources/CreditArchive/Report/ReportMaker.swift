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
    }

    let archive: Archive
    let query: ReportQuery
    let evidence: CohortEvidence
    private let evaluator: Evaluator
    private var history: ScoreHistory

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
        history = ScoreHistory(archive)
        history.use(query.evaluation.scheme, year: query.evaluation.year)
    }

    func cohort(_ key: CohortKey) throws -> Cohort {
        let members = try evidence.members(of: key)
        return Cohort(key: key, members: members, scores: evaluator.evaluate(members))
    }

    private func round(of key: CohortKey) throws -> RoundReader? {
        try RoundReader(archive, scheme: scheme.id, year: year, area: key.area, upTo: evidence.position ?? 0)
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
    func printed(_ cohort: Cohort) throws -> [BodyScore] {
        let round = try round(of: cohort.key)
        return cohort.scores.map { score in issued(for: score.body, in: round).map { score.issued($0.own) } ?? score }
    }

    /// The question by the documents that results of an area were issued by.
    func settled(for body: BodyID?, area: String) throws -> ReportQuery? {
        guard query.usesIssuedDocuments,
            let documents = try RoundReader(
                archive, scheme: scheme.id, year: year, area: area, upTo: evidence.position ?? 0)?
                .documents(for: body),
            documents.scheme != scheme.digest || documents.overlay != scheme.overlay?.digest
        else { return nil }
        var settled = query
        settled.evaluation.scheme = try archive.scheme(
            scheme.id, digest: documents.scheme, overlay: documents.overlay)
        return settled
    }

    /// The report of one member of a cohort.
    mutating func report(on body: BodyID, in cohort: Cohort) throws -> BodyReport {
        guard let profile = evidence.profiles[body], let member = cohort.members.first(where: { $0.body == body }),
            let score = cohort.scores.first(where: { $0.body == body })
        else { preconditionFailure("the body is a member of the cohort") }
        let round = try round(of: cohort.key)
        let issued = issued(for: body, in: round)
        let printed = issued.map { score.issued($0.own) } ?? score
        let explanations = scheme.indicators.compactMap { indicator in
            var told = evaluator.explain(indicator.id, of: member, among: cohort.members)
            // What was issued is what is printed; the working stays the computation's.
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
        var remarks = try remarks(of: body)
        remarks.round = round?.round(for: body)
        if let issued {
            remarks.receipt = try receipt(issued.issued.position)
            remarks.differences = score.differences(from: issued.own, .now)
        }
        let peers = issued == nil ? cohort.scores : try self.printed(cohort)
        let years = try history.scores(of: body)
        return BodyReport(
            body: profile, scheme: scheme, year: year, cohort: cohort.key,
            result: issued.map { .issued($0.issued) } ?? .trial,
            overview: ReportOverview(printed, of: scheme, among: peers, history: years), indicators: explanations,
            problems: ReportProblems(explanations, of: scheme, body: body, cases: cases),
            basis: ReportBasis(observations: observations, cases: cases), remarks: remarks,
            openedTextCount: texts.openedCount)
    }

    /// The proof of an entry under the latest checkpoint; nil where that does not reach it.
    private func receipt(_ position: UInt64) throws -> String? {
        guard let (size, note) = try archive.log.store.latestCheckpoint(), position < size else { return nil }
        let proof = try Auditor(archive).receipt(for: position, checkpoint: note, includingEntry: false)
        return String(decoding: proof.bytes, as: UTF8.self)
    }

    private func remarks(of body: BodyID) throws -> ReportRemarks {
        ReportRemarks(
            snapshot: evidence.position,
            snapshotTime: try evidence.position.map { try archive.log.entry(at: $0).recordedTime },
            madeAt: RecordedTime.text(milliseconds: archive.clock()),
            head: try ReportRemarks.SignedHead(latestOf: archive),
            receipt: nil, uncoveredDays: scheme.period.uncoveredDays(of: year),
            uncoveredCases: evidence.uncovered(body), treatments: ReportRemarks.Treatment.list(of: scheme),
            publication: Publication(scheme), round: nil, differences: [])
    }
}

extension ReportRemarks.SignedHead {
    /// The latest signed checkpoint; nil where there is none. Throws where no key of the archive has signed it.
    init?(latestOf archive: Archive) throws {
        guard let (_, text) = try archive.log.store.latestCheckpoint() else { return nil }
        let note = try Note(parsing: Array(text.utf8))
        let keys = try archive.origins.map { try NoteVerifier($0.verifierKey) }
        guard let signature = try note.verify(trusting: keys).first else {
            preconditionFailure("a verified note has a signature")
        }
        let checkpoint = try Checkpoint(text: note.text)
        let key = KeyFingerprint(signature.verifier)
        self.init(
            origin: checkpoint.origin, size: checkpoint.size, root: checkpoint.root, keyID: key.keyID,
            fingerprint: key.groups)
    }
}

extension ReportRemarks.Treatment {
    /// The options of the scheme and of its indicators, those of several indicators together, in the order of the register.
    static func list(of scheme: Scheme) -> [ReportRemarks.Treatment] {
        var rows: [String: [String: [String]]] = [:]
        for (option, choice) in scheme.options.choices { rows[option, default: [:]][choice, default: []] += [] }
        for indicator in scheme.indicators {
            for (option, choice) in indicator.options.choices {
                rows[option, default: [:]][choice, default: []].append(indicator.id)
            }
        }
        let catalogue = SchemeLibrary.published.options
        let treatments = rows.flatMap { option, choices in
            choices.compactMap { choice, indicators -> ReportRemarks.Treatment? in
                guard let definition = catalogue[option],
                    let title = definition.choices.first(where: { $0.name == choice })?.title
                else { return nil }
                return ReportRemarks.Treatment(
                    indicators: indicators, option: option, choice: choice, register: definition.register,
                    question: definition.question, title: title)
            }
        }
        return treatments.sorted { ($0.order, $0.option, $0.choice) < ($1.order, $1.option, $1.choice) }
    }

    /// What the register does not number comes last.
    private var order: String { register.first ?? "~" }
}

extension Auditor {
    /// The report of one body (contract §3, `report`).
    ///
    /// Throws ``ArchiveError``: a scheme that cannot compute or is not for the year, `body-outside-cohort`.
    public func report(on body: BodyID, _ query: ReportQuery) throws -> BodyReport {
        try catchUpIndex()
        var maker = try ReportMaker(archive, query)
        if let settled = try maker.settled(for: body, area: maker.evidence.cohort(of: body).area) {
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
