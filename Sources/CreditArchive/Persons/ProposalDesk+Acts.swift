internal import CanonicalJSON
public import CreditModel
internal import EventLog
internal import Foundation
internal import Projections

// What is proposed: judged, kept, and recorded once it is approved.
extension ProposalDesk {
    /// Proposes an event. One that waits already with the same content is answered as it is (`isNew` false).
    ///
    /// Throws ``ArchiveError`` `act-needs-no-proposal` for an act that the policy does not reserve, `already-recorded`,
    /// `identity-conflict`, and whatever the act is refused for as the log stands.
    public func propose(_ submission: Submission, by principal: Principal) throws -> (proposal: Proposal, isNew: Bool) {
        guard let act = TwoPersonAct(submission.event), act != .erase else { throw ProposalDesk.needsNone(nil) }
        var submission = submission
        submission.scope = principal.scope
        return try keep(act, [submission], by: principal)
    }

    /// Proposes CloudEvents as ``Recorder/append(cloudEvents:evidenceFrom:)`` takes them: each is a proposal of its own.
    ///
    /// - Parameter folder: of the attachments that the events name; they are kept before the proposals.
    public func propose(
        cloudEvents bytes: [UInt8], evidenceFrom folder: String? = nil, by principal: Principal
    ) throws -> [(proposal: Proposal, isNew: Bool)] {
        let submissions = try Recorder.submissions(bytes)
        if let folder {
            for submission in submissions { try archive.evidence.take(submission.event.evidence, from: folder) }
        }
        guard !submissions.isEmpty else {
            throw ArchiveError(.badInput, "no-events", chinese: "没有可提出的事件", english: "there are no events to propose")
        }
        return try submissions.enumerated().map { number, submission in
            do { return try propose(submission, by: principal) } catch {
                throw submissions.count == 1 ? error : ArchiveError(error).ofEvent(number + 1)
            }
        }
    }

    /// Proposes that the texts of a stream be erased. Throws as ``Administrator/destroyTexts(of:basis:document:recordedBy:)``
    /// and ``propose(_:by:)``.
    public func proposeErasure(
        of stream: String, basis: String, document: String? = nil, by principal: Principal
    ) throws -> (proposal: Proposal, isNew: Bool) {
        try requirePolicy(.erase)
        try ProposalDesk.requireRole(.erase, principal)
        let id = try Administrator(archive).requireErasable(stream, basis: basis).0
        let erasure = ProposalContent.Erasure(stream: stream, basis: basis, document: document)
        let region = try region(of: id)
        return try keep(
            .erase, .erasure(erasure), EventIdentity(source: ProposalDesk.erasures, id: stream), id.text, region,
            by: principal)
    }

    /// Proposes that a round's results be issued anew, as they would be now: exactly those are approved.
    ///
    /// Throws as ``ResultIssuing/reissue(_:bodies:reason:_:)`` and ``propose(_:by:)``; `nothing-changed`.
    public func proposeReissue(
        _ round: RoundID, bodies: [BodyID]? = nil, reason: String, _ details: EvaluationStep.Details,
        by principal: Principal
    ) throws -> (proposal: Proposal, isNew: Bool) {
        let submissions = try ResultIssuing(archive, recordedBy: principal.id)
            .submissions(reissuing: round, bodies: bodies, reason: reason, details).submissions
        guard !submissions.isEmpty else {
            throw ArchiveError(
                .refused, "nothing-changed", field: round.stream, chinese: "已印发的结果没有变动，无需更正",
                english: "nothing of what was issued has changed; there is nothing to re-issue")
        }
        return try keep(.reissue, submissions, by: principal)
    }

    private func keep(
        _ act: TwoPersonAct, _ submissions: [Submission], by principal: Principal
    ) throws -> (proposal: Proposal, isNew: Bool) {
        try requirePolicy(act)
        try ProposalDesk.requireRole(act, principal)
        let first = submissions[0]
        let waiting = try store.list(ProposalQuery(act: act)).first { item in
            item.at(archive.clock()).state.isWaiting && item.source == first.identity.source
                && item.event == first.identity.id
        }
        let judge = try Judge(archive, recordedBy: principal.id, rehearsal: true)
        for var submission in submissions {
            if let missing = submission.event.evidence.first(where: { !archive.evidence.holds($0.digest) }) {
                throw Judge.evidenceUnknown(missing)
            }
            submission.persons = Submission.Persons(proposedBy: principal.id, approvedBy: "")
            if case .duplicate(let position) = try judge.judge(submission) {
                throw ProposalDesk.recordedAlready(submission.identity, position)
            }
        }
        let events = submissions.map {
            ProposedEvent(identity: $0.identity, subject: $0.subject, event: $0.event, time: $0.time)
        }
        if let waiting, waiting.content != .events(events) { throw ProposalDesk.waitsOtherwise(waiting) }
        return try keep(
            act, .events(events), first.identity, first.subject.text, region(of: first), by: principal)
    }

    private func keep(
        _ act: TwoPersonAct, _ content: ProposalContent, _ identity: EventIdentity, _ subject: String,
        _ region: RegionCode?, by principal: Principal
    ) throws -> (proposal: Proposal, isNew: Bool) {
        let now = archive.clock()
        let days = try archive.twoPersons.inForce()?.expiresAfterDays
        let proposal = Proposal(
            id: ProposalDesk.newID(), act: act, source: identity.source, event: identity.id, subject: subject,
            region: region, proposedBy: principal.id, proposedAt: now,
            expiresAt: days.map { now + Int64($0) * 86_400_000 }, state: .open, content: content)
        let kept = try store.add(proposal, expiring: now)
        guard kept.content == content else { throw ProposalDesk.waitsOtherwise(kept) }
        return (kept, kept.id == proposal.id)
    }

    // MARK: Carrying out

    private static let erasures = "urn:credit-archive:erasure"

    /// Records what was approved, once: by the identities of its events. Returns the position of the first.
    func record(_ proposal: Proposal, scope: RecordingScope?) async throws -> UInt64 {
        guard let recorder, let approver = proposal.decidedBy, let content = proposal.content else {
            preconditionFailure("an approved proposal of an archive that is open for writing")
        }
        let persons = Submission.Persons(proposedBy: proposal.proposedBy, approvedBy: approver)
        switch content {
        case .erasure(let erasure):
            return try Administrator(archive).destroyTexts(
                of: erasure.stream, basis: erasure.basis, document: erasure.document, recordedBy: approver,
                persons: persons)
        case .events(let events):
            if try archive.log.index.position(of: events[0].identity) == nil { try requireFresh(events) }
            let recorded = try await recorder.append(
                events.map { event in
                    var submission = event.submission
                    submission.recordedBy = approver
                    submission.persons = persons
                    // Results are the archive's own, and no key's source.
                    submission.scope = event.identity.source == ResultIssuing.source ? nil : scope
                    return submission
                })
            if recorded[0].isDuplicate, try archive.log.entry(at: recorded[0].position).proposedBy != persons.proposedBy
            {
                throw ProposalDesk.recordedAlready(events[0].identity, recorded[0].position)
            }
            return recorded[0].position
        }
    }

    /// Results that were proposed are recorded only while they are still what the scheme gives.
    private func requireFresh(_ events: [ProposedEvent]) throws {
        guard events[0].identity.source == ResultIssuing.source, case .evaluation(let step) = events[0].event,
            let round = RoundID(stream: events[0].subject.text)
        else { return }
        func results(_ events: [CreditEvent]) -> [BodyID: EvaluationResults.BodyResult] {
            events.reduce(into: [:]) { found, event in
                guard case .evaluation(let step) = event else { return }
                for result in step.content.results?.results ?? [] { found[result.body] = result }
            }
        }
        let proposed = results(events.map(\.event))
        let now = try ResultIssuing(archive, recordedBy: "").submissions(
            reissuing: round, bodies: Array(proposed.keys), reason: step.content.reason ?? "", step.details)
        guard results(now.submissions.map(\.event)) != proposed else { return }
        throw ArchiveError(
            .conflict, "proposal-stale", field: "proposal", chinese: "提出之后又有记录改变了这些分数；请退回，并按现在的结果重新提出",
            english:
                "records since have changed these scores; return the proposal and propose the results as they are now")
    }

    // MARK: Rules

    private func requirePolicy(_ act: TwoPersonAct) throws {
        guard try archive.twoPersons.acts().contains(act) else { throw ProposalDesk.needsNone(act) }
    }

    private static func needsNone(_ act: TwoPersonAct?) -> ArchiveError {
        ArchiveError(
            .refused, "act-needs-no-proposal", field: "type",
            chinese: act.map { "两人办理的规定不含“\($0.chinese)”，请直接收录" } ?? "此类事件不需两人办理，请直接收录",
            english: act.map { "the policy does not reserve '\($0.rawValue)' to two persons; record it directly" }
                ?? "events of this kind need no second person; record them directly")
    }

    private static func recordedAlready(_ identity: EventIdentity, _ position: UInt64) -> ArchiveError {
        ArchiveError(
            .conflict, "already-recorded", field: "id", chinese: "\(identity.id) 已另行在位置 \(position) 收录，无需两人办理",
            english: "\(identity.id) was recorded without a proposal at position \(position) already")
    }

    private static func waitsOtherwise(_ waiting: Proposal) -> ArchiveError {
        ArchiveError(
            .conflict, "identity-conflict", field: "id",
            chinese: "同一标识 \(waiting.event) 的提案 \(waiting.id) 正在等待审批，内容不同；请先退回该提案",
            english: "\(waiting.event) waits as the proposal \(waiting.id) with other content; return that first")
    }

    /// Twelve letters and digits.
    private static func newID() -> String {
        let letters = Array("abcdefghijkmnpqrstuvwxyz23456789")
        var generator = SystemRandomNumberGenerator()
        return String((0..<12).map { _ in letters[Int.random(in: 0..<letters.count, using: &generator)] })
    }

    private func region(of submission: Submission) throws -> RegionCode? {
        if case .incidentDetermined(let data) = submission.event {
            return try Auditor(archive).profile(of: data.body).region
        }
        return try region(of: submission.subject)
    }

    private func region(of stream: StreamID) throws -> RegionCode? {
        let (auditor, name) = (Auditor(archive), String(stream.name))
        switch stream.family {
        case "body": return try BodyID(name).map { try auditor.profile(of: $0).region }
        case "case": return try CaseID(name).map { try auditor.profile(of: auditor.body(ofCase: $0)).region }
        case "observations":
            return try ObservationStream.parse(stream).map { try auditor.profile(of: $0.body).region }
        case "round": return RoundID(stream: stream.text)?.region
        default: return nil
        }
    }
}
