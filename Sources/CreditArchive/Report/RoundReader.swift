internal import Assessment
internal import CanonicalJSON
internal import CreditModel
internal import EventLog
internal import Projections

/// Reads the round of a scheme, year and region, as far as a report needs it.
struct RoundReader {
    private let id: RoundID
    private let steps: [(entry: Entry, step: EvaluationStep)]
    /// The bodies on the round's list (受评名单); empty where it has none yet.
    let listed: Set<BodyID>

    /// The round of the area itself, or of the city or province that it lies in: the first that has any of the bodies on
    /// its list, else the first there is; nil where the archive has none.
    ///
    /// One area may be in two rounds: its departments in its own, its government in the city's (《政务诚信评价办法》第十条).
    init?(
        _ archive: Archive, scheme: String, year: Int, area: String, about bodies: [BodyID], upTo position: UInt64
    ) throws {
        var found: RoundReader?
        for digits in [6, 4, 2] where area.utf8.count >= digits {
            let region = String(area.prefix(digits)) + String(repeating: "0", count: 6 - digits)
            guard let code = RegionCode(region), let id = RoundID(scheme: scheme, year: year, region: code),
                found?.id != id, let reader = try RoundReader(archive, id, upTo: position)
            else { continue }
            if !reader.listed.isDisjoint(with: bodies) {
                self = reader
                return
            }
            if found == nil { found = reader }
        }
        guard let found else { return nil }
        self = found
    }

    private init?(_ archive: Archive, _ id: RoundID, upTo position: UInt64) throws {
        guard let stream = StreamID(id.stream) else { return nil }
        let entries = try archive.log.entries(of: stream).filter { $0.position <= position }
        guard !entries.isEmpty else { return nil }
        let steps: [(entry: Entry, step: EvaluationStep)] = try entries.compactMap { entry in
            if case .evaluation(let step) = try entry.event() { (entry, step) } else { nil }
        }
        let facts = steps.map { RoundFact($0.step, position: $0.entry.position) }
        listed = Set(RoundTimeline(id, facts).state.bodies.keys)
        self.id = id
        self.steps = steps
    }

    /// The results that are in force for a body, those of its event recorded last, and everybody's results of that event.
    func issued(for body: BodyID) -> (issued: IssuedResult, own: EvaluationResults.BodyResult, all: EvaluationResults)?
    {
        for (entry, step) in steps.reversed() {
            guard let kind = IssuedResult.Kind(step.type), let results = step.content.results,
                let own = results.results.first(where: { $0.body == body })
            else { continue }
            let issued = IssuedResult(
                kind: kind, position: entry.position, day: step.details.occurredOn,
                actor: RoundReader.words(step.details.actor), document: step.details.document?.normalised,
                snapshot: results.snapshot, scheme: results.scheme, overlay: results.overlay,
                replaces: step.content.replaces, reason: step.content.reason)
            return (issued, own, results)
        }
        return nil
    }

    /// Scheme and overlay by which the body's result, or else the round's last one, was issued; nil where there is none.
    func documents(for body: BodyID?) -> (scheme: String, overlay: String?)? {
        if let body, let own = issued(for: body)?.issued { return (own.scheme, own.overlay) }
        guard body == nil, let results = steps.last(where: { $0.step.content.results != nil })?.step.content.results
        else { return nil }
        return (results.scheme, results.overlay)
    }

    /// What the round has on record for a body: steps of the whole round and those about the body.
    func round(for body: BodyID) -> ReportedRound {
        let own = steps.filter { _, step in
            guard step.content.body == nil || step.content.body == body else { return false }
            return step.content.results?.results.contains { $0.body == body } ?? true
        }
        return ReportedRound(
            stream: id.stream,
            steps: own.map { entry, step in
                ReportedRound.Step(
                    position: entry.position, day: step.details.occurredOn, title: step.type.chinese,
                    actor: RoundReader.words(step.details.actor), document: step.details.document?.normalised,
                    detail: step.detail)
            }, selfReport: selfReport(of: body))
    }

    private func selfReport(of body: BodyID) -> ReportedRound.SelfReport {
        func last(_ type: EventType) -> (entry: Entry, step: EvaluationStep)? {
            steps.last { $0.step.type == type && $0.step.content.body == body }
        }
        let urged = last(.evaluationUrged)
        // One that came after the body was scored was no part of it (第十六条): the report still says that it was missing.
        let scored = steps.first { $0.step.content.results?.results.contains { $0.body == body } ?? false }
        let filed = last(.reportFiled).flatMap { filed in
            let isLate = scored.map { $0.step.details.occurredOn < filed.step.details.occurredOn } ?? false
            return isLate && urged != nil ? nil : filed
        }
        if let filed {
            return .filed(on: filed.step.details.occurredOn, position: filed.entry.position)
        }
        return urged.map { .stillLate(urgedOn: $0.step.details.occurredOn, position: $0.entry.position) } ?? .notFiled
    }

    private static func words(_ actor: StepActor) -> String { "\(actor.role.rawValue) \(actor.office.name)" }
}

extension IssuedResult.Kind {
    init?(_ type: EventType) {
        switch type {
        case .evaluationPreliminary: self = .preliminary
        case .evaluationFinal: self = .final
        case .evaluationReissued: self = .reissued
        default: return nil
        }
    }
}

extension BodyScore {
    /// The score as a round has issued it; the inputs and notices stay those of the computation.
    func issued(_ results: EvaluationResults.BodyResult) -> BodyScore {
        var score = self
        score.total = results.total.map(Score.init)
        score.uncapped = results.uncapped.map(Score.init)
        score.grade = results.grade
        score.rank = results.rank
        for index in score.indicators.indices {
            guard let own = results.indicators.first(where: { $0.id == score.indicators[index].id }) else { continue }
            score.indicators[index].score = own.score.map(Score.init)
            score.indicators[index].flags = own.flags.compactMap(ScoreFlag.init).sorted()
        }
        return score
    }

    /// What this computation gives that differs from what was issued.
    func differences(from issued: EvaluationResults.BodyResult) -> [ReportRemarks.Difference] {
        var found: [ReportRemarks.Difference] = []
        let total = issued.total.map(Score.init)
        if total != self.total {
            found.append(ReportRemarks.Difference(indicator: nil, issued: total, computed: self.total))
        }
        for own in issued.indicators {
            let (old, new) = (own.score.map(Score.init), self[indicator: own.id]?.score)
            if old != new {
                found.append(ReportRemarks.Difference(indicator: own.id, issued: old, computed: new))
            }
        }
        return found
    }
}

extension Score {
    init(_ points: Points) { self.init(hundredths: points.hundredths) }
}
