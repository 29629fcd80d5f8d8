public import CanonicalJSON
public import CreditModel
internal import EventLog

/// An act that one person has proposed and another decides.
///
/// It is no record: nothing of it is in the log, in any answer about bodies, or before the public. Its plain texts are
/// kept until it is decided, and no longer.
public struct Proposal: Sendable, Hashable {
    public enum State: String, Sendable, Hashable, CaseIterable {
        /// Waits for another person.
        case open
        /// Approved, and on its way into the log.
        case approving
        /// Recorded.
        case approved
        case returned
        /// Nobody has decided it in time.
        case expired

        /// Whether something may still come of it.
        public var isWaiting: Bool { self == .open || self == .approving }

        public var chinese: String {
            switch self {
            case .open: "待审批"
            case .approving: "收录中"
            case .approved: "已批准"
            case .returned: "已退回"
            case .expired: "已过期"
            }
        }
    }

    public var id: String
    public var act: TwoPersonAct
    /// The CloudEvents source and id of its (first) event.
    public var source: String
    public var event: String
    /// The stream that it is about.
    public var subject: String
    /// 行政区划代码 of the body that it is about.
    public var region: RegionCode?
    public var proposedBy: String
    /// Milliseconds since 1970, UTC.
    public var proposedAt: Int64
    public var expiresAt: Int64?
    public var state: State
    public var decidedBy: String?
    public var decidedAt: Int64?
    /// Why it was returned.
    public var reason: String?
    /// Where its first entry is recorded.
    public var position: UInt64?
    /// What is proposed; nil once it is decided.
    var content: ProposalContent?

    /// What is proposed, as JSON; nil once it is decided.
    public var contentText: String? { content.map { String(decoding: $0.bytes, as: UTF8.self) } }

    /// The state at a time: an open one may have expired since it was last written.
    func at(_ milliseconds: Int64) -> Proposal {
        guard state == .open, let expiresAt, expiresAt <= milliseconds else { return self }
        var proposal = self
        proposal.state = .expired
        proposal.content = nil
        return proposal
    }
}

extension Proposal: JSONEncodable {
    public func write(to writer: inout JSONWriter) { write(to: &writer, withContent: true) }

    /// - Parameter withContent: also what is proposed, with its texts; without, as lists have it.
    public func write(to writer: inout JSONWriter, withContent: Bool) {
        writer.beginObject()
        writer.member("proposal", id)
        writer.member("act", act.rawValue)
        writer.member("state", state.rawValue)
        writer.member("source", source)
        writer.member("event", event)
        writer.member("subject", subject)
        writer.member("region", region)
        writer.member("proposedBy", proposedBy)
        writer.member("proposedAt", RecordedTime.text(milliseconds: proposedAt))
        writer.member("expiresAt", expiresAt.map { RecordedTime.text(milliseconds: $0) })
        writer.member("decidedBy", decidedBy)
        writer.member("decidedAt", decidedAt.map { RecordedTime.text(milliseconds: $0) })
        writer.member("reason", reason)
        writer.member("position", position)
        if withContent, let content { writer.member("content", content) }
        writer.endObject()
    }
}

/// Which proposals are asked for.
public struct ProposalQuery: Sendable, Hashable {
    public var state: Proposal.State?
    public var act: TwoPersonAct?
    /// The newest so many.
    public var limit = 1_000

    public init(state: Proposal.State? = nil, act: TwoPersonAct? = nil) {
        self.state = state
        self.act = act
    }
}
