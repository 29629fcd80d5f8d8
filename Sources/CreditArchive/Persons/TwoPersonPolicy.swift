public import CanonicalJSON
internal import EventLog

/// Which acts need two persons in this archive. Without any policy none does.
///
/// No source asks for it: it is an office's own control over its records (issue of the service, point 6), so it is named,
/// visible, and off until somebody sets it. It binds whatever records through this program from then on; what was
/// recorded before stays as it is.
public struct TwoPersonPolicy: Sendable, Hashable {
    /// Empty: one person is enough for everything again.
    public var acts: Set<TwoPersonAct>
    /// Days after which a proposal that nobody decided has expired; nil: it waits until it is decided.
    public var expiresAfterDays: Int?
    /// UTC, RFC 3339.
    public var setAt: String
    /// The pseudonym of who has set it.
    public var setBy: String

    public static let days = 1...3_650
}

extension TwoPersonPolicy: JSONDecodable, JSONEncodable {
    public init(json: JSONNode) throws(JSONFault) {
        var fields = try json.fields()
        acts = []
        for node in try fields.required("acts").elements() {
            guard let act = TwoPersonAct(rawValue: try node.string()) else {
                throw node.fault(.badValue, TwoPersonAct.allCases.map(\.rawValue).joined(separator: " | "))
            }
            acts.insert(act)
        }
        expiresAfterDays = nil
        if let node = fields.optional("expiresAfterDays") {
            guard let days = Int(exactly: try node.integer()), TwoPersonPolicy.days.contains(days) else {
                throw node.fault(.badValue, "1…3650")
            }
            expiresAfterDays = days
        }
        setAt = try fields.required("setAt")
        setBy = try fields.required("setBy")
        try fields.finish()
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("acts", TwoPersonAct.allCases.filter(acts.contains).map(\.rawValue))
        writer.member("expiresAfterDays", expiresAfterDays)
        writer.member("setAt", setAt)
        writer.member("setBy", setBy)
        writer.endObject()
    }
}

/// `two-persons.json`: every policy that was ever set, the one in force last.
struct TwoPersonPolicyList: FolderRecord, Sendable {
    static let fileName = "two-persons.json"
    var policies: [TwoPersonPolicy] = []

    init() {}

    init(json: JSONNode) throws(JSONFault) {
        var fields = try json.fields()
        policies = try fields.required("policies")
        try fields.finish()
    }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("policies", policies)
        writer.endObject()
    }
}

/// The policies of an archive. A change is seen by the next act, also in a process that is running.
public final class TwoPersonPolicies: Sendable {
    private let file: WatchedRecord<TwoPersonPolicyList, TwoPersonPolicy?>
    private let clock: Archive.Clock

    init(_ folder: ArchiveFolder, clock: @escaping Archive.Clock) {
        file = WatchedRecord(in: folder.path, mode: 0o644) { $0?.policies.last }
        self.clock = clock
    }

    /// The policy in force; nil where none was ever set. Throws ``ArchiveError`` `record-damaged`: while it cannot be read,
    /// nothing that it may reserve is recorded.
    public func inForce() throws(ArchiveError) -> TwoPersonPolicy? { try file.current() }

    /// The acts that need two persons now. Throws as ``inForce()``.
    public func acts() throws(ArchiveError) -> Set<TwoPersonAct> { try inForce()?.acts ?? [] }

    /// Every policy that was set, in that order.
    public func all() throws(ArchiveError) -> [TwoPersonPolicy] { try file.read()?.policies ?? [] }

    /// Sets the policy from now on. Throws ``ArchiveError`` `policy-malformed`.
    @discardableResult
    public func set(
        _ acts: Set<TwoPersonAct>, expiresAfterDays: Int? = nil, by principal: String
    ) throws(ArchiveError) -> TwoPersonPolicy {
        if let expiresAfterDays, !TwoPersonPolicy.days.contains(expiresAfterDays) {
            throw ArchiveError(
                .usage, "policy-malformed", field: "--expire-after-days",
                chinese: "提案的期限应为 1–3650 天，或不写（一直等待）", english: "a proposal expires after 1–3650 days, or not at all")
        }
        let policy = TwoPersonPolicy(
            acts: acts, expiresAfterDays: expiresAfterDays, setAt: RecordedTime.text(milliseconds: clock()),
            setBy: principal)
        try file.change(TwoPersonPolicyList()) { $0.policies.append(policy) }
        return policy
    }
}
