internal import CanonicalJSON
public import CreditModel
internal import EventLog
public import Projections
public import TransparencyLog

/// What auditors do: ask for standings and trails, replay history, and prove it to outsiders.
public struct Auditor: Sendable {
    let archive: Archive

    public init(_ archive: Archive) { self.archive = archive }

    /// Today in Asia/Shanghai, by the archive's clock.
    public var today: CalendarDay { archive.today }

    /// Standings (contract §2). `asOf` nil: today, from all that is recorded.
    public func standing(
        _ scope: StandingQuery.Scope, asOf day: CalendarDay? = nil, atPosition position: UInt64? = nil
    ) throws -> [Standing] {
        if let position { try requirePosition(position) }
        return try StandingQuery(scope, asOf: day, atPosition: position, today: archive.today).run(
            on: archive.projections)
    }

    /// A body's standing as of now where the read models have it, which takes microseconds; nil: ask with
    /// ``standing(_:asOf:atPosition:)``.
    public func standingAtOnce(of body: BodyID) throws -> Standing? {
        try StandingQuery(.body(body), today: archive.today).fromReadModels(archive.projections)?.first
    }

    /// Trends by year (contract §2, Trend).
    public func trend(_ query: TrendQuery) throws -> TrendAnswer {
        if let position = query.moment.atPosition { try requirePosition(position) }
        return try query.run(on: archive.projections)
    }

    private func requirePosition(_ position: UInt64) throws { _ = try archive.log.entry(at: position) }

    /// A receipt for an entry under a signed checkpoint (C2SP tlog-proof). It carries the entry itself as `extra`, so that
    /// it verifies with nothing but the file and the log's key; without the entry, whoever verifies must have it.
    public func receipt(for position: UInt64, checkpoint: String, includingEntry: Bool = true) throws -> TlogProof {
        let entry = try archive.log.entry(at: position)
        let signed = try Checkpoint(text: Note(parsing: Array(checkpoint.utf8)).text)
        let proof = try archive.log.inclusionProof(of: position, size: signed.size)
        // A receipt that would not verify is never given out: the log is damaged then.
        guard entry.bytes.withUnsafeBytes({ proof.verify(leaf: MerkleHash.leaf($0), root: signed.root) }) else {
            throw EventLogError.damaged(
                "位置 \(position) 的条目与已签名的树不符", "the entry at position \(position) does not fit the signed tree")
        }
        return try TlogProof(
            proof: proof, checkpoint: Array(checkpoint.utf8), extra: includingEntry ? entry.bytes : nil)
    }

    /// The latest signed checkpoint, if one was ever made.
    public func latestCheckpoint() throws -> (size: UInt64, note: String)? { try archive.log.store.latestCheckpoint() }
}

/// Verifies receipts without any archive.
public enum ReceiptVerification {
    public struct Outcome: Sendable, Hashable {
        public var origin: String
        public var size: UInt64
        public var index: UInt64
        /// The proven entry, in JSON.
        public var entry: [UInt8]
    }

    /// Verifies a receipt by a key that the caller trusts; the log's name is the key's.
    ///
    /// - Parameter entry: the entry's bytes, where the receipt does not carry them.
    /// - Throws: ``TransparencyError`` or ``ArchiveError``: what does not hold.
    public static func verify(
        _ receipt: [UInt8], verifierKey: String, entry: [UInt8]? = nil
    ) throws -> Outcome {
        let proof = try TlogProof(parsing: receipt)
        let verifier = try NoteVerifier(verifierKey)
        guard verifier.algorithm != .cosignature else {
            throw TransparencyError(.keyMalformed, "the key of \(verifier.name) is a witness's, not a log's")
        }
        guard let leaf = entry ?? proof.extra else {
            throw ArchiveError(
                .badInput, "entry-needed", field: "--entry", chinese: "收据不含条目本身，请用 --entry 给出条目文件",
                english: "the receipt does not carry the entry; give its file with --entry")
        }
        let checkpoint = try proof.verify(entry: leaf, origin: verifier.name, trusting: [verifier])
        return Outcome(origin: checkpoint.origin, size: checkpoint.size, index: proof.index, entry: leaf)
    }

    /// Verifies a receipt under a policy: a log of its own must have signed, and its quorum have cosigned.
    ///
    /// - Parameter verifierKey: the log's key, for a policy that lists no log; where both are there, they must agree.
    /// - Throws: as ``verify(_:verifierKey:entry:)``; ``ArchiveError`` `quorum-missed`, `keys-contradict`, `key-needed`.
    public static func verify(
        _ receipt: [UInt8], policy: WitnessPolicy, verifierKey: String?, entry: [UInt8]? = nil
    ) throws -> Outcome {
        let key = try verifierKey.map { try NoteVerifier($0) }
        if let key, !policy.logs.isEmpty, !policy.logs.contains(where: { $0.verifier == key }) {
            throw ArchiveError.keysContradict(key)
        }
        guard key != nil || !policy.logs.isEmpty else {
            throw ArchiveError(
                .usage, "key-needed", field: "--key", chinese: "策略没有列出日志，请用 --key 给出日志的验证密钥",
                english: "the policy lists no log; give the log's verifier key with --key")
        }
        let note = try Note(parsing: TlogProof(parsing: receipt).checkpoint)
        let evaluation = try policy.evaluate(note, trustingLogs: key.map { [$0] } ?? [])
        let outcome = try verify(receipt, verifierKey: (key ?? evaluation.log).string, entry: entry)
        guard evaluation.isQuorumReached else {
            throw ArchiveError(
                .refused, "quorum-missed", field: "--policy", chinese: "收据的检查点未达到策略要求的见证（\(evaluation.words)）",
                english: "the receipt's checkpoint does not have the quorum of the policy (\(evaluation.words))")
        }
        return outcome
    }
}

extension Auditor {
    /// Which bodies are asked for.
    public typealias Scope = StandingQuery.Scope

    /// Whether there is a case with this id.
    public func exists(_ id: CaseID) throws -> Bool { try archive.log.stream(.case(id.text)).count > 0 }
}
