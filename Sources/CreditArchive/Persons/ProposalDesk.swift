internal import CanonicalJSON
internal import CreditModel
internal import EventLog
internal import Foundation
internal import Projections

/// Where acts that need two persons wait: 经办 proposes, another person approves (审批) or returns with the reason.
///
/// A proposal is judged as the log stands when it is made, and again when it is approved. An approval is durable before
/// the act is recorded, and the act is found again by its identity: a process that dies in between loses nothing and
/// records nothing twice; ``settle()`` carries out what was approved.
///
/// Persons are known by their keys, or by what they say of themselves on the command line: give each person a key.
public struct ProposalDesk: Sendable {
    let archive: Archive
    let store: ProposalStore
    /// Nil where the archive is open for reading: then nothing is approved.
    let recorder: Recorder?

    /// - Parameter recorder: through which approved acts are recorded; nil for an archive that is open for reading.
    public init(_ archive: Archive, recorder: Recorder?) {
        self.archive = archive
        self.recorder = recorder
        store = ProposalStore(archive.folder)
    }

    // MARK: Looking

    /// The proposals that a principal may see, the newest first; without what they propose. Throws ``EventLogError``.
    public func list(_ query: ProposalQuery, for principal: Principal) throws -> [Proposal] {
        let now = archive.clock()
        var all = query
        all.limit = ProposalDesk.maximumList
        let seen = try store.list(all).map { $0.at(now) }.filter { proposal in
            principal.maySee(proposal) && (query.state.map { $0 == proposal.state } ?? true)
        }
        return Array(seen.prefix(query.limit))
    }

    private static let maximumList = 10_000

    /// A proposal with what it proposes. Throws ``ArchiveError`` `proposal-not-found`, also for one that the principal may
    /// not see.
    public func proposal(_ id: String, for principal: Principal) throws -> Proposal {
        guard let proposal = try store.proposal(id)?.at(archive.clock()), principal.maySee(proposal) else {
            throw ProposalDesk.notFound(id)
        }
        return proposal
    }

    // MARK: Deciding

    /// Approves a proposal and records its act, with both persons in the entry (`proposedby`, `approvedby`). Approved again
    /// by the same person, it is answered with the position it has.
    ///
    /// Throws ``ArchiveError`` `same-person`, `proposal-decided`, `proposal-stale`, `role-missing`, `region-forbidden` …, and
    /// whatever the act is refused for as the log stands now: the proposal waits on then.
    public func approve(_ id: String, by principal: Principal) async throws -> Proposal {
        let seen = try decidable(id, by: principal)
        guard seen.proposedBy != principal.id else {
            throw ArchiveError(
                .forbidden, "same-person", field: "proposal",
                chinese: "提案 \(id) 由 \(principal.id) 经办，须由另一人审批",
                english: "\(principal.id) has proposed \(id); another person approves it")
        }
        // An answer that was lost, or an approval whose end could not be written: done once, whoever asks again.
        if seen.decidedBy == principal.id {
            if seen.state == .approved { return seen }
            if seen.state == .approving { return try await carryOut(seen, scope: principal.scope) }
        }
        let (found, isBegun) = try store.begin(id, by: principal.id, at: archive.clock())
        guard let proposal = found, isBegun else { throw ProposalDesk.decided(found ?? seen) }
        return try await carryOut(proposal, scope: principal.scope)
    }

    /// Returns a proposal with the reason: by another person, or by the one who made it, who withdraws it.
    ///
    /// Throws ``ArchiveError`` `reason-malformed`, `proposal-decided`, `role-missing`.
    public func giveBack(_ id: String, reason: String, by principal: Principal) throws -> Proposal {
        guard PlainText.isName(reason, limit: 500) else {
            throw ArchiveError(
                .badInput, "reason-malformed", field: "reason", chinese: "请写明退回理由（一行，1–500 字）",
                english: "say why it is returned: one line of 1–500 characters")
        }
        let seen = try decidable(id, by: principal)
        let (found, isReturned) = try store.giveBack(id, reason: reason, by: principal.id, at: archive.clock())
        guard let proposal = found, isReturned else { throw ProposalDesk.decided(found ?? seen) }
        return proposal
    }

    /// Records what was approved when an earlier process ended before it could: once, when the archive is opened for
    /// writing and before anything is approved. What is refused now waits again for a decision.
    ///
    /// - Returns: the proposals that it has dealt with. Throws ``EventLogError`` where the files cannot be used.
    @discardableResult
    public func settle() async throws -> [Proposal] {
        var settled: [Proposal] = []
        for proposal in try store.approving() {
            do { settled.append(try await carryOut(proposal, scope: nil)) } catch let error as EventLogError {
                throw error
            } catch {
                if let now = try store.proposal(proposal.id) { settled.append(now) }
            }
        }
        return settled
    }

    /// Records an act that was approved. Where it is refused the proposal waits again.
    private func carryOut(_ proposal: Proposal, scope: RecordingScope?) async throws -> Proposal {
        let position: UInt64
        do { position = try await record(proposal, scope: scope) } catch {
            try store.reopen(proposal.id)
            throw error
        }
        try store.finish(proposal.id, at: position)
        guard let finished = try store.proposal(proposal.id) else { throw ProposalDesk.notFound(proposal.id) }
        return finished
    }

    private func decidable(_ id: String, by principal: Principal) throws -> Proposal {
        let proposal = try proposal(id, for: principal)
        try ProposalDesk.requireRole(proposal.act, principal)
        guard principal.mayDecide(proposal) else {
            throw ArchiveError(
                .forbidden, "region-forbidden", field: "proposal", chinese: "此密钥不能处理该来源或行政区划的提案",
                english: "this key does not decide proposals of that source or region")
        }
        return proposal
    }

    static func requireRole(_ act: TwoPersonAct, _ principal: Principal) throws(ArchiveError) {
        guard !principal.may(act.role) else { return }
        throw ArchiveError(
            .forbidden, "role-missing", chinese: "“\(act.chinese)”须由角色 \(act.role.rawValue) 提出和审批",
            english: "'\(act.rawValue)' is proposed and decided with the role \(act.role.rawValue)")
    }

    private static func notFound(_ id: String) -> ArchiveError {
        ArchiveError(
            .notFound, "proposal-not-found", field: "proposal", chinese: "没有提案 \(id)",
            english: "there is no proposal \(id)")
    }

    private static func decided(_ proposal: Proposal) -> ArchiveError {
        let who = proposal.decidedBy ?? "—"
        let words: (String, String) =
            switch proposal.state {
            case .open, .approving: ("正由 \(who) 审批，请稍后再看", "is being approved by \(who); look again later")
            case .approved: ("已由 \(who) 批准", "was approved by \(who)")
            case .returned:
                ("已由 \(who) 退回：\(proposal.reason ?? "")", "was returned by \(who): \(proposal.reason ?? "")")
            case .expired: ("已过期，请重新提出", "has expired; propose it again")
            }
        return ArchiveError(
            .conflict, "proposal-decided", field: "proposal", chinese: "提案 \(proposal.id) \(words.0)",
            english: "the proposal \(proposal.id) \(words.1)")
    }
}

extension Principal {
    /// Whether it may see a proposal: whoever made it, whoever may decide it, and auditors of its region.
    func maySee(_ proposal: Proposal) -> Bool {
        proposal.proposedBy == id || may(proposal.act.role) && mayDecide(proposal)
            || may(.auditor) && scope.allows(proposalIn: proposal.region)
    }

    func mayDecide(_ proposal: Proposal) -> Bool {
        proposal.proposedBy == id
            || scope.allows(source: proposal.source) && scope.allows(proposalIn: proposal.region)
    }
}

extension RecordingScope {
    /// What is about no region is for those who have no bounds.
    fileprivate func allows(proposalIn region: RegionCode?) -> Bool {
        region.map(allows) ?? regions.isEmpty
    }
}
