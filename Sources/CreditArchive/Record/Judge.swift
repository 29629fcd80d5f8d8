internal import CanonicalJSON
internal import CreditModel
internal import EventLog
internal import Projections

/// Judges submissions one after another: identity first, then the domain's rules (design.md, Append).
///
/// What it accepts it takes as given for the next one at once, before it is durable; whoever fails to append it says so
/// with ``forget(_:)``. Not thread-safe: one caller at a time.
final class Judge {
    enum Verdict {
        /// To be appended; the stream must still be as expected.
        case accepted(EventDraft, expecting: ExpectedVersion)
        /// Recorded before, with the same content.
        case duplicate(position: UInt64)
        /// The same as one that was accepted a moment ago and is not durable yet.
        case duplicateOfPending
    }

    let archive: Archive
    let recordedBy: String
    let rehearsal: Bool
    var cases: TwoGenerations<CaseID, CaseFile>
    /// Streams that are nothing but a sequence: observations, lists of evaluators.
    var sequences: TwoGenerations<StreamID, (count: UInt64, key: (id: UInt32, bytes: [UInt8])?)>
    var rounds: TwoGenerations<RoundID, RoundFile>
    var processes: RoundProcesses
    var register: BodyRegister
    /// What observations may carry, by the schemes that were adopted when the archive's stream had so many entries.
    private(set) var catalogue: (forms: ObservationCatalogue, count: UInt64)
    /// Acts that need two persons, as the policy said when judging began.
    var twoPersonActs: Set<TwoPersonAct> = []
    /// Accepted and not known to be durable.
    var pending: [EventIdentity: (event: CreditEvent, subject: StreamID)] = [:]

    /// - Parameter rehearsal: nothing will be appended; no key is taken, and nothing is forgotten to make room.
    init(_ archive: Archive, recordedBy: String, rehearsal: Bool = false) throws {
        self.archive = archive
        self.recordedBy = recordedBy
        self.rehearsal = rehearsal
        let capacity = rehearsal ? Int.max : 20_000
        cases = TwoGenerations(capacity: capacity)
        sequences = TwoGenerations(capacity: capacity)
        rounds = TwoGenerations(capacity: rehearsal ? Int.max : 200)
        processes = RoundProcesses(archive.evidence)
        catalogue = (try archive.observationCatalogue(), try archive.log.stream(.archive).count)
        register = BodyRegister(log: archive.log, laterCodes: try archive.projections.laterCodes())
        twoPersonActs = try archive.twoPersons.acts()
    }

    /// Holds an observation to the schemes, those that were adopted since included. Throws ``Refusal``.
    func checkObservation(_ data: ObservationRecorded) throws {
        do { try catalogue.forms.check(data) } catch {
            let count = try archive.log.stream(.archive).count
            guard count != catalogue.count else { throw error }
            catalogue = (try archive.observationCatalogue(), count)
            try catalogue.forms.check(data)
        }
    }

    // MARK: Identity

    /// Judges one submission. Throws ``Refusal``, ``ArchiveError`` (conflict), ``EventLogError`` (damage).
    func judge(_ submission: Submission) throws -> Verdict {
        if let position = try archive.log.index.position(of: submission.identity) {
            try requireSame(submission, at: position)
            return .duplicate(position: position)
        }
        if let known = pending[submission.identity] {
            guard known.event == submission.event, known.subject == submission.subject else {
                throw Judge.conflict(submission.identity, position: nil)
            }
            return .duplicateOfPending
        }
        if let expected = submission.expected { try require(expected, of: submission.subject) }
        try requireScope(of: submission)
        try requirePersons(of: submission)
        let verdict = try decide(submission)
        pending[submission.identity] = (submission.event, submission.subject)
        // Held against the stream once more where it is committed, by whoever may have written to it since.
        guard let expected = submission.expected, case .accepted(let draft, _) = verdict else { return verdict }
        return .accepted(draft, expecting: expected)
    }

    private func require(_ expected: ExpectedVersion, of stream: StreamID) throws {
        let events = try archive.log.stream(stream).count
        guard expected.holds(forEvents: events) else {
            throw EventLogError.versionConflict(stream, expected: expected, events: events)
        }
    }

    private func requireSame(_ submission: Submission, at position: UInt64) throws {
        let entry = try archive.log.entry(at: position)
        guard entry.subject == submission.subject, entry.type == submission.event.type.rawValue,
            try archive.vault.isSame(
                submission.event, entry.event(), of: entry.identity, ignoringEvidence: submission.ignoresEvidence)
        else { throw Judge.conflict(submission.identity, position: position) }
    }

    static func conflict(_ identity: EventIdentity, position: UInt64?) -> ArchiveError {
        let place = position.map { ("位置 \($0) ", " at position \($0)") } ?? ("本批", " in this batch")
        return ArchiveError(
            .conflict, "identity-conflict", chinese: "同一标识 \(identity.id) 已在\(place.0)收录，内容不同；更改事实须用更正等新的事件",
            english: "\(identity.id) is recorded\(place.1) with other content; a changed fact needs a new event")
    }

    var hasPending: Bool { !pending.isEmpty }

    /// Whether an event of this identity was accepted and is not known to be durable.
    func isPending(_ identity: EventIdentity) -> Bool { pending[identity] != nil }

    /// What was accepted in these drafts is durable now.
    func settle(_ drafts: [EventDraft]) {
        for number in drafts.indices {
            let identity = drafts[number].identity
            if register.hasAssumedCodes, let event = pending[identity]?.event { register.settle(event) }
            pending[identity] = nil
        }
    }

    /// What was accepted in these drafts did not reach the log: it is read from there again.
    func forget(_ drafts: [EventDraft]) {
        for draft in drafts {
            pending[draft.identity] = nil
            let name = String(draft.subject.name)
            switch draft.subject.family {
            case "case": if let id = CaseID(name) { cases[id] = nil }
            case "body": if let id = BodyID(name) { register.forget(id) }
            case "round": if let id = RoundID(stream: draft.subject.text) { rounds[id] = nil }
            default: sequences[draft.subject] = nil
            }
        }
    }
}
