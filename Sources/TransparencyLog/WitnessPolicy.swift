/// Whom a verifier trusts: which logs, which witnesses, and how many of these must have cosigned (C2SP tlog-policy).
public struct WitnessPolicy: Sendable, Hashable {
    /// Longer files are refused.
    public static let maximumByteCount = 1_000_000
    /// More logs, witnesses or groups are refused, each counted alone; the specification asks for at least 32.
    public static let maximumCount = 256

    /// A log: `log <vkey> [<url>]`.
    public struct Log: Sendable, Hashable {
        /// The key; its name is the log's origin.
        public let verifier: NoteVerifier
        /// Where the log is reached; its meaning is the application's.
        public let url: PolicyText?
    }

    /// A witness: `witness <name> <vkey> [<url>]`.
    public struct Witness: Sendable, Hashable {
        /// Its name within the policy; means nothing outside.
        public let name: PolicyText
        /// The key, of type 04 or 06. One of type 06 cannot be verified here and never counts as cosigning.
        public let verifier: NoteVerifier
        /// Its submission prefix (C2SP tlog-witness); nil where only its cosignatures are verified.
        public let url: PolicyText?
    }

    /// A group: `group <name> <any|all|k> <member>...`.
    public struct Group: Sendable, Hashable {
        /// Its name, in one namespace with the witnesses.
        public let name: PolicyText
        /// How many members must have witnessed: 1 to their number.
        public let threshold: Int
        /// Witnesses and groups defined before it; none of them a member of another group.
        public let members: [PolicyText]
    }

    /// The logs in the order of the file; none where the log is known from elsewhere.
    public let logs: [Log]
    /// The witnesses in the order of the file; no two with one public key.
    public let witnesses: [Witness]
    /// The groups in the order of the file: each after its members.
    public let groups: [Group]
    /// The witness or group that must have witnessed; nil for `quorum none`.
    public let quorum: PolicyText?

    /// Reads a policy file.
    ///
    /// - Throws: ``PolicyFault`` for everything that C2SP tlog-policy forbids, with its line; also for a last line
    ///   without its newline, since a file that was cut off could state a weaker quorum.
    public init(parsing bytes: [UInt8]) throws(PolicyFault) {
        var reader = PolicyReader()
        try reader.read(bytes)
        (logs, witnesses, groups) = (reader.logs, reader.witnesses, reader.groups)
        quorum = try reader.finishedQuorum()
    }

    /// The policy as a file: without comments, one item a line, a threshold as `any` or `all` where it is that.
    public var bytes: [UInt8] {
        var lines: [[PolicyText]] = []
        for log in logs { lines.append([PolicyText("log"), PolicyText(log.verifier.string)] + list(log.url)) }
        for witness in witnesses {
            lines.append(
                [PolicyText("witness"), witness.name, PolicyText(witness.verifier.string)] + list(witness.url))
        }
        for group in groups {
            let threshold =
                group.threshold == group.members.count ? "all" : group.threshold == 1 ? "any" : "\(group.threshold)"
            lines.append([PolicyText("group"), group.name, PolicyText(threshold)] + group.members)
        }
        lines.append([PolicyText("quorum"), quorum ?? PolicyText("none")])
        return lines.flatMap { $0.map(\.bytes).joined(separator: [UInt8(ascii: " ")]) + [UInt8(ascii: "\n")] }
    }

    private func list(_ text: PolicyText?) -> [PolicyText] { text.map { [$0] } ?? [] }
}

extension WitnessPolicy {
    /// What a note shows under a policy.
    public struct Evaluation: Sendable, Hashable {
        /// The checkpoint that the note signs.
        public let checkpoint: Checkpoint
        /// The log's key that signed.
        public let log: NoteVerifier
        /// The witnesses that cosigned, each once; in the order of the policy.
        public let cosigned: [Cosigned]
        /// The witnesses that did not cosign, or whose key cannot be verified here; in the order of the policy.
        public let lacking: [Witness]
        /// Whether the quorum was reached.
        public let isQuorumReached: Bool
    }

    /// A witness and when it cosigned.
    public struct Cosigned: Sendable, Hashable {
        /// The witness.
        public let witness: Witness
        /// When it cosigned, in seconds since 1970-01-01 UTC, by its own clock.
        public let timestampSeconds: UInt64
    }

    /// Whether a note is a checkpoint of one of the logs, and which witnesses cosigned it.
    ///
    /// - Parameter others: keys of logs that the caller knows from elsewhere, for a policy that lists none.
    /// - Throws: `checkpoint-malformed`; `origin-mismatch` if no key has the checkpoint's origin for its name;
    ///   `signature-missing` if none of those signed; `signature-invalid` if a signature of one of them, or of a
    ///   witness, fails: do not use the note then.
    public func evaluate(
        _ note: Note, trustingLogs others: [NoteVerifier] = []
    ) throws(TransparencyError) -> Evaluation {
        let checkpoint = try Checkpoint(text: note.text)
        let keys = (logs.map(\.verifier) + others).filter { KeyName.isSame($0.name, checkpoint.origin) }
        guard !keys.isEmpty else {
            throw TransparencyError(
                .originMismatch, "it is of \(checkpoint.origin.prefix(200)), which is not one of the trusted logs")
        }
        let log = try note.verify(trusting: keys)[0].verifier
        // With the log's key among them one has signed, so that what is thrown here is of a witness's signature.
        let verified = try note.verify(trusting: [log] + witnesses.map(\.verifier))
        let times = Dictionary(
            verified.compactMap { one in one.timestampSeconds.map { (one.verifier, $0) } },
            uniquingKeysWith: { a, _ in a })
        let cosigned = witnesses.compactMap { witness in
            times[witness.verifier].map { Cosigned(witness: witness, timestampSeconds: $0) }
        }
        return Evaluation(
            checkpoint: checkpoint, log: log, cosigned: cosigned,
            lacking: witnesses.filter { times[$0.verifier] == nil },
            isQuorumReached: isReached(by: Set(cosigned.map(\.witness.name))))
    }

    /// Whether these witnesses make the quorum.
    public func isReached(by names: Set<PolicyText>) -> Bool {
        guard let quorum else { return true }
        var reached = names.intersection(witnesses.map(\.name))
        // Members stand before their group, so that one pass in the order of the file is enough.
        for group in groups where group.members.count(where: reached.contains) >= group.threshold {
            reached.insert(group.name)
        }
        return reached.contains(quorum)
    }
}
