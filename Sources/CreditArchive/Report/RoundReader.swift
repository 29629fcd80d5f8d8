internal import Assessment
internal import CanonicalJSON
internal import CreditModel
internal import EventLog
internal import Projections

/// Reads the round of a scheme, year and region, as far as a report needs it.
struct RoundReader {
    private let stream: StreamID
    private let steps: [(entry: Entry, step: EvaluationStep)]

    /// The round of the area itself, or else of the city or province that it lies in; nil where the archive has none.
    init?(_ archive: Archive, scheme: String, year: Int, area: String, upTo position: UInt64) throws {
        var regions: [String] = []
        for digits in [6, 4, 2] where area.utf8.count >= digits {
            regions.append(String(area.prefix(digits)) + String(repeating: "0", count: 6 - digits))
        }
        for region in regions {
            guard let stream = StreamID("round/\(scheme)/\(year)/\(region)") else { continue }
            let entries = try archive.log.entries(of: stream).filter { $0.position <= position }
            guard !entries.isEmpty else { continue }
            self.stream = stream
            steps = try entries.compactMap { entry in
                if case .evaluation(let step) = try entry.event() { (entry, step) } else { nil }
            }
            return
        }
        return nil
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
            stream: stream.text,
            steps: own.map { entry, step in
                ReportedRound.Step(
                    position: entry.position, day: step.details.occurredOn, title: step.type.chinese,
                    actor: RoundReader.words(step.details.actor), document: step.details.document?.normalised,
                    detail: RoundReader.detail(step))
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

    private static func detail(_ step: EvaluationStep) -> String? {
        let content = step.content
        var parts: [String] = []
        if let evaluator = content.evaluator { parts.append("评价机构 \(evaluator.name)") }
        if let outcome = content.outcome { parts.append(outcome.rawValue) }
        if let ground = content.ground { parts.append(ground.rawValue) }
        if let due = content.dueOn { parts.append("期限 \(due)") }
        if let id = content.caseID { parts.append("事项 \(id)") }
        if !content.channels.isEmpty { parts.append("渠道 \(content.channels.map(\.rawValue).joined(separator: " "))") }
        if let reason = content.reason { parts.append(reason) }
        if let results = content.results { parts.append("快照位置 \(results.snapshot)") }
        if !content.recipients.isEmpty { parts.append(content.recipients.map(\.rawValue).joined(separator: "、")) }
        if let measure = content.measure { parts.append(measure.rawValue) }
        return parts.isEmpty ? nil : parts.joined(separator: "；")
    }
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
    fileprivate init(_ points: Points) { self.init(hundredths: points.hundredths) }
}
